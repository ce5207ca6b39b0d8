import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Browser } from '../support/browser.ts';
import { type CallResult, connectClient, type TestClient } from '../support/clients.ts';
import { pairDevice } from '../support/raw-relay.ts';
import { TradingRelay, tradingStatus } from '../support/trading-relay.ts';
import { signInAs } from '../support/users.ts';
import { startWorker, type TestWorker } from '../support/worker.ts';

/**
 * A model that wants an order of its own, with everything that a client can send: nothing leaves for the relay, and what was
 * tried stands in the audit. The relay is played by hand; its own refusals are tested beside its policy.
 */

let worker: TestWorker;
let browser: Browser;
let userId: string;
let client: TestClient;
let relay: TradingRelay;
let people = 0;

beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker?.close());
beforeEach(async () => {
  people += 1;
  ({ browser, userId } = await signInAs(worker, `victim ${people}`));
  const identity = await pairDevice(worker, browser);
  relay = await TradingRelay.connect(worker, identity, { ...tradingStatus, approval: 'ticket' });
  client = await connectClient({ era: '2025-era', url: worker.mcp, browser, trade: true });
});
afterEach(async () => {
  relay?.raw.drop();
  await client?.close();
});

const order = { contract: 'AAPL', side: 'BUY', quantity: '1', type: 'LMT', limit_price: '150' };
const textOf = ({ content }: CallResult): string => content[0]?.text ?? '';
const sent = (): number => relay.instructions('order.place').length;
const underWay = /"state":"(approved|submitting|submitted|working|final|unknown)"/;

async function audited(): Promise<string[]> {
  const rows = await worker.sql('Home', userId, 'SELECT line FROM order_audit ORDER BY seq');
  return rows.map(({ line }) => String((JSON.parse(String(line)) as { what: string }).what));
}

/** A request of the newer protocol, as its client's library made it. */
interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly body: {
    readonly params: {
      readonly name: string;
      readonly arguments: Record<string, unknown>;
      readonly requestState?: string;
      readonly inputResponses?: Record<string, unknown>;
    };
  };
}

/** A client that can ask its human, and that keeps every call as it went out. */
async function askingClient(answer: 'accept' | 'decline' | 'later'): Promise<{
  call: (name: string, args: object) => Promise<CallResult>;
  calls: Sent[];
  /** What its questions were sealed with. */
  states: string[];
  again: (request: Sent, params: object) => Promise<string>;
  close: () => Promise<void>;
}> {
  const calls: Sent[] = [];
  const states: string[] = [];
  const keeping: typeof fetch = async (url, init) => {
    const text = typeof init?.body === 'string' ? init.body : '';
    if (text.includes('"tools/call"')) {
      calls.push({ url: String(url), headers: new Headers(init?.headers), body: JSON.parse(text) });
    }
    const response = await fetch(url, init);
    const [, state] = /"requestState":"([^"]+)"/.exec(await response.clone().text()) ?? [];
    if (state !== undefined) states.push(state);
    return response;
  };
  const capable = new Client(
    { name: 'test', version: '1' },
    { versionNegotiation: { mode: 'auto' }, capabilities: { elicitation: { form: {} } } },
  );
  capable.setRequestHandler('elicitation/create', async () => {
    if (answer === 'later') throw new Error('nobody answers');
    return answer === 'accept' ? { action: 'accept', content: { approve: true } } : { action: 'decline' };
  });
  await capable.connect(
    new StreamableHTTPClientTransport(worker.mcp, { authProvider: client.auth as never, fetch: keeping }),
  );
  return {
    calls,
    states,
    call: async (name, args) => (await capable.callTool({ name, arguments: { ...args } })) as CallResult,
    again: async ({ url, headers, body }, params) => {
      const changed = { ...body, id: 99, params: { ...body.params, ...params } };
      const names = new Headers(headers);
      names.set('Mcp-Name', changed.params.name);
      const response = await fetch(url, { method: 'POST', headers: names, body: JSON.stringify(changed) });
      return response.text();
    },
    close: () => capable.close(),
  };
}

