import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ToolError } from '../../shared/errors.ts';
import { generateDeviceKey } from '../../shared/tunnel/credential.ts';
import { defaultLimits, type RelayFrame } from '../../shared/tunnel/frames.ts';
import { FakeHub } from '../../test/support/fake-hub.ts';
import { Outbox } from './outbox.ts';
import { startTunnel, type Tunnel, type TunnelOptions } from './tunnel.ts';

const everything = ['instructions', 'events'];

let hub: FakeHub;
let tunnel: Tunnel;
let folder: string;
let outbox: Outbox;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  outbox = new Outbox(join(folder, 'outbox.sqlite'));
  hub = new FakeHub();
  await hub.start();
  vi.spyOn(Math, 'random').mockReturnValue(0.01);
});

afterEach(async () => {
  await tunnel.stop();
  await hub.stop();
  outbox.close();
  rmSync(folder, { recursive: true });
});

async function start(options: Partial<TunnelOptions>): Promise<void> {
  const { privateKey } = await generateDeviceKey();
  tunnel = startTunnel({
    credential: { home: 'home_0123456789', device: 'device_0123456789', privateKey },
    url: hub.url,
    run: () => new Promise(() => undefined),
    status: () => ({}),
    logger: pino({ level: 'silent' }),
    name: 'attic',
    version: '1.0.0',
    onStop: () => undefined,
    ...options,
  });
}

/** Waits for the next hello and welcomes it. */
async function welcome(features: string[] | undefined): Promise<Extract<RelayFrame, { t: 'hello' }>> {
  const hello = await hub.frame('hello');
  hub.frames.length = 0;
  hub.send({ t: 'welcome', proto: 1, session: `s${hub.sockets.length}`, limits: defaultLimits, drop: [], features });
  return hello;
}

const events = () => hub.frames.filter((frame) => frame.t === 'event');

describe('instructions', () => {
  it('are taken on, or refused with the reason, while calls fill every lane', async () => {
    const taken: string[] = [];
    await start({
      instruct: async ({ id, name, body }) => {
        if (name === 'refuse') throw new ToolError({ code: 'ib_error', message: 'No.' });
        if (name === 'fail') throw new Error('somewhere in the middle');
        taken.push(`${id} ${name} ${JSON.stringify(body)}`);
      },
    });
    expect((await welcome(everything)).features).toEqual(['instructions', 'accounts']);
    for (let index = 0; index < defaultLimits.maxInFlight + 5; index += 1) hub.call(`c${index}`);
    await hub.frame('result', ({ ok }) => !ok);
    hub.send({ t: 'instruct', id: 'a', name: 'do', body: { x: 1 } });
    hub.send({ t: 'instruct', id: 'b', name: 'refuse', body: {} });
    hub.send({ t: 'instruct', id: 'c', name: 'fail', body: {} });
    expect(await hub.frame('accepted')).toEqual({ t: 'accepted', id: 'a' });
    expect(await hub.frame('refused')).toMatchObject({ id: 'b', error: { code: 'ib_error', message: 'No.' } });
    expect(taken).toEqual(['a do {"x":1}']);
    hub.send({ t: 'instruct', id: 'd', name: 'do', body: {} });
    await hub.frame('accepted', ({ id }) => id === 'd');
    // Neither word would be true of what failed somewhere in the middle.
    expect(hub.frames.some((frame) => 'id' in frame && frame.id === 'c')).toBe(false);
  });

  it('are refused by a relay that takes none, and are not announced by it', async () => {
    await start({});
    expect((await welcome(everything)).features).toEqual(['accounts']);
    hub.send({ t: 'instruct', id: 'a', name: 'do', body: {} });
    expect(await hub.frame('refused')).toMatchObject({ id: 'a', error: { code: 'unsupported' } });
  });

  it('are answered on their own connection only', async () => {
    let end: (() => void) | undefined;
    await start({
      instruct: () =>
        new Promise((resolve) => {
          end = resolve;
        }),
    });
    await welcome(everything);
    hub.send({ t: 'instruct', id: 'a', name: 'do', body: {} });
    hub.call('b');
    await vi.waitFor(() => expect(end).toBeDefined());
    hub.socket.terminate();
    await welcome(everything);
    end?.();
    await vi.waitFor(() => expect(tunnel.state().connected).toBe(true));
    tunnel.updateStatus({ later: true });
    await hub.frame('status', ({ status }) => status.later === true);
    expect(hub.frames.some((frame) => frame.t === 'accepted')).toBe(false);
  });
});

