import { beforeEach, describe, expect, it } from 'vitest';
import { resultEvicted, resultTooLarge } from './failures.ts';
import { defaultLimits, encodeFrame, type HubFrame, parseRelayFrame, type RelayFrame } from './frames.ts';
import { createRelay, relayStep } from './relay.ts';
import type { RelayEffect, RelayEvent, RelayOutcome, RelayState } from './relay-model.ts';

const limits = { ...defaultLimits, maxInFlight: 4, chunkBytes: 16, windowBytes: 48, maxResultBytes: 400 };

let state: RelayState;
let now: number;

beforeEach(() => {
  now = 1_000;
  state = createRelay({
    relay: { name: 'attic', version: '1.0.0' },
    bootId: 'boot',
    limits,
    maxExecuting: 2,
    retained: { count: 3, bytes: 500 },
    rememberedMutations: 3,
  });
});

type Input<E> = E extends unknown ? Omit<E, 'now'> : never;

function step(event: Input<RelayEvent>): readonly RelayEffect[] {
  const next = relayStep(state, { ...event, now } as RelayEvent);
  state = next.state;
  return next.effects;
}

function receive(frame: HubFrame): readonly RelayEffect[] {
  return step({ type: 'frame', text: encodeFrame(frame) });
}

function open(drop: string[] = []): readonly RelayEffect[] {
  step({ type: 'socketOpen' });
  return receive({ t: 'welcome', proto: 1, session: 's', limits, drop });
}

function call(id: string, kind: 'read' | 'mutation' = 'read', timeoutMs = 1_000): readonly RelayEffect[] {
  return receive({ t: 'call', id, op: 'do', args: { id }, timeoutMs, kind, progress: true });
}

function finish(id: string, text = '1'): readonly RelayEffect[] {
  return step({ type: 'callDone', id, outcome: { ok: true, text } });
}

/** A result of that many bytes. */
function text(length: number): string {
  return `"${'x'.repeat(length - 2)}"`;
}

function lose(code = 1006, more: { httpStatus?: number; retryAfterMs?: number; random?: number } = {}) {
  const effects = step({ type: 'socketClosed', code, random: 0.5, ...more });
  return effects.find((effect) => effect.type === 'connectAfter' || effect.type === 'stop');
}

function sent(effects: readonly RelayEffect[]): RelayFrame[] {
  return effects.flatMap((effect) => {
    if (effect.type !== 'send') return [];
    const parsed = parseRelayFrame(effect.text);
    if (parsed.kind !== 'frame') throw new Error(`the relay sent ${effect.text}`);
    return [parsed.frame];
  });
}

function started(effects: readonly RelayEffect[]): string[] {
  return effects.flatMap((effect) => (effect.type === 'startCall' ? [effect.invocation.id] : []));
}

function closing(effects: readonly RelayEffect[]): number[] {
  return effects.flatMap((effect) => (effect.type === 'close' ? [effect.code] : []));
}

