import { ToolError } from '../../../shared/errors.ts';
import type { AuditVerdict } from '../../../shared/orders/audit-chain.ts';
import { orderEvent, type TradingStatus, tradingStatus } from '../../../shared/orders/frames.ts';
import type {
  AuditEntry,
  HomeAnswer,
  HomeTradingEffect,
  HomeTradingEvent,
  HomeTradingState,
  InstructionSubject,
  OrderInstruction,
} from '../../../shared/orders/home-model.ts';
import type { Judge } from '../../../shared/orders/home-tickets.ts';
import { homeStep, nextExpiry, openHomeTrading } from '../../../shared/orders/home-trading.ts';
import { waitingTimes } from '../../../shared/orders/waiting-times.ts';
import type { Body } from '../../../shared/tunnel/frames.ts';
import type { InstructionOutcome } from '../../../shared/tunnel/hub-model.ts';
import { CallNotes } from './call-notes.ts';
import { type TradingStorage, TradingStore } from './trading-store.ts';
import { Watchers } from './watchers.ts';

/** What trading needs of its Home. */
export interface TradingOwner {
  readonly storage: TradingStorage;
  readonly judge: Judge;
  instruct(device: string, name: string, body: Body, timeoutMs: number): Promise<InstructionOutcome>;
  isOnline(device: string): boolean;
  /** A ticket expires then, epoch milliseconds. */
  ringAt(time: number): void;
}

/** A relay that is there agrees within a round trip. */
const agreeWithinMs = 3_000;

/** An event without its time. */
type Happening = HomeTradingEvent extends infer Event ? (Event extends unknown ? Omit<Event, 'now'> : never) : never;

/**
 * Carries out what Home's machine decides (shared/orders/home-trading.ts): every step is stored in one synchronous
 * transaction before anything else of it happens, and a frame leaves only when what allows it is on disk.
 */
export class Trading {
  readonly #owner: TradingOwner;
  readonly #store: TradingStore;
  readonly #calls: CallNotes;
  readonly #watchers = new Watchers();
  /** Read from the storage when it is first needed. */
  #state: HomeTradingState | undefined;

  constructor(owner: TradingOwner) {
    this.#owner = owner;
    this.#store = new TradingStore(owner.storage.sql);
    this.#calls = new CallNotes(owner.storage.sql, (entry) => this.#store.audit.append({ at: Date.now(), ...entry }));
  }

  get state(): HomeTradingState {
    this.#state ??= openHomeTrading(this.#store.load());
    return this.#state;
  }

  /** The secret with which questions to a human are sealed, base64url. */
  questionKey(): string {
    return this.#owner.storage.transactionSync(() => this.#store.questionKey());
  }

  auditLines(after: number, limit: number): { seq: number; text: string }[] {
    return this.#store.audit.lines(after, limit);
  }

  /** Reads the whole audit again. */
  verifyAudit(): AuditVerdict {
    return this.#store.audit.verify();
  }

  /** Writes down what the machine does not hear of. */
  note(entry: Omit<AuditEntry, 'at'>): void {
    this.#owner.storage.transactionSync(() => this.#store.audit.append({ at: Date.now(), ...entry }));
  }

  /** Writes down a call that came to nothing, or to nothing new; of one connection so many an hour at most. */
  noteCall(entry: Parameters<CallNotes['add']>[0]): void {
    this.#owner.storage.transactionSync(() => this.#calls.add(entry));
  }

  // What relays say.

  opened(device: string, status: unknown): void {
    this.#hear({ type: 'opened', device, status: tradingOf(status) });
  }

  said(device: string, status: unknown): void {
    this.#hear({ type: 'status', device, status: tradingOf(status) });
  }

