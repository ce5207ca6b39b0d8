import { connectionTimes } from './connection-times.ts';
import {
  clientIdProblem,
  closedProblem,
  loginProblem,
  lostProblem,
  renewedProblem,
  silentProblem,
  versionProblem,
} from './connectivity-problems.ts';
import { farmOf, withFarm } from './farms.ts';
import type {
  ConnectivityProblem,
  SessionEffect,
  SessionEvent,
  SessionSettings,
  SessionState,
  SessionStep,
  TimerName,
} from './session-state.ts';
import { brokenFarms, publicState } from './session-view.ts';

/**
 * The life of the connection to IB Gateway as a pure state machine. It decides; sockets and timers are adapters
 * (`supervisor.ts`) that feed it events and carry out its effects.
 */

/** How long a connection that reports 1100 is kept before it is made anew. */
const outageMs = 15 * 60_000;
/** Clocks drift, and are set: the gateway's is asked for this often, however much it has to say. */
const clockMs = 60_000;
/** After this long without a refusal nobody knows whether the other login is still there. */
const competitionMs = 10 * 60_000;
/** A login that is not complete after this many login times is given up and tried anew. */
const loginPatience = 3;

/**
 * One step of the machine.
 * @param now milliseconds of a clock that is never set
 * @param random in [0, 1), for the jitter of reconnects
 */
export function step(
  state: SessionState,
  event: SessionEvent,
  settings: SessionSettings,
  now: number,
  random: number,
): SessionStep {
  const next = advance(state, event, settings, now, random);
  const changed = publicState(next.state) !== publicState(state);
  return changed ? { ...next, state: { ...next.state, since: now } } : next;
}

function advance(
  s: SessionState,
  event: SessionEvent,
  settings: SessionSettings,
  now: number,
  random: number,
): SessionStep {
  if (event.type === 'start') return s.phase === 'stopped' ? dial(s, settings) : stay(s);
  if (event.type === 'stop') return stop(s);
  if (s.phase === 'stopped') return stay(s);
  switch (event.type) {
    case 'timer':
      return onTimer(s, event.timer, event.lastInboundAt, settings, now, random);
    case 'tcp-open':
      return s.phase === 'connecting' ? stay({ ...s, phase: 'handshaking' }) : stay(s);
    case 'server-version':
      return isDialling(s) ? awaitLogin(s, event.version, settings) : stay(s);
    case 'next-valid-id':
      return afterLoginPart({ ...s, nextOrderId: event.orderId }, settings, now);
    case 'managed-accounts':
      return afterLoginPart({ ...s, accounts: event.accounts }, settings, now);
    case 'time-answered':
      if (s.phase === 'proving') return rise(s, settings, now);
      return s.phase === 'up' && s.askedAt !== undefined ? alive(s, settings) : stay(s);
    case 'data-taken':
      return isConnected(s)
        ? {
            state: { ...s, competed: true },
            effects: [{ type: 'start-timer', timer: 'competition', ms: competitionMs }],
          }
        : stay(s);
    case 'data-live':
      return { state: { ...s, competed: false }, effects: [{ type: 'stop-timer', timer: 'competition' }] };
    case 'protocol-broken':
      return s.phase === 'idle'
        ? stay(s)
        : drop(s, settings, now, random, {
            state: 'connecting',
            problem: 'IB Gateway sent a message that cannot be decoded.',
            nextStep: 'The relay reconnects by itself; if this repeats, report it with the relay’s log.',
          });
    case 'reconnect':
      return s.phase === 'up' ? drop(s, settings, now, random, renewedProblem) : stay(s);
    case 'closed':
      return s.phase === 'idle'
        ? stay(s)
        : drop(s, settings, now, random, closedProblem(s, event.reason, settings, now));
    case 'notice':
      return onNotice(s, event.code, event.text, settings, now, random);
  }
}

function isDialling(s: SessionState): boolean {
  return s.phase === 'connecting' || s.phase === 'handshaking';
}

function isConnected(s: SessionState): boolean {
  return s.phase === 'login' || s.phase === 'proving' || s.phase === 'up';
}

function stay(state: SessionState): SessionStep {
  return { state, effects: [] };
}

function dial(s: SessionState, settings: SessionSettings): SessionStep {
  const { serverVersion: _version, nextOrderId: _id, askedAt: _asked, ...rest } = s;
  return {
    state: { ...rest, phase: 'connecting', accounts: [], upstream: 'ok', competed: false, farms: [] },
    effects: [
      { type: 'open', port: s.port },
      { type: 'start-timer', timer: 'handshake', ms: settings.handshakeMs },
    ],
  };
}

