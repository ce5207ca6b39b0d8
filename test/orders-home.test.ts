import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../scripts/processes.ts';
import { checkAudit } from '../shared/orders/audit-chain.ts';
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

test('a ticket is looked at by the relay before it is consumed, and stays open when that refuses it', async () => {
  relay.say({ approval: 'ticket' });
  const preview = async (quantity: string) => ticketOf(await client.call('place_order', { ...order, quantity }));
  await eventually('the mode', async () => (await preview('3')).state === 'awaiting_approval');
  const { ticket } = await preview('3');
  const asked: unknown[] = [];
  relay.look = (ask) => {
    asked.push(ask);
    return { code: 'rejected_by_policy', message: 'priceCollarPercent: price 9 % from the market.', nextStep: 'Wait.' };
  };
  expect(textOf(await client.call('confirm_order', { ticket }))).toMatch(/price 9 % from the market/);
  expect(asked).toMatchObject([{ order: expect.stringContaining('AAPL'), wanted: false }]);
  // A relay of before does not know the question.
  relay.look = () => ({ code: 'unsupported', message: 'This relay does not know that.', nextStep: 'Update it.' });
  const confirmed = client.call('confirm_order', { ticket });
  relay.report(bodyOf(await relay.accept('order.place')).ticket, 1, 'working');
  expect(ticketOf(await confirmed)).toMatchObject({ ticket, state: 'working' });

  const { ticket: group } = await preview('4');
  relay.look = () => ({ code: 'conflict', message: 'The group has other accounts now.', nextStep: 'Preview.' });
  expect(textOf(await client.call('confirm_order', { ticket: group }))).toMatch(/other accounts now/);
  relay.look = () => ({});
  expect(ticketOf(await client.call('confirm_order', { ticket: group }))).toMatchObject({ state: 'denied' });
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

test('the server tells its time to a relay that asks', async () => {
  const before = Date.now();
  relay.raw.send({ t: 'clock', n: 3 });
  const { n, time } = (await relay.raw.next('clock')) as unknown as { n: number; time: number };
  expect(n).toBe(3);
  expect(time).toBeGreaterThanOrEqual(before - 1_000);
  expect(time).toBeLessThanOrEqual(Date.now() + 1_000);
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

test('where the owner wants it, an app cannot end what another one has placed, by whatever name', async () => {
  const call = client.call('place_order', order);
  const { ticket } = bodyOf(await relay.accept('order.place'));
  relay.report(ticket, 1, 'working', {
    legs: [{ leg: 'entry', orderId: 5, permId: 900, status: 'Submitted', filled: '0', remaining: '1' }],
  });
  await call;
  const other = await connectClient({ era: '2026-07-28', url: worker.mcp, browser, trade: true });
  relay.say({ limits: { approveForeignCancels: true } });
  const limits = new URL('/trading/limits', worker.origin);
  await eventually('the limit', async () => (await browser.open(limits)).text.includes('Set at home'));
  expect(textOf(await other.call('cancel_order', { order: ticket }))).toMatch(/owner approves/);
  for (const [tool, args] of [
    ['cancel_order', { order: '900' }],
    ['cancel_order', { order: `${ticket}/entry` }],
    ['cancel_all_orders', {}],
  ] as const) {
    expect(textOf(await other.call(tool, args)), tool).toMatch(/^rejected_by_policy: .*Nothing was sent/);
  }
  expect(relay.instructions('order.cancel')).toEqual([]);
  const own = client.call('cancel_order', { order: '900' });
  await relay.accept('order.cancel');
  await other.close();
  relay.raw.drop();
  await own.catch(() => undefined);
});

/** A request of a 2026-07-28 client, written by hand: what it sends back is whatever it likes. */
async function modern(
  args: object,
  more: object = {},
  capabilities: object = { elicitation: {} },
  name = 'place_order',
) {
  const response = await fetch(worker.mcp, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${client.auth.stored?.access_token}`,
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': 'tools/call',
      'Mcp-Name': name,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name,
        arguments: args,
        ...more,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': { name: 'by hand', version: '1' },
          'io.modelcontextprotocol/clientCapabilities': capabilities,
        },
      },
    }),
  });
  const text = await response.text();
  const json = JSON.parse(/^data: (\{.*"(?:result|error)".*)$/m.exec(text)?.[1] ?? text) as {
    result?: CallResult & { resultType?: string; requestState?: string; inputRequests?: Record<string, Asked> };
    error?: { code: number; data?: { reason?: string } };
  };
  return { ...json.result, error: json.error };
}
interface Asked {
  method: string;
  params: { message: string; requestedSchema: { required: string[] } };
}
const yes = { approve: { action: 'accept', content: { approve: true } } };
const auditOf = async () =>
  (await worker.sql('Home', userId, 'SELECT line FROM order_audit ORDER BY seq')).map(({ line }) => String(line));

test('a client that can ask its human is told to, and nothing else is an answer', async () => {
  relay.say({ approval: 'ticket' });
  await eventually('the mode', async () => (await modern(order)).resultType === 'input_required');
  // An answer without a question, and a flag of the model's own, are none.
  const early = await modern(order, { inputResponses: yes });
  expect(early.resultType).toBe('input_required');
  expect((await modern({ ...order, confirm: true })).isError).toBe(true);
  const { requestState = '', inputRequests } = await modern(order);
  expect(inputRequests?.approve).toMatchObject({
    method: 'elicitation/create',
    params: { mode: 'form', requestedSchema: { type: 'object', required: ['approve'] } },
  });
  expect(inputRequests?.approve?.params.message).toMatch(/^PAPER: BUY 1 AAPL LMT 150/);
  // A state that somebody else has made, or changed.
  const forged = await modern(order, { requestState: `${requestState}x`, inputResponses: yes });
  expect(forged.error?.data?.reason).toBe('invalid_request_state');
  // Other arguments with a good state, which is spent by that.
  const more = await modern({ ...order, quantity: '99999' }, { requestState, inputResponses: yes });
  expect(textOf(more as CallResult)).toMatch(/^conflict: .*changed/);
  const spent = await modern(order, { requestState, inputResponses: yes });
  expect(textOf(spent as CallResult)).toMatch(/^conflict/);
  // The model cannot confirm what its human was asked.
  const [ticket = ''] = (await worker.sql('Home', userId, 'SELECT id FROM order_ticket')).map(({ id }) => String(id));
  const confirming = await modern({ ticket }, {}, { elicitation: {} }, 'confirm_order');
  expect(confirming.resultType).toBe('input_required');
  // A tick that is missing is a no.
  const asked = await modern(order);
  const no = { approve: { action: 'accept', content: { approve: 'true' } } };
  const declined = await modern(order, { requestState: asked.requestState, inputResponses: no });
  expect(declined.structuredContent).toMatchObject({ state: 'denied' });
  expect(relay.instructions('order.place')).toEqual([]);
  expect((await auditOf()).join('\n')).toMatch(
    /the arguments were changed.*not the question that was asked last.*"denied"/s,
  );

  const again = await modern(order);
  const approved = modern(order, { requestState: again.requestState, inputResponses: yes });
  const body = bodyOf(await relay.accept('order.place'));
  expect(body.approval.by).toBe('the person who uses Integration test');
  relay.report(body.ticket, 1, 'working');
  expect((await approved).structuredContent).toMatchObject({ state: 'working', ticket: body.ticket });
  const twice = await modern(order, { requestState: again.requestState, inputResponses: yes });
  expect(twice.structuredContent).toMatchObject({ state: 'working', ticket: body.ticket });
  expect(relay.instructions('order.place')).toEqual([]);
});

test('a client that can only open addresses, or nothing, confirms by a call', async () => {
  relay.say({ approval: 'ticket' });
  await eventually('the mode', async () => (await modern(order)).resultType === 'input_required');
  for (const capabilities of [{}, { elicitation: { url: {} } }]) {
    expect((await modern(order, {}, capabilities)).structuredContent).toMatchObject({
      state: 'awaiting_approval',
      approval: { mode: 'ticket', by: 'confirm_order' },
    });
  }
});

test('the button stops every relay, says which did not, and lifts only what it has set', async () => {
  const trading = () => browser.open(new URL('/trading', worker.origin));
  const pressed = (await trading()).submit('Stop trading');
  const stop = (await relay.accept('order.stop')) as unknown as { request: string };
  expect(stop).toMatchObject({ stopped: true, cancelOwn: true, protect: true, everything: false });
  const where = 'dashboard';
  const told = { kind: 'stop', request: stop.request, stopped: true, where, reason: 'as asked', at: 1 };
  relay.tell({ ...told, kept: [{ order: { orderId: 3, clientId: 1, permId: 77 }, why: 'protects AAPL' }] });
  relay.say({ stopped: { where, reason: 'as asked', since: 1 } });
  const page = await pressed;
  expect(page.text).toMatch(/raw relay\s*: Stopped: as asked\. 1 orders work on/);
  expect(page.text).toContain('order 77: protects AAPL');
  expect(textOf(await client.call('place_order', order))).toMatch(/^trading_unavailable: Trading is stopped: as asked/);
  const shown = await eventually('the stop', async () => {
    const now = await trading();
    return /Stopped \(dashboard\)/.test(now.text) ? now : undefined;
  });
  const lifted = shown.submit('Lift the stop that was set here');
  const { id = '' } = await relay.instruction('order.stop');
  relay.refuse(id, 'not now');
  expect((await lifted).text).toMatch(/Not certain: not now/);
  // A form of another site's does nothing.
  const foreign = await worker.fetch('/trading/stop', {
    method: 'POST',
    headers: {
      Origin: 'https://elsewhere.example',
      'Content-Type': 'application/x-www-form-urlencoded',
      Cookie: `session=${browser.cookies.get('session')}`,
    },
  });
  expect(foreign.status).toBe(403);
  expect(relay.instructions('order.stop')).toEqual([]);
});

test('the audit can be taken away, and shows every change to it', async () => {
  // What nobody takes on is in it, too.
  relay.raw.drop();
  await eventually('the end', async () => textOf(await client.call('place_order', order)).startsWith('relay_offline'));
  relay = await TradingRelay.connect(worker, identity);
  const refused = client.call('place_order', order);
  const placing = await relay.instruction('order.place');
  relay.refuse(placing.id ?? '', 'away');
  await refused;
  const response = await worker.fetch('/trading/audit.jsonl', {
    headers: { Cookie: `session=${browser.cookies.get('session')}` },
  });
  const lines = (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { line: string; hash: string });
  let previous = '0'.repeat(64);
  for (const { line, hash } of lines) {
    expect(JSON.parse(line)).toMatchObject({ previous });
    expect(createHash('sha256').update(line).digest('hex')).toBe(hash);
    previous = hash;
  }
  // The relay is told the newest line with each frame, and keeps it in its own audit.
  const { audit } = placing.body as unknown as { audit: { length: number; hash: string } };
  expect(lines[audit.length - 1]).toMatchObject({ hash: audit.hash });
  expect(JSON.parse(lines[audit.length - 1]?.line ?? '')).toMatchObject({ what: 'order.place' });
  expect(lines.map(({ line }) => (JSON.parse(line) as { what: string }).what)).toEqual(
    expect.arrayContaining([
      'refused',
      'prepared',
      'approved and consumed',
      'order.place',
      'order.place refused',
      'not placed',
    ]),
  );
  for (const page of ['/trading/audit.jsonl', '/trading/audit']) {
    expect((await worker.fetch(page, { redirect: 'manual' })).status).toBe(302);
  }
  expect(checkAudit(lines)).toMatchObject({ head: { length: lines.length } });

  // Its page reads all of it again.
  const page = async () => (await browser.open(new URL('/trading/audit', worker.origin))).text;
  expect(await page()).toMatch(/Every line is as it was written.*audit --verify - < audit\.jsonl/s);
  await worker.sql(
    'Home',
    userId,
    "UPDATE order_audit SET line = replace(line, 'away', 'gone') WHERE line LIKE '%away%'",
  );
  expect(await page()).toMatch(/does not hold together from line \d+ on: its text is not the one/);
});

test('calls that come to nothing, or to nothing new, leave a line, but not without end', async () => {
  const reader = await connectClient({ era: '2025-era', url: worker.mcp, browser });
  await reader.call('place_order', order).catch(() => undefined);
  await reader.close();
  const placing = client.call('place_order', order);
  const { ticket } = bodyOf(await relay.accept('order.place'));
  relay.report(ticket, 1, 'working');
  await placing;
  expect(ticketOf(await client.call('place_order', order)).ticket).toBe(ticket);
  expect(ticketOf(await client.call('confirm_order', { ticket })).ticket).toBe(ticket);
  await client.call('cancel_order', { order: 'nothingofthekind' });
  await client.call('confirm_order', { ticket: 'a'.repeat(16) });
  const calls = async () =>
    (await auditOf())
      .map((line) => JSON.parse(line) as { what: string; ticket?: string; detail?: string; by?: string })
      .filter(({ what }) => what === 'refused' || what === 'call repeated');
  // Either generation's library asks once more when it is refused for its scope.
  const isOfReader = ({ detail = '' }) => detail.startsWith('place_order insufficient_scope: ');
  await eventually('the refusals', async () => (await calls()).filter((call) => !isOfReader(call)).length === 4);
  expect((await calls()).find(isOfReader)).toMatchObject({ what: 'refused', by: 'Integration test' });
  expect((await calls()).filter((call) => !isOfReader(call))).toMatchObject([
    { what: 'call repeated', ticket, detail: 'working' },
    { what: 'call repeated', ticket, detail: 'working' },
    { what: 'refused', detail: expect.stringMatching(/^cancel_order ticket_not_found: /) },
    { what: 'refused', detail: expect.stringMatching(/^confirm_order ticket_not_found: /) },
  ]);
  for (let n = 0; n < 65; n += 1) await client.call('confirm_order', { ticket: 'a'.repeat(16) });
  const refused = (await calls()).filter((call) => call.what === 'refused' && !isOfReader(call));
  expect(refused).toHaveLength(60 + 1);
  expect(refused.at(-1)?.detail).toMatch(/more of them are not written down/);
});

test('what a relay tells of its own audit stands beside its journal', async () => {
  const placing = client.call('place_order', order);
  const { ticket } = bodyOf(await relay.accept('order.place'));
  const audit = { length: 12, hash: 'd'.repeat(64) };
  relay.audit = audit;
  relay.report(ticket, 1, 'working');
  await placing;
  const reported = (await auditOf()).map((line) => JSON.parse(line)).filter(({ what }) => what === 'report');
  expect(reported).toMatchObject([{ ticket, relayAudit: audit, journal: { length: 1 } }]);
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
