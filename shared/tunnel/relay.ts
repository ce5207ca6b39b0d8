import { closeCodes, terminalReason } from './close-codes.ts';
import * as failures from './failures.ts';
import {
  defaultLimits,
  features,
  type HubFrame,
  heartbeat,
  maxFrameBytes,
  type OpaqueStatus,
  parseHubFrame,
  protocolRange,
  type RelayEventRecord,
  type RelayInfo,
  statusSchema,
} from './frames.ts';
import { reconnectDelay, reconnectTimes } from './reconnect.ts';
import {
  addCredit,
  bounded,
  type RelayDraft as Draft,
  deliver,
  evict,
  forget,
  pump,
  send,
  sendError,
} from './relay-delivery.ts';
import { answerInstruction, instruct, sendEvents, takeEvents } from './relay-lane.ts';
import type {
  Progress,
  RelayConfig,
  RelayEffect,
  RelayEvent,
  RelayOutcome,
  RelayState,
  RelayStep,
} from './relay-model.ts';

/**
 * The relay's end of the tunnel as a pure machine: `relayStep(state, event)` answers with the next state and with effects
 * that an adapter carries out in order. The state outlives connections: results wait in it until the hub acknowledges them.
 */

/** Pieces in the socket's buffer at once: few, so that a small result never waits long behind a large one. */
const piecesInBuffer = 4;

/** A relay that has not connected yet; begin with the event `start`. `events` wait for the hub. */
export function createRelay(
  config: { readonly relay: RelayInfo; readonly bootId: string } & Partial<RelayConfig>,
  status: OpaqueStatus = {},
  events: readonly RelayEventRecord[] = [],
): RelayState {
  const complete: RelayConfig = {
    versions: protocolRange,
    limits: defaultLimits,
    maxExecuting: 32,
    retained: { count: 256, bytes: 33_554_432 },
    rememberedMutations: 4_096,
    progressEveryMs: 200,
    welcomeMs: 10_000,
    features: [],
    clockEveryMs: 300_000,
    clockAgainMs: 30_000,
    ...config,
  };
  return {
    config: complete,
    phase: 'waiting',
    limits: complete.limits,
    status: statusSchema.safeParse(status).data ?? {},
    announced: undefined,
    failures: 0,
    openedAt: undefined,
    calls: new Map(),
    streams: new Map(),
    budget: 0,
    finishedMutations: new Set(),
    lost: [],
    stopping: false,
    session: '',
    features: [],
    outbox: { pending: events, sent: 0 },
    clock: { n: 0, toldAt: Number.NEGATIVE_INFINITY, askedAt: undefined },
  };
}

/** Advances the machine by one event. Pure; never throws. */
export function relayStep(state: RelayState, event: RelayEvent): RelayStep {
  if (state.phase === 'stopped') return afterTheEnd(state, event);
  const draft: Draft = { ...state, calls: new Map(state.calls), streams: new Map(state.streams), effects: [] };
  switch (event.type) {
    case 'start':
      draft.effects.push({ type: 'connectAfter', ms: 0 });
      break;
    case 'socketOpen':
      sayHello(draft);
      break;
    case 'socketClosed':
      reconnect(draft, event);
      break;
    case 'frame':
      receive(draft, event.now, event.text);
      break;
    case 'callProgress':
      reportProgress(draft, event);
      break;
    case 'callDone':
      finish(draft, event.now, event.id, event.outcome);
      break;
    case 'writable':
      draft.budget = piecesInBuffer;
      break;
    case 'status':
      changeStatus(draft, event.status);
      break;
    case 'timer':
      if (event.name === 'progress') flushProgress(draft, event.now);
      else if (event.name === 'events') draft.outbox = { ...draft.outbox, sent: 0 };
      else if (draft.phase === 'handshake') close(draft, closeCodes.heartbeat, 'the server sent no welcome');
      break;
    case 'eventAdded':
      draft.outbox = { ...draft.outbox, pending: [...draft.outbox.pending, event.event] };
      break;
    case 'instructionAnswered':
      answerInstruction(draft, event);
      break;
    case 'stop':
      draft.stopping = true;
      endReads(draft);
      if (event.atOnce) end(draft);
      break;
  }
  if (draft.stopping && draft.phase !== 'stopped' && !owesOutcomes(draft)) end(draft);
  pump(draft);
  sendEvents(draft);
  const { effects, ...next } = draft;
  return { state: next, effects };
}

type EventOf<Type extends RelayEvent['type']> = Extract<RelayEvent, { type: Type }>;
type FrameOf<Type extends HubFrame['t']> = Extract<HubFrame, { t: Type }>;

