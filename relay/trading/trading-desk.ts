import { existsSync } from 'node:fs';
import { ToolError, type ToolErrorData, toToolErrorData } from '../../shared/errors.ts';
import { hashVersions } from '../../shared/orders/canonical.ts';
import {
  cancelBody,
  instructionNames,
  type JournalHead,
  orderEventName,
  placeBody,
  settleBody,
  stopBody,
  type TradingStatus,
} from '../../shared/orders/frames.ts';
import { knownFields, policyId } from '../../shared/orders/policy.ts';
import { tellPolicy } from '../../shared/orders/policy-fields.ts';
import type { ApprovalMode } from '../../shared/orders/ticket-states.ts';
import { waitingTimes } from '../../shared/orders/waiting-times.ts';
import type { Instruction } from '../../shared/tunnel/relay-model.ts';
import { monotonicNow } from '../async/monotonic.ts';
import type { GatewayLogger } from '../gateway/index.ts';
import { readOnlyApi } from '../gateway/orders/read-only-api.ts';
import type { TradingConnection } from '../gateway/orders/trading-connection.ts';
import type { Outbox } from '../hub/outbox.ts';
import { mayStillSend, stopOf } from '../orders/gate.ts';
import { type Journal, withSpareSpace } from '../orders/journal.ts';
import type { SendFacts, TraderCommand, TraderEffect, TraderEvent } from '../orders/model.ts';
import { reservedIn } from '../orders/reservations.ts';
import type { TraderState } from '../orders/state.ts';
import { openTrader, step, takeIds } from '../orders/trader.ts';
import type { AuditFile } from './audit-file.ts';
import { LastSaid } from './last-said.ts';
import { LookedOrders } from './looked-orders.ts';
import { type RefusalNote, RefusalNotes } from './refusal-notes.ts';
import type { SpareFile } from './spare-space.ts';
import { type TradingConfig, traderSettings, usedIn } from './trader-settings.ts';
import { type Told, Untold } from './untold.ts';

/** How often the kill file is looked for. */
const killFileMs = 1_000;

export interface TradingDeskOptions {
  readonly trading: TradingConnection;
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly spare: SpareFile;
  readonly audit: AuditFile;
  readonly config: TradingConfig & { readonly approval: ApprovalMode };
  readonly killFile: string;
  /** Whether the gateway has said that it takes no orders. */
  readonly readOnly: { readonly isKnown: boolean };
  /** The gateway's time, epoch milliseconds; the best guess before it is known. */
  readonly gatewayTime: () => number;
  /** The machine's clock, epoch milliseconds. */
  readonly wallTime: () => number;
  readonly logger: GatewayLogger;
  readonly onChange: () => void;
  /** The disk has failed: the process must end at once, and must not come back from this call. */
  readonly onDiskFailure: (error: unknown) => never;
}

type EventWithoutClocks<Event> = Event extends unknown ? Omit<Event, 'clocks'> : never;
type HeardEvent = EventWithoutClocks<TraderEvent>;
type TellEffect = Extract<TraderEffect, { type: 'tell' }>;

/**
 * Carries out what the trading machine decides: journal, socket, outbox, timers and clocks. It decides nothing itself but
 * what needs no state. One event at a time; all effects of a step before the next.
 */
export class TradingDesk {
  readonly #options: TradingDeskOptions;
  #state: TraderState;
  readonly #queue: HeardEvent[] = [];
  #busy = false;
  #stopped = false;
  readonly #looked = new LookedOrders(waitingTimes.lookHolds, monotonicNow);
  readonly #said = new LastSaid();
  readonly #refusals = new RefusalNotes((entry) => this.#options.audit.add(entry), monotonicNow);
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #answers = new Map<string, PromiseWithResolvers<void>>();
  readonly #replies = new Map<string, (reply: { readonly ok: boolean; readonly text: string }) => void>();
  /** Events that the hub has not taken, with the head that each tells. */
  #untaken: { readonly generation: string; readonly seq: number; readonly head: JournalHead }[];
  /** What the outbox had no room for. */
  readonly #untold = new Untold();
  #killTimer: NodeJS.Timeout | undefined;
  #killFileSeen = false;
  #commands = 0;
  /** Whether the server told its time on this connection. */
  #timeTold = false;
  /** Our clocks when Home was asked for its own. */
  #clockAsked: TraderEvent['clocks'] | undefined;
  #lastStatus = '';
  /** The pair that Home last named. */
  #presented: { readonly home: string; readonly journal: JournalHead } | undefined;

