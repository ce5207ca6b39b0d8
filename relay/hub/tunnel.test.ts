import { once } from 'node:events';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ToolError } from '../../shared/errors.ts';
import type { Terminal } from '../../shared/tunnel/close-codes.ts';
import { type DeviceKey, generateDeviceKey, parseConnect, verifyConnect } from '../../shared/tunnel/credential.ts';
import { defaultLimits } from '../../shared/tunnel/frames.ts';
import { FakeHub } from '../../test/support/fake-hub.ts';
import type { RunCall } from './calls.ts';
import { startTunnel, type Tunnel, type TunnelOptions } from './tunnel.ts';

const home = 'home_0123456789';
const device = 'device_0123456789';

let hub: FakeHub;
let key: DeviceKey;
let tunnel: Tunnel | undefined;
let stopped: Terminal[];

beforeEach(async () => {
  hub = new FakeHub();
  stopped = [];
  key = await generateDeviceKey();
  await hub.start();
});

afterEach(async () => {
  await tunnel?.stop();
  tunnel = undefined;
  await hub.stop();
});

function start(run: RunCall, more: Partial<TunnelOptions> = {}): Tunnel {
  // The quick first retry is random within three seconds; the tests take the shortest.
  vi.spyOn(Math, 'random').mockReturnValue(0.01);
  tunnel = startTunnel({
    credential: { home, device, privateKey: key.privateKey },
    url: hub.url,
    run,
    status: () => ({ gateway: 'ready' }),
    logger: pino({ level: 'silent' }),
    name: 'attic',
    version: '1.0.0',
    onStop: (terminal) => stopped.push(terminal),
    ...more,
    timing: { stopPatienceMs: 100, ...more.timing },
  });
  return tunnel;
}

const echo: RunCall = async (_op, args) => args;

