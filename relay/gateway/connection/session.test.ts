import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relayStatusSchema } from '../../../shared/status.ts';
import { step } from './session.ts';
import {
  initialSession,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
  type TimerName,
} from './session-state.ts';
import { publicState, servesRequests, sessionProblem } from './session-view.ts';

const settings = {
  host: '127.0.0.1',
  port: 4002,
  clientId: 7,
  handshakeMs: 10_000,
  loginMs: 20_000,
  heartbeatIdleMs: 15_000,
  heartbeatTimeoutMs: 10_000,
  reconnectMinMs: 1_000,
  reconnectMaxMs: 30_000,
};

/** Runs the machine and keeps what its adapters would: the open connection and the running timers. */
class Harness {
  state: SessionState = initialSession(settings, 0);
  now = 0;
  lastInboundAt = 0;
  connected = false;
  readonly timers = new Map<TimerName, number>();
  effects: readonly SessionEffect[] = [];

  send(event: SessionEvent, random = 0.5): this {
    const { state, effects } = step(this.state, event, settings, this.now, random);
    this.state = state;
    this.effects = effects;
    for (const effect of effects) {
      if (effect.type === 'open') {
        expect(this.connected).toBe(false);
        this.connected = true;
      }
      if (effect.type === 'close') this.connected = false;
      if (effect.type === 'start-timer') this.timers.set(effect.timer, this.now + effect.ms);
      if (effect.type === 'stop-timer') this.timers.delete(effect.timer);
    }
    return this;
  }

  inbound(event: SessionEvent): this {
    this.lastInboundAt = this.now;
    return this.send(event);
  }

  /** Lets the next timer fire. */
  fire(): TimerName {
    const [timer, at] = [...this.timers].sort(([, a], [, b]) => a - b)[0] ?? [];
    if (timer === undefined || at === undefined) throw new Error('no timer runs');
    this.now = at;
    this.timers.delete(timer);
    this.send({ type: 'timer', timer, lastInboundAt: this.lastInboundAt });
    return timer;
  }

  login(): this {
    this.send({ type: 'tcp-open' }).inbound({ type: 'server-version', version: 193 });
    this.inbound({ type: 'managed-accounts', accounts: ['DU1'] }).inbound({ type: 'next-valid-id', orderId: 5 });
    this.now += 5;
    return this.inbound({ type: 'time-answered' });
  }

  up(): this {
    return this.send({ type: 'start' }).login();
  }

  get view(): string {
    return publicState(this.state);
  }
}

const notice = (code: number, text = ''): SessionEvent => ({ type: 'notice', code, text });

