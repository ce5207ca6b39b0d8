import type { ToolErrorData } from '../errors.ts';
import { closeCodes } from './close-codes.ts';
import * as failures from './failures.ts';
import {
  type Body,
  callIdSchema,
  defaultLimits,
  encodeFrame,
  features,
  type HubFrame,
  heartbeat,
  maxBodyBytes,
  maxTimeoutMs,
  negotiate,
  parseRelayFrame,
  protocolRange,
  type RelayFrame,
} from './frames.ts';
import type {
  HubCall,
  HubConfig,
  HubEffect,
  HubEvent,
  HubLink,
  HubOutcome,
  HubState,
  HubStep,
  InstructionOutcome,
} from './hub-model.ts';
import { utf8Length } from './utf8.ts';

/**
 * The hub's end of the tunnel as a pure machine: `hubStep(state, event)` answers with the next state and with effects
 * that an adapter carries out in order. It serves one Home, whose relay has at most one connection at a time.
 */

/** A hub without a connection and without calls: also the state after hibernation, before `connected` with `restored`. */
export function createHub(config: Partial<HubConfig> = {}): HubState {
  return {
    config: { limits: defaultLimits, graceMs: 15_000, versions: protocolRange, features: [], ...config },
    link: { phase: 'down' },
    calls: new Map(),
    instructions: new Set(),
  };
}

/** Advances the machine by one event. Pure; throws only when a call id is invalid or already under way. */
export function hubStep(state: HubState, event: HubEvent): HubStep {
  const { config, link } = state;
  const draft: Draft = {
    config,
    link,
    calls: new Map(state.calls),
    instructions: new Set(state.instructions),
    effects: [],
  };
  switch (event.type) {
    case 'connected':
      connect(draft, event);
      break;
    case 'disconnected':
      if (isCurrent(draft, event.connection)) goDown(draft, event.now);
      break;
    case 'frame':
      if (isCurrent(draft, event.connection)) receive(draft, event);
      break;
    case 'call':
      startCall(draft, event);
      break;
    case 'cancel':
      cancelCall(draft, event.id);
      break;
    case 'deadline':
      checkDeadline(draft, event.now, event.id);
      break;
    case 'consumed':
      consume(draft, event);
      break;
    case 'instruct':
      instruct(draft, event);
      break;
    case 'instructionDeadline':
      endInstruction(draft, event.id, { kind: 'unanswered', error: failures.instructionUnanswered() });
      break;
    case 'eventTaken':
      if (isCurrent(draft, event.connection)) send(draft, { t: 'taken', generation: event.generation, seq: event.seq });
      break;
  }
  const { effects, ...next } = draft;
  return { state: next, effects };
}

interface Draft {
  readonly config: HubConfig;
  link: HubLink;
  readonly calls: Map<string, HubCall>;
  readonly instructions: Set<string>;
  readonly effects: HubEffect[];
}

type EventOf<Type extends HubEvent['type']> = Extract<HubEvent, { type: Type }>;
type FrameOf<Type extends RelayFrame['t']> = Extract<RelayFrame, { t: Type }>;
type FrameFor<Type extends HubFrame['t']> = Extract<HubFrame, { t: Type }>;

function isCurrent(draft: Draft, connection: string): boolean {
  return draft.link.phase !== 'down' && draft.link.connection === connection;
}

function connect(draft: Draft, { now, connection, device, restored }: EventOf<'connected'>): void {
  if (draft.link.phase !== 'down') close(draft, now, closeCodes.replaced, 'another connection of this relay took over');
  const open = restored?.open;
  if (open === undefined) {
    draft.link = { phase: 'handshake', connection, device };
    if (restored === undefined) draft.effects.push({ type: 'persist', connection, attachment: { connection, device } });
    return;
  }
  draft.link = { phase: 'open', connection, device, ...open };
  const { min, max } = draft.config.versions;
  if (open.proto < min || open.proto > max) close(draft, now, closeCodes.serviceRestart, 'the server was updated');
}

/** The connection is gone: reads and what was never sent wait for a short grace, sent mutations for their deadline. */
function goDown(draft: Draft, now: number): void {
  draft.link = { phase: 'down' };
  for (const id of draft.instructions) {
    endInstruction(draft, id, { kind: 'unanswered', error: failures.instructionUnanswered() });
  }
  for (const [id, call] of draft.calls) {
    const waiting = { ...call, graceUntil: call.graceUntil ?? now + draft.config.graceMs };
    draft.calls.set(id, waiting);
    armDeadline(draft, now, id, waiting);
  }
}