describe('tunnel', () => {
  it('connects with a fresh signed credential, says hello and answers calls', async () => {
    const running = start(echo);
    await hub.welcome();
    const credential = parseConnect(hub.authorizations[0]);
    expect(credential).toMatchObject({ home, device });
    expect(credential && (await verifyConnect(credential, key.publicKey, hub.url, Date.now() / 1_000))).toMatchObject({
      ok: true,
    });
    expect(await hub.frame('hello')).toMatchObject({
      status: { gateway: 'ready' },
      calls: [],
      relay: { name: 'attic' },
    });
    hub.call('a', { args: { x: [1, 'é'] } });
    expect(await hub.result('a')).toEqual({ t: 'result', id: 'a', ok: true, value: { x: [1, 'é'] } });
    expect(running.state()).toMatchObject({ connected: true, problem: undefined });
    expect(hub.socket.extensions).toBe('');
  });

  it('pushes status changes', async () => {
    const running = start(echo);
    await hub.welcome();
    await vi.waitFor(() => expect(running.state().connected).toBe(true));
    running.updateStatus({ gateway: 'down' });
    expect(await hub.frame('status')).toMatchObject({ status: { gateway: 'down' } });
  });

  it('answers with typed errors and hides unexpected ones', async () => {
    start(async (op) => {
      if (op === 'typed') throw new ToolError({ code: 'no_data', message: 'None.' });
      if (op === 'circular') {
        const self: Record<string, unknown> = {};
        self.self = self;
        return self;
      }
      throw new Error('secret in a stack');
    });
    await hub.welcome();
    hub.call('a', { op: 'typed' });
    hub.call('b', { op: 'other' });
    hub.call('c', { op: 'circular' });
    expect(await hub.result('a')).toMatchObject({ ok: false, error: { code: 'no_data', message: 'None.' } });
    expect(JSON.stringify(await hub.result('b'))).not.toContain('secret');
    expect(await hub.result('c')).toMatchObject({ ok: false, error: { code: 'internal' } });
  });

  it('gives progress, then ends a read whose time is up, with its signal aborted', async () => {
    let aborted = false;
    start(async (_op, _args, { signal, progress }) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      progress({ progress: 1, total: 3, message: 'waiting' });
      return new Promise(() => {});
    });
    await hub.welcome();
    hub.call('a', { timeoutMs: 100, progress: true });
    expect(await hub.frame('progress')).toMatchObject({ id: 'a', seq: 0, progress: 1, total: 3, message: 'waiting' });
    expect(await hub.result('a')).toMatchObject({ ok: false, error: { code: 'relay_timeout' } });
    expect(aborted).toBe(true);
  });

  it('aborts a cancelled read at once, and lets a mutation run to its end', async () => {
    const signals = new Map<string, AbortSignal>();
    const ends = new Map<string, (value: unknown) => void>();
    start((op, _args, { signal }) => {
      signals.set(op, signal);
      return new Promise((resolve) => ends.set(op, resolve));
    });
    await hub.welcome();
    hub.call('a', { op: 'read' });
    hub.call('b', { op: 'order', kind: 'mutation', timeoutMs: 50 });
    await vi.waitFor(() => expect(signals.size).toBe(2));
    hub.send({ t: 'cancel', id: 'a' });
    await vi.waitFor(() => expect(signals.get('read')?.aborted).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(signals.get('order')?.aborted).toBe(false);
    ends.get('order')?.({ placed: true });
    expect(await hub.result('b')).toMatchObject({ ok: true, value: { placed: true } });
    expect(hub.frames.some((frame) => frame.t === 'result' && frame.id === 'a')).toBe(false);
  });

  it('executes a repeated mutation once, before and after its result was acknowledged', async () => {
    const executed: string[] = [];
    start(async (op) => executed.push(op));
    await hub.welcome();
    hub.call('a', { kind: 'mutation' });
    hub.call('a', { kind: 'mutation' });
    await hub.result('a');
    hub.call('a', { kind: 'mutation' });
    await vi.waitFor(() => expect(hub.frames.filter((frame) => frame.t === 'result').length).toBeGreaterThanOrEqual(2));
    hub.send({ t: 'ack', id: 'a' });
    hub.call('a', { kind: 'mutation' });
    const refused = await hub.frame('result', (frame) => !frame.ok);
    expect(refused).toMatchObject({ id: 'a', error: { code: 'relay_interrupted' } });
    expect(executed).toEqual(['echo']);
  });

  it('keeps an unacknowledged result over a lost connection and sends it again', async () => {
    let executions = 0;
    start(async () => ++executions);
    await hub.welcome();
    hub.call('a');
    await hub.result('a');
    hub.frames.length = 0;
    hub.socket.terminate();
    await hub.frame('hello', (frame) => frame.calls.includes('a'));
    await hub.welcome();
    expect(await hub.result('a')).toMatchObject({ ok: true, value: 1 });
    expect(hub.sockets).toHaveLength(2);
    expect(new Set(hub.authorizations).size).toBe(2);
  });

  it('sends a large result in pieces only as far as the credit goes, and small ones in between', async () => {
    const large = { text: 'a"é€🙂'.repeat(4_000) };
    start(async (op) => (op === 'large' ? large : 'small'));
    await hub.welcome({ ...defaultLimits, chunkBytes: 4_096, windowBytes: 16_384 });
    hub.call('a', { op: 'large' });
    await hub.frame('chunk');
    hub.call('b');
    await hub.result('b');
    const pieces = () => hub.frames.flatMap((frame) => (frame.t === 'chunk' && frame.id === 'a' ? [frame.data] : []));
    const bytes = () => pieces().reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(bytes()).toBeLessThanOrEqual(16_384);
    expect(bytes()).toBeGreaterThan(16_384 - 4_096);
    const granting = setInterval(() => hub.send({ t: 'credit', id: 'a', bytes: 4_096 }), 5);
    const result = await hub.result('a').finally(() => clearInterval(granting));
    expect(result).toMatchObject({
      ok: true,
      chunks: pieces().length,
      bytes: Buffer.byteLength(JSON.stringify(large)),
    });
    expect(JSON.parse(pieces().join(''))).toEqual(large);
  });

  it('loses nothing when the hub reads slowly', async () => {
    start(async () => 'x'.repeat(300_000));
    await hub.welcome();
    hub.socket.pause();
    for (let index = 0; index < 20; index += 1) hub.call(`slow-${index}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    hub.socket.resume();
    for (let index = 0; index < 20; index += 1) {
      expect(await hub.result(`slow-${index}`)).toMatchObject({ ok: true, bytes: 300_002 });
    }
  });

  it.each([
    ['text that is no JSON', '{'],
    ['a call without an op', JSON.stringify({ t: 'call', id: 'x' })],
    ['a second welcome', JSON.stringify({ t: 'welcome', proto: 1, session: 's', limits: defaultLimits, drop: [] })],
    ['a binary message', Buffer.from('{}')],
  ])('closes with 4400 on %s and comes back', async (_, message) => {
    start(echo);
    await hub.welcome();
    hub.call('a');
    await hub.result('a');
    const closed = once(hub.socket, 'close');
    hub.socket.send(message);
    expect((await closed)[0]).toBe(4400);
    await vi.waitFor(() => expect(hub.sockets).toHaveLength(2), 5_000);
  });

  it('closes with 1009 on an oversize message and comes back', async () => {
    start(echo);
    await hub.welcome();
    const closed = once(hub.socket, 'close');
    hub.socket.send('x'.repeat(1_048_577));
    expect((await closed)[0]).toBe(1009);
    await vi.waitFor(() => expect(hub.sockets).toHaveLength(2), 5_000);
  });

  it('ignores a frame of an unknown type', async () => {
    start(echo);
    await hub.welcome();
    hub.socket.send('{"t":"from-the-future"}');
    hub.call('a');
    expect(await hub.result('a')).toMatchObject({ ok: true });
  });

  it.each([
    [4001, 'Another relay'],
    [4401, 'Get a new code'],
    [4426, 'Update the relay'],
  ])('stops for good on %d and says what to do', async (code, sentence) => {
    const running = start(echo);
    await hub.welcome();
    hub.socket.close(code);
    await vi.waitFor(() => expect(stopped).toHaveLength(1));
    expect(stopped[0]?.reason).toContain(sentence);
    expect(running.state()).toMatchObject({ connected: false, phase: 'stopped', problem: stopped[0]?.reason });
  });

  it.each([
    [401, 'Get a new code'],
    [403, 'Get a new code'],
    [426, 'Update the relay'],
  ])('stops for good on HTTP %d', async (status, sentence) => {
    hub.refuse = { status };
    start(echo);
    await vi.waitFor(() => expect(stopped[0]?.reason).toContain(sentence));
  });

  it('tries again later after a refusal with Retry-After, and passes on the sentence of the server', async () => {
    hub.refuse = { status: 503, headers: 'retry-after: 1\r\n', body: '{"error":{"message":"Back soon."}}' };
    const running = start(echo);
    await vi.waitFor(() => expect(running.state().problem).toBe('Back soon.'));
    const refusedAt = performance.now();
    await vi.waitFor(() => expect(hub.sockets).toHaveLength(1), 5_000);
    expect(performance.now() - refusedAt).toBeGreaterThan(900);
    expect(stopped).toEqual([]);
  });

  it('reconnects when two pings stay unanswered, and not before', async () => {
    start(echo, { timing: { heartbeatMs: 60 } });
    await hub.welcome();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(hub.sockets).toHaveLength(1);
    hub.pongs = false;
    await vi.waitFor(() => expect(hub.sockets).toHaveLength(2), 5_000);
  });

  it('stops when asked: closes with 1000, aborts reads and does not come back', async () => {
    let signal: AbortSignal | undefined;
    const running = start((_op, _args, context) => {
      signal = context.signal;
      return new Promise(() => {});
    });
    await hub.welcome();
    hub.call('a');
    await vi.waitFor(() => expect(signal).toBeDefined());
    const closed = once(hub.socket, 'close');
    await running.stop();
    expect((await closed)[0]).toBe(1000);
    expect(signal?.aborted).toBe(true);
    expect(stopped).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(hub.sockets).toHaveLength(1);
  });

  it('gives up a server that does not answer the upgrade, and can be stopped meanwhile', async () => {
    hub.mute = true;
    const running = start(echo, { timing: { handshakeMs: 100 } });
    await vi.waitFor(() => expect(hub.authorizations.length).toBeGreaterThan(1), 5_000);
    expect(running.state()).toMatchObject({ connected: false, problem: expect.stringContaining('handshake') });
    await running.stop();
    expect(stopped).toEqual([]);
  });

  it('refuses plain http to another machine', () => {
    expect(() => start(echo, { url: 'http://mcp.example.com' })).toThrow('https://');
  });
});
