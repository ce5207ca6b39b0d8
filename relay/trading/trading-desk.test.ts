import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ToolError } from '../../shared/errors.ts';
import { canonicalText, hashOf } from '../../shared/orders/canonical.ts';
import { orderEvent } from '../../shared/orders/frames.ts';
import type { Policy } from '../../shared/orders/policy-fields.ts';
import { silent } from '../../test/support/connection.ts';
import { homeOfTests, plain } from '../../test/support/trading-desk.ts';
import type { GatewayNews } from '../gateway/orders/news.ts';
import type { BatchOutcome, OrderBatch, TradingConnection } from '../gateway/orders/trading-connection.ts';
import { type DeskFiles, openDeskFiles } from './desk-files.ts';
import { TradingDesk } from './trading-desk.ts';

/** The desk with real files, between a gateway and a Home that a test plays. */

const account = 'DU1234567';
const order = plain({ account });

let folder: string;
let files: DeskFiles;
let desk: TradingDesk;
let heard: (news: GatewayNews) => void;
let sent: OrderBatch[];
let outcome: BatchOutcome;
const gatewayReadOnly = { isKnown: false };
const onDiskFailure = vi.fn((error: unknown): never => {
  throw error;
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'desk-'));
  sent = [];
  outcome = { handedOver: true };
  onDiskFailure.mockClear();
  begin();
});

afterEach(() => {
  desk.stop();
  files.close();
  rmSync(folder, { recursive: true });
});

function begin(policy: Policy = {}): void {
  files = openDeskFiles(folder, () => Date.now());
  const trading: TradingConnection = {
    onNews: (listener) => {
      heard = listener;
    },
    send: async (batch) => {
      // What is sent stands in the journal already.
      expect([...files.journal.entries()].map(({ type }) => type)).toContain('taken');
      sent.push(batch);
      return outcome;
    },
    look: async () => ({ open: [], completed: [], executions: [] }),
    reconnect: () => undefined,
  };
  desk = new TradingDesk({
    ...files,
    trading,
    config: { mode: 'paper', clientId: 7, policy, approval: 'none' },
    killFile: join(folder, 'STOP'),
    readOnly: gatewayReadOnly,
    gatewayTime: () => Date.now(),
    wallTime: () => Date.now() + wallAhead,
    logger: silent,
    onChange: () => undefined,
    onDiskFailure,
  });
  desk.start();
}

/** Ready to send: Home is there with its time, the gateway with its lists. */
async function ready(tellsTime = true): Promise<void> {
  desk.homeEntered(tellsTime ? Date.now() : undefined);
  heard({
    type: 'session',
    session: 's',
    clientId: 7,
    nextOrderId: 100,
    accounts: [account],
    zone: 'America/New_York',
  });
  heard({ type: 'heartbeat' });
  await vi.waitFor(() => expect(desk.state.session?.openRead).toBe(true));
}

/** How far the machine's clock is ahead of what it was. */
let wallAhead = 0;
let tickets = 0;
function place(changes: object = {}): Promise<void> {
  tickets += 1;
  const now = Date.now();
  const body = {
    home: homeOfTests,
    journal: files.journal.head,
    ticket: `t${tickets}`.padEnd(16, '0'),
    account,
    order: canonicalText(order),
    hash: hashOf(order),
    mintedIn: files.journal.head.generation,
    at: now,
    until: now + 10_000,
    approval: { mode: 'none', by: 'test', at: now },
    policy: 'p',
    ...changes,
  };
  return desk.instruct({ id: `i${tickets}`, name: 'order.place', body });
}

/** The gateway shows what it was sent last. */
function echo(): void {
  const [message] = sent.at(-1)?.messages ?? [];
  if (message?.type !== 'place') throw new Error('Nothing was sent.');
  const { orderId, orderRef, contract, terms } = message;
  const seen = { orderId, clientId: 7, permId: 9_101, account, orderRef, status: 'Submitted', contract, terms };
  heard({ type: 'open-order', order: seen });
}

