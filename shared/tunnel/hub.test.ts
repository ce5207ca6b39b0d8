import { beforeEach, describe, expect, it } from 'vitest';
import { resultTooLarge } from './failures.ts';
import { encodeFrame, type HubFrame, parseHubFrame, type RelayFrame } from './frames.ts';
import { createHub, hubStep } from './hub.ts';
import type { HubEffect, HubEvent, HubState } from './hub-model.ts';

const relay = { name: 'attic', version: '1.0.0' };

let state: HubState;
let now: number;

beforeEach(() => {
  state = createHub({
    limits: { maxInFlight: 3, maxFrameBytes: 262_144, chunkBytes: 16, windowBytes: 32, maxResultBytes: 64 },
  });
  now = 1_000;
});

type Input<E> = E extends unknown ? Omit<E, 'now'> : never;

function step(event: Input<HubEvent>): readonly HubEffect[] {
  const next = hubStep(state, { ...event, now } as HubEvent);
  state = next.state;
  return next.effects;
}

function receive(frame: RelayFrame, connection = 'c1'): readonly HubEffect[] {
  return step({ type: 'frame', connection, text: encodeFrame(frame) });
}

function hello(calls: string[] = [], connection = 'c1', bootId = 'boot'): readonly HubEffect[] {
  return receive({ t: 'hello', min: 1, max: 1, relay, bootId, status: { ok: true }, calls }, connection);
}

function open(calls: string[] = [], connection = 'c1'): readonly HubEffect[] {
  step({ type: 'connected', connection, device: 'device' });
  return hello(calls, connection);
}

function call(id: string, kind: 'read' | 'mutation' = 'read', timeoutMs = 60_000): readonly HubEffect[] {
  return step({ type: 'call', id, op: 'do', args: { id }, timeoutMs, kind, progress: true });
}

function sent(effects: readonly HubEffect[]): HubFrame[] {
  return effects.flatMap((effect) => {
    if (effect.type !== 'send') return [];
    const parsed = parseHubFrame(effect.text);
    if (parsed.kind !== 'frame') throw new Error(`the hub sent ${effect.text}`);
    return [parsed.frame];
  });
}

function failure(effects: readonly HubEffect[], id = 'a') {
  const settled = effects.find((effect) => effect.type === 'settle' && effect.id === id);
  return settled?.type === 'settle' && !settled.outcome.ok ? settled.outcome.error : undefined;
}

function closing(effects: readonly HubEffect[]) {
  return effects.flatMap((effect) => (effect.type === 'close' ? [{ on: effect.connection, code: effect.code }] : []));
}

const drop = () => step({ type: 'disconnected', connection: 'c1' });

