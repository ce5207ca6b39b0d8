import type { ToolErrorData } from '../../../shared/errors.ts';
import { closeCodes } from '../../../shared/tunnel/close-codes.ts';
import { type Body, defaultLimits, features, heartbeat, type RelayEventRecord } from '../../../shared/tunnel/frames.ts';
import { createHub, hubStep } from '../../../shared/tunnel/hub.ts';
import {
  type HubAttachment,
  type HubEffect,
  type HubEvent,
  type HubOutcome,
  type HubState,
  hubAttachmentSchema,
  type InstructionOutcome,
} from '../../../shared/tunnel/hub-model.ts';
import { Latest } from './latest.ts';

/** One call on its way to the relay. `id` is a fresh UUID of the caller. */
export interface CallRequest {
  id: string;
  op: string;
  args: Record<string, unknown>;
  /** Relative deadline in milliseconds. */
  timeoutMs: number;
  kind: 'read' | 'mutation';
  /** Which accounts it may see; all when absent. */
  accounts?: readonly string[];
  /** The client's own name for it: grant and JSON-RPC id. Not unique among the conversations of one client. */
  alias?: string;
}

export interface CallProgress {
  progress: number;
  total?: number;
  message?: string;
}

/** Settles when the progress is on its way to the client. */
export type ProgressListener = (progress: CallProgress) => Promise<void> | void;

/** `chunks`: the value is large; pull its JSON text with `nextChunk`. */
export type CallAnswer =
  | { kind: 'value'; value: unknown }
  | { kind: 'chunks' }
  | { kind: 'error'; error: ToolErrorData };

/** `restart`: discard the pieces so far; the relay came back and delivers the answer anew. */
export type NextChunk =
  | { kind: 'chunk'; data: string }
  | { kind: 'restart' }
  | { kind: 'end' }
  | { kind: 'error'; error: ToolErrorData };

/** What the link asks of its Home. */
export interface RelayLinkOwner {
  /** The relay has said hello on a new connection; instructions reach it from here on. */
  opened(device: string, status: unknown): void;
  status(device: string, status: unknown): void;
  /** When the runtime last answered a ping on this socket, epoch milliseconds. */
  pingedAt(socket: WebSocket): number | undefined;
  /**
   * Takes an event of a relay, once and for all. Absent where nobody waits for events: relays then keep theirs.
   * @returns how far the relay's generation is taken, or undefined to have the event again later
   */
  readonly takeEvent?: ((device: string, event: RelayEventRecord, acked: number) => number | undefined) | undefined;
}

/** Two missed heartbeats and a bit: a relay that has not been heard for this long is gone, whatever its socket says. */
const silenceMs = heartbeat.everyMs * 2.5;

/** A large answer between relay and reader: at most one credit window of pieces waits here. */
interface Stream {
  attempt: number;
  restarted: boolean;
  pieces: { data: string; bytes: number }[];
  end: NextChunk | undefined;
  wake: (() => void) | undefined;
}

interface PendingCall {
  kind: CallRequest['kind'];
  alias: string | undefined;
  answer: (answer: CallAnswer) => void;
  onProgress: ProgressListener | undefined;
  /** Settles when the client has been told of the newest progress. */
  told: Promise<void> | void;
  timer: ReturnType<typeof setTimeout> | undefined;
  stream: Stream | undefined;
}

/** What an isolate can assemble, check and answer beside everything else in its 128 MB; 50,000 bars take about 4 MB. */
const maxResultBytes = 6_291_456;

/** A client is told of progress so often at most; a good relay says no more, but it is not relied on. */
const progressEveryMs = 200;

/** How long an answer waits for the last progress to be on its way: what comes after the answer is lost. */
const lastProgressMs = 500;

/** How long the end of a streamed answer is kept for a reader that has stopped pulling. */
const abandonedStreamMs = 60_000;

/**
 * The tunnel to one relay: carries out what the pure hub machine decides, over a hibernating WebSocket. It can be
 * rebuilt from the socket's attachment after hibernation; calls under way keep the object in memory, so none are lost by it.
 */
