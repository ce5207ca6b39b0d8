import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../scripts/processes.ts';
import type { ConnectIdentity } from '../shared/tunnel/credential.ts';
import { signConnect } from '../shared/tunnel/credential.ts';
import { connectClient, type TestClient } from './support/clients.ts';
import {
  connectRaw,
  okStatus,
  openTunnel,
  pairDevice,
  type RawRelay,
  Refused,
  startPairedUser,
} from './support/raw-relay.ts';
import { signInAs } from './support/users.ts';
import type { TestWorker } from './support/worker.ts';

/** The Home's end of the tunnel on the real runtime, against a relay that does exactly what each test says. */

let worker: TestWorker;
let userId: string;
let identity: ConnectIdentity;
let client: TestClient;
const open: RawRelay[] = [];

beforeAll(async () => {
  ({ worker, userId, identity, client } = await startPairedUser());
});
afterAll(() => worker.close());
afterEach(() => {
  for (const relay of open.splice(0)) relay.drop();
});

async function connect(calls: string[] = [], bootId?: string): Promise<RawRelay> {
  const relay = await connectRaw(worker, identity, calls, bootId);
  open.push(relay);
  return relay;
}

const accounts = { accounts: [{ account: 'DU1', kind: 'paper', relay: 'raw' }] };
const errorOf = (result: { _meta?: Record<string, unknown> }) =>
  result._meta?.['ibkr-remote-mcp/error'] as { code: string; message: string } | undefined;
const authorization = (origin = worker.origin.origin, atMs = Date.now()) => signConnect(identity, origin, atMs / 1_000);
const evict = (webSockets: 'hibernate' | 'close') => worker.evictHome(userId, webSockets);

async function refusal(headers: Record<string, string>): Promise<Refused> {
  const outcome = await openTunnel(worker, headers).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(Refused);
  return outcome as Refused;
}

describe('who may open the tunnel', () => {
  test('an access token may not', async () => {
    const { status } = await refusal({ Authorization: `Bearer ${client.auth.stored?.access_token}` });
    expect(status).toBe(401);
  });

  test('and a device key opens no MCP', async () => {
    const response = await fetch(worker.mcp, {
      method: 'POST',
      headers: { Authorization: await authorization() },
      body: '{}',
    });
    expect(response.status).toBe(401);
  });

  test('a browser may not', async () => {
    expect((await refusal({ Authorization: await authorization(), Origin: worker.origin.origin })).status).toBe(403);
  });

  test('a plain request is told what the address is for', async () => {
    expect((await fetch(new URL('/relay', worker.origin))).status).toBe(426);
  });

  test('a credential works once', async () => {
    const header = await authorization();
    open.push(await openTunnel(worker, { Authorization: header }));
    expect((await refusal({ Authorization: header })).body).toContain('replayed');
  });

  test('a credential for another server is refused', async () => {
    expect((await refusal({ Authorization: await authorization('https://other.example') })).status).toBe(401);
  });

  test('a wrong clock is named, and is not taken for a removed relay', async () => {
    const refused = await refusal({ Authorization: await authorization(undefined, Date.now() - 600_000) });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatch(/60\d seconds behind/);
  });

  test('another user’s device key opens nothing of this user', async () => {
    const other = await signInAs(worker, 'test:other');
    const theirs = await pairDevice(worker, other.browser);
    const header = await signConnect({ ...theirs, home: userId }, worker.origin.origin, Date.now() / 1_000);
    expect((await refusal({ Authorization: header })).status).toBe(401);
    const swapped = await signConnect(
      { ...identity, privateKey: theirs.privateKey },
      worker.origin.origin,
      Date.now() / 1_000,
    );
    expect((await refusal({ Authorization: swapped })).status).toBe(401);
  });

  test('a removed relay is cut off and stays out', async () => {
    const other = await signInAs(worker, 'test:removal');
    const theirs = await pairDevice(worker, other.browser);
    const relay = await connectRaw(worker, theirs);
    const dashboard = await other.browser.open(worker.origin);
    expect(dashboard.text).toContain('raw relay ready');
    await (await dashboard.follow('Remove …')).submit('Remove');
    expect((await relay.closing()).code).toBe(4401);
    const header = await signConnect(theirs, worker.origin.origin, Date.now() / 1_000);
    expect((await refusal({ Authorization: header })).status).toBe(401);
  });
});