describe('handshake', () => {
  it('says hello with what it still has, and arms the heartbeat when welcome', () => {
    step({ type: 'status', status: { gateway: 'ready' } });
    expect(sent(step({ type: 'socketOpen' }))).toEqual([
      {
        t: 'hello',
        min: 1,
        max: 1,
        relay: state.config.relay,
        bootId: 'boot',
        status: { gateway: 'ready' },
        calls: [],
      },
    ]);
    const effects = receive({ t: 'welcome', proto: 1, session: 's', limits, drop: [] });
    expect(effects).toContainEqual({ type: 'heartbeat', on: true });
    expect(effects).toContainEqual({ type: 'clearTimer', name: 'welcome' });
  });

  it('asks for the hub’s time again while the hub is awake anyway, and where that knows the question', () => {
    const welcomed = (features?: string[]) => {
      step({ type: 'socketOpen' });
      receive({ t: 'welcome', proto: 1, session: 's', limits, drop: [], ...(features && { features }) });
    };
    const asked = (effects: readonly RelayEffect[]) =>
      sent(effects).flatMap((frame) => (frame.t === 'clock' ? [frame.n] : []));
    state = createRelay({ relay: { name: 'attic', version: '1' }, bootId: 'b', limits, features: ['clock'] });
    welcomed();
    now += 400_000;
    expect(asked(call('old'))).toEqual([]);
    lose();
    welcomed(['clock']);
    expect(asked(call('a'))).toEqual([]);
    now += 300_000;
    // Nothing of its own accord: that would wake the hub.
    expect(asked(step({ type: 'status', status: { later: true } }))).toEqual([]);
    const effects = call('b');
    expect(asked(effects)).toEqual([1]);
    const at = (type: string) => effects.findIndex((effect) => effect.type === type);
    expect(at('clockAsked')).toBeLessThan(at('send'));
    expect(asked(call('c'))).toEqual([]);
    now += 30_000;
    expect(asked(call('d'))).toEqual([2]);
    // The answer to the first question is none to the second.
    expect(receive({ t: 'clock', n: 1, time: 5 })).toEqual([]);
    expect(receive({ t: 'clock', n: 2, time: 7 })).toEqual([{ type: 'clockTold', time: 7 }]);
    expect(receive({ t: 'clock', n: 2, time: 8 })).toEqual([]);
    now += 299_999;
    expect(asked(call('e'))).toEqual([]);
  });

  it('closes when no welcome comes, when it comes twice, and when something else comes first', () => {
    step({ type: 'socketOpen' });
    expect(closing(step({ type: 'timer', name: 'welcome' }))).toEqual([4408]);
    lose();
    open();
    expect(closing(receive({ t: 'welcome', proto: 1, session: 's', limits, drop: [] }))).toEqual([4400]);
    lose();
    step({ type: 'socketOpen' });
    expect(closing(call('a'))).toEqual([4400]);
    expect(started(call('a'))).toEqual([]);
  });

  it('closes with 4426 when the hub chooses a version that it does not speak', () => {
    step({ type: 'socketOpen' });
    expect(closing(receive({ t: 'welcome', proto: 2, session: 's', limits, drop: [] }))).toEqual([4426]);
  });

  it('closes on malformed and oversize frames and ignores unknown ones', () => {
    open();
    expect(step({ type: 'frame', text: '{"t":"future"}' })).toMatchObject([{ type: 'log', detail: 'future' }]);
    expect(closing(step({ type: 'frame', text: 'x'.repeat(1_048_577) }))).toEqual([1009]);
    lose();
    open();
    expect(closing(step({ type: 'frame', text: '[]' }))).toEqual([4400]);
  });

  it('sends a status that changed during the handshake', () => {
    step({ type: 'socketOpen' });
    step({ type: 'status', status: { gateway: 'down' } });
    const effects = receive({ t: 'welcome', proto: 1, session: 's', limits, drop: [] });
    expect(sent(effects)).toEqual([{ t: 'status', status: { gateway: 'down' } }]);
  });

  it('ignores a status that is too large', () => {
    open();
    const effects = step({ type: 'status', status: { text: 'x'.repeat(40_000) } });
    expect(effects).toMatchObject([{ type: 'log' }]);
  });
});

