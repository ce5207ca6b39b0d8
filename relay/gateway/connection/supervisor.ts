import { ToolError, type ToolErrorData, toToolErrorData } from '../../../shared/errors.ts';
import { abortError, timeoutError } from '../../async/abort.ts';
import { monotonicNow } from '../../async/monotonic.ts';
import type { MarketClock } from '../time/market-clock.ts';
import { requestError } from './error-codes.ts';
import type { Broadcast } from './events/messages.ts';
import type { ActingConnection, ActingMessage, DataLink } from './faces.ts';
import { type GatewayLogger, Link } from './link.ts';
import { Listeners } from './listeners.ts';
import { type Lane, Pacer } from './pacer.ts';
import { neverSent, unanswered } from './request-errors.ts';
import { type RequestRoute, runRequest } from './request-run.ts';
import { type BroadcastSpec, firstRequestId, type RequestSpec, type StreamSpec, summaryRequestId } from './requests.ts';
import { step } from './session.ts';
import {
  initialSession,
  type SessionEffect,
  type SessionEvent,
  type SessionSettings,
  type SessionState,
  type TimerName,
} from './session-state.ts';
import { type GatewayStatus, gatewayStatus, servesRequests, sessionProblem } from './session-view.ts';

const firstFreeRequestId = summaryRequestId + 1;

/** Another login of the same user uses the live data. */
export const dataTaken = 10197;

/** A request that names nothing did not pass IB's checks: questions about orders, and orders of a read-only gateway. */
const notValid = 321;
const noOrderId = -1;

export interface SupervisorSettings extends SessionSettings {
  /** Messages per second to IB, all kinds together. */
  readonly requestsPerSecond: number;
  /** Whether anything that acts may be sent to the gateway. */
  readonly mayAct: boolean;
}

/** What IB says is wrong with an order, or with a message about one. */
export interface OrderError {
  readonly type: 'order-error';
  readonly orderId: number;
  readonly code: number;
  readonly text: string;
  /** What IB says in detail, as it comes. */
  readonly rejection?: unknown;
}

/**
 * What happens to the connection: `dialled` begins one, on which requests are served from `up` until `gone`. `upstream` is
 * the gateway's own connection to IB, and with `heartbeat` it has answered a question that was asked since that was last lost.
 */
export type ConnectionNews =
  | { readonly type: 'dialled' }
  | { readonly type: 'up' }
  | { readonly type: 'gone' }
  | { readonly type: 'port-refused' }
  | { readonly type: 'heartbeat' }
  | { readonly type: 'upstream'; readonly up: boolean };

/**
 * Owns the connection to IB Gateway: carries out the session machine's decisions with real sockets and timers, sends
 * requests through the pacer and routes answers to them. Every request ends: with its result, an error, its deadline,
 * the caller's abort, or `gateway_interrupted` when the connection goes.
 */
export class Supervisor {
  readonly #settings: SupervisorSettings;
  readonly #logger: GatewayLogger;
  readonly #clock: MarketClock;
  readonly #pacer: Pacer;
  readonly #timers = new Map<TimerName, NodeJS.Timeout>();
  readonly #routes = new Map<number, RequestRoute>();
  readonly #statusListeners: Listeners<[status: GatewayStatus]>;
  readonly #broadcastListeners: Listeners<[message: Broadcast]>;
  readonly #orderErrorListeners: Listeners<[error: OrderError]>;
  readonly #newsListeners: Listeners<[news: ConnectionNews]>;
  readonly #restoreListeners: Listeners<[]>;
  readonly #reviewListeners: Listeners<[]>;
  readonly #interruptListeners: Listeners<[error: ToolErrorData, streamsKept: boolean]>;
  #session: SessionState;
  #link: Link | undefined;
  #lastInboundAt = 0;
  #nextRequestId = firstFreeRequestId;
  #actingTaken = false;
  /** Questions for the time without an answer, and those of them that were asked before the upstream was last lost. */
  #timesAsked = 0;
  #timesStale = 0;
  /** When the state that others see last changed, epoch milliseconds by the market's clock. */
  #since: number;
  #lastStatus = '';

  constructor(settings: SupervisorSettings, logger: GatewayLogger, clock: MarketClock) {
    this.#settings = settings;
    this.#logger = logger;
    this.#clock = clock;
    this.#pacer = new Pacer(settings.requestsPerSecond);
    this.#session = initialSession(settings, monotonicNow());
    this.#since = clock.now();
    this.#statusListeners = new Listeners(logger);
    this.#broadcastListeners = new Listeners(logger);
    this.#orderErrorListeners = new Listeners(logger);
    this.#newsListeners = new Listeners(logger);
    this.#restoreListeners = new Listeners(logger);
    this.#reviewListeners = new Listeners(logger);
    this.#interruptListeners = new Listeners(logger);
  }

