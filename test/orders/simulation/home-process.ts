import type { OrderEventBody, TradingStatus } from '../../../shared/orders/frames.ts';
import type {
  HomeAnswer,
  HomeTradingEffect,
  HomeTradingEvent,
  HomeTradingState,
  InstructionSubject,
  OrderInstruction,
  SentRequest,
  Ticket,
  TradingRelay,
} from '../../../shared/orders/home-model.ts';
import { homeStep, openHomeTrading } from '../../../shared/orders/home-trading.ts';
import { judge } from '../../../shared/orders/policy.ts';
import type { Policy } from '../../../shared/orders/policy-fields.ts';
import type { OpaqueStatus, RelayEventRecord } from '../../../shared/tunnel/frames.ts';
import type { InstructionOutcome } from '../../../shared/tunnel/hub-model.ts';
import { judgeEvent } from '../../../shared/tunnel/outbox.ts';
import type { Planted } from './faults.ts';
import { Belated } from './mistakes.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

export const device = 'relay';

/** What the object does not lose. */
export interface StoredHome {
  readonly relays: Map<string, TradingRelay>;
  readonly owners: Map<string, string>;
  readonly tickets: Map<string, Ticket>;
  readonly requests: Map<string, SentRequest>;
  readonly cursors: Map<string, number>;
  policy: Policy;
}

export interface HomeOptions {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly planted: Planted | undefined;
  readonly log: (line: string) => void;
  /** Hands an instruction to the tunnel, which says what came of it: see `instructed`. */
  readonly instruct: (id: string, instruction: OrderInstruction) => void;
  /** The object left memory; whether its connection stayed. */
  readonly restarted: (hibernated: boolean) => void;
  /** A client hears, or could hear, that a ticket is in this state. */
  readonly told: (ticket: Ticket) => void;
}

/** The Home object: the machine, and storage that survives what the object does not. */
export class HomeProcess {
  state: HomeTradingState;
  effects = 0;
  /** Whether a person was ever asked to make the pair believe each other again. */
  distrusted = false;
  readonly #options: HomeOptions;
  readonly #generation: string;
  #stored: StoredHome;
  #life = 0;
  readonly #belated = new Belated();
  #instructions = 0;
  #syncs = 0;
  readonly #pending = new Map<string, InstructionSubject>();