describe('calls', () => {
  it('run with the time that is left, reads a few at once, mutations immediately', () => {
    open();
    expect(call('a')).toMatchObject([{ type: 'startCall', invocation: { id: 'a', timeoutMs: 1_000 } }]);
    call('b');
    expect(started(call('c'))).toEqual([]);
    expect(started(call('d', 'mutation'))).toEqual(['d']);
    now += 300;
    const effects = finish('a');
    expect(effects).toContainEqual({
      type: 'startCall',
      invocation: { id: 'c', op: 'do', args: { id: 'c' }, timeoutMs: 700, kind: 'read', wantsProgress: true },
    });
  });

  it('that expired in the queue are dropped', () => {
    open();
    call('a');
    call('b');
    call('c', 'read', 100);
    now += 100;
    expect(started(finish('a'))).toEqual([]);
    expect(state.calls.has('c')).toBe(false);
  });

  it('beyond the limit are refused as busy and not retained', () => {
    open();
    for (const id of ['a', 'b', 'c', 'd']) call(id);
    expect(sent(call('e', 'mutation'))).toMatchObject([{ t: 'result', id: 'e', error: { code: 'busy' } }]);
    expect(state.calls.has('e')).toBe(false);
  });

  it('are never executed twice: a repeated one goes on, returns its outcome, or is refused', () => {
    open();
    call('a', 'mutation');
    expect(call('a', 'mutation')).toEqual([]);
    finish('a', '"placed"');
    expect(sent(call('a', 'mutation'))).toEqual([{ t: 'result', id: 'a', ok: true, value: 'placed' }]);
    receive({ t: 'ack', id: 'a' });
    expect(sent(call('a', 'mutation'))).toMatchObject([{ t: 'result', id: 'a', error: { code: 'relay_interrupted' } }]);
  });

  it('remember only so many finished mutations', () => {
    open();
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      call(id, 'mutation');
      finish(id);
      receive({ t: 'ack', id });
    }
    expect([...state.finishedMutations]).toEqual(['c', 'd', 'e']);
  });

  it('stop on cancel when they are reads; mutations go on and their outcome is thrown away', () => {
    open();
    call('a');
    call('b', 'mutation');
    expect(receive({ t: 'cancel', id: 'a' })).toEqual([{ type: 'abortCall', id: 'a' }]);
    expect(receive({ t: 'cancel', id: 'a' })).toEqual([]);
    expect(receive({ t: 'cancel', id: 'b' })).toEqual([]);
    expect(sent(finish('a'))).toEqual([]);
    expect(sent(finish('b'))).toEqual([]);
    expect(state.calls.size).toBe(0);
    expect(sent(call('b', 'mutation'))).toMatchObject([{ error: { code: 'relay_interrupted' } }]);
  });

  it('send errors within their bounds', () => {
    open();
    call('a');
    const outcome: RelayOutcome = { ok: false, error: { code: 'ib_error', message: 'm'.repeat(9_000), sent: true } };
    const [frame] = sent(step({ type: 'callDone', id: 'a', outcome }));
    expect(frame).toMatchObject({
      t: 'result',
      id: 'a',
      error: { code: 'ib_error', message: 'm'.repeat(2_000), sent: true },
    });
  });
});

describe('progress', () => {
  const progress = (value: number) => step({ type: 'callProgress', id: 'a', progress: value });

  it('is coalesced to one frame in 200 ms, the newest winning', () => {
    open();
    call('a');
    expect(sent(progress(1))).toEqual([{ t: 'progress', id: 'a', seq: 0, progress: 1 }]);
    now += 50;
    expect(progress(2)).toEqual([{ type: 'startTimer', name: 'progress', ms: 150 }]);
    now += 50;
    expect(progress(3)).toEqual([{ type: 'startTimer', name: 'progress', ms: 100 }]);
    now += 100;
    expect(sent(step({ type: 'timer', name: 'progress' }))).toEqual([{ t: 'progress', id: 'a', seq: 1, progress: 3 }]);
    expect(step({ type: 'timer', name: 'progress' })).toEqual([]);
  });

  it('that is held when the call ends comes before its result', () => {
    open();
    call('a');
    progress(1);
    progress(2);
    expect(sent(finish('a', '"x"'))).toEqual([
      { t: 'progress', id: 'a', seq: 1, progress: 2 },
      { t: 'result', id: 'a', ok: true, value: 'x' },
    ]);
    expect(sent(step({ type: 'timer', name: 'progress' }))).toEqual([]);
  });

  it('is not sent when it is no number, when nobody listens, or when the connection is gone', () => {
    open();
    call('a');
    expect(progress(Number.NaN)).toEqual([]);
    receive({ t: 'cancel', id: 'a' });
    expect(progress(1)).toEqual([]);
    call('a');
    progress(1);
    progress(2);
    lose();
    expect(progress(3)).toEqual([]);
    now += 500;
    open();
    expect(sent(step({ type: 'timer', name: 'progress' }))).toEqual([]);
  });
});