  constructor(options: TradingDeskOptions) {
    this.#options = options;
    const { journal, outbox, config, trading } = options;
    this.#state = openTrader(traderSettings(journal, config), journal.entries());
    this.#untaken = outbox
      .pending()
      .flatMap(({ generation, seq, name, body }) =>
        name === orderEventName ? [{ generation, seq, head: body.journal as JournalHead }] : [],
      );
    trading.onNews((news) => this.#hear({ type: 'gateway', news }));
  }

  /** Looks after what earlier processes left, and after the kill file; before the gateway is connected. */
  start(): void {
    this.#hear({ type: 'started' });
    this.#watchKillFile();
  }

  /** Ends timers and whatever waits; what was sent stays sent, and the journal knows it. Can be called again. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#killTimer);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    for (const { reject } of this.#answers.values()) reject(new Error('The relay stops.'));
    this.#answers.clear();
    for (const reply of this.#replies.values()) reply({ ok: false, text: 'The relay stops.' });
    this.#replies.clear();
  }

  get state(): TraderState {
    return this.#state;
  }

  /** The pair that Home last named, for a person who is to believe it. */
  get presented(): { readonly home: string; readonly journal: JournalHead } | undefined {
    return this.#presented;
  }

  /**
   * Takes on what Home instructs, or refuses it.
   * @throws ToolError when nothing was and will be done; anything else leaves it open
   */
  async instruct({ id, name, body }: Instruction): Promise<void> {
    this.#options.audit.add({ kind: 'instruction', id, name, body });
    const event = this.#instructionOf(name, body);
    if (this.#stopped) throw refused('relay_interrupted', 'The relay is stopping.', 'Try again when it is back.');
    const answer = Promise.withResolvers<void>();
    // Whoever waits hears of it; when the desk fails on the way there, nobody does.
    answer.promise.catch(() => undefined);
    this.#answers.set(id, answer);
    this.#hear({ type: 'instruction', id, body: event });
    await answer.promise;
  }

  /**
   * Connected to Home, whose clock said this after it was greeted; the latest that it can be counts, so that a welcome which
   * was long under way makes no order later than it may be. An old server does not tell.
   */
  homeEntered(time: number | undefined): void {
    this.#timeTold = time !== undefined;
    const took = this.#sinceClockAsked() ?? 0;
    if (time === undefined) {
      const text = 'The server does not tell its time, so no order leaves: it has to be updated.';
      this.#options.logger.warn(text);
      this.#hear({ type: 'home' });
    } else this.#hear({ type: 'home', time: Math.ceil(time + took) });
  }

  /** Home is asked for its time once more. */
  clockAsked(): void {
    this.#clockAsked = this.#clocks();
  }

  /**
   * Home's clock said this somewhere between the question and now, whatever happened to ours meanwhile: the latest that it
   * can be counts. An answer that took long, or came after a sleep, says too little.
   */
  clockTold(time: number): void {
    const took = this.#sinceClockAsked();
    if (took === undefined || took > this.#state.settings.times.clocksAgree) return;
    this.#hear({ type: 'home', time: Math.ceil(time + took) });
  }

  /** How long ago Home was asked for its time, milliseconds, by the clock that says more; undefined when it was not. */
  #sinceClockAsked(): number | undefined {
    const asked = this.#clockAsked;
    this.#clockAsked = undefined;
    if (!asked) return undefined;
    const now = this.#clocks();
    return Math.max(now.monotonic - asked.monotonic, now.wall - asked.wall, 0);
  }

  homeLeft(): void {
    this.#clockAsked = undefined;
    this.#hear({ type: 'home', lost: true });
  }

  /** The hub has taken events up to this one. */
  taken({ generation, seq }: { readonly generation: string; readonly seq: number }): void {
    const isTaken = (event: { generation: string; seq: number }) => event.generation === generation && event.seq <= seq;
    const last = this.#untaken.findLast(isTaken);
    this.#untaken = this.#untaken.filter((event) => !isTaken(event));
    if (last) this.#hear({ type: 'acknowledged', head: last.head });
    while (this.#options.outbox.room > 0) {
      const waiting = this.#untold.take();
      if (!waiting) return;
      this.#keep(waiting);
    }
  }

  /** What a person at home wants done. */
  command(command: TraderCommand): Promise<{ readonly ok: boolean; readonly text: string }> {
    this.#commands += 1;
    const id = `command-${this.#commands}`;
    this.#options.audit.add({ kind: 'command', id, command });
    return new Promise((resolve) => {
      this.#replies.set(id, resolve);
      this.#hear({ type: 'command', id, command });
    });
  }

  /** What of the day's limits has been used. */
  used() {
    return usedIn(reservedIn({ ...this.#state, clocks: this.#clocks() }));
  }

  /** Keeps what was found out about an order, by its canonical text, until it is sent. */
  keepFacts(order: string, facts: SendFacts): void {
    this.#looked.keep(order, facts);
  }

  /** Writes down that an order was refused before it was one. */
  noteRefusal(note: RefusalNote): void {
    this.#refusals.note(note);
  }

  /** An order id that was never used, for what is no order; it is not given again. */
  takeId(): number | undefined {
    const taken = takeIds(this.#state, 1);
    if (!taken) return undefined;
    this.#state = taken.state;
    return taken.ids[0];
  }

  /** Why no order may leave, for whoever prepares one. */
  blocked(): ToolErrorData | undefined {
    const stopped = stopOf(this.#state);
    if (stopped) return stopped;
    if (this.#state.presented === undefined) return undefined;
    return {
      code: 'trading_unavailable',
      message: 'The relay’s journal of orders and the server do not mean the same.',
      nextStep: 'At home, `relay trust` shows both and makes them believe each other again.',
    };
  }

  status(): TradingStatus {
    const { journal, config, readOnly } = this.#options;
    const { home, stops, session, presented } = this.#state;
    const places = ['breaker', 'kill_file', 'home', 'dashboard'] as const;
    const where = places.find((place) => stops[place]);
    const stopped = where && stops[where];
    return {
      journal: journal.head,
      ...(home !== undefined && { home }),
      hashVersions: [...hashVersions],
      policyFields: [...knownFields],
      policy: policyId(config.policy),
      limits: tellPolicy(config.policy),
      approval: config.approval,
      ...(where &&
        stopped && { stopped: { where, reason: stopped.reason, since: Math.max(0, Math.round(stopped.since)) } }),
      ...(readOnly.isKnown && { blocked: `${readOnlyApi.message} ${readOnlyApi.nextStep}` }),
      ...(presented !== undefined && { trustNeeded: true }),
      accounts: [...(session?.accounts ?? [])],
    };
  }

  /** Nothing here waits: a cancel or a stop that follows finds the order in the machine, and none is held up by another. */
  #instructionOf(name: string, body: unknown): Extract<TraderEvent, { type: 'instruction' }>['body'] {
    switch (name) {
      case instructionNames.place: {
        const place = read(placeBody, body);
        if (!this.#timeTold) {
          throw refused(
            'trading_unavailable',
            'The server does not tell its time, by which orders are held to their deadline. Nothing was sent.',
            'The server has to be updated.',
          );
        }
        if (!this.#options.spare.ready()) {
          throw refused(
            'trading_unavailable',
            'The disk of the relay’s data folder is full, so nothing is sent.',
            'Free some space on it at home.',
          );
        }
        const facts = this.#looked.of(place.order);
        this.#presented = { home: place.home, journal: place.journal };
        return {
          name: 'place',
          place,
          room: this.#options.outbox.room - this.#untold.size,
          ...this.#hashThere(place.journal),
          ...(facts && { facts }),
        };
      }
      case instructionNames.settle: {
        const settle = read(settleBody, body);
        this.#presented = { home: settle.home, journal: settle.journal };
        const { hashThere: agreedThere } = settle.agreed ? this.#hashThere(settle.agreed) : {};
        return { name: 'settle', settle, ...this.#hashThere(settle.journal), ...(agreedThere && { agreedThere }) };
      }
      case instructionNames.cancel: {
        return { name: 'cancel', cancel: read(cancelBody, body) };
      }
      case instructionNames.stop: {
        return { name: 'stop', stop: read(stopBody, body) };
      }
      default:
        throw refused('unsupported', 'This relay does not know that instruction.', 'Update the relay.');
    }
  }

  #hashThere({ length }: JournalHead): { hashThere?: string } {
    const hashThere = this.#options.journal.hashAt(length);
    return hashThere === undefined ? {} : { hashThere };
  }

  #clocks(): TraderEvent['clocks'] {
    return { monotonic: monotonicNow(), wall: this.#options.wallTime(), gateway: this.#options.gatewayTime() };
  }

  #hear(event: HeardEvent): void {
    this.#queue.push(event);
    if (this.#busy || this.#stopped) return;
    this.#busy = true;
    try {
      for (let next = this.#queue.shift(); next && !this.#stopped; next = this.#queue.shift()) {
        this.#audit(next);
        const { state, effects } = step(this.#state, { ...next, clocks: this.#clocks() } as TraderEvent);
        this.#state = state;
        for (const effect of effects) this.#carryOut(effect);
      }
    } finally {
      this.#busy = false;
    }
    this.#publish();
  }

  #carryOut(effect: TraderEffect): void {
    const { journal, trading, logger, audit } = this.#options;
    switch (effect.type) {
      case 'journal':
        this.#safely(() => journal.append(effect.entry));
        audit.add({ kind: 'journal', head: journal.head, entry: effect.entry });
        return;
      case 'send':
        void this.#send(effect);
        return;
      case 'answer':
        this.#answer(effect);
        return;
      case 'tell':
        this.#tell(effect);
        return;
      case 'look':
        void trading.look(this.#state.settings.times.queryWithin).then(
          (found) => this.#hear({ type: 'gateway', news: { type: 'looked', look: effect.look, found } }),
          (error: unknown) => {
            logger.warn({ why: toToolErrorData(error).message }, 'IB Gateway’s lists of orders were not read');
            this.#hear({ type: 'gateway', news: { type: 'looked', look: effect.look } });
          },
        );
        return;
      case 'reconnect':
        logger.info('the connection to IB Gateway is made anew, to find out about an order');
        // Not in the middle of a step: what it causes is told to this desk.
        queueMicrotask(() => trading.reconnect());
        return;
      case 'timer':
        this.#startTimer(effect.name, effect.ms);
        return;
      case 'clear-timer':
        clearTimeout(this.#timers.get(effect.name));
        this.#timers.delete(effect.name);
        return;
      case 'reply':
        audit.add({ kind: 'reply', id: effect.id, ok: effect.ok, text: effect.text });
        this.#replies.get(effect.id)?.(effect);
        this.#replies.delete(effect.id);
        return;
      case 'note':
        audit.add({ kind: 'note', text: effect.text });
        logger[effect.level](effect.text);
    }
  }

  async #send(effect: Extract<TraderEffect, { type: 'send' }>): Promise<void> {
    const { audit, trading, wallTime } = this.#options;
    const { batch, session, messages, leave } = effect;
    audit.add({ kind: 'send', batch, session, messages });
    const mayLeave = () => mayStillSend(this.#state, effect, { monotonic: monotonicNow(), wall: wallTime() });
    const outcome = await trading.send({ session, messages, ...(leave && { mayLeave }) });
    audit.add({ kind: 'sent', batch, ...outcome });
    this.#hear({ type: 'sent', batch, ...outcome });
  }

  #answer({ id, refused: error }: Extract<TraderEffect, { type: 'answer' }>): void {
    this.#options.audit.add({ kind: 'answer', id, ...(error ? { refused: error } : {}) });
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    if (error) answer?.reject(new ToolError(error));
    else answer?.resolve();
  }

  /** In the order in which it happened. */
  #tell(effect: TellEffect): void {
    const told = { effect, head: this.#options.journal.head };
    if (this.#untold.size > 0 || this.#options.outbox.room <= 0) this.#untold.add(told);
    else this.#keep(told);
  }

  #keep({ effect, head }: Told): void {
    const { outbox, spare, audit } = this.#options;
    const home = effect.home !== undefined && { home: effect.home };
    const body = { journal: head, ...home, audit: audit.head, body: effect.body };
    this.#safely(() =>
      withSpareSpace(spare, () =>
        outbox.add(orderEventName, body, ({ generation, seq }) => this.#untaken.push({ generation, seq, head })),
      ),
    );
  }

  #safely(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#stopped = true;
      this.#options.onDiskFailure(error);
    }
  }

  #startTimer(name: string, ms: number): void {
    clearTimeout(this.#timers.get(name));
    const fire = () => {
      this.#timers.delete(name);
      this.#hear({ type: 'timer', name });
    };
    this.#timers.set(name, setTimeout(fire, ms));
  }

  #watchKillFile(): void {
    const present = existsSync(this.#options.killFile);
    if (present !== this.#killFileSeen || (present && !this.#state.stops.kill_file)) {
      this.#killFileSeen = present;
      this.#hear({ type: 'kill-file', present });
    }
    this.#killTimer = setTimeout(() => this.#watchKillFile(), killFileMs);
  }

  /** What the gateway says of orders, and who came and went; not the many answers that look the same. */
  #audit(event: HeardEvent): void {
    if (event.type !== 'gateway') return;
    const { news } = event;
    if (news.type === 'heartbeat' || news.type === 'looked' || !this.#said.isNew(news)) return;
    this.#options.audit.add({ kind: 'gateway', news });
  }

  #publish(): void {
    const text = JSON.stringify(this.status());
    if (text === this.#lastStatus) return;
    this.#lastStatus = text;
    this.#options.onChange();
  }
}

function read<Output>(
  schema: { safeParse(value: unknown): { data?: Output; success: boolean } },
  body: unknown,
): Output {
  const { data, success } = schema.safeParse(body);
  if (!success || data === undefined) {
    throw refused(
      'unsupported',
      'The instruction cannot be read by this relay.',
      'Update the older of relay and server.',
    );
  }
  return data;
}

function refused(code: ToolErrorData['code'], message: string, nextStep: string): ToolError {
  return new ToolError({ code, message, nextStep, sent: false });
}
