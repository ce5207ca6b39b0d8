import { z } from 'zod';
import type { ToolErrorData } from '../errors.ts';
import { closeCodes } from './close-codes.ts';
import * as failures from './failures.ts';
import {
  type CallKind,
  callIdSchema,
  defaultLimits,
  encodeFrame,
  type HubFrame,
  heartbeat,
  maxTimeoutMs,
  negotiate,
  parseRelayFrame,
  protocolRange,
  type RelayFrame,
  type RelayStatus,
  relayInfoSchema,
  type TunnelLimits,
} from './frames.ts';
import { utf8Length } from './utf8.ts';

/**
 * The hub's end of the tunnel as a pure machine: `hubStep(state, event)` answers with the next state and with effects
 * that an adapter carries out in order. It serves one Home, whose relay has at most one connection at a time.
 *
 * `now` in events is any monotonic clock in milliseconds. `connection` names one WebSocket, chosen by the adapter and
 * never used again; events of a connection that is no longer the current one are ignored.
 */

export interface HubConfig {
  readonly limits: TunnelLimits;
  /** How long reads wait for a relay whose connection dropped. */
  readonly graceMs: number;
  readonly versions: { readonly min: number; readonly max: number };
}

/** What survives hibernation, kept as the socket's attachment (well below its 16 KiB). */
export const hubAttachmentSchema = z.object({
  connection: z.string().min(1).max(64),
  device: z.string().min(1).max(64),
  /** Absent until the handshake is done. */
  open: z.object({ proto: z.int().positive(), bootId: z.string().max(64), relay: relayInfoSchema }).optional(),
});

export type HubAttachment = z.infer<typeof hubAttachmentSchema>;

/** The current connection: none, waiting for `hello`, or open. */
export type HubLink =
  | { readonly phase: 'down' }
  | { readonly phase: 'handshake'; readonly connection: string; readonly device: string }
  | ({ readonly phase: 'open'; readonly connection: string; readonly device: string } & NonNullable<
      HubAttachment['open']
    >);

interface HubCall {
  readonly op: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly kind: CallKind;
  readonly progress: boolean;
  readonly deadlineAt: number;
  /** While the relay is away: when the call gives up waiting for it. */
  readonly graceUntil: number | undefined;
  /** Whether it ever left the hub. */
  readonly sent: boolean;
  readonly progressSeq: number;
  /** Counts the deliveries of a large result; pieces of two attempts never mix. */
  readonly attempt: number;
  readonly nextSeq: number;
  readonly receivedBytes: number;
  readonly unconsumedBytes: number;
}

export interface HubState {
  readonly config: HubConfig;
  readonly link: HubLink;
  readonly calls: ReadonlyMap<string, HubCall>;
}

/**
 * How a call ends. `streamed` means that the JSON text of the value was handed over as `chunk` effects of that attempt.
 */
export type HubOutcome =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: true;
      readonly streamed: { readonly attempt: number; readonly chunks: number; readonly bytes: number };
    }
  | { readonly ok: false; readonly error: ToolErrorData };

export type HubEvent =
  /** An authenticated relay connected, or (with `restored`) its socket was found again after hibernation. */
  | {
      readonly type: 'connected';
      readonly now: number;
      readonly connection: string;
      readonly device: string;
      readonly restored?: HubAttachment;
    }
  | { readonly type: 'frame'; readonly now: number; readonly connection: string; readonly text: string }
  | { readonly type: 'disconnected'; readonly now: number; readonly connection: string }
  | {
      readonly type: 'call';
      readonly now: number;
      readonly id: string;
      readonly op: string;
      readonly args: Readonly<Record<string, unknown>>;
      /** Clamped to 1…900,000. */
      readonly timeoutMs: number;
      readonly kind: CallKind;
      readonly progress: boolean;
    }
  | { readonly type: 'cancel'; readonly now: number; readonly id: string }
  /** The timer that `startDeadline` asked for has run out. */
  | { readonly type: 'deadline'; readonly now: number; readonly id: string }
  /** The reader took pieces of that attempt; `bytes` as given by the `chunk` effects. */
  | {
      readonly type: 'consumed';
      readonly now: number;
      readonly id: string;
      readonly attempt: number;
      readonly bytes: number;
    };

