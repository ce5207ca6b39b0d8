import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { generateDeviceKey } from '../../shared/tunnel/credential.ts';
import { FakeHub } from '../../test/support/fake-hub.ts';
import { monotonicNow } from '../async/monotonic.ts';
import { createToolRunner } from '../tools/run-tool.ts';
import { executorOf, type ToolContext } from '../tools/support/tool.ts';
import { startTunnel, type Tunnel } from './tunnel.ts';

/** Tools that work for `ms`, or until their signal aborts; the tunnel and the runner in front of them are the real ones. */
const seen: { op: string; kind: string; aborted: boolean }[] = [];
const workFor = async ({ ms }: { ms: number }, op: string, { signal, kind }: ToolContext) => {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
  seen.push({ op, kind, aborted: signal.aborted });
  return { done: true };
};
const operation = (name: string, kind: 'read' | 'mutation') => {
  const definition = {
    name,
    kind,
    input: z.object({ ms: z.number() }),
    output: z.object({ done: z.boolean() }),
    timeoutMs: 200,
  };
  return executorOf(definition, (args, context) => workFor(args, name, context), { offline: true });
};

let hub: FakeHub;
let tunnel: Tunnel;

beforeEach(async () => {
  seen.length = 0;
  hub = new FakeHub();
  await hub.start();
  const { privateKey } = await generateDeviceKey();
  const logger = pino({ level: 'silent' });
  const runTool = createToolRunner({
    gateway: undefined as never,
    records: undefined as never,
    config: { relayName: 'attic', trading: 'read-only' },
    version: '1.0.0',
    logger,
    operations: [operation('look', 'read'), operation('act', 'mutation')],
  });
  tunnel = startTunnel({
    credential: { home: 'home_0123456789', device: 'device_0123456789', privateKey },
    url: hub.url,
    run: (op, args, { timeoutMs, progress: _, ...call }) =>
      runTool(op, args, { ...call, deadline: monotonicNow() + timeoutMs }),
    status: () => ({}),
    logger,
    name: 'attic',
    version: '1.0.0',
    onStop: () => undefined,
    timing: { stopPatienceMs: 1_500 },
  });
  await hub.welcome();
});

afterEach(async () => {
  await tunnel.stop();
  await hub.stop();
});

const call = (id: string, op: string, ms: number, more: Parameters<FakeHub['call']>[1] = {}) =>
  hub.call(id, { op, args: { ms }, timeoutMs: 200, ...more });

describe('a mutation', () => {
  it('runs to its end beyond its deadline and its tool’s limit, where a read is aborted', async () => {
    call('r', 'look', 400);
    call('m', 'act', 400, { kind: 'mutation' });
    expect(await hub.result('r')).toMatchObject({ ok: false, error: { code: 'relay_timeout' } });
    expect(await hub.result('m')).toMatchObject({ ok: true, value: { done: true } });
    expect(seen).toEqual([
      { op: 'look', kind: 'read', aborted: true },
      { op: 'act', kind: 'mutation', aborted: false },
    ]);
  });

  it('is not aborted when its caller leaves', async () => {
    call('r', 'look', 5_000);
    call('m', 'act', 300, { kind: 'mutation' });
    await sleep(50);
    hub.send({ t: 'cancel', id: 'r' });
    hub.send({ t: 'cancel', id: 'm' });
    await vi.waitFor(() => expect(seen).toHaveLength(2), 3_000);
    expect(seen).toEqual([
      { op: 'look', kind: 'read', aborted: true },
      { op: 'act', kind: 'mutation', aborted: false },
    ]);
  });

  it('is not run when it comes as a read, which the tunnel may repeat', async () => {
    call('m', 'act', 10);
    expect(await hub.result('m')).toMatchObject({ ok: false, error: { code: 'unsupported' } });
    expect(seen).toEqual([]);
  });

  it('is waited for when the relay stops, and its outcome told', async () => {
    call('r', 'look', 5_000);
    call('m', 'act', 400, { kind: 'mutation', timeoutMs: 100 });
    await sleep(50);
    const stopped = tunnel.stop();
    expect(await hub.result('m')).toMatchObject({ ok: true });
    expect(tunnel.state().connected).toBe(true);
    hub.send({ t: 'ack', id: 'm' });
    await stopped;
    expect(seen).toEqual([
      { op: 'look', kind: 'read', aborted: true },
      { op: 'act', kind: 'mutation', aborted: false },
    ]);
    expect(tunnel.state().connected).toBe(false);
  });

  it('is waited for when the hub has ended the tunnel for good, but not for ever', async () => {
    call('m', 'act', 300, { kind: 'mutation' });
    await sleep(50);
    hub.socket.close(4001);
    await vi.waitFor(() => expect(tunnel.state().phase).toBe('stopped'));
    await tunnel.stop();
    expect(seen).toEqual([{ op: 'act', kind: 'mutation', aborted: false }]);
  });

  it('that never ends keeps a stop for a bounded time only', async () => {
    call('m', 'act', 60_000, { kind: 'mutation' });
    await sleep(50);
    const began = performance.now();
    await tunnel.stop();
    expect(performance.now() - began).toBeGreaterThanOrEqual(1_400);
    expect(seen).toEqual([]);
  });
});