describe('events', () => {
  it('are on disk before anybody hears of them, and stay until the hub has taken them', async () => {
    outbox.add('happened', { n: 1 });
    await start({ outbox });
    expect((await welcome(everything)).features).toEqual(['events', 'accounts']);
    outbox.add('happened', { n: 2 });
    await vi.waitFor(() => expect(events()).toHaveLength(2));
    const [first, second] = events();
    expect([first, second]).toMatchObject([
      { seq: 1, acked: 0, name: 'happened', body: { n: 1 } },
      { seq: 2, acked: 0, body: { n: 2 } },
    ]);
    hub.send({ t: 'taken', generation: first?.generation ?? '', seq: 1 });
    await vi.waitFor(() => expect(outbox.pending()).toHaveLength(1));
    hub.socket.terminate();
    await welcome(everything);
    await vi.waitFor(() => expect(events()).toMatchObject([{ seq: 2, acked: 1 }]));
    hub.send({ t: 'taken', generation: second?.generation ?? '', seq: 2 });
    await vi.waitFor(() => expect(outbox.pending()).toEqual([]));
  });

  it('that a failing disk does not let go are logged, and the tunnel goes on', async () => {
    const lines: string[] = [];
    vi.spyOn(outbox, 'taken').mockImplementation(() => {
      throw new Error('disk I/O error');
    });
    outbox.add('happened', { n: 1 });
    await start({ outbox, logger: pino({ level: 'error' }, { write: (line) => lines.push(line) }) });
    await welcome(everything);
    await vi.waitFor(() => expect(events()).toHaveLength(1));
    hub.send({ t: 'taken', generation: events()[0]?.generation ?? '', seq: 1 });
    hub.call('a', { timeoutMs: 50 });
    await hub.result('a');
    expect(lines.join()).toContain('disk I/O error');
    expect(outbox.pending()).toHaveLength(1);
  });

  it('survive a restart under their old numbers, before those of the new start', async () => {
    outbox.add('happened', { n: 1 });
    outbox.close();
    outbox = new Outbox(join(folder, 'outbox.sqlite'));
    await start({ outbox });
    await welcome(everything);
    outbox.add('happened', { n: 2 });
    await vi.waitFor(() => expect(events()).toHaveLength(1));
    const old = events()[0]?.generation ?? '';
    hub.send({ t: 'taken', generation: old, seq: 1 });
    await vi.waitFor(() => expect(events()).toHaveLength(2));
    expect(events()[1]).toMatchObject({ seq: 1, acked: 0, body: { n: 2 } });
    expect(events()[1]?.generation).not.toBe(old);
  });

  it('wait for a hub that does not know of them', async () => {
    outbox.add('happened', { n: 1 });
    await start({ outbox });
    await welcome(undefined);
    hub.call('a', { timeoutMs: 50 });
    await hub.result('a');
    expect(events()).toEqual([]);
    expect(outbox.pending()).toHaveLength(1);
  });

  it('have bounds, and say so before anything is lost', () => {
    expect(() => outbox.add('happened', { text: 'x'.repeat(16_384) })).toThrow(ToolError);
    expect(() => outbox.add('', {})).toThrow(ToolError);
    expect(outbox.pending()).toEqual([]);
    const { room } = outbox;
    expect(room).toBeGreaterThan(1_000);
    outbox.add('happened', {});
    expect(outbox.room).toBe(room - 1);
  });

  it('are of one process: a second one cannot open them', () => {
    outbox.add('happened', {});
    expect(() => new Outbox(join(folder, 'outbox.sqlite'))).toThrow('locked');
  });
});