  start(): void {
    this.#dispatch({ type: 'start' });
  }

  stop(): void {
    this.#dispatch({ type: 'stop' });
  }

  status(): GatewayStatus {
    return gatewayStatus(this.#session, this.#since);
  }

  /** What time it is at the market, epoch milliseconds. */
  serverTime(): number {
    return this.#clock.now();
  }

  /** IANA zone of the gateway's own clock; undefined until it has greeted, or when that does not tell. */
  gatewayZone(): string | undefined {
    return this.#clock.zone();
  }

  /** Whether requests are served; otherwise `request` fails with `gateway_disconnected`. */
  get ready(): boolean {
    return servesRequests(this.#session);
  }

  onStatus(listener: (status: GatewayStatus) => void): () => void {
    return this.#statusListeners.add(listener);
  }

  onBroadcast(listener: (message: Broadcast) => void): () => void {
    return this.#broadcastListeners.add(listener);
  }

  onOrderError(listener: (error: OrderError) => void): () => void {
    return this.#orderErrorListeners.add(listener);
  }

  onNews(listener: (news: ConnectionNews) => void): () => void {
    return this.#newsListeners.add(listener);
  }

  /** The connection is up, anew or after IB lost its data: subscriptions must be made again. */
  onRestore(listener: () => void): () => void {
    return this.#restoreListeners.add(listener);
  }

  /** A farm or IB itself is back on a connection that stayed: subscriptions that stay silent now are dead. */
  onReview(listener: () => void): () => void {
    return this.#reviewListeners.add(listener);
  }

  /** Everything that waited for an answer was failed; subscriptions too, unless they were kept. */
  onInterrupted(listener: (error: ToolErrorData, streamsKept: boolean) => void): () => void {
    return this.#interruptListeners.add(listener);
  }

  /** @throws ToolError `gateway_disconnected`, with what is wrong and the next step, unless requests are served. */
  assertReady(): void {
    if (this.ready) return;
    const trouble = sessionProblem(this.#session);
    throw new ToolError({
      code: 'gateway_disconnected',
      message: trouble?.problem ?? 'The relay is still connecting to IB Gateway.',
      nextStep: trouble?.nextStep ?? 'Try again in a few seconds; get_status says how things stand.',
      sent: false,
    });
  }

  /** Sends something that has no answer of its own, e.g. a subscription without a request id. */
  async send(lane: Lane, send: (link: DataLink) => void, signal?: AbortSignal): Promise<void> {
    this.assertReady();
    if (signal?.aborted) throw abortError(signal);
    const { data } = this.#link as Link;
    await this.#pacer.submit(lane, () => send(data), signal);
  }

  /**
   * What can act at the gateway; whoever takes it has it alone.
   * @throws Error when it was taken before, or when nothing may act
   */
  takeActing(): ActingConnection {
    if (!this.#settings.mayAct) throw new Error('This relay is for reading only.');
    if (this.#actingTaken) throw new Error('What acts at the gateway has been handed out before.');
    this.#actingTaken = true;
    return Object.freeze<ActingConnection>({
      act: (messages, signal, check) => this.#act(messages, signal, check),
      unsentBytes: () => this.#link?.unsentBytes ?? 0,
      nextOrderId: () => this.#session.nextOrderId,
      serverVersion: () => this.#session.serverVersion,
      reconnect: () => this.#dispatch({ type: 'reconnect' }),
    });
  }

  async #act(messages: readonly ActingMessage[], signal?: AbortSignal, check?: () => void): Promise<void> {
    this.assertReady();
    const link = this.#link as Link;
    const write = () => {
      check?.();
      link.act(messages);
    };
    try {
      await this.#pacer.submit('orders', write, signal, messages.length);
    } catch (error) {
      if (error instanceof ToolError && error.data.sent !== undefined) throw error;
      // Everything else ended before the first message left.
      throw neverSent(signal?.aborted ? abortError(signal).data : toToolErrorData(error));
    }
  }

  /** Asks a question whose answer carries no request id. Rejects with a ToolError. */
  async ask<Result>(spec: BroadcastSpec<Result>, signal?: AbortSignal): Promise<Result> {
    const end = new AbortController();
    const undo: (() => void)[] = [() => end.abort()];
    let sent = false;
    try {
      return await new Promise<Result>((resolve, reject) => {
        const onAbort = () => reject(abortError(signal));
        signal?.addEventListener('abort', onAbort, { once: true });
        const startClock = () => {
          sent = true;
          const deadline = setTimeout(() => {
            if (spec.onDeadline) resolve(spec.onDeadline());
            else reject(timeoutError(spec.what, spec.deadlineMs));
          }, spec.deadlineMs);
          undo.push(() => clearTimeout(deadline));
        };
        undo.push(
          () => signal?.removeEventListener('abort', onAbort),
          this.onInterrupted((error) => reject(sent ? unanswered(error) : neverSent(error))),
          this.onBroadcast((message) => spec.onBroadcast(message, resolve)),
        );
        const send = (link: DataLink) => {
          spec.send(link);
          startClock();
        };
        this.send(spec.lane, send, signal ? AbortSignal.any([signal, end.signal]) : end.signal).catch(reject);
      });
    } finally {
      for (const step of undo) step();
      if (sent && spec.cancel) this.sendSoon(spec.cancel);
    }
  }

  /** Opens a subscription. @returns its close function, which may be called at any time, more than once */
  async openStream(spec: StreamSpec): Promise<() => void> {
    this.assertReady();
    const link = this.#link as Link;
    const reqId = spec.reqId ?? this.#nextRequestId++;
    let open = true;
    // A fixed id may have been taken over by a newer subscription.
    const leave = () => {
      if (this.#routes.get(reqId) === route) this.#routes.delete(reqId);
    };
    const route: RequestRoute = {
      answer: spec.onAnswer,
      error: (code, text) => {
        const error = requestError(code, text);
        if (!error) return;
        if (!spec.survives?.has(code)) {
          open = false;
          leave();
        }
        spec.onError(error);
      },
      interrupted: (_error, streamsKept) => {
        open = streamsKept;
        return streamsKept;
      },
    };
    this.#routes.set(reqId, route);
    await this.#pacer
      .submit(spec.lane, () => spec.send(link.data, reqId))
      .catch((error: unknown) => {
        leave();
        throw error;
      });
    return () => {
      if (!open) return;
      open = false;
      leave();
      if (this.#link === link) this.#pacer.sendSoon(() => spec.cancel(link.data, reqId));
    };
  }

  /** Asks the gateway for its clock, which `serverTime` goes by from then on. */
  askTime(): void {
    this.sendSoon((link) => this.#sendTimeQuestion(link));
  }

  /** Sends a cancellation before everything that waits, if there still is a connection to send it on. */
  sendSoon(send: (link: DataLink) => void): void {
    const link = this.#link;
    if (link && this.#session.phase === 'up') this.#pacer.sendSoon(() => send(link.data));
  }

  /** Asks IB Gateway one question; see `RequestSpec`. Rejects with a ToolError. */
  async request<Result>(spec: RequestSpec<Result>, signal?: AbortSignal): Promise<Result> {
    this.assertReady();
    if (signal?.aborted) throw abortError(signal);
    const link = this.#link as Link;
    const reqId = this.#nextRequestId++;
    const isCurrent = () => this.#link === link;
    return runRequest(spec, { link: link.data, reqId, routes: this.#routes, pacer: this.#pacer, isCurrent }, signal);
  }

  #dispatch(event: SessionEvent): void {
    const { state, effects } = step(this.#session, event, this.#settings, monotonicNow(), Math.random());
    if (state.since !== this.#session.since) this.#since = this.#clock.now();
    const { phase, upstream } = this.#session;
    this.#session = state;
    const [was, is] = [phase, state.phase].map((each) => each === 'up');
    const [reached, reaches] = [upstream, state.upstream].map((each) => each === 'ok');
    // What was asked before the upstream was lost says nothing of the time after.
    if (reached && !reaches) this.#timesStale = this.#timesAsked;
    if (was !== is) this.#newsListeners.tell({ type: is ? 'up' : 'gone' });
    // A connection that comes up during an outage is told of it after its beginning.
    if (is && (was ? reached !== reaches : !reaches))
      this.#newsListeners.tell({ type: 'upstream', up: Boolean(reaches) });
    for (const effect of effects) this.#carryOut(effect);
    this.#publish();
  }

  #carryOut(effect: SessionEffect): void {
    switch (effect.type) {
      case 'open':
        this.#openLink(effect.port);
        break;
      case 'close':
        this.#link?.close();
        this.#link = undefined;
        break;
      case 'ask-time':
        this.#pacer.sendNow(() => this.#link && this.#sendTimeQuestion(this.#link.data));
        break;
      case 'start-timer':
        this.#startTimer(effect.timer, effect.ms);
        break;
      case 'stop-timer':
        clearTimeout(this.#timers.get(effect.timer));
        this.#timers.delete(effect.timer);
        break;
      case 'fail-pending':
        this.#failPending(effect.error, effect.streamsKept);
        break;
      case 'restore-subscriptions':
        this.#restoreListeners.tell();
        break;
      case 'review-streams':
        this.#reviewListeners.tell();
        break;
    }
  }

  #sendTimeQuestion(link: DataLink): void {
    link.call('reqCurrentTime');
    this.#timesAsked += 1;
  }

  #timeAnswered(epochSeconds: number): void {
    const isStale = this.#timesStale > 0;
    this.#timesAsked = Math.max(0, this.#timesAsked - 1);
    this.#timesStale = Math.max(0, this.#timesStale - 1);
    this.#clock.set(epochSeconds);
    this.#dispatch({ type: 'time-answered' });
    if (!isStale) this.#newsListeners.tell({ type: 'heartbeat' });
  }

  #noticed(code: number, text: string): void {
    this.#logger.debug({ code, text }, 'notice of IB Gateway');
    if (code === 1100) this.#timesStale = this.#timesAsked;
    if (code === notValid) this.#orderErrorListeners.tell({ type: 'order-error', orderId: noOrderId, code, text });
    this.#dispatch({ type: 'notice', code, text });
  }

  /** Nothing listens at the port, so that no gateway runs there; other failures say nothing of it. */
  #closed(reason: string | undefined): void {
    if (this.#session.phase === 'connecting' && reason?.includes('ECONNREFUSED')) {
      this.#newsListeners.tell({ type: 'port-refused' });
    }
    this.#dispatch({ type: 'closed', ...(reason === undefined ? {} : { reason }) });
  }

  #openLink(port: number): void {
    const { host, clientId, mayAct } = this.#settings;
    this.#timesAsked = 0;
    this.#timesStale = 0;
    this.#newsListeners.tell({ type: 'dialled' });
    this.#nextRequestId = firstFreeRequestId;
    this.#link = new Link(
      { host, port, clientId, mayAct },
      {
        tcpOpen: () => this.#dispatch({ type: 'tcp-open' }),
        serverVersion: (version, greeting) => {
          this.#clock.greet(greeting);
          this.#dispatch({ type: 'server-version', version });
        },
        nextValidId: (orderId) => this.#dispatch({ type: 'next-valid-id', orderId }),
        managedAccounts: (accounts) => this.#dispatch({ type: 'managed-accounts', accounts }),
        time: (epochSeconds) => this.#timeAnswered(epochSeconds),
        inbound: () => {
          this.#lastInboundAt = monotonicNow();
        },
        notice: (code, text) => this.#noticed(code, text),
        requestError: (id, code, text, rejection) => this.#onRequestError(id, code, text, rejection),
        answer: (reqId, answer) => this.#routes.get(reqId)?.answer(answer),
        broadcast: (message) => this.#broadcastListeners.tell(message),
        protocolAlarm: (text, fatal) => {
          this.#logger.warn({ text: text.slice(0, 300), fatal }, 'a message of IB Gateway could not be read');
          if (fatal) this.#dispatch({ type: 'protocol-broken' });
        },
        closed: (reason) => this.#closed(reason),
      },
      this.#logger,
    );
  }

  /** Live quotes have come: no other login is using the data any more. */
  dataIsLive(): void {
    if (this.#session.competed) this.#dispatch({ type: 'data-live' });
  }

  #onRequestError(id: number, code: number, text: string, rejection: unknown): void {
    if (code === dataTaken) this.#dispatch({ type: 'data-taken' });
    const route = this.#routes.get(id);
    if (route) route.error(code, text);
    // Ids that this connection has never given to a request are orders', wherever they begin.
    else if (id < firstRequestId || id >= this.#nextRequestId)
      this.#orderErrorListeners.tell({ type: 'order-error', orderId: id, code, text, rejection });
    else this.#logger.debug({ id, code, text }, 'error about nothing under way');
  }

  #startTimer(timer: TimerName, ms: number): void {
    clearTimeout(this.#timers.get(timer));
    this.#timers.set(
      timer,
      setTimeout(() => this.#dispatch({ type: 'timer', timer, lastInboundAt: this.#lastInboundAt }), ms),
    );
  }

  #failPending(error: ToolErrorData, streamsKept: boolean): void {
    this.#pacer.clear(neverSent(error));
    for (const [reqId, route] of [...this.#routes]) {
      if (!route.interrupted(error, streamsKept)) this.#routes.delete(reqId);
    }
    this.#interruptListeners.tell(error, streamsKept);
  }

  #publish(): void {
    const status = this.status();
    const text = JSON.stringify(status);
    if (text === this.#lastStatus) return;
    const before = this.#lastStatus === '' ? undefined : (JSON.parse(this.#lastStatus) as GatewayStatus).gateway.state;
    this.#lastStatus = text;
    if (before !== status.gateway.state) this.#logger.info({ gateway: status.gateway }, 'gateway state');
    this.#statusListeners.tell(status);
  }
}