describe('handshake', () => {
  it('welcomes the relay, reports its status and persists what hibernation must not lose', () => {
    const connected = step({ type: 'connected', connection: 'c1', device: 'device' });
    expect(connected).toEqual([
      { type: 'persist', connection: 'c1', attachment: { connection: 'c1', device: 'device' } },
    ]);
    const effects = hello();
    expect(sent(effects)).toEqual([{ t: 'welcome', proto: 1, session: 'c1', limits: state.config.limits, drop: [] }]);
    expect(effects).toContainEqual({ type: 'status', device: 'device', status: { ok: true } });
    const attachment = { connection: 'c1', device: 'device', open: { proto: 1, bootId: 'boot', relay, features: [] } };
    expect(effects).toContainEqual({ type: 'persist', connection: 'c1', attachment });
  });

  it('tells its time to whoever asks, where it knows it', () => {
    open();
    const asked = { type: 'frame', connection: 'c1', text: encodeFrame({ t: 'clock', n: 4 }) } as const;
    expect(sent(step({ ...asked, time: 1_800_000_000_000 }))).toEqual([{ t: 'clock', n: 4, time: 1_800_000_000_000 }]);
    expect(sent(step(asked))).toEqual([]);
  });

  it('closes with 4426 when there is no common version', () => {
    step({ type: 'connected', connection: 'c1', device: 'device' });
    const effects = receive({ t: 'hello', min: 2, max: 9, relay, bootId: 'b', status: {}, calls: [] });
    expect(closing(effects)).toEqual([{ on: 'c1', code: 4426 }]);
    expect(state.link.phase).toBe('down');
  });

  it.each([['anything before hello', { t: 'status', status: {} }]] satisfies [string, RelayFrame][])(
    'closes with 4400 on %s',
    (_, frame) => {
      step({ type: 'connected', connection: 'c1', device: 'device' });
      expect(closing(receive(frame))).toEqual([{ on: 'c1', code: 4400 }]);
    },
  );

  it('closes with 4400 on a second hello and on a malformed frame, with 1009 on an oversize one', () => {
    open();
    expect(closing(hello())).toEqual([{ on: 'c1', code: 4400 }]);
    open([], 'c2');
    const malformed = step({ type: 'frame', connection: 'c2', text: '{"t":"ack"' });
    expect(closing(malformed)).toEqual([{ on: 'c2', code: 4400 }]);
    open([], 'c3');
    const oversize = step({ type: 'frame', connection: 'c3', text: 'x'.repeat(262_145) });
    expect(closing(oversize)).toEqual([{ on: 'c3', code: 1009 }]);
  });

  it('tells the relay which of its calls nobody waits for', () => {
    open();
    call('a');
    drop();
    expect(sent(open(['a', 'old']))[0]).toMatchObject({ t: 'welcome', drop: ['old'] });
  });

  it('replaces an older connection with 4001 and ignores what still arrives from it', () => {
    open();
    call('a');
    expect(closing(step({ type: 'connected', connection: 'c2', device: 'device' }))).toEqual([
      { on: 'c1', code: 4001 },
    ]);
    hello(['a'], 'c2');
    expect(receive({ t: 'result', id: 'a', ok: true, value: 'stale' })).toEqual([]);
    expect(drop()).toEqual([]);
    expect(state.link).toMatchObject({ phase: 'open', connection: 'c2' });
    expect(state.calls.has('a')).toBe(true);
  });

  it('continues after hibernation without a new hello', () => {
    const attachment = { connection: 'c1', device: 'device', open: { proto: 1, bootId: 'boot', relay, features: [] } };
    step({ type: 'connected', connection: 'c1', device: 'device', restored: attachment });
    expect(sent(call('a'))).toMatchObject([{ t: 'call', id: 'a' }]);
  });

  it('asks a restored relay to reconnect when its version is no longer spoken', () => {
    const attachment = { connection: 'c1', device: 'device', open: { proto: 9, bootId: 'boot', relay, features: [] } };
    const effects = step({ type: 'connected', connection: 'c1', device: 'device', restored: attachment });
    expect(closing(effects)).toEqual([{ on: 'c1', code: 1012 }]);
  });

  it('logs and ignores a frame of an unknown type', () => {
    open();
    const effects = step({ type: 'frame', connection: 'c1', text: '{"t":"future"}' });
    expect(effects).toMatchObject([{ type: 'log', detail: 'future' }]);
  });
});

describe('calls', () => {
  it('are refused at once without a relay, when too many are under way, and when they do not fit', () => {
    expect(failure(call('a'))).toMatchObject({ code: 'relay_offline' });
    open();
    const args = { text: 'x'.repeat(262_144) };
    const big = step({ type: 'call', id: 'a', op: 'do', args, timeoutMs: 1, kind: 'read', progress: false });
    expect(failure(big)).toMatchObject({ code: 'invalid_arguments' });
    for (const id of ['b', 'c', 'd']) call(id);
    expect(failure(call('a'))).toMatchObject({ code: 'busy' });
    expect(state.calls.size).toBe(3);
  });

  it('wait for the handshake and are sent after it', () => {
    step({ type: 'connected', connection: 'c1', device: 'device' });
    expect(sent(call('a', 'mutation'))).toEqual([]);
    now += 4_000;
    expect(sent(hello())).toMatchObject([{ t: 'welcome' }, { t: 'call', id: 'a', timeoutMs: 56_000 }]);
  });

  it('settle with the result, acknowledge it, and clear the timer', () => {
    open();
    call('a');
    const effects = receive({ t: 'result', id: 'a', ok: true, value: { x: 1 } });
    expect(sent(effects)).toEqual([{ t: 'ack', id: 'a' }]);
    expect(effects).toContainEqual({ type: 'settle', id: 'a', outcome: { ok: true, value: { x: 1 } } });
    expect(effects).toContainEqual({ type: 'clearDeadline', id: 'a' });
  });

  it('settle once: a repeated, late or unknown result is only acknowledged', () => {
    open();
    call('a');
    receive({ t: 'result', id: 'a', ok: true, value: 1 });
    expect(sent(receive({ t: 'result', id: 'a', ok: true, value: 2 }))).toEqual([{ t: 'ack', id: 'a' }]);
    expect(receive({ t: 'result', id: 'z', ok: true, value: 2 })).toHaveLength(1);
  });

  it('time out: a read is cancelled, a mutation says that its outcome is unknown', () => {
    open();
    call('a', 'read', 500);
    call('b', 'mutation', 500);
    now += 500;
    const read = step({ type: 'deadline', id: 'a' });
    expect(failure(read)).toMatchObject({ code: 'relay_timeout' });
    expect(sent(read)).toEqual([{ t: 'cancel', id: 'a' }]);
    const mutation = step({ type: 'deadline', id: 'b' });
    expect(failure(mutation, 'b')?.message).toContain('unknown');
    expect(sent(mutation)).toEqual([]);
  });

  it('cancel on both ends', () => {
    open();
    call('a', 'mutation');
    const effects = step({ type: 'cancel', id: 'a' });
    expect(failure(effects)).toMatchObject({ code: 'cancelled' });
    expect(sent(effects)).toEqual([{ t: 'cancel', id: 'a' }]);
    expect(step({ type: 'cancel', id: 'a' })).toEqual([]);
  });

  it('pass on progress in order and only once', () => {
    open();
    call('a');
    expect(receive({ t: 'progress', id: 'a', seq: 0, progress: 1, total: 2 })).toEqual([
      { type: 'progress', id: 'a', progress: 1, total: 2 },
    ]);
    expect(receive({ t: 'progress', id: 'a', seq: 0, progress: 1 })).toEqual([]);
  });

  it('reject an id that is invalid or under way', () => {
    open();
    call('a');
    expect(() => call('a')).toThrow();
    expect(() => call('not an id')).toThrow();
  });
});