describe('the session', () => {
  it('is ready only after version, order id, accounts and an answered heartbeat', () => {
    const h = new Harness().send({ type: 'start' });
    expect(h.view).toBe('connecting');
    h.send({ type: 'tcp-open' });
    expect(h.view).toBe('handshaking');
    h.inbound({ type: 'server-version', version: 193 }).inbound({ type: 'next-valid-id', orderId: 5 });
    expect(servesRequests(h.state)).toBe(false);
    h.inbound({ type: 'managed-accounts', accounts: ['DU1'] });
    expect(servesRequests(h.state)).toBe(false);
    h.now += 5;
    h.inbound({ type: 'time-answered' });
    expect(h.view).toBe('ready');
    expect(servesRequests(h.state)).toBe(true);
  });

  it('a gateway that comes up and goes again and again is dialled ever more rarely; a lasting connection starts anew', () => {
    const h = new Harness().up();
    const pauses: number[] = [];
    const lose = () => {
      h.send({ type: 'closed' });
      const lost = h.now;
      expect(h.fire()).toBe('reconnect');
      pauses.push(h.now - lost);
      h.login();
    };
    for (let i = 0; i < 6; i += 1) lose();
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(pauses.at(-1)).toBeGreaterThan(20_000);
    h.now += 60_000;
    lose();
    expect(pauses.at(-1)).toBeLessThanOrEqual(1_000);
  });

  it('T1: a peer that accepts and says nothing is given up, and the human is told to log in', () => {
    const h = new Harness().send({ type: 'start' }).send({ type: 'tcp-open' });
    expect(h.fire()).toBe('handshake');
    expect(h.now).toBe(10_000);
    expect(h.view).toBe('waiting_for_login');
    expect(sessionProblem(h.state)?.nextStep).toMatch(/Log in/);
    expect(h.fire()).toBe('reconnect');
  });

  it('T2: without nextValidId it waits for the login, says so, and tries anew in the end', () => {
    const h = new Harness().send({ type: 'start' }).send({ type: 'tcp-open' });
    h.inbound({ type: 'server-version', version: 193 }).inbound({ type: 'managed-accounts', accounts: ['DU1'] });
    expect(h.fire()).toBe('login');
    expect(h.view).toBe('waiting_for_login');
    expect(h.connected).toBe(true);
    expect(h.fire()).toBe('login');
    expect(h.connected).toBe(false);
    h.fire();
    h.login();
    expect(h.view).toBe('ready');
    expect(sessionProblem(h.state)).toBeUndefined();
  });

  it('T3: silence is answered with a question, and unanswered with a new connection', () => {
    const h = new Harness().up();
    expect(h.fire()).toBe('heartbeat');
    expect(h.effects).toContainEqual({ type: 'ask-time' });
    expect(h.fire()).toBe('heartbeat');
    expect(h.connected).toBe(false);
    expect(h.effects).toContainEqual(expect.objectContaining({ type: 'fail-pending' }));
    expect(h.fire()).toBe('reconnect');
    expect(h.connected).toBe(true);
  });

  it('any message counts as life, and a busy connection is asked for its clock only once a minute', () => {
    const h = new Harness().up();
    let asked = 0;
    const begin = h.now;
    while (h.now < begin + 600_000) {
      const [, due = 0] = [...h.timers][0] ?? [];
      h.lastInboundAt = due - 1_000;
      h.fire();
      asked += h.effects.filter(({ type }) => type === 'ask-time').length;
    }
    expect(asked).toBeGreaterThanOrEqual(8);
    expect(asked).toBeLessThanOrEqual(10);
    h.fire();
    h.lastInboundAt = h.now + 9_000;
    h.fire();
    expect(h.view).toBe('ready');
  });

  it('says that another login has the live data until live data comes, or for ten minutes', () => {
    const h = new Harness().up().send({ type: 'data-taken' });
    expect([h.view, servesRequests(h.state)]).toEqual(['degraded', true]);
    expect(sessionProblem(h.state)?.nextStep).toMatch(/second user name/);
    h.send({ type: 'data-live' });
    expect(h.view).toBe('ready');
    h.send({ type: 'data-taken' });
    const taken = h.now;
    while (h.view === 'degraded') {
      h.lastInboundAt = Math.min(...h.timers.values());
      h.fire();
    }
    expect(h.now - taken).toBe(10 * 60_000);
  });

  it('T6: 1100 keeps the connection but serves nothing; 1101 restores subscriptions, 1102 need not', () => {
    const h = new Harness().up().send(notice(1100));
    expect([h.view, h.connected, servesRequests(h.state)]).toEqual(['maintenance', true, false]);
    expect(h.effects).toContainEqual(expect.objectContaining({ type: 'fail-pending' }));
    h.send(notice(1101));
    expect([h.view, servesRequests(h.state)]).toEqual(['ready', true]);
    expect(h.effects).toContainEqual({ type: 'restore-subscriptions' });
    h.send(notice(1100)).send(notice(1102));
    expect(h.view).toBe('ready');
    expect(h.effects).not.toContainEqual({ type: 'restore-subscriptions' });
    expect(h.effects).toContainEqual({ type: 'review-streams' });
    h.send(notice(2110));
    expect([h.view, h.connected, servesRequests(h.state)]).toEqual(['degraded', true, true]);
    h.send(notice(2104, 'Market data farm connection is OK:usfarm'));
    expect(h.view).toBe('ready');
  });

  it('an outage that never ends is ended by a new connection', () => {
    const h = new Harness().up().send(notice(1100));
    for (let i = 0; i < 200 && h.connected; i += 1) {
      h.lastInboundAt = h.now + 16_000;
      h.fire();
      h.send(notice(1100));
    }
    expect(h.connected).toBe(false);
    expect(h.now).toBeLessThanOrEqual(16 * 60_000);
  });

  it('T10: a client id in use backs off and says so', () => {
    const h = new Harness().send({ type: 'start' }).send({ type: 'tcp-open' });
    h.inbound({ type: 'server-version', version: 193 }).send(
      notice(326, 'Unable to connect as the client id is already in use.'),
    );
    expect(h.connected).toBe(false);
    expect(sessionProblem(h.state)?.problem).toContain('Client id 7');
    expect(h.timers.get('reconnect')).toBeGreaterThanOrEqual(5_000);
    h.send({ type: 'closed' });
    expect(sessionProblem(h.state)?.problem).toContain('Client id 7');
  });

  it('T17: an unsupported protocol version is reported, not looped on at full speed', () => {
    const h = new Harness()
      .send({ type: 'start' })
      .send({ type: 'tcp-open' })
      .send(notice(506, 'Unsupported Version 201'));
    expect(sessionProblem(h.state)?.problem).toContain('201');
    expect(h.timers.has('reconnect')).toBe(true);
  });

  it('1300 moves to the new port, and back when nothing answers there', () => {
    const h = new Harness()
      .up()
      .send(
        notice(
          1300,
          'Socket port has been reset and this connection is being dropped. Please reconnect on the new port -4011',
        ),
      );
    h.fire();
    expect(h.effects).toContainEqual({ type: 'open', port: 4011 });
    h.send({ type: 'closed', reason: 'ECONNREFUSED' });
    h.fire();
    expect(h.effects).toContainEqual({ type: 'open', port: 4002 });
  });

  it('a broken farm degrades, and a restart is called one for ten minutes', () => {
    const h = new Harness().up().send(notice(2103, 'Market data farm connection is broken:usfarm'));
    expect(h.view).toBe('degraded');
    expect(sessionProblem(h.state)?.problem).toContain('usfarm');
    h.send(notice(2107, 'HMDS data farm connection is inactive but should be available upon demand.ushmds'));
    expect(h.effects).toEqual([]);
    h.send(notice(2104, 'Market data farm connection is OK:usfarm'));
    expect(h.view).toBe('ready');
    expect(h.effects).toEqual([{ type: 'review-streams' }]);
    h.send(notice(2104, 'Market data farm connection is OK:usfarm'));
    expect(h.effects).toEqual([]);
    h.send({ type: 'closed' });
    expect(h.view).toBe('maintenance');
    while (h.now < 9 * 60_000) {
      h.fire();
      h.send({ type: 'closed', reason: 'connect ECONNREFUSED' });
      expect(h.view).toBe('maintenance');
    }
    while (h.now < 11 * 60_000) {
      h.fire();
      h.send({ type: 'closed', reason: 'connect ECONNREFUSED' });
    }
    expect(h.view).toBe('connecting');
    expect(sessionProblem(h.state)?.problem).toContain('ECONNREFUSED');
  });

  const event: fc.Arbitrary<SessionEvent | 'fire'> = fc.oneof(
    { weight: 4, arbitrary: fc.constant('fire' as const) },
    fc.constantFrom<SessionEvent>(
      { type: 'start' },
      { type: 'tcp-open' },
      { type: 'time-answered' },
      { type: 'closed' },
      { type: 'closed', reason: 'ECONNREFUSED' },
      { type: 'server-version', version: 193 },
      { type: 'next-valid-id', orderId: 1 },
      { type: 'managed-accounts', accounts: ['DU1'] },
      { type: 'protocol-broken' },
      { type: 'data-taken' },
      { type: 'data-live' },
    ),
    { weight: 1, arbitrary: fc.constant<SessionEvent>({ type: 'stop' }) },
    fc.record({
      type: fc.constant('notice' as const),
      code: fc.constantFrom(326, 506, 1100, 1101, 1102, 1300, 2103, 2104, 2105, 2110, 2119, 2157, 9999),
      text: fc.constantFrom('x:usfarm', 'y:ushmds', 'new port -4005', ''),
    }),
  );

  it('holds its invariants under any order of events', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(event, fc.integer({ min: 0, max: 20_000 }), fc.double({ min: 0, max: 0.999, noNaN: true })), {
          maxLength: 60,
        }),
        (events) => {
          const h = new Harness();
          for (const [next, wait, random] of events) {
            const before = h.state;
            if (next === 'fire') {
              if (h.timers.size > 0) h.fire();
            } else {
              h.now += Math.min(wait, Math.max(0, Math.min(...h.timers.values()) - h.now - 1));
              if (next.type !== 'start' && next.type !== 'stop') h.lastInboundAt = h.now;
              h.send(next, random);
            }
            const { phase } = h.state;
            expect(h.connected).toBe(phase !== 'stopped' && phase !== 'idle');
            const needed: Partial<Record<SessionState['phase'], TimerName>> = {
              idle: 'reconnect',
              connecting: 'handshake',
              handshaking: 'handshake',
              login: 'login',
              proving: 'heartbeat',
              up: 'heartbeat',
            };
            const timer = needed[phase];
            if (timer) expect(h.timers.has(timer), `${phase} needs ${timer}`).toBe(true);
            else expect(h.timers.size).toBe(0);
            if (servesRequests(h.state)) {
              expect(h.state).toMatchObject({ serverVersion: 193, nextOrderId: 1, accounts: ['DU1'] });
            } else if (servesRequests(before)) {
              expect(h.effects).toContainEqual(expect.objectContaining({ type: 'fail-pending' }));
            }
            for (const effect of h.effects) {
              if (effect.type === 'start-timer' && effect.timer === 'reconnect') {
                expect(effect.ms).toBeGreaterThanOrEqual(500);
                expect(effect.ms).toBeLessThanOrEqual(30_000);
              }
            }
            const gateway = {
              state: publicState(h.state),
              since: new Date(h.state.since).toISOString(),
              ...sessionProblem(h.state),
            };
            relayStatusSchema.shape.gateway.parse(gateway);
            if (!['ready', 'connecting', 'handshaking'].includes(gateway.state)) expect(gateway.problem).toBeDefined();
            expect(h.state.since).toBe(publicState(before) === publicState(h.state) ? before.since : h.now);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