test.each([
  ['confirms by an argument', { ...order, confirm: true }],
  ['says that a human has approved', { ...order, approved: true, approval: 'none' }],
  ['brings an answer with its first call', { ...order, inputResponses: { approve: { action: 'accept' } } }],
  ['writes the size as no number', { ...order, quantity: '1e' }],
])('an order that %s is none', async (_name, args) => {
  const result = await client.call('place_order', args);
  expect(result.isError, textOf(result)).toBe(true);
  expect(sent()).toBe(0);
});

test('previewing, looking and asking again submit nothing: a ticket waits for its confirmation', async () => {
  const { structuredContent } = await client.call('place_order', order);
  const { ticket, state } = structuredContent as { ticket: string; state: string };
  expect(state).toBe('awaiting_approval');
  await client.call('get_order_status', { order: ticket });
  expect(textOf(await client.call('place_order', order))).not.toMatch(underWay);
  expect(sent()).toBe(0);
  expect(await audited()).toContain('prepared');
});

test('a ticket of another connection confirms nothing, though the person is the same', async () => {
  const { structuredContent } = await client.call('preview_order', order);
  const { ticket } = structuredContent as { ticket: string };
  const other = await connectClient({ era: '2025-era', url: worker.mcp, browser, trade: true });
  expect(textOf(await other.call('confirm_order', { ticket }))).toMatch(/^ticket_not_found/);
  expect(textOf(await client.call('confirm_order', { ticket: [...ticket].reverse().join('') }))).toMatch(
    /^ticket_not_found/,
  );
  await other.close();
  expect(sent()).toBe(0);
});

test('the same request id with other words is a conflict', async () => {
  await client.call('preview_order', { ...order, client_request_id: 'mine' });
  const other = await client.call('place_order', { ...order, quantity: '2', client_request_id: 'mine' });
  expect(textOf(other)).toMatch(/^conflict/);
  expect(sent()).toBe(0);
  expect(await audited()).toContain('conflict');
});

test('an answer counts once, for the words that were asked about, and only with the state that was sealed', async () => {
  const asking = await askingClient('accept');
  const placing = asking.call('place_order', order);
  const { ticket } = (await relay.accept('order.place')) as unknown as { ticket: string };
  relay.report(ticket, 1, 'final');
  await placing;
  const [asked, answered] = asking.calls;
  expect(answered?.body.params.requestState).toBeTruthy();
  if (!asked || !answered) throw new Error('it was not asked');

  const attempts: [name: string, request: Sent, params: object][] = [
    ['the same answer again', answered, {}],
    ['the same state with other words', answered, { arguments: { ...order, quantity: '1000' } }],
    ['an answer without a state', asked, { inputResponses: answered.body.params.inputResponses }],
    [
      'an answer with a state of its own making',
      asked,
      { requestState: btoa(JSON.stringify({ ticket })), inputResponses: answered.body.params.inputResponses },
    ],
    ['the state of an order, to confirm another', answered, { name: 'confirm_order', arguments: { ticket } }],
  ];
  for (const [name, request, params] of attempts) {
    const told = await asking.again(request, params);
    expect(sent(), `${name}: ${told.slice(0, 300)}`).toBe(0);
  }
  await asking.close();
});

test('an answer to a question that was not answered yet counts for its words alone, and the first answer ends it', async () => {
  const asking = await askingClient('later');
  await asking.call('place_order', order).catch(() => undefined);
  const [asked] = asking.calls;
  const [requestState] = asking.states;
  if (!asked || requestState === undefined) throw new Error('it was not asked');
  const inputResponses = { approve: { action: 'accept', content: { approve: true } } };
  const larger = { ...order, quantity: '1000' };
  expect(await asking.again(asked, { arguments: larger, requestState, inputResponses })).toContain('conflict');
  expect(await audited()).toContain('answer refused');
  await asking.again(asked, { requestState, inputResponses });
  expect(sent()).toBe(0);
  await asking.close();
});

test('a human who declines, or never answers, has not approved', async () => {
  const declining = await askingClient('decline');
  expect(textOf(await declining.call('place_order', order))).not.toMatch(underWay);
  await declining.close();
  const silent = await askingClient('later');
  await silent.call('place_order', { ...order, quantity: '3' }).catch(() => undefined);
  await silent.close();
  expect(sent()).toBe(0);
  expect(await audited()).toContain('denied');
});
