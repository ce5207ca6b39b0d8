import { parentPort, workerData } from 'node:worker_threads';
import { FlexService, flexDocument, row, statement } from '../test/support/flex-service.ts';

/** A Flex Web Service in a thread of its own, with one statement of so many bytes; tells its address. */
const { token, query, bytes } = workerData as { token: string; query: string; bytes: number };

const trade = { accountId: 'DU1234567', currency: 'USD', symbol: 'AAPL', description: 'APPLE INC & CO', conid: 265598 };
const rows: string[] = [];
for (let index = 0, length = 0; length < bytes - 10_000; index += 1) {
  const next = row('Trade', {
    ...trade,
    tradeID: index,
    quantity: index % 100,
    tradePrice: '123.45',
    note: 'x'.repeat(800),
  });
  length += next.length + 1;
  rows.push(next);
}
const service = await FlexService.start();
service.tokens.set(token, new Map([[query, flexDocument(statement('DU1234567', { Trades: rows.join('\n') }))]]));
parentPort?.postMessage(service.url);