function stop(s: SessionState): SessionStep {
  const { trouble: _trouble, ...rest } = s;
  return {
    state: { ...rest, phase: 'stopped', accounts: [], competed: false, farms: [] },
    effects: [...stopTimers, { type: 'close' }, failPending('The relay is stopping.')],
  };
}

function awaitLogin(s: SessionState, version: number, settings: SessionSettings): SessionStep {
  const waiting: SessionState = { ...s, phase: 'login', serverVersion: version };
  return {
    state: waiting,
    effects: [
      { type: 'stop-timer', timer: 'handshake' },
      { type: 'start-timer', timer: 'login', ms: settings.loginMs },
    ],
  };
}

function afterLoginPart(s: SessionState, settings: SessionSettings, now: number): SessionStep {
  if (s.phase !== 'login' || s.nextOrderId === undefined || s.accounts.length === 0) return stay(s);
  return {
    state: { ...s, phase: 'proving', askedAt: now, clockAt: now },
    effects: [
      { type: 'stop-timer', timer: 'login' },
      { type: 'ask-time' },
      { type: 'start-timer', timer: 'heartbeat', ms: settings.heartbeatTimeoutMs },
    ],
  };
}

function rise(s: SessionState, settings: SessionSettings, now: number): SessionStep {
  const { askedAt: _asked, trouble: _trouble, ...rest } = s;
  return {
    state: { ...rest, phase: 'up', lastUpAt: now },
    effects: [
      { type: 'start-timer', timer: 'heartbeat', ms: settings.heartbeatIdleMs },
      { type: 'restore-subscriptions' },
    ],
  };
}

function alive(s: SessionState, settings: SessionSettings): SessionStep {
  const { askedAt: _asked, ...rest } = s;
  return { state: rest, effects: [{ type: 'start-timer', timer: 'heartbeat', ms: settings.heartbeatIdleMs }] };
}

/** Gives the connection up: everything pending fails at once, the next attempt follows with growing, jittered delay. */
function drop(
  s: SessionState,
  settings: SessionSettings,
  now: number,
  random: number,
  trouble: ConnectivityProblem,
): SessionStep {
  const wasUp = s.phase === 'up';
  const wasStable = wasUp && s.lastUpAt !== undefined && now - s.lastUpAt >= connectionTimes.stableMs;
  const failures = wasStable ? 0 : s.failures + 1;
  const ceiling = Math.min(settings.reconnectMaxMs, settings.reconnectMinMs * 2 ** Math.min(failures, 30));
  return {
    state: {
      ...s,
      phase: 'idle',
      failures,
      port: isDialling(s) ? settings.port : s.port,
      farms: [],
      upstream: 'ok',
      competed: false,
      trouble,
      ...(wasUp ? { lastUpAt: now } : {}),
    },
    effects: [
      ...stopTimers,
      { type: 'close' },
      failPending(trouble.problem),
      { type: 'start-timer', timer: 'reconnect', ms: Math.round(ceiling * (0.5 + random / 2)) },
    ],
  };
}

function onTimer(
  s: SessionState,
  timer: TimerName,
  lastInboundAt: number,
  settings: SessionSettings,
  now: number,
  random: number,
): SessionStep {
  switch (timer) {
    case 'reconnect':
      return s.phase === 'idle' ? dial(s, settings) : stay(s);
    case 'handshake':
      return isDialling(s) ? drop(s, settings, now, random, silentProblem(s, settings)) : stay(s);
    case 'login':
      return s.phase === 'login' ? onLoginTimeout(s, settings, now, random) : stay(s);
    case 'heartbeat':
      return s.phase === 'proving' || s.phase === 'up' ? onHeartbeat(s, lastInboundAt, settings, now, random) : stay(s);
    case 'competition':
      return stay({ ...s, competed: false });
    case 'outage':
      return s.phase === 'up' && s.upstream === 'lost' ? drop(s, settings, now, random, lostProblem) : stay(s);
  }
}

function onLoginTimeout(s: SessionState, settings: SessionSettings, now: number, random: number): SessionStep {
  if (s.trouble?.state === 'waiting_for_login' && s.trouble.problem === loginProblem.problem) {
    return drop(s, settings, now, random, loginProblem);
  }
  return {
    state: { ...s, trouble: loginProblem },
    effects: [{ type: 'start-timer', timer: 'login', ms: settings.loginMs * (loginPatience - 1) }],
  };
}