describe('results', () => {
  it('wait for the connection, are announced, sent again until acknowledged, then forgotten', () => {
    open();
    call('a');
    lose();
    expect(sent(finish('a', '"x"'))).toEqual([]);
    expect(sent(step({ type: 'socketOpen' }))).toMatchObject([{ t: 'hello', calls: ['a'] }]);
    const result = { t: 'result', id: 'a', ok: true, value: 'x' };
    expect(sent(receive({ t: 'welcome', proto: 1, session: 's', limits, drop: [] }))).toEqual([result]);
    lose();
    expect(sent(open())).toContainEqual(result);
    receive({ t: 'ack', id: 'a' });
    expect(state.calls.size).toBe(0);
  });

  it('that nobody waits for are dropped, and running reads aborted', () => {
    open();
    call('a');
    call('b');
    finish('b');
    lose();
    const effects = open(['a', 'b']);
    expect(effects).toContainEqual({ type: 'abortCall', id: 'a' });
    expect(sent(effects)).toEqual([]);
    expect(sent(finish('a'))).toEqual([]);
    expect(state.calls.size).toBe(0);
  });

  it('are kept within bounds: the oldest reads go first, mutations last', () => {
    open();
    lose();
    open();
    call('m1', 'mutation');
    call('r1');
    lose();
    finish('m1');
    finish('r1');
    open();
    lose();
    open();
    for (const id of ['r2', 'm2', 'm3', 'm4']) {
      call(id, id.startsWith('m') ? 'mutation' : 'read');
      finish(id);
    }
    expect([...state.calls.keys()]).toEqual(['m2', 'm3', 'm4']);
  });

  it('that had to be given up between hello and welcome are reported', () => {
    open();
    for (const id of ['a', 'b', 'c', 'd']) call(id, 'mutation');
    for (const id of ['a', 'b', 'c']) finish(id);
    lose();
    step({ type: 'socketOpen' });
    finish('d');
    const frames = sent(receive({ t: 'welcome', proto: 1, session: 's', limits, drop: [] }));
    expect(frames[0]).toMatchObject({ t: 'result', id: 'a', ok: false, error: resultEvicted('mutation') });
    expect(frames.slice(1).map((frame) => 'id' in frame && frame.id)).toEqual(['b', 'c', 'd']);
  });

  it('that nobody wants are not announced', () => {
    open();
    call('a', 'mutation');
    receive({ t: 'cancel', id: 'a' });
    lose();
    expect(sent(step({ type: 'socketOpen' }))).toMatchObject([{ t: 'hello', calls: [] }]);
  });

  it('that are too large are not even retained, and become an error', () => {
    open();
    call('b');
    lose();
    finish('b', `"${'x'.repeat(400)}"`);
    expect(state.calls.get('b')).toMatchObject({ phase: 'done', outcome: { ok: false } });
    open();
    call('a');
    expect(sent(finish('a', `"${'x'.repeat(400)}"`))).toMatchObject([{ id: 'a', error: { code: 'result_too_large' } }]);
  });

  it.each(['read', 'mutation'] as const)('and too large for the limits of a later connection fail as a %s', (kind) => {
    open();
    call('a', kind);
    lose();
    finish('a', text(300));
    step({ type: 'socketOpen' });
    const frames = sent(
      receive({ t: 'welcome', proto: 1, session: 's', limits: { ...limits, maxResultBytes: 200 }, drop: [] }),
    );
    expect(frames).toEqual([{ t: 'result', id: 'a', ok: false, error: resultTooLarge(kind, 200) }]);
  });

  it('of a mutation that are too large do not say to ask again', () => {
    open();
    call('a', 'mutation');
    expect(sent(finish('a', text(401)))).toEqual([
      { t: 'result', id: 'a', ok: false, error: resultTooLarge('mutation', 400) },
    ]);
  });
});