  removed(device: string): void {
    if (!this.#store.isEmpty()) this.step({ type: 'removed', device });
  }

  /**
   * Records an event of a relay; called in the transaction that notes it as taken. One that cannot be read was made by
   * another version: it is noted and let go, for those behind it must not wait for it for ever.
   * @returns what to do once that is recorded
   */
  told(device: string, body: Body): () => void {
    const event = orderEvent.safeParse(body);
    const now = Date.now();
    if (!event.success) {
      const detail = event.error.issues[0]?.path.join('.') ?? '';
      this.#store.audit.append({ at: now, what: 'unreadable event', device, detail });
      return () => undefined;
    }
    const { state, effects } = homeStep(
      this.state,
      { type: 'told', now, device, event: event.data },
      this.#owner.judge,
    );
    this.#store.write(effects);
    return () => {
      this.#state = state;
      this.#carryOut(effects);
    };
  }

  /** The alarm rang. */
  expire(): void {
    if (this.#state === undefined && this.#store.isEmpty()) return;
    this.step({ type: 'expire' });
    const due = nextExpiry(this.state);
    if (due !== undefined) this.#owner.ringAt(due);
  }

  // Steps.

  /** Decides, stores and does. @throws Error when it cannot be stored; then nothing has happened */
  step(event: Happening): void {
    this.#take(event);
  }

  /** As {@link step}, of an event that is answered. @throws ToolError when it is refused */
  ask(event: Happening): Extract<HomeAnswer, { kind: 'ticket' }> {
    const answer = this.#take(event);
    if (answer === undefined) throw new Error(`${event.type} has no answer`);
    if (answer.kind === 'refused') throw new ToolError(answer.error);
    return answer;
  }

  /** Settles with the next change of a ticket or request, or after that time. */
  change(id: string, ms: number): Promise<void> {
    return this.#watchers.next(id, ms);
  }

  /** Whether a relay can be reached now. One that has only just connected is waited for until it has agreed to the pair. */
  async isReady(device: string | undefined): Promise<boolean> {
    if (device === undefined || !this.#owner.isOnline(device)) return false;
    if (this.state.relays.get(device)?.asking) await this.change(device, agreeWithinMs);
    return this.#owner.isOnline(device);
  }

  /** What a relay that never traded says of itself is no business of this room, and loads nothing. */
  #hear(event: Extract<Happening, { type: 'opened' | 'status' }>): void {
    if (event.status === undefined && this.#state === undefined && this.#store.isEmpty()) return;
    this.step(event);
  }

  #take(event: Happening): HomeAnswer | undefined {
    const { state, effects } = homeStep(
      this.state,
      { ...event, now: Date.now() } as HomeTradingEvent,
      this.#owner.judge,
    );
    this.#owner.storage.transactionSync(() => this.#store.write(effects));
    this.#state = state;
    this.#carryOut(effects);
    return effects.find((effect) => effect.type === 'answer')?.answer;
  }

  #carryOut(effects: readonly HomeTradingEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'sync') void this.#sync(effect.ticket);
      else if (effect.type === 'instruct') void this.#instruct(effect.device, effect.about, effect.instruction);
      else if (effect.type === 'changed') this.#watchers.wake(effect.id);
    }
    const due = effects.some(({ type }) => type === 'save') ? nextExpiry(this.state) : undefined;
    if (due !== undefined) this.#owner.ringAt(due);
  }

  /** A ticket that cannot be made safe stays as it is: the relay is asked for it after its next hello. */
  async #sync(ticket: string): Promise<void> {
    try {
      await this.#owner.storage.sync();
      this.step({ type: 'synced', ticket });
    } catch (error) {
      console.error('a ticket could not be stored', error);
    }
  }

  /** The frame leaves in this very turn. */
  async #instruct(device: string, about: InstructionSubject, { name, body }: OrderInstruction): Promise<void> {
    try {
      const audited = { ...body, audit: this.#store.audit.head() };
      const outcome = await this.#owner.instruct(device, name, audited, waitingTimes.instructWithin);
      const error = outcome.kind === 'accepted' ? {} : { error: outcome.error };
      this.step({ type: 'instructed', device, about, outcome: outcome.kind, ...error });
    } catch (error) {
      console.error('an instruction’s outcome could not be stored', name, error);
    }
  }
}

/** What a relay says of trading; nothing where it does not trade, or says it in a way that this version cannot read. */
function tradingOf(status: unknown): TradingStatus | undefined {
  return tradingStatus.safeParse((status as { orders?: unknown } | undefined)?.orders).data;
}
