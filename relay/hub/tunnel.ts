import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import WebSocket from 'ws';
import { ToolError } from '../../shared/errors.ts';
import { closeCodes, type Terminal } from '../../shared/tunnel/close-codes.ts';
import { type ConnectIdentity, signConnect } from '../../shared/tunnel/credential.ts';
import { features, heartbeat, maxFrameBytes, type OpaqueStatus } from '../../shared/tunnel/frames.ts';
import { createRelay, relayStep } from '../../shared/tunnel/relay.ts';
import type { Instruction, RelayEffect, RelayEvent, RelayState, RelayTimer } from '../../shared/tunnel/relay-model.ts';
import { monotonicNow } from '../async/monotonic.ts';
import { stopTimes } from '../stop-times.ts';
import { Calls, type RunCall } from './calls.ts';
import { hubOrigin } from './hub-url.ts';
import type { Outbox } from './outbox.ts';
import { readRefusedUpgrade } from './refused-upgrade.ts';

export interface TunnelOptions {
  readonly credential: ConnectIdentity;
  /** The hub's origin; https, or http on this machine. */
  readonly url: string;
  readonly run: RunCall;
  /** The status at the time of each connect; changes in between go through `updateStatus`. */
  readonly status: () => OpaqueStatus;
  readonly logger: Logger;
  readonly name: string;
  readonly version: string;
  /**
   * Takes on an instruction: resolves when that is safe, rejects with a ToolError when nothing was and will be done. Any
   * other error leaves it unanswered. Absent where this relay takes none.
   */
  readonly instruct?: (instruction: Instruction) => Promise<void>;
  /** What the hub must hear of for certain. Its owner closes it, after the tunnel has stopped. */
  readonly outbox?: Outbox;
  /** Connected, with the server's clock where it tells that (epoch milliseconds); before anything that it sends then. */
  readonly onEntered?: (time: number | undefined) => void;
  /** The server is being asked for its time once more, and has answered (epoch milliseconds). Absent where nobody counts by it. */
  readonly clock?: { readonly asked: () => void; readonly told: (time: number) => void };
  /** No longer connected. */
  readonly onLeft?: () => void;
  /** The server has taken events, before anything that it sends after that. */
  readonly onTaken?: (taken: { readonly generation: string; readonly seq: number }) => void;
  /** The tunnel has ended for good and says why; never called after `stop`. */
  readonly onStop: (terminal: Terminal) => void;
  readonly timing?: {
    readonly handshakeMs?: number;
    readonly heartbeatMs?: number;
    readonly closeMs?: number;
    readonly stopPatienceMs?: number;
  };
}

export interface TunnelState {
  readonly connected: boolean;
  readonly phase: RelayState['phase'];
  /** Connections lost or refused in a row. */
  readonly failures: number;
  /** The latest reason for not being connected, for a human. */
  readonly problem: string | undefined;
}

export interface Tunnel {
  readonly updateStatus: (status: OpaqueStatus) => void;
  readonly state: () => TunnelState;
  /**
   * Aborts reads, waits at most `stopTimes.mutationsMs` for mutations under way and for the hub to acknowledge their outcomes,
   * and closes the connection. Resolves when the socket is closed.
   */
  readonly stop: () => Promise<void>;
}

/** A hub that reads nothing while this much waits for it is treated as gone. */
const maxBufferedBytes = 67_108_864;

/** Opens the tunnel and keeps it open until it is stopped or the hub refuses this relay for good. */
export function startTunnel(options: TunnelOptions): Tunnel {
  const adapter = new TunnelAdapter(options);
  adapter.dispatch({ type: 'start', now: monotonicNow() });
  return {
    updateStatus: (status) => adapter.dispatch({ type: 'status', now: monotonicNow(), status }),
    state: () => adapter.state(),
    stop: () => adapter.stop(),
  };
}

/** Carries out the effects of the relay's machine: sockets, timers and calls. */
class TunnelAdapter {
  readonly #options: TunnelOptions;
  readonly #origin: string;
  readonly #calls: Calls;
  #machine: RelayState;
  readonly #queue: RelayEvent[] = [];
  #busy = false;
  #socket: WebSocket | undefined;
  #problem: string | undefined;
  #bulkInBuffer = 0;
  #missedPongs = 0;
  /** Whoever waits for the end. */
  readonly #waiting: (() => void)[] = [];
  #reconnectTimer: NodeJS.Timeout | undefined;
  #heartbeatTimer: NodeJS.Timeout | undefined;
  readonly #timers = new Map<RelayTimer, NodeJS.Timeout>();