export type HubEffect =
  | { readonly type: 'send'; readonly connection: string; readonly text: string }
  | { readonly type: 'close'; readonly connection: string; readonly code: number; readonly reason: string }
  /** Exactly once for each call; nothing else follows for that id. */
  | { readonly type: 'settle'; readonly id: string; readonly outcome: HubOutcome }
  | {
      readonly type: 'progress';
      readonly id: string;
      readonly progress: number;
      readonly total?: number;
      readonly message?: string;
    }
  /** The next piece of a large result. A greater `attempt` than before means: discard the earlier pieces. */
  | {
      readonly type: 'chunk';
      readonly id: string;
      readonly attempt: number;
      readonly data: string;
      readonly bytes: number;
    }
  /** One timer for each call; a new one replaces the earlier. */
  | { readonly type: 'startDeadline'; readonly id: string; readonly ms: number }
  | { readonly type: 'clearDeadline'; readonly id: string }
  | { readonly type: 'persist'; readonly connection: string; readonly attachment: HubAttachment }
  | { readonly type: 'status'; readonly device: string; readonly status: RelayStatus }
  | { readonly type: 'log'; readonly message: string; readonly detail?: string };

export interface HubStep {
  readonly state: HubState;
  readonly effects: readonly HubEffect[];
}

/** A hub without a connection and without calls: also the state after hibernation, before `connected` with `restored`. */
export function createHub(config: Partial<HubConfig> = {}): HubState {
  return {
    config: { limits: defaultLimits, graceMs: 15_000, versions: protocolRange, ...config },
    link: { phase: 'down' },
    calls: new Map(),
  };
}

/** Advances the machine by one event. Pure; throws only when a call id is invalid or already under way. */
export function hubStep(state: HubState, event: HubEvent): HubStep {
  const draft: Draft = { config: state.config, link: state.link, calls: new Map(state.calls), effects: [] };
  switch (event.type) {
    case 'connected':
      connect(draft, event);
      break;
    case 'disconnected':
      if (isCurrent(draft, event.connection)) goDown(draft, event.now);
      break;
    case 'frame':
      if (isCurrent(draft, event.connection)) receive(draft, event.now, event.text);
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
  }
  const { effects, ...next } = draft;
  return { state: next, effects };
}

interface Draft {
  readonly config: HubConfig;
  link: HubLink;
  readonly calls: Map<string, HubCall>;
  readonly effects: HubEffect[];
}