function close(draft: Draft, now: number, code: number, reason: string): void {
  if (draft.link.phase === 'down') return;
  draft.effects.push({ type: 'close', connection: draft.link.connection, code, reason });
  goDown(draft, now);
}

function send(draft: Draft, frame: HubFrame): void {
  if (draft.link.phase === 'down') return;
  draft.effects.push({ type: 'send', connection: draft.link.connection, text: encodeFrame(frame) });
}

function settle(draft: Draft, id: string, outcome: HubOutcome): void {
  draft.calls.delete(id);
  draft.effects.push({ type: 'clearDeadline', id }, { type: 'settle', id, outcome });
}

function fail(draft: Draft, id: string, error: ToolErrorData): void {
  settle(draft, id, { ok: false, error });
}

/** Ends a call whose answer cannot be used, and tells the relay to stop sending it. */
function abandon(draft: Draft, id: string, error: ToolErrorData): void {
  fail(draft, id, error);
  send(draft, { t: 'cancel', id });
}

function isPatient(call: HubCall): boolean {
  return call.kind === 'mutation' && call.sent;
}

function armDeadline(draft: Draft, now: number, id: string, call: HubCall): void {
  const grace = isPatient(call) ? undefined : call.graceUntil;
  const until = Math.min(call.deadlineAt, grace ?? call.deadlineAt);
  draft.effects.push({ type: 'startDeadline', id, ms: Math.max(0, until - now) });
}

function startCall(draft: Draft, event: EventOf<'call'>): void {
  const { now, id, op, args, kind, progress, accounts } = event;
  if (!callIdSchema.safeParse(id).success || draft.calls.has(id)) throw new Error('a call needs a fresh, valid id');
  const timeoutMs = Math.ceil(Math.min(Math.max(event.timeoutMs, 1), maxTimeoutMs));
  const refusal = refusalOf(draft, callFrame(id, event, timeoutMs));
  if (refusal !== undefined) {
    draft.effects.push({ type: 'settle', id, outcome: { ok: false, error: refusal } });
    return;
  }
  const open = draft.link.phase === 'open';
  const call: HubCall = {
    op,
    args,
    kind,
    progress,
    accounts,
    deadlineAt: now + timeoutMs,
    graceUntil: open ? undefined : now + draft.config.graceMs,
    sent: false,
    progressSeq: -1,
    attempt: 0,
    nextSeq: 0,
    receivedBytes: 0,
    unconsumedBytes: 0,
  };
  draft.calls.set(id, call);
  armDeadline(draft, now, id, call);
  if (open) dispatch(draft, now, id, call);
}

function refusalOf(draft: Draft, frame: HubFrame): ToolErrorData | undefined {
  const { maxInFlight, maxFrameBytes } = draft.config.limits;
  if (draft.link.phase === 'down') return failures.relayOffline();
  if (draft.calls.size >= maxInFlight) return failures.tooBusy(maxInFlight);
  return utf8Length(encodeFrame(frame)) > maxFrameBytes ? failures.argumentsTooLarge(maxFrameBytes) : undefined;
}

/** Sends a call as a fresh attempt with the time that is left. */
function dispatch(draft: Draft, now: number, id: string, call: HubCall): void {
  if (call.accounts && !(draft.link.phase === 'open' && draft.link.features.includes(features.accounts))) {
    fail(draft, id, failures.accountsNotUnderstood());
    return;
  }
  draft.calls.set(id, { ...freshAttempt(call), sent: true, progressSeq: -1 });
  const timeoutMs = Math.max(1, Math.ceil(call.deadlineAt - now));
  send(draft, callFrame(id, call, timeoutMs));
}

function callFrame(
  id: string,
  { op, args, kind, progress, accounts }: Pick<HubCall, 'op' | 'args' | 'kind' | 'progress'> & Partial<HubCall>,
  timeoutMs: number,
): FrameFor<'call'> {
  const limited = accounts && { accounts: [...accounts] };
  return { t: 'call', id, op, args: { ...args }, timeoutMs, kind, progress, ...limited };
}

function freshAttempt(call: HubCall): HubCall {
  const attempt = call.attempt + 1;
  return { ...call, graceUntil: undefined, attempt, nextSeq: 0, receivedBytes: 0, unconsumedBytes: 0 };
}

function instruct(draft: Draft, { id, name, body }: EventOf<'instruct'>): void {
  if (!callIdSchema.safeParse(id).success || draft.instructions.has(id))
    throw new Error('an instruction needs a fresh, valid id');
  const error = unfitToInstruct(draft, body);
  draft.instructions.add(id);
  if (error === undefined) send(draft, { t: 'instruct', id, name, body });
  else endInstruction(draft, id, { kind: 'unsent', error });
}

