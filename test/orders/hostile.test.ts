import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../scripts/processes.ts';
import type { Browser } from '../support/browser.ts';
import { type CallResult, connectClient, type TestClient } from '../support/clients.ts';
import { pairDevice } from '../support/raw-relay.ts';
import { TradingRelay, tradingStatus } from '../support/trading-relay.ts';
import { signInAs } from '../support/users.ts';
import { startWorker, type TestWorker } from '../support/worker.ts';

/**
 * A model that wants an order of its own, with everything that a client can send: nothing leaves for the relay, and what was
 * tried stands in the audit, which holds no token. The relay is played by hand; what a real one refuses is tested beside.
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
  const lines = (await audited()).join('\n');
  expect(secrets().filter((secret) => lines.includes(secret))).toEqual([]);
});

const order = { contract: 'AAPL', side: 'BUY', quantity: '1', type: 'LMT', limit_price: '150' };
const textOf = ({ content }: CallResult): string => content[0]?.text ?? '';
const sent = (): number => relay.instructions('order.place').length;
const underWay = /"state":"(approved|submitting|submitted|working|final|unknown)"/;

/** What a client holds that nobody else may have: none of it may be written down. */
const sealed: string[] = [];
function secrets(): string[] {
  const { access_token = '', refresh_token = '' } = client.auth.stored ?? {};
  const tokens = [access_token, refresh_token].flatMap((token) => [token, token.split(':').at(-1) ?? '']);
  expect(access_token.length).toBeGreaterThan(20);
  return [...tokens, ...sealed].filter((secret) => secret !== '');
}

/** `what: detail` of every line. */
async function audited(): Promise<string[]> {
  const rows = await worker.sql('Home', userId, 'SELECT line FROM order_audit ORDER BY seq');
  return rows.map(({ line }) => {
    const { what, detail = '' } = JSON.parse(String(line)) as { what: string; detail?: string };
    return `${what}: ${detail}`;
  });
}

/** Nothing left for the relay, and the audit has grown by a line that says so. */
async function blocked<Result>(line: RegExp, attempt: () => Promise<Result>, name = ''): Promise<Result> {
  const { length } = await audited();
  const result = await attempt();
  expect(sent(), name).toBe(0);
  // What is refused in front of Home is written down beside the answer.
  const isTold = async () => (await audited()).slice(length).some((each) => line.test(each));
  await eventually(`${name} a line like ${line}`, isTold);
  return result;
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
    if (state !== undefined) {
      states.push(state);
      sealed.push(state);
    }
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
  ['hides a size in a child of its bracket', { ...order, take_profit: { limit_price: '160', quantity: '1000' } }],
])('an order that %s is none', async (_name, args) => {
  const refused = /^refused: place_order invalid_arguments/;
  const result = await blocked(refused, () => client.call('place_order', args));
  expect(result.isError, textOf(result)).toBe(true);
});

test('an account that the relay has not gets no order', async () => {
  const elsewhere = () => client.call('place_order', { ...order, account: 'DU2' });
  expect(textOf(await blocked(/^refused: place_order account_not_found/, elsewhere))).toContain('Nothing was sent');
});

test('a connection that was not granted trading orders nothing, and has tried to', async () => {
  const reader = await connectClient({ era: '2025-era', url: worker.mcp, browser });
  const attempt = () => reader.call('place_order', order).then(textOf, String);
  expect(await blocked(/^refused: place_order insufficient_scope/, attempt)).toMatch(/insufficient_scope|403/);
  await reader.close();
});

test('previewing, looking and asking again submit nothing: a ticket waits for its confirmation', async () => {
  const { structuredContent } = await client.call('place_order', order);
  const { ticket, state } = structuredContent as { ticket: string; state: string };
  expect(state).toBe('awaiting_approval');
  await client.call('get_order_status', { order: ticket });
  expect(textOf(await client.call('place_order', order))).not.toMatch(underWay);
  expect(sent()).toBe(0);
  expect((await audited()).filter((line) => line.startsWith('prepared'))).toHaveLength(2);
});

test('a ticket of another connection confirms nothing, though the person is the same', async () => {
  const { structuredContent } = await client.call('preview_order', order);
  const { ticket } = structuredContent as { ticket: string };
  const other = await connectClient({ era: '2025-era', url: worker.mcp, browser, trade: true });
  const theirs = () => other.call('confirm_order', { ticket });
  expect(textOf(await blocked(/^refused: asked for by another grant/, theirs))).toMatch(/^ticket_not_found/);
  const guessed = () => client.call('confirm_order', { ticket: [...ticket].reverse().join('') });
  expect(textOf(await blocked(/^refused: confirm_order ticket_not/, guessed))).toMatch(/^ticket_not_found/);
  await other.close();
});

test('the same request id with other words is a conflict', async () => {
  await client.call('preview_order', { ...order, client_request_id: 'mine' });
  const other = () => client.call('place_order', { ...order, quantity: '2', client_request_id: 'mine' });
  expect(textOf(await blocked(/^conflict/, other))).toMatch(/^conflict/);
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

  const { inputResponses } = answered.body.params;
  const made = { requestState: btoa(JSON.stringify({ ticket })), inputResponses };
  const attempts: [name: string, line: RegExp, request: Sent, params: object][] = [
    ['the same answer again', /^call repeated: final/, answered, {}],
    [
      'the same state with other words',
      /^call repeated: final/,
      answered,
      { arguments: { ...order, quantity: '1000' } },
    ],
    [
      'an answer without a state',
      /^refused: place_order conflict: Its answer belongs to no/,
      asked,
      { inputResponses },
    ],
    [
      'an answer with a state of its own making',
      /^refused: tools\/call conflict: Its state was not sealed/,
      asked,
      made,
    ],
    [
      'the state of an order, to confirm another',
      /^call repeated: final/,
      answered,
      { name: 'confirm_order', arguments: { ticket } },
    ],
  ];
  for (const [name, line, request, params] of attempts) {
    await blocked(line, () => asking.again(request, params), name);
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
  const changed = () => asking.again(asked, { arguments: larger, requestState, inputResponses });
  expect(await blocked(/^answer refused: the arguments were changed/, changed)).toContain('conflict');
  await blocked(/^answer refused: not the question/, () => asking.again(asked, { requestState, inputResponses }));
  await asking.close();
});

test('an answer to a question that was asked anew since is none; one to the newest counts', async () => {
  const asking = await askingClient('later');
  await asking.call('place_order', order).catch(() => undefined);
  await asking.call('place_order', order).catch(() => undefined);
  const [asked] = asking.calls;
  const [stale, newest] = asking.states;
  if (!asked || stale === undefined || newest === undefined) throw new Error('it was not asked twice');
  const answer = (requestState: string) =>
    asking.again(asked, {
      requestState,
      inputResponses: { approve: { action: 'accept', content: { approve: true } } },
    });
  expect(await blocked(/^answer refused: not the question/, () => answer(stale))).toContain('conflict');
  const approved = answer(newest);
  const { ticket } = (await relay.accept('order.place')) as unknown as { ticket: string };
  relay.report(ticket, 1, 'final');
  expect(await approved).toContain('final');
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
  expect((await audited()).filter((line) => line.startsWith('denied'))).toHaveLength(1);
});
