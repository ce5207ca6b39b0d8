import { join } from 'node:path';
import type { GatewayNews } from '../../relay/gateway/orders/news.ts';
import type { OrderBatch } from '../../relay/gateway/orders/trading-connection.ts';
import { Outbox } from '../../relay/hub/outbox.ts';
import { Journal } from '../../relay/orders/journal.ts';
import { AuditFile } from '../../relay/trading/audit-file.ts';
import { deskFilesIn } from '../../relay/trading/desk-files.ts';
import { SpareFile } from '../../relay/trading/spare-space.ts';
import { TradingDesk } from '../../relay/trading/trading-desk.ts';
import { canonicalText, hashOf } from '../../shared/orders/canonical.ts';
import { homeOfTests, plain } from './trading-desk.ts';

/**
 * A process that is killed with more to tell than its outbox takes: `node dying-desk.ts FOLDER ROOM FILLS`. It places an
 * order, which is filled in so many parts, is told to stop, and says `told` before its end.
 */

const [, , folder = '', room = '', fills = ''] = process.argv;
const files = deskFilesIn(folder);
const now = () => Date.now();
const nothing = () => undefined;
const account = 'DU1234567';
const order = plain({ account });
const spare = new SpareFile(files.spare);
const journal = Journal.open({ file: files.journal, spare, now });
const sent: OrderBatch[] = [];
let heard: (news: GatewayNews) => void = nothing;

const desk = new TradingDesk({
  ...{ journal, spare, outbox: new Outbox(files.outbox, Number(room)), audit: new AuditFile(files.audit, now) },
  trading: {
    onNews: (listener) => {
      heard = listener;
    },
    send: async (batch) => {
      sent.push(batch);
      return { handedOver: true };
    },
    look: async () => ({ open: [], completed: [], executions: [] }),
    reconnect: nothing,
  },
  config: { mode: 'paper', clientId: 7, policy: {}, approval: 'none' },
  ...{ killFile: join(folder, 'STOP'), readOnly: { isKnown: false }, gatewayTime: now, wallTime: now },
  logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  onChange: nothing,
  onDiskFailure: (error) => {
    throw error;
  },
});
desk.start();
desk.homeEntered(now());
const session = { session: 's', clientId: 7, nextOrderId: 100, accounts: [account], zone: 'America/New_York' };
heard({ type: 'session', ...session });
heard({ type: 'heartbeat' });
while (!desk.state.session?.openRead) await new Promise((resolve) => setTimeout(resolve, 5));
const at = now();
await desk.instruct({
  id: 'i1',
  name: 'order.place',
  body: {
    ...{ home: homeOfTests, journal: journal.head, ticket: 't'.repeat(16), account },
    ...{ order: canonicalText(order), hash: hashOf(order), mintedIn: journal.head.generation, at, until: at + 10_000 },
    ...{ approval: { mode: 'none', by: 'test', at }, policy: 'p' },
  },
});
const [message] = sent[0]?.messages ?? [];
if (message?.type !== 'place') throw new Error('Nothing was sent.');
const { orderId, orderRef, contract, terms } = message;
const identity = { orderId, clientId: 7, permId: 9_101 };
heard({ type: 'open-order', order: { ...identity, account, orderRef, status: 'Submitted', contract, terms } });
for (let filled = 1; filled <= Number(fills); filled += 1) {
  const part = { filled: String(filled), remaining: String(100 - filled), averagePrice: '150', whyHeld: '' };
  heard({ type: 'order-status', order: identity, status: 'Submitted', ...part });
}
await desk.command({ name: 'stop-trading', reason: 'full', protect: true, everything: false, cancelOwn: false });
process.stdout.write('told\n', () => process.kill(process.pid, 'SIGKILL'));