function onHeartbeat(
  s: SessionState,
  lastInboundAt: number,
  settings: SessionSettings,
  now: number,
  random: number,
): SessionStep {
  if (s.askedAt !== undefined) {
    if (lastInboundAt <= s.askedAt) {
      return drop(s, settings, now, random, {
        state: 'connecting',
        problem: 'IB Gateway stopped answering.',
        nextStep: 'The relay reconnects by itself; if this lasts, restart IB Gateway.',
      });
    }
    return s.phase === 'proving' ? rise(s, settings, now) : alive(s, settings);
  }
  const idleFor = now - lastInboundAt;
  if (idleFor < settings.heartbeatIdleMs) {
    const wait: SessionEffect = { type: 'start-timer', timer: 'heartbeat', ms: settings.heartbeatIdleMs - idleFor };
    if (now - (s.clockAt ?? Number.NEGATIVE_INFINITY) < clockMs) return { state: s, effects: [wait] };
    return { state: { ...s, clockAt: now }, effects: [{ type: 'ask-time' }, wait] };
  }
  return {
    state: { ...s, askedAt: now, clockAt: now },
    effects: [{ type: 'ask-time' }, { type: 'start-timer', timer: 'heartbeat', ms: settings.heartbeatTimeoutMs }],
  };
}

function onNotice(
  s: SessionState,
  code: number,
  text: string,
  settings: SessionSettings,
  now: number,
  random: number,
): SessionStep {
  if (s.phase === 'idle') return stay(s);
  if (code === 326)
    return drop(
      s,
      { ...settings, reconnectMinMs: settings.reconnectMinMs * 5 },
      now,
      random,
      clientIdProblem(settings),
    );
  if (code === 503 || code === 506) return drop(s, settings, now, random, versionProblem(text));
  if (code === 1300) return onPortReset(s, text, settings, now, random);
  if (!isConnected(s)) return stay(s);
  const farm = farmOf(code, text);
  if (farm) {
    const healed = s.upstream === 'healing' && farm.state === 'ok';
    const mended = farm.state !== 'broken' && brokenFarms(s).includes(farm.name);
    return {
      state: { ...s, upstream: healed ? 'ok' : s.upstream, farms: withFarm(s.farms, farm) },
      effects: healed || mended ? [{ type: 'review-streams' }] : [],
    };
  }
  switch (code) {
    case 1100:
      // Said again it is the same outage, whose end is set.
      if (s.upstream === 'lost') return stay(s);
      return {
        state: { ...s, upstream: 'lost' },
        effects: [failPending(lostProblem.problem, true), { type: 'start-timer', timer: 'outage', ms: outageMs }],
      };
    case 2110:
      return stay(s.upstream === 'lost' ? s : { ...s, upstream: 'healing' });
    case 1101:
      return {
        state: { ...s, upstream: 'ok' },
        effects: [{ type: 'stop-timer', timer: 'outage' }, { type: 'restore-subscriptions' }],
      };
    case 1102:
      return {
        state: { ...s, upstream: 'ok' },
        effects: [{ type: 'stop-timer', timer: 'outage' }, { type: 'review-streams' }],
      };
    default:
      return stay(s);
  }
}

function onPortReset(
  s: SessionState,
  text: string,
  settings: SessionSettings,
  now: number,
  random: number,
): SessionStep {
  const port = Number(/(\d{2,5})\D*$/.exec(text)?.[1]);
  const valid = port > 0 && port < 65_536;
  const dropped = drop(s, settings, now, random, {
    state: 'connecting',
    problem: 'IB Gateway changed its API port.',
    nextStep: valid ? `Set the relay’s gateway port to ${port}.` : 'Set the relay’s gateway port to the new one.',
  });
  return valid ? { ...dropped, state: { ...dropped.state, port } } : dropped;
}

const stopTimers: readonly SessionEffect[] = (
  ['reconnect', 'handshake', 'login', 'heartbeat', 'outage', 'competition'] as const
).map((timer) => ({ type: 'stop-timer', timer }));

function failPending(problem: string, streamsKept = false): SessionEffect {
  return {
    type: 'fail-pending',
    streamsKept,
    error: {
      code: 'gateway_interrupted',
      message: problem,
      nextStep: 'Try again in a minute; get_status says how things stand.',
    },
  };
}