describe('a lost connection', () => {
  it('lets reads wait for the grace and sent mutations for their deadline', () => {
    open();
    call('a', 'read');
    call('b', 'mutation');
    const effects = drop();
    expect(effects).toContainEqual({ type: 'startDeadline', id: 'a', ms: 15_000 });
    expect(effects).toContainEqual({ type: 'startDeadline', id: 'b', ms: 60_000 });
    now += 15_000;
    expect(failure(step({ type: 'deadline', id: 'a' }))).toMatchObject({ code: 'relay_offline' });
    now += 45_000;
    const lost = failure(step({ type: 'deadline', id: 'b' }), 'b');
    expect(lost).toMatchObject({ code: 'relay_interrupted' });
    expect(lost?.message).toContain('unknown');
  });

  it('does not extend the grace when a relay connects without saying hello', () => {
    open();
    call('a');
    drop();
    now += 10_000;
    step({ type: 'connected', connection: 'c1', device: 'device' });
    const effects = drop();
    expect(effects).toContainEqual({ type: 'startDeadline', id: 'a', ms: 5_000 });
  });

  it('keeps what the relay still has, sends reads again, and never a mutation', () => {
    open();
    call('a', 'read');
    call('b', 'mutation');
    call('c', 'mutation');
    drop();
    now += 5_000;
    const effects = open(['c'], 'c2');
    expect(sent(effects)).toMatchObject([{ t: 'welcome' }, { t: 'call', id: 'a', timeoutMs: 55_000 }]);
    expect(failure(effects, 'b')).toMatchObject({ code: 'relay_interrupted' });
    expect(effects).toContainEqual({ type: 'startDeadline', id: 'c', ms: 55_000 });
    now += 55_000;
    expect(failure(step({ type: 'deadline', id: 'c' }), 'c')).toMatchObject({ code: 'relay_timeout' });
  });

  it('arms a deadline again that was meant for the grace', () => {
    open();
    call('a');
    drop();
    open(['a'], 'c2');
    now += 15_000;
    expect(step({ type: 'deadline', id: 'a' })).toEqual([{ type: 'startDeadline', id: 'a', ms: 45_000 }]);
  });
});

