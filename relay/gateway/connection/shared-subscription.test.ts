import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ToolError } from '../../../shared/errors.ts';
import { type Simulator, startSimulator } from '../../../simulator/index.ts';
import { connectTo, type TestConnection } from '../../../test/support/connection.ts';
import { SharedSubscription } from './shared-subscription.ts';

let sim: Simulator;
let connection: TestConnection;

beforeEach(async () => {
  sim = await startSimulator();
  connection = await connectTo(sim);
});

afterEach(async () => {
  connection.supervisor.stop();
  await sim.close();
});

function pnlFeed(lingerMs: number, onReleased: () => void = () => undefined) {
  return new SharedSubscription<{ daily?: number | undefined }>(connection.data, {
    what: 'P&L',
    initial: () => ({}),
    deadlineMs: 3_000,
    lingerMs,
    onReleased,
    open: (state, complete, fail) =>
      connection.data.openStream({
        lane: 'interactive',
        send: (link, reqId) => link.call('reqPnL', reqId, 'DU1234567', ''),
        cancel: (link, reqId) => link.call('cancelPnL', reqId),
        onError: fail,
        onAnswer: (answer) => {
          if (answer.type === 'pnl') state.daily = answer.daily;
          complete();
        },
      }),
  });
}

const open = () => sim.activeSubscriptions().filter(({ kind }) => kind === 'pnl').length;
const asked = () => sim.received.filter(({ name }) => name === 'reqPnL').length;

describe('SharedSubscription', () => {
  it('serves many readers from one request, and is taken back when idle', async () => {
    const released = vi.fn();
    const feed = pnlFeed(50, released);
    await Promise.all(Array.from({ length: 10 }, () => feed.read()));
    await feed.read();
    expect([open(), asked()]).toEqual([1, 1]);
    await vi.waitFor(() => expect(open()).toBe(0), { timeout: 5_000 });
    expect(released).toHaveBeenCalledOnce();
    await feed.read();
    expect([open(), asked()]).toEqual([1, 2]);
  });

  it('comes back by itself after a reconnect while it is wanted, and not after', async () => {
    const feed = pnlFeed(10_000);
    await feed.read();
    sim.dropConnections();
    await vi.waitFor(() => expect(asked()).toBe(2), { timeout: 3_000 });
    const idle = pnlFeed(1);
    await idle.read();
    await vi.waitFor(() => expect(open()).toBe(1));
    sim.dropConnections();
    await vi.waitFor(() => expect(asked()).toBe(4), { timeout: 3_000 });
    expect((await feed.read()).daily).toBeTypeOf('number');
  });

  it('counts its deadline from sending, however long the request had to wait for its turn', async () => {
    const slow = await connectTo(sim, { clientId: 8, requestsPerSecond: 1 });
    const feed = new SharedSubscription<object>(slow.data, {
      what: 'rule',
      initial: () => ({}),
      deadlineMs: 300,
      lingerMs: 1,
      open: async (_state, complete) => {
        await slow.data.send('bulk', () => undefined);
        setTimeout(complete, 50);
        return () => undefined;
      },
    });
    await slow.data.send('bulk', () => undefined);
    await expect(feed.read()).resolves.toEqual({});
    slow.supervisor.stop();
  });

  it('fails a reader whose answer never comes, and tries anew for the next', async () => {
    sim.ignoreRequests(['reqPnL']);
    const feed = pnlFeed(10);
    await expect(feed.read()).rejects.toMatchObject({ code: 'gateway_timeout' });
    sim.ignoreRequests('off');
    await vi.waitFor(async () => expect((await feed.read()).daily).toBeTypeOf('number'), {
      timeout: 2_000,
      interval: 50,
    });
  });

  it('says whether it was sent when the connection goes', async () => {
    sim.ignoreRequests(['reqPnL']);
    const failure = async (read: Promise<unknown>) => (await read.catch((error: unknown) => error)) as ToolError;
    const asking = failure(pnlFeed(10).read());
    await vi.waitFor(() => expect(asked()).toBe(1));
    const queued = new SharedSubscription(connection.data, {
      what: 'nothing',
      initial: () => ({}),
      deadlineMs: 3_000,
      open: () => new Promise(() => undefined),
    });
    const waiting = failure(queued.read());
    sim.dropConnections();
    expect((await asking).data).toMatchObject({ code: 'gateway_interrupted', sent: true });
    expect((await waiting).data).toMatchObject({ code: 'gateway_interrupted', sent: false });
  });

  it('a refusal that comes later ends it: nobody reads what was, and the next reader asks anew', async () => {
    let refuse: (error: { code: 'ib_error'; message: string }) => void = () => undefined;
    let opened = 0;
    const undo = vi.fn();
    const feed = new SharedSubscription<{ turn: number }>(connection.data, {
      what: 'P&L',
      initial: () => ({ turn: 0 }),
      deadlineMs: 3_000,
      open: async (state, complete, fail) => {
        opened += 1;
        state.turn = opened;
        refuse = fail;
        complete();
        return undo;
      },
    });
    expect((await feed.read()).turn).toBe(1);
    refuse({ code: 'ib_error', message: 'No more.' });
    expect(undo).toHaveBeenCalledOnce();
    expect((await feed.read()).turn).toBe(2);
  });
});