const refusal = async (work: Promise<unknown>) => {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ToolError);
  expect(sent).toEqual([]);
  return (error as ToolError).data;
};

describe('the trading desk', () => {
  it('journals, answers, sends, and tells what came of it with the head of the journal', async () => {
    await ready();
    await place();
    expect(sent).toHaveLength(1);
    expect(sent[0]?.messages).toMatchObject([{ type: 'place', orderId: 101, transmit: true }]);
    const events = () => files.outbox.pending().map(({ body }) => orderEvent.parse(body));
    echo();
    await vi.waitFor(() => expect(events().at(-1)).toMatchObject({ home: homeOfTests, body: { state: 'working' } }));
    expect(events().at(-1)?.journal).toEqual(files.journal.head);
    const kinds = [...files.audit.lines()].map((line) => JSON.parse(line).entry.kind as string);
    expect(kinds).toEqual(expect.arrayContaining(['instruction', 'journal', 'answer', 'send', 'sent', 'gateway']));
    expect(files.audit.verify().broken).toBeUndefined();
  });

  it('sends nothing while the server does not tell its time', async () => {
    await ready(false);
    expect(await refusal(place())).toMatchObject({ message: expect.stringContaining('does not tell its time') });
    await ready();
    desk.homeLeft();
    desk.homeEntered(undefined);
    expect((await refusal(place())).nextStep).toContain('updated');
  });

  it('hears the time of the server again on a connection that holds for weeks', async () => {
    await ready();
    // Our clocks ran ahead of its own meanwhile.
    desk.homeLeft();
    desk.homeEntered(Date.now() + 20_000);
    expect((await refusal(place())).message).toContain('too late');
    desk.clockAsked();
    desk.clockTold(Date.now());
    await place();
    expect(sent).toHaveLength(1);
    // What took long, was not asked for, or came after a sleep says too little of now.
    const known = desk.state.homeClock;
    desk.clockTold(1);
    desk.clockAsked();
    wallAhead = 5_000;
    desk.clockTold(2);
    desk.clockAsked();
    desk.homeLeft();
    desk.clockTold(3);
    expect(desk.state.homeClock).toEqual(known);
    wallAhead = 0;
    desk.clockAsked();
    const time = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 30));
    desk.clockTold(time);
    // The latest that it can be there.
    expect(desk.state.homeClock?.time).toBeGreaterThanOrEqual(time + 29);
  });

  it('takes the time of a welcome for as late as it can be, by the clock that says more', async () => {
    await ready();
    desk.homeLeft();
    desk.clockAsked();
    const time = Date.now();
    wallAhead = 4_000;
    desk.homeEntered(time);
    wallAhead = 0;
    expect(desk.state.homeClock?.time).toBeGreaterThanOrEqual(time + 4_000);
  });

  it('answers within the call in which an order comes, so that nothing overtakes it', async () => {
    await ready();
    const placed = place();
    expect(sent).toHaveLength(1);
    const ticket = `t${tickets}`.padEnd(16, '0');
    const cancelled = desk.instruct({
      id: 'c',
      name: 'order.cancel',
      body: { request: 'c'.repeat(16), what: { kind: 'ticket', ticket }, by: 'test', at: Date.now() },
    });
    expect(sent[1]?.messages).toEqual([{ type: 'cancel', orderId: 101 }]);
    await Promise.all([placed, cancelled]);
  });

  it('with limits, sends only what was looked at a moment before', async () => {
    desk.stop();
    files.close();
    begin({ maxOrderQuantity: 150 });
    await ready();
    expect(await refusal(place())).toMatchObject({ message: expect.stringMatching(/last looked at/) });
    const uses = { notional: '0', orders: 1, quantity: '100', loss: '0' };
    const measures = {
      ...{ secType: 'STK', symbol: 'AAPL', currency: 'USD', side: 'BUY' as const, quantity: 200 },
      ...{ reduces: false, short: false, uncoveredOption: false },
    };
    desk.keepFacts(canonicalText(order), { measures, uses });
    expect(await refusal(place())).toMatchObject({ message: expect.stringMatching(/^maxOrderQuantity: size 200/) });
    desk.keepFacts(canonicalText(order), { measures: { ...measures, quantity: 100 }, uses });
    await place();
    expect(sent).toHaveLength(1);
    expect(desk.used()).toEqual(uses);
  });

  it('refuses what it cannot read, and instructions of another version', async () => {
    await ready();
    expect(await refusal(place({ ticket: 'x' }))).toMatchObject({ code: 'unsupported', sent: false });
    expect(await refusal(desk.instruct({ id: 'z', name: 'order.other', body: {} }))).toMatchObject({ sent: false });
    expect(await refusal(place({ hash: `1:${'0'.repeat(64)}` }))).toMatchObject({ code: 'invalid_arguments' });
  });

  it('takes what Home has taken as the least that it may name from then on', async () => {
    await ready();
    await place();
    const last = files.outbox.pending().at(-1);
    const head = orderEvent.parse(last?.body).journal;
    files.outbox.taken(last?.generation ?? '', last?.seq ?? 0);
    desk.taken({ generation: last?.generation ?? '', seq: last?.seq ?? 0 });
    expect(desk.state.acknowledged).toBe(head.length);
    expect([...files.journal.entries()]).toContainEqual(
      expect.objectContaining({ type: 'acknowledged', length: head.length }),
    );
  });

  it('knows after a start what it had sent, tells it again, and sends it no second time', async () => {
    await ready();
    await place();
    desk.stop();
    files.close();
    sent = [];
    begin();
    await ready();
    expect([...desk.state.active.keys()]).toHaveLength(1);
    const body = { ticket: `t${tickets}`.padEnd(16, '0') };
    tickets += 1;
    await place(body);
    expect(sent).toEqual([]);
  });

  it('ends with the disk: nothing is answered or sent that could not be written down', async () => {
    await ready();
    files.journal.close();
    await expect(place()).rejects.toThrow();
    expect(onDiskFailure).toHaveBeenCalled();
    expect(sent).toEqual([]);
  });

  it('stops with the kill file within a second, and goes on without it', async () => {
    await ready();
    writeFileSync(join(folder, 'STOP'), '');
    await vi.waitFor(() => expect(desk.status().stopped?.where).toBe('kill_file'), { timeout: 2_500 });
    expect((await refusal(place())).message).toContain('stopped');
    rmSync(join(folder, 'STOP'));
    await vi.waitFor(() => expect(desk.status().stopped).toBeUndefined(), { timeout: 2_500 });
  });

  it('says in its status that the gateway takes no orders, and what to do, for as long as that is known', () => {
    gatewayReadOnly.isKnown = true;
    expect(desk.status().blocked).toMatch(/read-only mode.*untick.*READ_ONLY_API=no/);
    gatewayReadOnly.isKnown = false;
    expect(desk.status()).not.toHaveProperty('blocked');
  });

  it('cancels what works when the server was away for as many minutes as its owner said', async () => {
    desk.stop();
    files.close();
    begin({ deadManMinutes: 2 });
    await ready();
    await place();
    echo();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      desk.homeLeft();
      vi.advanceTimersByTime(119_999);
      expect(sent).toHaveLength(1);
      vi.advanceTimersByTime(1);
      expect(sent.slice(1).map(({ messages }) => messages)).toEqual([[{ type: 'cancel', orderId: 101 }]]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('keeps an unsent message for nobody: it is told as not placed', async () => {
    await ready();
    outcome = { handedOver: false, why: 'Its time was over.' };
    await place();
    await vi.waitFor(() => {
      const told = files.outbox.pending().map(({ body }) => orderEvent.parse(body).body);
      expect(told.at(-1)).toMatchObject({ kind: 'ticket', state: 'not_placed' });
    });
  });
});