describe('large results', () => {
  const drain = () => step({ type: 'writable' });

  it('travel in pieces as far as the credit goes, then end with their size', () => {
    open();
    call('a');
    expect(sent(finish('a', text(70)))).toEqual([
      { t: 'chunk', id: 'a', seq: 0, data: `"${'x'.repeat(15)}` },
      { t: 'chunk', id: 'a', seq: 1, data: 'x'.repeat(16) },
      { t: 'chunk', id: 'a', seq: 2, data: 'x'.repeat(16) },
    ]);
    expect(drain()).toEqual([]);
    expect(sent(receive({ t: 'credit', id: 'a', bytes: 15 }))).toEqual([]);
    expect(sent(receive({ t: 'credit', id: 'a', bytes: 1 }))).toEqual([
      { t: 'chunk', id: 'a', seq: 3, data: 'x'.repeat(16) },
    ]);
    expect(sent(receive({ t: 'credit', id: 'a', bytes: 6 }))).toEqual([
      { t: 'chunk', id: 'a', seq: 4, data: `${'x'.repeat(5)}"` },
      { t: 'result', id: 'a', ok: true, chunks: 5, bytes: 70 },
    ]);
  });

  it('take turns, and a small result overtakes them', () => {
    open();
    call('a');
    call('b');
    finish('a', text(48));
    finish('b', text(48));
    call('c');
    expect(sent(finish('c'))).toMatchObject([{ t: 'result', id: 'c' }]);
    expect(sent(drain()).map((frame) => `${frame.t} ${'id' in frame && frame.id}`)).toEqual([
      'chunk b',
      'chunk b',
      'result b',
    ]);
  });

  it('write no more than four pieces before the socket has drained', () => {
    open();
    call('a');
    call('b');
    finish('a', text(48));
    expect(sent(finish('b', text(48)))).toHaveLength(1);
    expect(sent(drain())).toHaveLength(3);
  });

  it('go on when the same call arrives again', () => {
    open();
    call('a');
    finish('a', text(70));
    expect(sent(call('a'))).toEqual([]);
    drain();
    expect(sent(receive({ t: 'credit', id: 'a', bytes: 16 }))).toMatchObject([{ t: 'chunk', seq: 3 }]);
  });

  it('start over with a full window after a reconnect', () => {
    open();
    call('a');
    finish('a', text(70));
    lose();
    expect(state.streams.size).toBe(0);
    expect(sent(open())).toMatchObject([
      { t: 'chunk', seq: 0 },
      { t: 'chunk', seq: 1 },
      { t: 'chunk', seq: 2 },
    ]);
  });

  it('never split a character', () => {
    open();
    call('a');
    const data = sent(finish('a', `"${'🙂'.repeat(8)}"`)).flatMap((frame) => (frame.t === 'chunk' ? [frame.data] : []));
    expect(data).toEqual([`"${'🙂'.repeat(3)}`, '🙂'.repeat(4), '🙂"']);
  });

  it.each(['read', 'mutation'] as const)('of a %s are given up on cancel, and reported when evicted', (kind) => {
    open();
    call('a', kind);
    finish('a', text(200));
    call('b', kind);
    finish('b', text(200));
    call('c', kind);
    const frames = sent(finish('c', text(200)));
    expect(frames).toContainEqual({ t: 'result', id: 'a', ok: false, error: resultEvicted(kind) });
    receive({ t: 'cancel', id: 'b' });
    expect([...state.streams.keys()]).toEqual(['c']);
  });
});