test.each([1_000, 4_400, 4_426])(
  'a relay that says goodbye (%i) is answered, so that it need not wait',
  async (code) => {
    const relay = await connect();
    relay.socket.close(code);
    expect((await relay.closing()).code).toBe(code);
  },
);

test('a removed relay that does not answer the goodbye is gone all the same', async () => {
  const other = await signInAs(worker, 'test:deaf');
  const theirs = await connectClient({ era: '2026-07-28', url: worker.mcp, browser: other.browser });
  const relay = await connectRaw(worker, await pairDevice(worker, other.browser));
  (relay.socket as unknown as { _socket: { pause(): void } })._socket.pause();
  await (await (await other.browser.open(worker.origin)).follow('Remove …')).submit('Remove');
  expect(errorOf(await theirs.call('list_accounts'))?.code).toBe('relay_offline');
  relay.drop();
});

test('a flood of statuses is a handful of writes, and the last one counts', async () => {
  const other = await signInAs(worker, 'test:statuses');
  const relay = await connectRaw(worker, await pairDevice(worker, other.browser));
  const inHome = (statement: string) => worker.sql('Home', other.userId, statement);
  await inHome('CREATE TABLE written (n INTEGER)');
  await inHome('CREATE TRIGGER counting AFTER UPDATE OF status ON device BEGIN INSERT INTO written VALUES (1); END');
  const begun = performance.now();
  for (let index = 0; index < 3_000; index++) {
    relay.send({ t: 'status', status: { ...okStatus, version: String(index) } });
    if (index % 300 === 0) await new Promise((resolve) => setTimeout(resolve, 150));
  }
  const shown = async () => {
    const page = await other.browser.open(new URL('/relays', worker.origin));
    const { relays } = JSON.parse(page.html) as { relays: { status: { version: string } }[] };
    return relays[0]?.status.version;
  };
  await eventually('the last status', async () => (await shown()) === '2999', 10_000);
  await eventually('the last status in storage', async () => {
    const [row] = await inHome('SELECT status FROM device');
    return JSON.parse(String(row?.status)).version === '2999';
  });
  // One a second, however long a busy machine takes, and the first.
  const mostWrites = 2 + Math.ceil((performance.now() - begun) / 1_000);
  expect((await inHome('SELECT * FROM written')).length).toBeLessThanOrEqual(mostWrites);
  relay.drop();
});