/** Why an instruction cannot be sent at this moment; it then never is. Calls under way are no reason. */
function unfitToInstruct({ link }: Draft, body: Body): ToolErrorData | undefined {
  if (link.phase !== 'open') return failures.relayOffline();
  if (!link.features.includes(features.instructions)) return failures.notUnderstood();
  return utf8Length(JSON.stringify(body)) > maxBodyBytes ? failures.argumentsTooLarge(maxBodyBytes) : undefined;
}

function endInstruction(draft: Draft, id: string, outcome: InstructionOutcome): void {
  if (draft.instructions.delete(id)) draft.effects.push({ type: 'instructed', id, outcome });
}

function cancelCall(draft: Draft, id: string): void {
  const call = draft.calls.get(id);
  if (call !== undefined) abandon(draft, id, failures.cancelled(call.kind));
}

function checkDeadline(draft: Draft, now: number, id: string): void {
  const call = draft.calls.get(id);
  if (call === undefined) return;
  const expired = now >= call.deadlineAt;
  if (draft.link.phase === 'open') {
    if (!expired) armDeadline(draft, now, id, call);
    // Pieces have arrived, so even a mutation is over, and the relay must not wait for credit that never comes.
    else if (call.kind === 'read' || call.nextSeq > 0) abandon(draft, id, failures.relayTimeout(call.kind));
    else fail(draft, id, failures.relayTimeout('mutation'));
    return;
  }
  if (isPatient(call)) {
    if (expired) fail(draft, id, failures.relayInterrupted('mutation'));
    else armDeadline(draft, now, id, call);
    return;
  }
  const patienceEnded = expired || (call.graceUntil !== undefined && now >= call.graceUntil);
  if (!patienceEnded) armDeadline(draft, now, id, call);
  else fail(draft, id, call.sent ? failures.relayLost() : failures.relayOffline());
}

function consume(draft: Draft, { id, attempt, bytes }: EventOf<'consumed'>): void {
  const call = draft.calls.get(id);
  if (call === undefined || call.attempt !== attempt || draft.link.phase !== 'open') return;
  const granted = Math.min(bytes, call.unconsumedBytes);
  if (granted <= 0) return;
  draft.calls.set(id, { ...call, unconsumedBytes: call.unconsumedBytes - granted });
  send(draft, { t: 'credit', id, bytes: granted });
}

function receive(draft: Draft, { now, text, time }: EventOf<'frame'>): void {
  if (draft.link.phase === 'down') return;
  if (text === heartbeat.ping) {
    // Normally answered by the runtime; this keeps the tunnel alive where that is not set up.
    draft.effects.push({ type: 'send', connection: draft.link.connection, text: heartbeat.pong });
    return;
  }
  const parsed = parseRelayFrame(text, draft.config.limits.maxFrameBytes);
  switch (parsed.kind) {
    case 'oversize':
      close(draft, now, closeCodes.tooBig, parsed.reason);
      return;
    case 'malformed':
      close(draft, now, closeCodes.protocolError, parsed.reason);
      return;
    case 'unknown':
      draft.effects.push({ type: 'log', message: 'ignored a frame of an unknown type', detail: parsed.type });
      return;
  }
  const { frame } = parsed;
  if ((frame.t === 'hello') !== (draft.link.phase === 'handshake')) {
    close(draft, now, closeCodes.protocolError, 'hello must come once, and first');
    return;
  }
  switch (frame.t) {
    case 'hello':
      welcome(draft, now, frame, time);
      return;
    case 'progress':
      reportProgress(draft, frame);
      return;
    case 'chunk':
      receiveChunk(draft, now, frame);
      return;
    case 'result':
      receiveResult(draft, frame);
      return;
    case 'accepted':
      endInstruction(draft, frame.id, { kind: 'accepted' });
      return;
    case 'refused':
      endInstruction(draft, frame.id, { kind: 'refused', error: frame.error });
      return;
    case 'event':
      receiveEvent(draft, frame);
      return;
    case 'status':
      draft.effects.push({ type: 'status', device: draft.link.device, status: frame.status });
      return;
    case 'clock':
      if (time !== undefined) send(draft, { t: 'clock', n: frame.n, time });
      return;
    case 'error':
      draft.effects.push({ type: 'log', message: 'the relay complains', detail: `${frame.code}: ${frame.message}` });
  }
}