describe('reconnect', () => {
  it.each([1001, 1006, 1012])('comes within three seconds after %d, then backs off to a minute', (code) => {
    open();
    expect(lose(code, { random: 0.999 })).toEqual({ type: 'connectAfter', ms: 2_997 });
    const delays = Array.from({ length: 9 }, () => lose(code, { random: 1 }));
    expect(delays.map((effect) => effect?.type === 'connectAfter' && effect.ms)).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ]);
  });

  it('starts over after a healthy minute, and not before', () => {
    for (let index = 0; index < 5; index += 1) lose();
    open();
    now += 59_999;
    expect(lose(1000, { random: 1 })).toEqual({ type: 'connectAfter', ms: 16_000 });
    open();
    now += 60_000;
    expect(lose(1000, { random: 1 })).toEqual({ type: 'connectAfter', ms: 500 });
  });

  it.each([429, 503])('honours Retry-After of HTTP %d as a minimum', (httpStatus) => {
    expect(lose(1006, { httpStatus, retryAfterMs: 7_000, random: 1 })).toEqual({ type: 'connectAfter', ms: 7_500 });
  });

  it.each([
    [4001, undefined, 69],
    [4401, undefined, 77],
    [1006, 401, 77],
    [1006, 403, 77],
    [4426, undefined, 76],
    [1006, 426, 76],
  ])('ends for good on %d (HTTP %s)', (code, httpStatus, exitCode) => {
    open();
    call('a');
    expect(lose(code, httpStatus === undefined ? {} : { httpStatus })).toMatchObject({ type: 'stop', exitCode });
    expect(step({ type: 'socketOpen' })).toEqual([]);
  });

  it('does not happen after stop', () => {
    open();
    call('a');
    const effects = step({ type: 'stop' });
    expect(closing(effects)).toEqual([1000]);
    expect(effects).toContainEqual({ type: 'abortCall', id: 'a' });
    expect(lose()).toBeUndefined();
  });
});

describe('stopping', () => {
  const told = (effects: readonly RelayEffect[]) =>
    effects.flatMap((effect) => (effect.type === 'log' ? [effect.detail] : []));

  it('ends reads at once, and waits until the outcomes of mutations are acknowledged', () => {
    open();
    call('read');
    call('act', 'mutation');
    const effects = step({ type: 'stop' });
    expect(effects).toEqual([{ type: 'abortCall', id: 'read' }]);
    expect(sent(call('late', 'mutation'))).toMatchObject([{ id: 'late', error: { code: 'relay_offline' } }]);
    const finished = finish('act');
    expect(sent(finished)).toMatchObject([{ t: 'result', id: 'act', ok: true }]);
    expect(closing(finished)).toEqual([]);
    expect(closing(receive({ t: 'ack', id: 'act' }))).toEqual([1000]);
    expect(state.phase).toBe('stopped');
  });

  it('comes back for an outcome when the connection drops meanwhile', () => {
    open();
    call('act', 'mutation');
    step({ type: 'stop' });
    expect(lose()).toMatchObject({ type: 'connectAfter' });
    finish('act');
    expect(sent(open())).toContainEqual({ t: 'result', id: 'act', ok: true, value: 1 });
    expect(closing(receive({ t: 'ack', id: 'act' }))).toEqual([1000]);
  });

  it('does not wait for ever: at once, what cannot be told any more is in the log', () => {
    open();
    call('over', 'mutation');
    call('running', 'mutation');
    finish('over');
    step({ type: 'stop' });
    const effects = step({ type: 'stop', atOnce: true });
    expect(closing(effects)).toEqual([1000]);
    expect(told(effects)).toEqual(['over: done']);
    expect(effects.some((effect) => effect.type === 'abortCall')).toBe(false);
    expect(told(step({ type: 'callDone', id: 'running', outcome: { ok: true, text: '1' } }))).toEqual([
      'running: done',
    ]);
    expect(state.calls.size).toBe(0);
  });

  it('for good, by the hub, leaves a mutation to its end and says what came of it', () => {
    open();
    call('act', 'mutation');
    expect(lose(4001)).toMatchObject({ type: 'stop', exitCode: 69 });
    const outcome: RelayOutcome = { ok: false, error: { code: 'ib_error', message: 'No.' } };
    expect(told(step({ type: 'callDone', id: 'act', outcome }))).toEqual(['act: ib_error']);
  });
});