  constructor(options: TunnelOptions) {
    this.#options = options;
    this.#origin = hubOrigin(options.url);
    const { name, version, logger } = options;
    const { instruct, outbox, clock } = options;
    const offered = [
      ...(instruct ? [features.instructions] : []),
      ...(outbox ? [features.events] : []),
      ...(clock ? [features.clock] : []),
      features.accounts,
    ];
    this.#machine = createRelay(
      { relay: { name, version }, bootId: randomUUID(), features: offered },
      {},
      outbox?.pending(),
    );
    outbox?.onAdded((event) => this.dispatch({ type: 'eventAdded', now: monotonicNow(), event }));
    this.#calls = new Calls({
      run: options.run,
      done: (id, outcome) => this.dispatch({ type: 'callDone', now: monotonicNow(), id, outcome }),
      progress: (id, update) => this.dispatch({ ...update, type: 'callProgress', now: monotonicNow(), id }),
      unexpected: (error, op) => {
        if (!(error instanceof ToolError)) logger.error({ err: error, op }, 'a tool failed unexpectedly');
      },
    });
  }

  state(): TunnelState {
    const { phase, failures } = this.#machine;
    return { connected: phase === 'open', phase, failures, problem: phase === 'open' ? undefined : this.#problem };
  }

  async stop(): Promise<void> {
    this.dispatch({ type: 'stop', now: monotonicNow() });
    await this.#mutationsTold();
    this.dispatch({ type: 'stop', now: monotonicNow(), atOnce: true });
    this.#release();
    const socket = this.#socket;
    const closed = socket && new Promise<void>((resolve) => socket.once('close', () => resolve()));
    // A socket that is still connecting has no close handshake.
    if (socket?.readyState === WebSocket.CONNECTING) socket.terminate();
    await closed;
  }

  /** Resolves when the machine has stopped and no mutation runs any more, or after a bounded wait. */
  async #mutationsTold(): Promise<void> {
    if (this.#idle) return;
    const { timing, logger } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    const timer = setTimeout(resolve, timing?.stopPatienceMs ?? stopTimes.mutationsMs);
    await promise;
    clearTimeout(timer);
    if (!this.#idle) logger.error({ calls: this.#machine.calls.size }, 'stopping although a mutation is not over');
  }

  get #idle(): boolean {
    return this.#machine.phase === 'stopped' && this.#machine.calls.size === 0;
  }

  /** Runs the machine. Events that effects cause wait until the effects before them are carried out. */
  dispatch(event: RelayEvent): void {
    this.#queue.push(event);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        const { state, effects } = relayStep(this.#machine, next);
        this.#machine = state;
        for (const effect of effects) this.#carryOut(effect);
      }
    } finally {
      this.#busy = false;
    }
    if (this.#idle) for (const wake of this.#waiting.splice(0)) wake();
  }

  #carryOut(effect: RelayEffect): void {
    const { logger } = this.#options;
    switch (effect.type) {
      case 'connectAfter':
        logger.info({ inMs: effect.ms }, 'connecting to the server');
        this.#reconnectTimer = setTimeout(() => this.#connect().catch((error) => this.#failToDial(error)), effect.ms);
        break;
      case 'send':
        this.#send(effect.text, effect.bulk);
        break;
      case 'close':
        logger.warn({ code: effect.code, reason: effect.reason }, 'closing the connection to the server');
        this.#close(effect.code, effect.reason);
        break;
      case 'startCall':
        this.#calls.start(effect.invocation);
        break;
      case 'abortCall':
        this.#calls.abort(effect.id);
        break;
      case 'instruct':
        void this.#instruct(effect);
        break;
      case 'eventsTaken':
        this.#forgetEvents(effect);
        break;
      case 'startTimer':
        this.#startTimer(effect.name, effect.ms);
        break;
      case 'clearTimer':
        clearTimeout(this.#timers.get(effect.name));
        break;
      case 'heartbeat':
        this.#setHeartbeat(effect.on);
        break;
      case 'entered':
        this.#options.onEntered?.(effect.time);
        break;
      case 'left':
        this.#options.onLeft?.();
        break;
      case 'clockAsked':
        this.#options.clock?.asked();
        break;
      case 'clockTold':
        this.#options.clock?.told(effect.time);
        break;
      case 'stop':
        this.#release();
        this.#problem = effect.reason;
        logger.error({ exitCode: effect.exitCode }, effect.reason);
        this.#options.onStop({ reason: effect.reason, exitCode: effect.exitCode });
        break;
      case 'log':
        logger.warn({ detail: effect.detail }, effect.message);
    }
  }

  /** What stays on a disk that fails is told again at the next start, and the hub knows its numbers. */
  #forgetEvents({ generation, seq }: Extract<RelayEffect, { type: 'eventsTaken' }>): void {
    try {
      this.#options.outbox?.taken(generation, seq);
      this.#options.onTaken?.({ generation, seq });
    } catch (error) {
      this.#options.logger.error({ err: error }, 'what the server has taken could not be removed from the outbox');
    }
  }

  async #instruct({ id, session, name, body }: Extract<RelayEffect, { type: 'instruct' }>): Promise<void> {
    const answer = (refused?: ToolError) =>
      this.dispatch({
        type: 'instructionAnswered',
        now: monotonicNow(),
        id,
        session,
        ...(refused && { refused: refused.data }),
      });
    try {
      await this.#options.instruct?.({ id, name, body });
      answer();
    } catch (error) {
      if (error instanceof ToolError) answer(error);
      // Nobody knows how far it came, so neither word would be true.
      else this.#options.logger.error({ err: error, name }, 'an instruction failed unexpectedly');
    }
  }

  async #connect(): Promise<void> {
    const { credential, timing } = this.#options;
    const authorization = await signConnect(credential, this.#origin, Date.now() / 1_000);
    if (this.#machine.phase === 'stopped') return;
    const socket = new WebSocket(`${this.#origin.replace(/^http/, 'ws')}/relay`, {
      headers: { authorization },
      perMessageDeflate: false,
      maxPayload: maxFrameBytes,
      handshakeTimeout: timing?.handshakeMs ?? 10_000,
    });
    this.#socket = socket;
    this.#bulkInBuffer = 0;
    this.#listen(socket);
  }

  #failToDial(error: unknown): void {
    this.#problem = 'The connection could not be prepared; the log says why.';
    this.#options.logger.error({ err: error }, 'the connection could not be prepared');
    this.dispatch({ type: 'socketClosed', now: monotonicNow(), random: Math.random(), code: 1006 });
  }

  #listen(socket: WebSocket): void {
    const { logger } = this.#options;
    let over = false;
    const ended = (code: number, refused?: { readonly httpStatus: number; readonly retryAfterMs?: number }): void => {
      if (over) return;
      over = true;
      if (this.#socket === socket) this.#socket = undefined;
      this.dispatch({ type: 'socketClosed', now: monotonicNow(), random: Math.random(), code, ...refused });
    };
    socket.on('open', () => {
      this.dispatch({ type: 'status', now: monotonicNow(), status: this.#options.status() });
      this.dispatch({ type: 'socketOpen', now: monotonicNow() });
    });
    socket.on('message', (data, isBinary) => {
      if (over) return;
      const text = data.toString();
      if (isBinary) this.#close(closeCodes.protocolError, 'a message is binary');
      else if (text === heartbeat.pong) this.#missedPongs = 0;
      else this.dispatch({ type: 'frame', now: monotonicNow(), text });
    });
    socket.on('unexpected-response', (_request, response: IncomingMessage) => {
      void readRefusedUpgrade(response).then((refusal) => {
        this.#problem = refusal.message;
        logger.warn({ httpStatus: refusal.httpStatus }, refusal.message);
        ended(1006, refusal);
        socket.terminate();
      });
    });
    socket.on('error', (error) => {
      if (over || this.#machine.phase === 'stopped') return;
      this.#problem = `The connection to ${this.#origin} failed: ${error.message}`;
      logger.warn({ err: error }, 'the connection to the server failed');
    });
    socket.on('close', (code, reason) => {
      if (!over) {
        this.#problem ??= `The connection to ${this.#origin} was lost (${code}).`;
        logger.info({ code, reason: reason.toString() }, 'the connection to the server ended');
      }
      ended(code);
    });
  }

  #send(text: string, bulk: boolean): void {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (bulk) this.#bulkInBuffer += 1;
    socket.send(text, () => {
      if (!bulk || this.#socket !== socket) return;
      this.#bulkInBuffer -= 1;
      if (this.#bulkInBuffer === 0) this.dispatch({ type: 'writable', now: monotonicNow() });
    });
    if (socket.bufferedAmount > maxBufferedBytes) {
      this.#options.logger.warn('the server does not read; reconnecting');
      socket.terminate();
    }
  }

  /** Closes politely, and for good when the other side does not answer. */
  #close(code: number, reason: string): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    socket.close(code, reason);
    const timer = setTimeout(() => socket.terminate(), this.#options.timing?.closeMs ?? 3_000);
    socket.once('close', () => clearTimeout(timer));
  }

  #startTimer(name: RelayTimer, ms: number): void {
    clearTimeout(this.#timers.get(name));
    const fire = () => this.dispatch({ type: 'timer', now: monotonicNow(), name });
    this.#timers.set(name, setTimeout(fire, ms));
  }

  #setHeartbeat(on: boolean): void {
    clearInterval(this.#heartbeatTimer);
    if (!on) return;
    this.#problem = undefined;
    this.#missedPongs = 0;
    this.#options.logger.info('connected to the server');
    this.#heartbeatTimer = setInterval(() => this.#beat(), this.#options.timing?.heartbeatMs ?? heartbeat.everyMs);
  }

  #beat(): void {
    if (this.#missedPongs >= 2) {
      this.#options.logger.warn('the server does not answer; reconnecting');
      this.#socket?.terminate();
      return;
    }
    this.#missedPongs += 1;
    this.#send(heartbeat.ping, false);
  }

  #release(): void {
    this.#options.outbox?.onAdded(undefined);
    clearTimeout(this.#reconnectTimer);
    clearInterval(this.#heartbeatTimer);
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }
}