type EventOf<Type extends HubEvent['type']> = Extract<HubEvent, { type: Type }>;
type FrameOf<Type extends RelayFrame['t']> = Extract<RelayFrame, { t: Type }>;

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
  const { now, id, op, args, kind, progress } = event;
  if (!callIdSchema.safeParse(id).success || draft.calls.has(id)) throw new Error('a call needs a fresh, valid id');
  const refuse = (error: ToolErrorData) => draft.effects.push({ type: 'settle', id, outcome: { ok: false, error } });
  if (draft.link.phase === 'down') return void refuse(failures.relayOffline());
  const { maxInFlight, maxFrameBytes } = draft.config.limits;
  if (draft.calls.size >= maxInFlight) return void refuse(failures.tooBusy(maxInFlight));
  const timeoutMs = Math.ceil(Math.min(Math.max(event.timeoutMs, 1), maxTimeoutMs));
  if (utf8Length(encodeFrame({ t: 'call', id, op, args: { ...args }, timeoutMs, kind, progress })) > maxFrameBytes) {
    return void refuse(failures.argumentsTooLarge(maxFrameBytes));
  }
  const open = draft.link.phase === 'open';
  const call: HubCall = {
    op,
    args,
    kind,
    progress,
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

/** Sends a call as a fresh attempt with the time that is left. */
function dispatch(draft: Draft, now: number, id: string, call: HubCall): void {
  const { op, args, kind, progress } = call;
  draft.calls.set(id, { ...freshAttempt(call), sent: true, progressSeq: -1 });
  const timeoutMs = Math.max(1, Math.ceil(call.deadlineAt - now));
  send(draft, { t: 'call', id, op, args: { ...args }, timeoutMs, kind, progress });
}

function freshAttempt(call: HubCall): HubCall {
  const attempt = call.attempt + 1;
  return { ...call, graceUntil: undefined, attempt, nextSeq: 0, receivedBytes: 0, unconsumedBytes: 0 };
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
    else if (call.kind === 'read') abandon(draft, id, failures.relayTimeout('read'));
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

function receive(draft: Draft, now: number, text: string): void {
  if (draft.link.phase === 'down') return;
  if (text === heartbeat.ping) {
    // Normally answered by the runtime; this keeps the tunnel alive where that is not set up.
    draft.effects.push({ type: 'send', connection: draft.link.connection, text: heartbeat.pong });
    return;
  }
  const parsed = parseRelayFrame(text, draft.config.limits.maxFrameBytes);
  switch (parsed.kind) {
    case 'oversize':
      return close(draft, now, closeCodes.tooBig, parsed.reason);
    case 'malformed':
      return close(draft, now, closeCodes.protocolError, parsed.reason);
    case 'unknown':
      draft.effects.push({ type: 'log', message: 'ignored a frame of an unknown type', detail: parsed.type });
      return;
  }
  const { frame } = parsed;
  if ((frame.t === 'hello') !== (draft.link.phase === 'handshake')) {
    return close(draft, now, closeCodes.protocolError, 'hello must come once, and first');
  }
  switch (frame.t) {
    case 'hello':
      return welcome(draft, now, frame);
    case 'progress':
      return reportProgress(draft, frame);
    case 'chunk':
      return receiveChunk(draft, now, frame);
    case 'result':
      return receiveResult(draft, frame);
    case 'status':
      draft.effects.push({ type: 'status', device: draft.link.device, status: frame.status });
      return;
    case 'error':
      draft.effects.push({ type: 'log', message: 'the relay complains', detail: `${frame.code}: ${frame.message}` });
  }
}

function welcome(draft: Draft, now: number, hello: FrameOf<'hello'>): void {
  if (draft.link.phase !== 'handshake') return;
  const proto = negotiate(draft.config.versions, hello);
  if (proto === undefined) return close(draft, now, closeCodes.version, 'no common protocol version');
  const { connection, device } = draft.link;
  const open = { proto, bootId: hello.bootId, relay: hello.relay };
  draft.link = { phase: 'open', connection, device, ...open };
  draft.effects.push({ type: 'persist', connection, attachment: { connection, device, open } });
  const drop = hello.calls.filter((id) => !draft.calls.has(id));
  send(draft, { t: 'welcome', proto, session: connection, limits: draft.config.limits, drop });
  draft.effects.push({ type: 'status', device, status: hello.status });
  const survivors = new Set(hello.calls);
  for (const [id, call] of [...draft.calls]) resume(draft, now, id, call, survivors.has(id));
}

/** Decides what a reconnect means for a waiting call: the relay still has it, or it must be sent (again), or it is lost. */
function resume(draft: Draft, now: number, id: string, call: HubCall, survived: boolean): void {
  if (!survived && isPatient(call)) return fail(draft, id, failures.relayInterrupted('mutation'));
  const resumed = freshAttempt(call);
  draft.calls.set(id, resumed);
  armDeadline(draft, now, id, resumed);
  if (!survived) dispatch(draft, now, id, call);
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
  if (call === undefined) return send(draft, { t: 'cancel', id });
  if (seq !== call.nextSeq) return abandon(draft, id, failures.relayInterrupted(call.kind));
  const { windowBytes, maxResultBytes } = draft.config.limits;
  const bytes = utf8Length(data);
  const unconsumedBytes = call.unconsumedBytes + bytes;
  if (unconsumedBytes > windowBytes) {
    return close(draft, now, closeCodes.protocolError, 'a chunk exceeds the credit of its call');
  }
  const receivedBytes = call.receivedBytes + bytes;
  if (receivedBytes > maxResultBytes) return abandon(draft, id, failures.resultTooLarge(maxResultBytes));
  draft.calls.set(id, { ...call, nextSeq: seq + 1, receivedBytes, unconsumedBytes });
  draft.effects.push({ type: 'chunk', id, attempt: call.attempt, data, bytes });
}

function receiveResult(draft: Draft, frame: FrameOf<'result'>): void {
  const { id } = frame;
  send(draft, { t: 'ack', id });
  const call = draft.calls.get(id);
  if (call === undefined) return;
  if (!frame.ok) return fail(draft, id, frame.error);
  if (!('chunks' in frame)) return settle(draft, id, { ok: true, value: frame.value });
  const { chunks, bytes } = frame;
  if (chunks !== call.nextSeq || bytes !== call.receivedBytes) {
    return fail(draft, id, failures.relayInterrupted(call.kind));
  }
  settle(draft, id, { ok: true, streamed: { attempt: call.attempt, chunks, bytes } });
}