  constructor(options: HomeOptions, policy: Policy) {
    this.#options = options;
    this.#generation = options.random.hex(16);
    this.#stored = {
      relays: new Map(),
      owners: new Map(),
      tickets: new Map(),
      requests: new Map(),
      cursors: new Map(),
      policy,
    };
    this.state = this.#open();
  }

  /** The object is evicted, or a new version deployed: all that is not stored is gone. With `hibernated` its sockets stay. */
  restart(hibernated = false): void {
    this.#life += 1;
    this.#pending.clear();
    this.#syncs = 0;
    this.state = this.#open();
    this.#options.restarted(hibernated);
  }

  /** Nothing is waited for, so that the object may leave memory with its sockets open. */
  get isIdle(): boolean {
    return this.#pending.size === 0 && this.#syncs === 0;
  }

  /** A copy of the storage, for a restore later. */
  copy(): StoredHome {
    const { relays, owners, tickets, requests, cursors, policy } = this.#stored;
    return {
      relays: new Map(relays),
      owners: new Map(owners),
      tickets: new Map(tickets),
      requests: new Map(requests),
      cursors: new Map(cursors),
      policy,
    };
  }

  restore(copy: StoredHome): void {
    this.#stored = copy;
    this.restart();
  }

  feed(event: Without<HomeTradingEvent, 'now'>): HomeAnswer | undefined {
    const { timeline, planted } = this.#options;
    const isBelated = planted === 'a check before an await';
    const before = isBelated ? this.#belated.before(this.state, event, timeline.now) : this.state;
    const limitless = planted === 'cap not checked';
    const { state, effects } = homeStep(
      before,
      { ...event, now: timeline.now } as HomeTradingEvent,
      limitless ? () => [] : judge,
    );
    this.state = isBelated ? this.#belated.after(this.state, state, effects) : state;
    let answer: HomeAnswer | undefined;
    for (const effect of effects) {
      this.effects += 1;
      if (effect.type === 'answer') answer = effect.answer;
      else this.#carryOut(effect);
    }
    return answer;
  }

  opened(status: OpaqueStatus): void {
    this.feed({ type: 'opened', device, status: status.orders as TradingStatus });
  }

  said(status: OpaqueStatus): void {
    this.feed({ type: 'status', device, status: status.orders as TradingStatus });
  }

  /** What came of an instruction. */
  instructed(id: string, outcome: InstructionOutcome): void {
    const about = this.#pending.get(id);
    if (!about) return;
    this.#pending.delete(id);
    const planted = this.#options.planted === 'unanswered is taken for unsent' && outcome.kind === 'unanswered';
    const error = outcome.kind === 'accepted' ? {} : { error: outcome.error };
    this.feed({ type: 'instructed', device, about, outcome: planted ? 'unsent' : outcome.kind, ...error });
  }

  /** @returns how far the generation is taken, or undefined to have it again */
  take(event: RelayEventRecord, acked: number): number | undefined {
    const cursor = this.#stored.cursors.get(event.generation) ?? 0;
    const judged = judgeEvent(cursor, { seq: event.seq, acked });
    if (judged === 'known') return cursor;
    if (judged === 'early') return undefined;
    this.feed({ type: 'told', device, event: event.body as unknown as OrderEventBody });
    this.#stored.cursors.set(event.generation, event.seq);
    return event.seq;
  }

  #open(): HomeTradingState {
    const { relays, owners, tickets, requests, policy } = this.#stored;
    return openHomeTrading({
      home: this.#generation,
      relays: [...relays.values()],
      owners: [...owners],
      tickets: [...tickets.values()],
      requests: [...requests.values()],
      policy,
    });
  }

  #carryOut(effect: Exclude<HomeTradingEffect, { type: 'answer' }>): void {
    const { timeline, random, planted, log } = this.#options;
    switch (effect.type) {
      case 'save':
        if (planted === 'home sends before it has stored') this.#saveLate(effect);
        else this.#save(effect);
        return;
      case 'sync': {
        const life = this.#life;
        const ms = planted === 'home sends before it has stored' ? 0 : random.between(1, 30);
        this.#syncs += 1;
        timeline.after(ms, () => {
          if (this.#life !== life) return;
          this.#syncs -= 1;
          this.feed({ type: 'synced', ticket: effect.ticket });
        });
        return;
      }
      case 'instruct': {
        this.#instructions += 1;
        const id = `h${this.#instructions}`;
        log(`instruct ${effect.instruction.name}`);
        this.#pending.set(id, effect.about);
        this.#options.instruct(id, effect.instruction);
        return;
      }
      case 'audit':
      case 'changed':
        return;
    }
  }

  #saveLate(effect: Extract<HomeTradingEffect, { type: 'save' }>): void {
    const life = this.#life;
    this.#options.timeline.after(3_000, () => {
      if (this.#life === life) this.#save(effect);
    });
  }

  #save(effect: Extract<HomeTradingEffect, { type: 'save' }>): void {
    const stored = this.#stored;
    switch (effect.what) {
      case 'ticket':
        stored.tickets.set(effect.ticket.id, effect.ticket);
        this.#options.log(`ticket ${effect.ticket.state}`);
        this.#options.told(effect.ticket);
        return;
      case 'relay':
        stored.relays.set(effect.relay.device, effect.relay);
        this.distrusted ||= effect.relay.disagreement !== undefined;
        return;
      case 'forget-relay':
        stored.relays.delete(effect.device);
        return;
      case 'owner':
        stored.owners.set(effect.account, effect.device);
        return;
      case 'request':
        stored.requests.set(effect.request.id, effect.request);
        return;
      case 'policy':
        stored.policy = effect.policy;
        return;
      case 'forget':
        for (const id of effect.tickets) stored.tickets.delete(id);
        for (const id of effect.requests) stored.requests.delete(id);
    }
  }
}

type Without<Union, Key extends string> = Union extends unknown ? Omit<Union, Key> : never;