function welcome(draft: Draft, now: number, hello: FrameOf<'hello'>, time: number | undefined): void {
  if (draft.link.phase !== 'handshake') return;
  const proto = negotiate(draft.config.versions, hello);
  if (proto === undefined) {
    close(draft, now, closeCodes.version, 'no common protocol version');
    return;
  }
  const { connection, device } = draft.link;
  const common = (hello.features ?? []).filter((name) => draft.config.features.includes(name));
  const open = { proto, bootId: hello.bootId, relay: hello.relay, features: common };
  draft.link = { phase: 'open', connection, device, ...open };
  draft.effects.push({ type: 'persist', connection, attachment: { connection, device, open } });
  const drop = hello.calls.filter((id) => !draft.calls.has(id));
  // Named only to a relay that names its own: an older one sees the frame that it knows.
  const told = hello.features === undefined ? {} : { features: common, ...(time === undefined ? {} : { time }) };
  send(draft, { t: 'welcome', proto, session: connection, limits: draft.config.limits, drop, ...told });
  draft.effects.push(
    { type: 'opened', device, status: hello.status },
    { type: 'status', device, status: hello.status },
  );
  const survivors = new Set(hello.calls);
  for (const [id, call] of [...draft.calls]) resume(draft, now, id, call, survivors.has(id));
}

/** Decides what a reconnect means for a waiting call: the relay still has it, or it must be sent (again), or it is lost. */
function resume(draft: Draft, now: number, id: string, call: HubCall, survived: boolean): void {
  if (!survived && isPatient(call)) {
    fail(draft, id, failures.relayInterrupted('mutation'));
    return;
  }
  const resumed = freshAttempt(call);
  draft.calls.set(id, resumed);
  armDeadline(draft, now, id, resumed);
  if (!survived) dispatch(draft, now, id, call);
}

function receiveEvent(draft: Draft, { t: _, acked, ...event }: FrameOf<'event'>): void {
  if (draft.link.phase !== 'open' || !draft.link.features.includes(features.events)) return;
  const { connection, device } = draft.link;
  draft.effects.push({ type: 'event', connection, device, event, acked });
}

function reportProgress(draft: Draft, { id, seq, progress, total, message }: FrameOf<'progress'>): void {
  const call = draft.calls.get(id);
  if (call === undefined || !call.progress || seq <= call.progressSeq) return;
  draft.calls.set(id, { ...call, progressSeq: seq });
  draft.effects.push({
    type: 'progress',
    id,
    progress,
    ...(total === undefined ? {} : { total }),
    ...(message === undefined ? {} : { message }),
  });
}

function receiveChunk(draft: Draft, now: number, { id, seq, data }: FrameOf<'chunk'>): void {
  const call = draft.calls.get(id);
  // Nobody grants credit for a call that is over, so the relay must be told to give it up.
  if (call === undefined) {
    send(draft, { t: 'cancel', id });
    return;
  }
  if (seq !== call.nextSeq) {
    abandon(draft, id, failures.relayInterrupted(call.kind));
    return;
  }
  const { windowBytes, maxResultBytes } = draft.config.limits;
  const bytes = utf8Length(data);
  const unconsumedBytes = call.unconsumedBytes + bytes;
  if (unconsumedBytes > windowBytes) {
    close(draft, now, closeCodes.protocolError, 'a chunk exceeds the credit of its call');
    return;
  }
  const receivedBytes = call.receivedBytes + bytes;
  if (receivedBytes > maxResultBytes) {
    abandon(draft, id, failures.resultTooLarge(call.kind, maxResultBytes));
    return;
  }
  draft.calls.set(id, { ...call, nextSeq: seq + 1, receivedBytes, unconsumedBytes });
  draft.effects.push({ type: 'chunk', id, attempt: call.attempt, data, bytes });
}

function receiveResult(draft: Draft, frame: FrameOf<'result'>): void {
  const { id } = frame;
  send(draft, { t: 'ack', id });
  const call = draft.calls.get(id);
  if (call === undefined) return;
  if (!frame.ok) {
    fail(draft, id, frame.error);
    return;
  }
  if (!('chunks' in frame)) {
    settle(draft, id, { ok: true, value: frame.value });
    return;
  }
  const { chunks, bytes } = frame;
  if (chunks !== call.nextSeq || bytes !== call.receivedBytes) {
    fail(draft, id, failures.relayInterrupted(call.kind));
    return;
  }
  settle(draft, id, { ok: true, streamed: { attempt: call.attempt, chunks, bytes } });
}
