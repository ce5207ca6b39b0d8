import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../scripts/processes.ts';
import { placeBody } from '../shared/orders/frames.ts';
import { Browser } from './support/browser.ts';
import { type CallResult, connectClient, type TestClient } from './support/clients.ts';
import { pairDevice } from './support/raw-relay.ts';
import { TradingRelay, tradingStatus } from './support/trading-relay.ts';
import { signInAs, signInDemo } from './support/users.ts';
import { startWorker, type TestWorker } from './support/worker.ts';

/** Home's half of an order on the real runtime; the relay's is played by hand. Each test has a user of its own. */

let worker: TestWorker;
let browser: Browser;
let userId: string;
let client: TestClient;
let relay: TradingRelay;
let identity: Awaited<ReturnType<typeof pairDevice>>;
let people = 0;

beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker?.close());
beforeEach(async () => {
  people += 1;
  await begin(await signInAs(worker, `trader ${people}`));
});
async function begin(person: { browser: Browser; userId: string }): Promise<void> {
  ({ browser, userId } = person);
  identity = await pairDevice(worker, browser);
  relay = await TradingRelay.connect(worker, identity);
  client = await connectClient({ era: '2025-era', url: worker.mcp, browser, trade: true });
}
afterEach(async () => {
  relay?.raw.drop();
  await client?.close();
});

const order = { contract: 'AAPL', side: 'BUY', quantity: '1', type: 'LMT', limit_price: '150' };
const ticketOf = ({ structuredContent, content, isError }: CallResult) => {
  if (isError) throw new Error(content[0]?.text);
  return structuredContent as { ticket: string; state: string; message: string; nextStep: string };
};
const textOf = ({ content }: CallResult) => content[0]?.text ?? '';
const bodyOf = (body: unknown) => placeBody.parse(body);

test('an order goes to the relay once, and its outcome comes back by events', async () => {
  const call = client.call('place_order', order);
  const body = bodyOf(await relay.accept('order.place'));
  expect(body).toMatchObject({ account: 'DU1', mintedIn: tradingStatus.journal.generation, journal: { length: 0 } });
  expect(body.until - body.at).toBe(10_000);
  relay.report(body.ticket, 1, 'submitted');
  relay.report(body.ticket, 2, 'final', {
    legs: [{ leg: 'entry', orderId: 5, permId: 900, status: 'Filled', filled: '1', averagePrice: '149.9' }],
  });
  const result = ticketOf(await call);
  expect(result).toMatchObject({ ticket: body.ticket, state: 'final' });
  expect((await client.call('confirm_order', { ticket: body.ticket })).structuredContent).toMatchObject({
    state: 'final',
    orders: [{ order: '900', filled: 1, averagePrice: 149.9, contract: 'AAPL' }],
  });
  // The same order again is the same order; the journal that was heard of is named in the next frame.
  expect(ticketOf(await client.call('place_order', order)).ticket).toBe(body.ticket);
  expect(relay.instructions('order.place')).toEqual([]);
  const another = client.call('place_order', { ...order, client_request_id: 'two' });
  const next = bodyOf(await relay.accept('order.place'));
  expect(next.journal).toMatchObject({ length: 2, hash: '2'.repeat(64) });
  relay.report(next.ticket, 1, 'rejected', { message: 'no margin', ibCode: 201 });
  expect(ticketOf(await another)).toMatchObject({ state: 'rejected', message: 'no margin', ibCode: 201 });
});

test('what the relay refuses is not placed; what it does not answer is found out after its next hello', async () => {
  const refused = client.call('place_order', order);
  const { id = '' } = await relay.instruction('order.place');
  relay.refuse(id, 'the gateway is away');
  expect(ticketOf(await refused)).toMatchObject({ state: 'not_placed', message: 'the gateway is away' });

  const lost = client.call('place_order', { ...order, quantity: '2' });
  const { ticket } = bodyOf((await relay.instruction('order.place')).body);
  relay.raw.drop();
  relay = await TradingRelay.connect(worker, identity, tradingStatus, { agree: false });
  const settle = await relay.instruction('order.settle');
  expect(settle.body).toMatchObject({ tickets: [{ ticket, mintedIn: tradingStatus.journal.generation }] });
  relay.raw.send({ t: 'accepted', id: settle.id ?? '' });
  relay.report(ticket, 1, 'not_placed', { message: 'it never came' });
  expect(ticketOf(await lost)).toMatchObject({ state: 'not_placed', message: 'it never came' });
});