export class RelayLink {
  readonly #owner: RelayLinkOwner;
  readonly #sockets = new Map<string, WebSocket>();
  readonly #calls = new Map<string, PendingCall>();
  readonly #instructions = new Map<string, (outcome: InstructionOutcome) => void>();
  readonly #progress = new Latest<CallProgress>(progressEveryMs, (id, progress) => {
    const call = this.#calls.get(id);
    if (call) call.told = call.onProgress?.(progress);
  });
  #hub: HubState;
  #receivedAt = 0;

  constructor(owner: RelayLinkOwner) {
    this.#owner = owner;
    this.#hub = createHub({
      limits: { ...defaultLimits, maxResultBytes },
      features: [
        features.instructions,
        features.clock,
        features.accounts,
        ...(owner.takeEvent ? [features.events] : []),
      ],
    });
  }

  /**
   * Whether a relay is connected and alive. One that died without a word (a lost network, a stopped machine) is noticed
   * here, when somebody asks: nothing has to stay awake for it.
   */
  get online(): boolean {
    const { link } = this.#hub;
    if (link.phase === 'down') return false;
    if (Date.now() - (this.heardAt ?? 0) > silenceMs) this.close(closeCodes.heartbeat, 'no heartbeat');
    return this.#hub.link.phase === 'open';
  }

  /** Which process of the relay is connected; another one after each start. */
  get bootId(): string | undefined {
    const { link } = this.#hub;
    return link.phase === 'open' ? link.bootId : undefined;
  }

  /** When the connected relay was last heard, epoch milliseconds. */
  get heardAt(): number | undefined {
    const { link } = this.#hub;
    const socket = link.phase === 'down' ? undefined : this.#sockets.get(link.connection);
    return socket && Math.max(this.#receivedAt, this.#owner.pingedAt(socket) ?? 0);
  }

  /** Takes over a newly accepted socket; an earlier one of the same relay is closed as replaced. */
  connect(socket: WebSocket, device: string): void {
    const connection = crypto.randomUUID();
    this.#sockets.set(connection, socket);
    this.#receivedAt = Date.now();
    this.#step({ type: 'connected', now: now(), connection, device });
  }

  /** Takes a socket back after hibernation; `connectedAt` in epoch milliseconds. */
  restore(socket: WebSocket, attachment: HubAttachment, connectedAt: number): void {
    this.#sockets.set(attachment.connection, socket);
    this.#receivedAt = connectedAt;
    this.#step({
      type: 'connected',
      now: now(),
      connection: attachment.connection,
      device: attachment.device,
      restored: attachment,
    });
  }

  receive(socket: WebSocket, text: string): void {
    const connection = attachmentOf(socket)?.connection;
    if (!connection) return;
    this.#receivedAt = Date.now();
    this.#step({ type: 'frame', now: now(), connection, text, time: Date.now() });
  }

  disconnected(socket: WebSocket): void {
    const connection = attachmentOf(socket)?.connection;
    if (!connection) return;
    this.#sockets.delete(connection);
    this.#step({ type: 'disconnected', now: now(), connection });
  }

  /** Cuts the connection at once: whether or not the other end still answers, nothing more is heard of it. */
  close(code: number, reason: string): void {
    const { link } = this.#hub;
    if (link.phase === 'down') return;
    this.#cut(link.connection, code, reason);
    this.#step({ type: 'disconnected', now: now(), connection: link.connection });
  }

  call({ alias, ...request }: CallRequest, onProgress?: ProgressListener): Promise<CallAnswer> {
    if (this.#calls.has(request.id)) throw new Error('a call needs a fresh id');
    const { promise, resolve } = Promise.withResolvers<CallAnswer>();
    this.#calls.set(request.id, {
      kind: request.kind,
      alias,
      answer: resolve,
      onProgress,
      told: undefined,
      timer: undefined,
      stream: undefined,
    });
    this.#step({ type: 'call', now: now(), ...request, progress: onProgress !== undefined });
    return promise;
  }

  /**
   * Has the relay do something now, or not at all: on the connection that is open, beside all calls. Always settles; what
   * comes of an accepted instruction is told by events.
   *
   * @param id fresh; the relay may have heard of it on an earlier connection
   * @param timeoutMs how long to wait for the relay's word
   */
  async instruct(id: string, name: string, body: Body, timeoutMs: number): Promise<InstructionOutcome> {
    if (this.#instructions.has(id)) throw new Error('an instruction needs a fresh id');
    const { promise, resolve } = Promise.withResolvers<InstructionOutcome>();
    this.#instructions.set(id, resolve);
    const timer = setTimeout(() => this.#step({ type: 'instructionDeadline', now: now(), id }), timeoutMs);
    try {
      this.#step({ type: 'instruct', now: now(), id, name, body });
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#instructions.delete(id);
    }
  }

  cancel(id: string): void {
    this.#progress.forget(id);
    this.#step({ type: 'cancel', now: now(), id });
    this.#forget(id);
  }

  /** Ids of the reads under way that the client knows by that alias; a mutation is never found by so weak a name. */
  readsOf(alias: string): string[] {
    return [...this.#calls].filter(([, call]) => call.kind === 'read' && call.alias === alias).map(([id]) => id);
  }

  has(id: string): boolean {
    return this.#calls.has(id);
  }

  /** Ids of the calls under way that were made on behalf of that one: they begin with its id and a dash. */
  partsOf(id: string): string[] {
    return [...this.#calls.keys()].filter((part) => part.startsWith(`${id}-`));
  }

  /** The next piece of a large answer; taking one gives the relay credit for more. */
  async nextChunk(id: string): Promise<NextChunk> {
    const stream = this.#calls.get(id)?.stream;
    if (!stream) throw new Error('no such streamed answer');
    for (;;) {
      if (stream.restarted) {
        stream.restarted = false;
        return { kind: 'restart' };
      }
      if (stream.pieces.length > 0) {
        // Everything that waits goes in one answer: fewer round trips, still at most one window.
        const pieces = stream.pieces.splice(0);
        const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
        this.#step({ type: 'consumed', now: now(), id, attempt: stream.attempt, bytes });
        return { kind: 'chunk', data: pieces.map((piece) => piece.data).join('') };
      }
      if (stream.end) {
        this.#forget(id);
        return stream.end;
      }
      await new Promise<void>((wake) => {
        stream.wake = wake;
      });
    }
  }

  /** A cut socket has no attachment: should the runtime bring it back after hibernation, nobody takes it for the live one. */
  #cut(connection: string, code: number, reason: string): void {
    const socket = this.#sockets.get(connection);
    this.#sockets.delete(connection);
    if (!socket) return;
    socket.serializeAttachment(null);
    socket.close(code, reason);
  }

  #step(event: HubEvent): void {
    const { state, effects } = hubStep(this.#hub, event);
    this.#hub = state;
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: HubEffect): void {
    switch (effect.type) {
      case 'send':
        trySend(this.#sockets.get(effect.connection), effect.text);
        return;
      case 'close':
        this.#cut(effect.connection, effect.code, effect.reason);
        return;
      case 'persist':
        this.#sockets.get(effect.connection)?.serializeAttachment(effect.attachment);
        return;
      case 'settle':
        this.#settle(effect.id, effect.outcome);
        return;
      case 'progress': {
        const { id, type: _, ...progress } = effect;
        if (this.#calls.has(id)) this.#progress.push(id, progress);
        return;
      }
      case 'chunk':
        this.#addChunk(effect);
        return;
      case 'startDeadline':
        this.#startTimer(effect.id, effect.ms);
        return;
      case 'clearDeadline':
        stopTimer(this.#calls.get(effect.id));
        return;
      case 'instructed':
        this.#instructions.get(effect.id)?.(effect.outcome);
        return;
      case 'event': {
        const { connection, device, event, acked } = effect;
        const seq = this.#owner.takeEvent?.(device, event, acked);
        const { generation } = event;
        if (seq !== undefined) this.#step({ type: 'eventTaken', now: now(), connection, generation, seq });
        return;
      }
      case 'opened':
        this.#owner.opened(effect.device, effect.status);
        return;
      case 'status':
        this.#owner.status(effect.device, effect.status);
        return;
      case 'log':
        console.warn('tunnel', effect.message, effect.detail);
    }
  }

  /** Timers keep the object in memory, so none may outlive its call. */
  #forget(id: string): void {
    stopTimer(this.#calls.get(id));
    this.#progress.forget(id);
    this.#calls.delete(id);
  }

  #startTimer(id: string, ms: number): void {
    const call = this.#calls.get(id);
    if (!call) return;
    stopTimer(call);
    call.timer = setTimeout(() => this.#step({ type: 'deadline', now: now(), id }), ms);
  }

  #addChunk({ id, attempt, data, bytes }: Extract<HubEffect, { type: 'chunk' }>): void {
    const call = this.#calls.get(id);
    if (!call) return;
    if (!call.stream) {
      call.stream = { attempt, restarted: false, pieces: [], end: undefined, wake: undefined };
      call.answer({ kind: 'chunks' });
    }
    const { stream } = call;
    if (attempt > stream.attempt) {
      stream.attempt = attempt;
      stream.restarted = true;
      stream.pieces = [];
    }
    stream.pieces.push({ data, bytes });
    stream.wake?.();
  }

  #settle(id: string, outcome: HubOutcome): void {
    const call = this.#calls.get(id);
    if (!call) return;
    this.#progress.end(id);
    if (!call.stream) {
      this.#forget(id);
      const answer = answerOf(outcome);
      if (call.told) void within(lastProgressMs, call.told).then(() => call.answer(answer));
      else call.answer(answer);
      return;
    }
    call.stream.end = outcome.ok ? { kind: 'end' } : { kind: 'error', error: outcome.error };
    call.stream.wake?.();
    call.timer = setTimeout(() => this.#forget(id), abandonedStreamMs);
  }
}

/** The hub's notes on a socket; none for one that was cut or that another version of this code left behind. */
export function attachmentOf(socket: WebSocket): HubAttachment | undefined {
  return hubAttachmentSchema.safeParse(socket.deserializeAttachment()).data;
}

function answerOf(outcome: HubOutcome): CallAnswer {
  if (!outcome.ok) return { kind: 'error', error: outcome.error };
  if ('value' in outcome) return { kind: 'value', value: outcome.value };
  throw new Error('a streamed answer without a stream');
}

/** Settles with the work or after a while, whichever comes first. Never rejects. */
async function within(ms: number, work: Promise<void> | void): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, patience]).catch(() => {});
  if (timer !== null) clearTimeout(timer);
}

function stopTimer(call: PendingCall | undefined): void {
  if (call?.timer !== undefined) clearTimeout(call.timer);
}

/** The deadline and reconnect timers decide what a lost message means; a dying socket must not throw here. */
function trySend(socket: WebSocket | undefined, text: string): void {
  try {
    socket?.send(text);
  } catch {
    // The close event follows.
  }
}

/** Monotonic enough: inside workerd the clock stands still while code runs and never goes backwards. */
function now(): number {
  return performance.now();
}