function sayHello(draft: Draft): void {
  const { versions, relay, bootId, welcomeMs, features: offered } = draft.config;
  draft.phase = 'handshake';
  draft.announced = draft.status;
  const calls = [...draft.calls].filter(([, call]) => call.wanted).map(([id]) => id);
  // The answer holds the hub's time, which may be as late as from here on.
  if (offered.includes(features.clock)) draft.effects.push({ type: 'clockAsked' });
  send(draft, { t: 'hello', ...versions, relay, bootId, status: draft.status, calls, ...announced(offered) });
  draft.effects.push({ type: 'startTimer', name: 'welcome', ms: welcomeMs });
}

/** Named only where there are any: an old hub sees the frame that it knows. */
function announced(names: readonly string[]): { features?: string[] } {
  return names.length === 0 ? {} : { features: [...names] };
}

function close(draft: Draft, code: number, reason: string): void {
  if (draft.phase !== 'handshake' && draft.phase !== 'open') return;
  draft.effects.push({ type: 'close', code, reason });
  leaveConnection(draft);
  draft.phase = 'closing';
}

/** Forgets what belongs to one connection only. */
function leaveConnection(draft: Draft): void {
  if (draft.session !== '') draft.effects.push({ type: 'left' });
  draft.streams.clear();
  draft.lost = [];
  draft.effects.push(
    { type: 'heartbeat', on: false },
    { type: 'clearTimer', name: 'welcome' },
    { type: 'clearTimer', name: 'progress' },
    { type: 'clearTimer', name: 'events' },
  );
  draft.session = '';
  draft.features = [];
  draft.outbox = { ...draft.outbox, sent: 0 };
  for (const [id, call] of draft.calls) {
    if (call.phase === 'running') draft.calls.set(id, { ...call, progressHeld: undefined });
  }
}

function reconnect(draft: Draft, event: EventOf<'socketClosed'>): void {
  leaveConnection(draft);
  const terminal = terminalReason(event.code, event.httpStatus);
  if (terminal !== undefined) {
    halt(draft);
    // Who has told it to stop need not hear why it would have to.
    if (!draft.stopping) draft.effects.push({ type: 'stop', ...terminal });
    return;
  }
  if (draft.openedAt !== undefined && event.now - draft.openedAt >= reconnectTimes.healthyAfter) draft.failures = 0;
  draft.effects.push({ type: 'connectAfter', ms: reconnectDelay({ ...event, failures: draft.failures }) });
  draft.phase = 'waiting';
  draft.openedAt = undefined;
  draft.failures += 1;
}

/** Says goodbye and stops for good. */
function end(draft: Draft): void {
  close(draft, closeCodes.normal, 'the relay stops');
  halt(draft);
}

/** Whether a mutation runs, or has an outcome that the hub has not acknowledged. */
function owesOutcomes(draft: Draft): boolean {
  return [...draft.calls.values()].some((call) => call.kind === 'mutation');
}

function endReads(draft: Draft): void {
  for (const [id, call] of draft.calls) {
    if (call.kind !== 'read') continue;
    if (call.phase === 'running') draft.effects.push({ type: 'abortCall', id });
    draft.calls.delete(id);
    draft.streams.delete(id);
  }
}

/** Stops for good: reads end; mutations go on to their end, and what came of them is at least in the log. */
function halt(draft: Draft): void {
  endReads(draft);
  for (const [id, call] of draft.calls) {
    if (call.phase === 'done') draft.effects.push(untold(id, call.outcome));
    if (call.phase !== 'running') draft.calls.delete(id);
  }
  draft.streams.clear();
  draft.phase = 'stopped';
}

/** A stopped relay only waits for the mutations that still run. */
function afterTheEnd(state: RelayState, event: RelayEvent): RelayStep {
  if (event.type !== 'callDone' || !state.calls.has(event.id)) return { state, effects: [] };
  const calls = new Map(state.calls);
  calls.delete(event.id);
  return { state: { ...state, calls }, effects: [untold(event.id, event.outcome)] };
}

function untold(id: string, outcome: RelayOutcome): RelayEffect {
  const detail = `${id}: ${outcome.ok ? 'done' : outcome.error.code}`;
  return { type: 'log', message: 'the outcome of a mutation could not be told to the server', detail };
}