test('a ticket survives the object, and a relay that is away gets nothing later', async () => {
  relay.raw.drop();
  await client.close();
  // Signed in over the wire: what a test asks an object for beside it would keep that in memory.
  const demo = new Browser();
  await begin({ userId: await signInDemo(worker, demo), browser: demo });
  relay.say({ approval: 'ticket' });
  await eventually(
    'the mode',
    async () => ticketOf(await client.call('place_order', order)).state === 'awaiting_approval',
  );
  const { ticket } = ticketOf(await client.call('place_order', order));
  relay.raw.drop();
  await worker.evictHome(userId, 'close');
  const away = await client.call('confirm_order', { ticket });
  expect(textOf(away)).toMatch(/^(relay_offline|trading_unavailable): .*Nothing was sent/);
  relay = await TradingRelay.connect(worker, identity, { ...tradingStatus, approval: 'ticket' });
  expect(relay.instructions('order.place')).toEqual([]);
  const confirmed = client.call('confirm_order', { ticket });
  const body = bodyOf(await relay.accept('order.place'));
  expect(body).toMatchObject({ ticket, approval: { mode: 'ticket', by: 'Integration test, by confirm_order' } });
  relay.report(ticket, 1, 'working');
  expect(ticketOf(await confirmed).state).toBe('working');
  await worker.evictHome(userId, 'hibernate');
  const [first, second] = await Promise.all([1, 2].map(() => client.call('confirm_order', { ticket })));
  expect([ticketOf(first as CallResult).state, ticketOf(second as CallResult).state]).toEqual(['working', 'working']);
  expect(relay.instructions('order.place')).toEqual([]);
});

test('a relay that disagrees about the journal is sent nothing until somebody at home trusts the pair', async () => {
  relay.raw.drop();
  relay = await TradingRelay.connect(worker, identity, tradingStatus, { agree: false });
  const { id = '', body } = await relay.instruction('order.settle');
  relay.refuse(id, 'another journal');
  await eventually('the refusal', async () => /another journal/.test(textOf(await client.call('place_order', order))));
  const { home } = body as unknown as { home: string };
  const renewed = { generation: 'b'.repeat(16), length: 4, hash: '4'.repeat(64) };
  relay.say({ journal: renewed });
  relay.tell({ kind: 'trust', home, by: 'the owner', at: 1 }, renewed);
  expect(await relay.accept('order.settle')).toMatchObject({ journal: renewed });
  const call = client.call('place_order', order);
  const placed = bodyOf(await relay.accept('order.place'));
  expect(placed.journal).toEqual(renewed);
  relay.report(placed.ticket, 1, 'not_placed');
  await call;
});

test('a cancel goes at once, and what still waits is taken back here', async () => {
  const call = client.call('place_order', order);
  const { ticket } = bodyOf(await relay.accept('order.place'));
  relay.report(ticket, 1, 'working', {
    legs: [{ leg: 'entry', orderId: 5, permId: 900, status: 'Submitted', filled: '0', remaining: '1' }],
  });
  await call;
  const cancelled = client.call('cancel_order', { order: '900' });
  const body = (await relay.accept('order.cancel')) as unknown as { request: string; what: object };
  expect(body.what).toEqual({ kind: 'order', order: { orderId: 0, clientId: 0, permId: 900 } });
  const outcome = { order: { orderId: 5, clientId: 1, permId: 900 }, outcome: 'cancelled' };
  relay.tell({ kind: 'cancel', request: body.request, orders: [outcome], done: true, at: 1 });
  expect((await cancelled).structuredContent).toEqual({ orders: [{ order: '900', outcome: 'cancelled' }] });

  const { ticket: waiting } = ticketOf(await client.call('preview_order', { ...order, quantity: '3' }));
  expect((await client.call('cancel_order', { order: waiting })).structuredContent).toMatchObject({
    orders: [{ order: waiting, outcome: 'over', status: 'denied' }],
  });
  expect(ticketOf(await client.call('confirm_order', { ticket: waiting })).state).toBe('denied');
  expect(relay.instructions('order.place')).toEqual([]);
});

test('a connection without the right to trade, or another’s, reaches no ticket', async () => {
  const { ticket } = ticketOf(await client.call('preview_order', order));
  const reader = await connectClient({ era: '2025-era', url: worker.mcp, browser });
  const refused = await reader.call('confirm_order', { ticket }).then(textOf, String);
  expect(refused).toMatch(/insufficient_scope|403/);
  await reader.close();
  const other = await connectClient({
    era: '2025-era',
    url: worker.mcp,
    browser: (await signInAs(worker, `stranger ${people}`)).browser,
    trade: true,
  });
  expect(textOf(await other.call('confirm_order', { ticket }))).toMatch(/^ticket_not_found/);
  await other.close();
  expect(relay.instructions('order.place')).toEqual([]);
});