describe('large results', () => {
  const piece = (seq: number, data: string, connection = 'c1') =>
    receive({ t: 'chunk', id: 'a', seq, data }, connection);

  it('arrive in order, earn credit as they are consumed, and settle as streamed', () => {
    open();
    call('a');
    expect(piece(0, '"0123456789abc')).toEqual([
      { type: 'chunk', id: 'a', attempt: 1, data: '"0123456789abc', bytes: 14 },
    ]);
    expect(sent(step({ type: 'consumed', id: 'a', attempt: 1, bytes: 14 }))).toEqual([
      { t: 'credit', id: 'a', bytes: 14 },
    ]);
    piece(1, 'é"');
    const effects = receive({ t: 'result', id: 'a', ok: true, chunks: 2, bytes: 17 });
    const outcome = { ok: true, streamed: { attempt: 1, chunks: 2, bytes: 17 } };
    expect(effects).toContainEqual({ type: 'settle', id: 'a', outcome });
    expect(sent(effects)).toEqual([{ t: 'ack', id: 'a' }]);
  });

  it('never grant more than was received, nor for pieces of an earlier attempt', () => {
    open();
    call('a');
    piece(0, '"0123456789');
    expect(sent(step({ type: 'consumed', id: 'a', attempt: 1, bytes: 99 }))).toEqual([
      { t: 'credit', id: 'a', bytes: 11 },
    ]);
    expect(step({ type: 'consumed', id: 'a', attempt: 1, bytes: 1 })).toEqual([]);
    drop();
    open(['a'], 'c2');
    piece(0, '"0123456789', 'c2');
    expect(step({ type: 'consumed', id: 'a', attempt: 1, bytes: 11 })).toEqual([]);
  });

  it('start over after a reconnect, as another attempt with a full window', () => {
    open();
    call('a');
    piece(0, '"0123456789abcde');
    piece(1, '0123456789abcdef');
    drop();
    open(['a'], 'c2');
    expect(piece(0, '"0123456789abcde', 'c2')).toMatchObject([{ type: 'chunk', attempt: 2 }]);
    expect(piece(1, '0123456789abcdef', 'c2')).toMatchObject([{ type: 'chunk', attempt: 2 }]);
  });

  it.each([
    ['a gap', 1],
    ['a repetition', 0],
  ])('fail the call on %s, and tell the relay to stop', (_, seq) => {
    open();
    call('a');
    if (seq === 0) piece(0, '"x');
    const effects = piece(seq, 'y');
    expect(failure(effects)).toMatchObject({ code: 'relay_interrupted' });
    expect(sent(effects)).toEqual([{ t: 'cancel', id: 'a' }]);
    expect(state.link.phase).toBe('open');
  });

  it.each([
    ['pieces', { chunks: 2, bytes: 3 }],
    ['bytes', { chunks: 1, bytes: 4 }],
  ])('fail the call when %s are missing at the end', (_, end) => {
    open();
    call('a');
    piece(0, '"x"');
    expect(failure(receive({ t: 'result', id: 'a', ok: true, ...end }))).toMatchObject({ code: 'relay_interrupted' });
  });

  it('close the connection when a relay ignores its credit', () => {
    open();
    call('a');
    piece(0, '0123456789abcdef');
    piece(1, '0123456789abcdef');
    expect(closing(piece(2, 'x'))).toEqual([{ on: 'c1', code: 4400 }]);
  });

  it.each(['read', 'mutation'] as const)('fail when those of a %s exceed the limit', (kind) => {
    open();
    call('a', kind);
    for (let seq = 0; seq < 4; seq += 1) {
      piece(seq, '0123456789abcdef');
      step({ type: 'consumed', id: 'a', attempt: 1, bytes: 16 });
    }
    const effects = piece(4, 'x');
    expect(failure(effects)).toEqual(resultTooLarge(kind, 64));
    expect(sent(effects)).toEqual([{ t: 'cancel', id: 'a' }]);
  });

  it('are given up when nobody waits: no credit would ever come', () => {
    open();
    expect(sent(piece(0, 'x'))).toEqual([{ t: 'cancel', id: 'a' }]);
    call('a', 'mutation', 500);
    piece(0, 'x');
    now += 500;
    expect(sent(step({ type: 'deadline', id: 'a' }))).toEqual([{ t: 'cancel', id: 'a' }]);
  });
});

describe('a call that may see some accounts only', () => {
  const limited = () =>
    step({
      type: 'call',
      id: 'a',
      op: 'do',
      args: {},
      timeoutMs: 60_000,
      kind: 'read',
      progress: false,
      accounts: ['DU1'],
    });
  const greet = (features: string[]) => {
    step({ type: 'connected', connection: 'c1', device: 'device' });
    return receive({ t: 'hello', min: 1, max: 1, relay, bootId: 'boot', status: {}, calls: [], features });
  };

  it('says so to a relay that keeps to it', () => {
    state = createHub({ features: ['accounts'] });
    greet(['accounts']);
    expect(sent(limited())).toMatchObject([{ t: 'call', accounts: ['DU1'] }]);
  });

  it('is sent to no other, neither at once nor after its hello', () => {
    state = createHub({ features: ['accounts'] });
    greet([]);
    const effects = limited();
    expect(sent(effects)).toEqual([]);
    expect(effects).toContainEqual(
      expect.objectContaining({
        type: 'settle',
        outcome: { ok: false, error: expect.objectContaining({ code: 'unsupported' }) },
      }),
    );
    state = createHub({ features: ['accounts'] });
    step({ type: 'connected', connection: 'c1', device: 'device' });
    limited();
    const late = receive({ t: 'hello', min: 1, max: 1, relay, bootId: 'boot', status: {}, calls: [], features: [] });
    expect(sent(late)).toMatchObject([{ t: 'welcome' }]);
    expect(late).toContainEqual(expect.objectContaining({ type: 'settle', id: 'a' }));
  });
});