function receive(draft: Draft, now: number, text: string): void {
  if ((draft.phase !== 'handshake' && draft.phase !== 'open') || text === heartbeat.pong) return;
  const parsed = parseHubFrame(text, maxFrameBytes);
  switch (parsed.kind) {
    case 'oversize':
      close(draft, closeCodes.tooBig, parsed.reason);
      return;
    case 'malformed':
      close(draft, closeCodes.protocolError, parsed.reason);
      return;
    case 'unknown':
      draft.effects.push({ type: 'log', message: 'ignored a frame of an unknown type', detail: parsed.type });
      return;
  }
  const { frame } = parsed;
  if (frame.t === 'error') {
    draft.effects.push({ type: 'log', message: 'the server complains', detail: `${frame.code}: ${frame.message}` });
    return;
  }
  if ((frame.t === 'welcome') !== (draft.phase === 'handshake')) {
    close(draft, closeCodes.protocolError, 'welcome must come once, and first');
    return;
  }
  switch (frame.t) {
    case 'welcome':
      enterSession(draft, now, frame);
      return;
    case 'call':
      askClock(draft, now);
      receiveCall(draft, now, frame);
      return;
    case 'clock':
      if (frame.n !== draft.clock.n || draft.clock.askedAt === undefined) return;
      draft.clock = { ...draft.clock, toldAt: now, askedAt: undefined };
      draft.effects.push({ type: 'clockTold', time: frame.time });
      return;
    case 'ack':
      if (draft.calls.get(frame.id)?.phase === 'done') forget(draft, frame.id);
      return;
    case 'cancel':
      giveUp(draft, frame.id);
      return;
    case 'credit':
      addCredit(draft, frame.id, frame.bytes);
      return;
    case 'instruct':
      instruct(draft, frame);
      return;
    case 'taken':
      takeEvents(draft, frame);
  }
}

function enterSession(draft: Draft, now: number, welcome: FrameOf<'welcome'>): void {
  const { min, max } = draft.config.versions;
  if (welcome.proto < min || welcome.proto > max) {
    close(draft, closeCodes.version, 'no common protocol version');
    return;
  }
  draft.phase = 'open';
  draft.openedAt = now;
  draft.limits = welcome.limits;
  draft.session = welcome.session;
  draft.features = (welcome.features ?? []).filter((name) => draft.config.features.includes(name));
  draft.budget = piecesInBuffer;
  draft.effects.push({ type: 'clearTimer', name: 'welcome' }, { type: 'heartbeat', on: true });
  draft.clock = { ...draft.clock, toldAt: now, askedAt: undefined };
  draft.effects.push({ type: 'entered', ...(welcome.time === undefined ? {} : { time: welcome.time }) });
  if (draft.status !== draft.announced) send(draft, { t: 'status', status: draft.status });
  for (const { id, kind } of draft.lost) sendError(draft, id, failures.resultEvicted(kind));
  draft.lost = [];
  for (const id of welcome.drop) giveUp(draft, id);
  for (const [id, call] of draft.calls) if (call.wanted && call.phase === 'done') deliver(draft, id, call);
}

/**
 * A connection may hold for weeks, in which clocks drift apart. The hub is asked when it has just sent a call and so is
 * awake: a question of its own would wake it for nothing, and no order comes without a call before it that prepares it.
 */
function askClock(draft: Draft, now: number): void {
  const { features: held, clock, config } = draft;
  const waits = clock.askedAt !== undefined && now - clock.askedAt < config.clockAgainMs;
  if (!held.includes(features.clock) || waits || now - clock.toldAt < config.clockEveryMs) return;
  draft.clock = { ...clock, n: clock.n + 1, askedAt: now };
  draft.effects.push({ type: 'clockAsked' });
  send(draft, { t: 'clock', n: draft.clock.n });
}

function receiveCall(draft: Draft, now: number, frame: FrameOf<'call'>): void {
  const { id, op, args, timeoutMs, kind, progress, accounts } = frame;
  const known = draft.calls.get(id);
  if (known !== undefined) {
    draft.calls.set(id, { ...known, wanted: true });
    if (known.phase === 'done' && !draft.streams.has(id)) deliver(draft, id, known);
    return;
  }
  if (draft.finishedMutations.has(id)) {
    sendError(draft, id, failures.alreadyDone());
    return;
  }
  if (draft.stopping) {
    sendError(draft, id, failures.relayStopping());
    return;
  }
  const underWay = [...draft.calls.values()].filter((call) => call.phase !== 'done').length;
  if (underWay >= draft.limits.maxInFlight) {
    sendError(draft, id, failures.tooBusy(draft.limits.maxInFlight));
    return;
  }
  const invocation = { id, op, args, timeoutMs, kind, wantsProgress: progress, ...(accounts && { accounts }) };
  draft.calls.set(id, { phase: 'queued', kind, wanted: true, invocation, deadlineAt: now + timeoutMs });
  if (kind === 'mutation') start(draft, now, id);
  else startQueued(draft, now);
}