describe('a call', () => {
  test('travels to the relay and back', async () => {
    const relay = await connect();
    const pending = client.call('list_accounts');
    const call = await relay.next('call');
    expect(call).toMatchObject({ op: 'list_accounts', args: {}, kind: 'read', timeoutMs: 30_000 });
    relay.send({ t: 'result', id: call.id ?? '', ok: true, value: accounts });
    expect((await pending).structuredContent).toEqual(accounts);
    expect(await relay.next('ack')).toMatchObject({ id: call.id });
  });

  test('brings typed errors with candidates', async () => {
    const relay = await connect();
    const pending = client.call('get_historical_bars', { contract: 'SHEL' });
    const { id = '' } = await relay.next('call');
    relay.send({
      t: 'result',
      id,
      ok: false,
      error: { code: 'ambiguous_contract', message: 'Two.', candidates: ['SHEL.GBP', 'SHEL'] },
    });
    const result = await pending;
    expect(result.isError).toBe(true);
    expect(result.content[0]?.text).toContain('SHEL.GBP | SHEL');
  });

  test('whose answer is not what the tool promises is an error, not wrong data', async () => {
    const relay = await connect();
    const pending = client.call('list_accounts');
    const { id = '' } = await relay.next('call');
    relay.send({ t: 'result', id, ok: true, value: { accounts: 'none' } });
    expect(errorOf(await pending)?.code).toBe('internal');
  });

  test('without a relay says so at once', async () => {
    expect(errorOf(await client.call('list_accounts'))?.code).toBe('relay_offline');
  });

  test('survives a lost connection: the relay resends the answer', async () => {
    const relay = await connect();
    const pending = client.call('list_accounts');
    const { id = '' } = await relay.next('call');
    relay.drop();
    const again = await connect([id]);
    again.send({ t: 'result', id, ok: true, value: accounts });
    expect((await pending).structuredContent).toEqual(accounts);
  });

  test('that a restarted relay does not know is sent again', async () => {
    const relay = await connect();
    const pending = client.call('list_accounts');
    const first = await relay.next('call');
    relay.drop();
    const again = await connect([], 'boot-2');
    const second = await again.next('call');
    expect(second.id).toBe(first.id);
    again.send({ t: 'result', id: second.id ?? '', ok: true, value: accounts });
    expect((await pending).structuredContent).toEqual(accounts);
  });

  test('cancelled by the client is cancelled at the relay', async () => {
    const relay = await connect();
    const abort = new AbortController();
    const pending = client
      .call('get_historical_bars', { contract: 'AAPL' }, { signal: abort.signal })
      .catch((error: unknown) => error);
    const { id } = await relay.next('call');
    abort.abort();
    await pending;
    expect((await relay.next('cancel')).id).toBe(id);
  });

  test('reports progress in order', async () => {
    const relay = await connect();
    const seen: number[] = [];
    const pending = client.call('list_accounts', {}, { onProgress: ({ progress }) => seen.push(progress) });
    const { id = '' } = await relay.next('call');
    for (let seq = 0; seq < 5; seq++) {
      relay.send({ t: 'progress', id, seq, progress: seq + 1, total: 10, message: 'piece' });
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    // Too many at once: of these the newest, before the answer.
    for (let seq = 5; seq < 10; seq++) relay.send({ t: 'progress', id, seq, progress: seq + 1, total: 10 });
    relay.send({ t: 'result', id, ok: true, value: accounts });
    await pending;
    expect(seen.slice(0, 5)).toEqual([1, 2, 3, 4, 5]);
    expect(seen.at(-1)).toBe(10);
    expect(seen.length).toBeLessThan(10);
  });

  test('with a large answer keeps the relay to its credit', async () => {
    const relay = await connect();
    const pending = client.call('list_accounts');
    const { id = '' } = await relay.next('call');
    const many = {
      accounts: Array.from({ length: 40_000 }, (_, index) => ({ account: `DU${index}`, kind: 'paper', relay: 'räw' })),
    };
    const text = JSON.stringify(many);
    const bytes = Buffer.byteLength(text);
    let credit = 524_288;
    let seq = 0;
    for (let at = 0; at < text.length; at += 50_000) {
      const data = text.slice(at, at + 50_000);
      while (credit < Buffer.byteLength(data)) credit += Number((await relay.next('credit')).bytes);
      credit -= Buffer.byteLength(data);
      relay.send({ t: 'chunk', id, seq: seq++, data });
    }
    relay.send({ t: 'result', id, ok: true, chunks: seq, bytes });
    expect(bytes).toBeGreaterThan(1_500_000);
    expect((await pending).structuredContent).toEqual(many);
  });

  test('with a large answer that is cut off in the middle starts over', async () => {
    const relay = await connect();
    const pending = client.call('list_accounts');
    const { id = '' } = await relay.next('call');
    const text = JSON.stringify(accounts);
    relay.send({ t: 'chunk', id, seq: 0, data: text.slice(0, 10) });
    await new Promise((resolve) => setTimeout(resolve, 200));
    relay.drop();
    const again = await connect([id]);
    again.send({ t: 'chunk', id, seq: 0, data: text.slice(0, 20) });
    again.send({ t: 'chunk', id, seq: 1, data: text.slice(20) });
    again.send({ t: 'result', id, ok: true, chunks: 2, bytes: text.length });
    expect((await pending).structuredContent).toEqual(accounts);
  });
});

describe('a Home that was put to sleep', () => {
  test('answers over the same connection', async () => {
    const relay = await connect();
    await evict('hibernate');
    const pending = client.call('list_accounts');
    const { id = '' } = await relay.next('call');
    relay.send({ t: 'result', id, ok: true, value: accounts });
    expect((await pending).structuredContent).toEqual(accounts);
    expect(relay.closed).toBeUndefined();
  });

  test('and evicted with its connections is offline until the relay is back', async () => {
    const relay = await connect();
    await evict('close');
    await relay.closing();
    expect(errorOf(await client.call('list_accounts'))?.code).toBe('relay_offline');
    const back = await connect();
    const pending = client.call('list_accounts');
    const { id = '' } = await back.next('call');
    back.send({ t: 'result', id, ok: true, value: accounts });
    expect((await pending).structuredContent).toEqual(accounts);
  });

  test('does not take a dead socket from before for the live one', async () => {
    const old = await connect();
    // Its network is gone: it neither hears the goodbye nor closes.
    (old.socket as unknown as { _socket: { pause(): void } })._socket.pause();
    const fresh = await connect();
    await evict('hibernate');
    const pending = client.call('list_accounts');
    const { id = '' } = await fresh.next('call');
    fresh.send({ t: 'result', id, ok: true, value: accounts });
    expect((await pending).structuredContent).toEqual(accounts);
    expect(fresh.closed).toBeUndefined();
  });

  test('answers pings without waking', async () => {
    const relay = await connect();
    const pong = new Promise((resolve) =>
      relay.socket.on('message', (data) => String(data) === 'pong' && resolve(true)),
    );
    await evict('hibernate');
    relay.socket.send('ping');
    expect(await pong).toBe(true);
  });
});

describe('a relay that misbehaves', () => {
  test.each([
    ['not JSON', (relay: RawRelay) => relay.socket.send('{'), 4400],
    ['no type', (relay: RawRelay) => relay.socket.send('{}'), 4400],
    ['a malformed frame', (relay: RawRelay) => relay.send({ t: 'chunk', id: 'x', seq: -1, data: 'x' }), 4400],
    ['a second hello', (relay: RawRelay) => relay.hello(), 4400],
    ['a binary frame', (relay: RawRelay) => relay.socket.send(Buffer.from([1, 2, 3])), 4400],
    [
      'an oversize frame',
      (relay: RawRelay) => relay.socket.send(JSON.stringify({ t: 'status', status: { x: 'y'.repeat(1_100_000) } })),
      1009,
    ],
  ])('by sending %s is disconnected with a reason', async (_, misbehave, code) => {
    const relay = await connect();
    misbehave(relay);
    const closed = await relay.closing();
    expect(closed.code).toBe(code);
    expect(closed.reason).not.toBe('');
  });

  test('by speaking no common version is told so', async () => {
    const relay = await openTunnel(worker, { Authorization: await authorization() });
    relay.send({
      t: 'hello',
      min: 90,
      max: 99,
      relay: { name: 'raw', version: '0' },
      bootId: 'b',
      status: okStatus,
      calls: [],
    });
    expect((await relay.closing()).code).toBe(4426);
  });

  test('by sending frames of a future type is not disturbed', async () => {
    const relay = await connect();
    relay.send({ t: 'telepathy', thought: 1 });
    const pending = client.call('list_accounts');
    const { id = '' } = await relay.next('call');
    relay.send({ t: 'result', id, ok: true, value: accounts });
    expect((await pending).isError).toBeFalsy();
  });

  test('by connecting twice replaces itself', async () => {
    const first = await connect();
    await connect();
    expect((await first.closing()).code).toBe(4001);
  });

  test('by not answering is reported as silent', async () => {
    await connect();
    const status = (await client.call('get_status')).structuredContent as { ok: boolean; problem: string };
    expect(status.ok).toBe(false);
    expect(status.problem).toContain('does not answer');
  });
});

test('two users never reach each other’s relays', async () => {
  const other = await signInAs(worker, 'test:separate');
  const theirs = await connectClient({ era: '2025-era', url: worker.mcp, browser: other.browser });
  const relay = await connect();
  expect(errorOf(await theirs.call('list_accounts'))?.code).toBe('relay_offline');
  expect(relay.frames.filter((frame) => frame.t === 'call')).toEqual([]);
  expect((await other.browser.open(worker.origin)).text).toContain('No relay yet');
});