function startQueued(draft: Draft, now: number): void {
  const reads = [...draft.calls].filter(([, call]) => call.kind === 'read');
  let free = draft.config.maxExecuting - reads.filter(([, call]) => call.phase === 'running').length;
  for (const [id, call] of reads) {
    if (free > 0 && call.phase === 'queued' && start(draft, now, id)) free -= 1;
  }
}

/** Starts a queued call, unless its time ran out while it waited: then the hub has answered for it already. */
function start(draft: Draft, now: number, id: string): boolean {
  const call = draft.calls.get(id);
  if (call?.phase !== 'queued') return false;
  const timeoutMs = call.deadlineAt - now;
  if (timeoutMs <= 0) {
    draft.calls.delete(id);
    return false;
  }
  const { kind, wanted, invocation } = call;
  draft.calls.set(id, {
    phase: 'running',
    kind,
    wanted,
    wantsProgress: invocation.wantsProgress,
    progressSeq: 0,
    progressAt: Number.NEGATIVE_INFINITY,
    progressHeld: undefined,
  });
  draft.effects.push({ type: 'startCall', invocation: { ...invocation, timeoutMs } });
  return true;
}

function reportProgress(draft: Draft, event: EventOf<'callProgress'>): void {
  const call = draft.calls.get(event.id);
  if (draft.phase !== 'open' || call?.phase !== 'running' || !call.wanted || !call.wantsProgress) return;
  const { progress, total, message } = event;
  if (!isMeasure(progress)) return;
  const held: Progress = {
    progress,
    ...(isMeasure(total) ? { total } : {}),
    ...(message === undefined ? {} : { message: message.slice(0, 500) }),
  };
  draft.calls.set(event.id, { ...call, progressHeld: held });
  flushProgress(draft, event.now);
}

function isMeasure(value: number | undefined): value is number {
  return value !== undefined && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

/** Sends the held progress that is due and arms the timer for the rest. */
function flushProgress(draft: Draft, now: number): void {
  let wait = Number.POSITIVE_INFINITY;
  for (const [id, call] of draft.calls) {
    if (call.phase !== 'running' || call.progressHeld === undefined) continue;
    const due = call.progressAt + draft.config.progressEveryMs;
    if (due > now) {
      wait = Math.min(wait, due - now);
      continue;
    }
    const { progressSeq: seq, progressHeld } = call;
    draft.calls.set(id, { ...call, progressSeq: seq + 1, progressAt: now, progressHeld: undefined });
    send(draft, { t: 'progress', id, seq, ...progressHeld });
  }
  if (wait !== Number.POSITIVE_INFINITY) draft.effects.push({ type: 'startTimer', name: 'progress', ms: wait });
}

function finish(draft: Draft, now: number, id: string, given: RelayOutcome): void {
  const call = draft.calls.get(id);
  if (call?.phase !== 'running') return;
  if (!call.wanted) {
    forget(draft, id);
  } else {
    // The newest progress is never lost to the throttle: what it still holds goes before the result.
    const { progressSeq: seq, progressHeld } = call;
    if (progressHeld !== undefined) send(draft, { t: 'progress', id, seq, ...progressHeld });
    const finished = bounded(draft, call.kind, given);
    // Moved to the end: retained results are in the order in which they finished.
    draft.calls.delete(id);
    draft.calls.set(id, { phase: 'done', wanted: true, ...finished });
    deliver(draft, id, finished);
    evict(draft);
  }
  startQueued(draft, now);
}

/** The hub no longer waits: reads stop, a mutation under way continues and its outcome is thrown away. */
function giveUp(draft: Draft, id: string): void {
  const call = draft.calls.get(id);
  if (call === undefined || !call.wanted) return;
  if (call.phase === 'queued') {
    draft.calls.delete(id);
    return;
  }
  if (call.phase === 'done') {
    forget(draft, id);
    return;
  }
  draft.calls.set(id, { ...call, wanted: false, progressHeld: undefined });
  if (call.kind === 'read') draft.effects.push({ type: 'abortCall', id });
}

function changeStatus(draft: Draft, status: OpaqueStatus): void {
  const parsed = statusSchema.safeParse(status);
  if (!parsed.success) {
    draft.effects.push({ type: 'log', message: 'ignored a status that is too large for the tunnel' });
    return;
  }
  draft.status = parsed.data;
  if (draft.phase === 'open') send(draft, { t: 'status', status: draft.status });
}
