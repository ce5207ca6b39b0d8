import { expect } from 'vitest';
import type { OrderEventBody, TicketReport, TradingStatus } from '../../shared/orders/frames.ts';
import type {
  AuditEntry,
  HomeAnswer,
  HomeTradingEffect,
  HomeTradingEvent,
  HomeTradingState,
  OrderInstruction,
  SentRequest,
  Ticket,
  TradingRelay,
} from '../../shared/orders/home-model.ts';
import { homeStep, type KeptTrading, openHomeTrading } from '../../shared/orders/home-trading.ts';
import type { Policy } from '../../shared/orders/policy-fields.ts';
import type { PreparedOrder } from '../../shared/orders/preview.ts';
import type { TicketState } from '../../shared/orders/ticket-states.ts';

/** Home's machine with a clock and a storage. After every step, what the storage holds must be what the machine knows. */

export const relayJournal = 'a'.repeat(16);
export const homeName = 'b'.repeat(16);

export const journalAt = (length: number, generation = relayJournal) => ({
  generation,
  length,
  hash: length === 0 ? '0'.repeat(64) : String(length % 10).repeat(64),
});

export const tradingStatus: TradingStatus = {
  journal: journalAt(0),
  hashVersions: [1],
  policyFields: [],
  policy: 'p1',
  approval: 'none',
  accounts: ['DU1'],
};

export const asker = { grant: 'g1', client: 'Claude', canAsk: false };

/** An event without its time, which the desk's clock gives. */
type Happening = HomeTradingEvent extends infer One ? (One extends unknown ? Omit<One, 'now'> : never) : never;

export class TestHome {
  state: HomeTradingState;
  now = 1_000_000_000;
  readonly effects: HomeTradingEffect[] = [];
  readonly #relays = new Map<string, TradingRelay>();
  readonly #owners = new Map<string, string>();
  readonly #tickets = new Map<string, Ticket>();
  readonly #requests = new Map<string, SentRequest>();
  #policy: Policy;
  #made = 0;

  constructor(policy: Policy = {}) {
    this.#policy = policy;
    this.state = openHomeTrading(this.#kept());
  }

  /** A relay that trades DU1, and has agreed. */
  ready(changes: Partial<TradingStatus> = {}, device = 'd1'): this {
    this.step({ type: 'opened', device, status: { ...tradingStatus, ...changes } });
    this.settled('accepted', device);
    return this;
  }

  /** The object leaves memory, and is made again from its storage. */
  restart(): this {
    this.state = openHomeTrading(this.#kept());
    return this;
  }

  #kept(): KeptTrading {
    return {
      home: homeName,
      relays: [...this.#relays.values()],
      owners: [...this.#owners],
      tickets: [...this.#tickets.values()],
      requests: [...this.#requests.values()],
      policy: this.#policy,
    };
  }

  #save(effect: Extract<HomeTradingEffect, { type: 'save' }>): void {
    if (effect.what === 'ticket') this.#tickets.set(effect.ticket.id, effect.ticket);
    else if (effect.what === 'relay') this.#relays.set(effect.relay.device, effect.relay);
    else if (effect.what === 'owner') this.#owners.set(effect.account, effect.device);
    else if (effect.what === 'request') this.#requests.set(effect.request.id, effect.request);
    else if (effect.what === 'policy') this.#policy = effect.policy;
    else if (effect.what === 'forget') {
      for (const id of effect.tickets) this.#tickets.delete(id);
      for (const id of effect.requests) this.#requests.delete(id);
      expect(effect.tickets.length + effect.requests.length, 'something to forget').toBeGreaterThan(0);
    } else if (effect.what === 'forget-relay') {
      this.#relays.delete(effect.device);
      for (const [account, owner] of this.#owners) if (owner === effect.device) this.#owners.delete(account);
    } else throw new Error(`no such thing is kept: ${JSON.stringify(effect)}`);
  }

  step(event: Happening): HomeTradingEffect[] {
    const before = this.state;
    const result = homeStep(before, { ...event, now: this.now } as HomeTradingEvent, () => []);
    this.state = result.state;
    this.effects.push(...result.effects);
    for (const effect of result.effects) if (effect.type === 'save') this.#save(effect);
    this.#expectKept();
    this.#expectTold(before, result.effects);
    return [...result.effects];
  }

  #expectKept(): void {
    const { home: _, relays, tickets, requests, ...rest } = this.state;
    const remembered = [...relays.values()].map(({ asking: _asking, ...relay }) => relay);
    expect([...this.#relays.values()].map(({ asking: _asking, ...relay }) => relay)).toEqual(remembered);
    expect({ owners: this.#owners, policy: this.#policy }).toEqual(rest);
    for (const [kept, known] of [[this.#tickets, tickets] as const, [this.#requests, requests] as const]) {
      expect([...kept.keys()]).toEqual([...known.keys()]);
      for (const [id, value] of known) if (kept.get(id) !== value) expect(kept.get(id)).toEqual(value);
    }
  }

  /** Whoever watches a ticket or a request is told when it changes, and every entry of the audit says what and when. */
  #expectTold(before: HomeTradingState, effects: readonly HomeTradingEffect[]): void {
    const changed = effects.flatMap((effect) => (effect.type === 'changed' ? [effect.id] : []));
    for (const of of ['tickets', 'requests'] as const) {
      for (const [id, value] of this.state[of]) if (before[of].get(id) !== value) expect(changed).toContain(id);
    }
    for (const { device, what, at } of this.#auditIn(effects)) {
      expect({ what, at }).toEqual({ what: expect.stringMatching(/^\w[\w. ]+$/), at: this.now });
      if (device !== undefined) expect(device).toMatch(/^d\d$/);
    }
  }

  #auditIn(effects: readonly HomeTradingEffect[]): AuditEntry[] {
    return effects.flatMap((effect) => (effect.type === 'audit' ? [effect.entry] : []));
  }

  /** The audit's entries so far of that name. */
  audit(what: string): AuditEntry[] {
    return this.#auditIn(this.effects).filter((entry) => entry.what === what);
  }

  instructions(name: OrderInstruction['name']) {
    return this.effects.filter((effect) => effect.type === 'instruct').filter((one) => one.instruction.name === name);
  }

  settled(outcome: 'accepted' | 'refused' | 'unsent' | 'unanswered', device = 'd1', message?: string) {
    const error = message === undefined ? {} : { error: { code: 'trading_unavailable', message } as const };
    return this.step({ type: 'instructed', device, about: { kind: 'settle' }, outcome, ...error });
  }

  prepared(hash: string, changes: Partial<PreparedOrder> = {}): PreparedOrder {
    return {
      order: `{"order":"${hash}"}`,
      hash: `1:${hash}`,
      account: 'DU1',
      facts: { summary: `BUY ${hash}`, details: [], accountKind: 'paper', currency: 'USD', warnings: [] },
      verdicts: [],
      uses: { notional: '100', orders: 1, quantity: '1', loss: '0' },
      measures: {
        ...{ secType: 'STK', symbol: 'AAPL', currency: 'USD', side: 'BUY' },
        ...{ reduces: false, short: false, uncoveredOption: false },
      },
      policy: 'p1',
      approval: 'none',
      generation: relayJournal,
      gatewayTime: this.now,
      ...changes,
    };
  }

  prepare(
    hash: string,
    more: Partial<Extract<HomeTradingEvent, { type: 'prepared' }>> = {},
    changes: Partial<PreparedOrder> = {},
  ): HomeAnswer {
    this.#made += 1;
    return answerIn(
      this.step({
        ...{ type: 'prepared', id: `ticket${String(this.#made).padStart(10, '0')}`, nonce: `nonce${this.#made}` },
        ...{ device: 'd1', tool: 'place', asker, previewOnly: false, online: true, argumentsHash: `args ${hash}` },
        prepared: this.prepared(hash, changes),
        ...more,
      }),
    );
  }

  /** The id of a ticket that was consumed, and whose frame has left. */
  sent(hash: string, more: Parameters<TestHome['prepare']>[1] = {}): string {
    const { id } = ticketIn(this.prepare(hash, more));
    this.step({ type: 'synced', ticket: id });
    return id;
  }

  tell(body: OrderEventBody['body'], journal = journalAt(1), device = 'd1') {
    return this.step({ type: 'told', device, event: { journal, home: homeName, body } });
  }

  report(ticket: string, state: TicketState, revision: number, more: Partial<TicketReport> = {}) {
    const body = { ticket, revision, state, legs: [], warnings: [], at: this.now, ...more };
    return this.tell({ ...body, kind: 'ticket' }, journalAt(revision + 1));
  }

  ticket(id: string): Ticket {
    const ticket = this.state.tickets.get(id);
    if (!ticket) throw new Error(`no ticket ${id}`);
    return ticket;
  }
}

function answerIn(effects: readonly HomeTradingEffect[]): HomeAnswer {
  const answers = effects.filter((effect) => effect.type === 'answer');
  expect(answers).toHaveLength(1);
  return (answers[0] as Extract<HomeTradingEffect, { type: 'answer' }>).answer;
}

export function ticketIn(answer: HomeAnswer): Ticket {
  if (answer.kind !== 'ticket') throw new Error(answer.error.message);
  return answer.ticket;
}

export function errorIn(answer: HomeAnswer) {
  if (answer.kind !== 'refused') throw new Error(`ticket ${answer.ticket.id} instead of a refusal`);
  return answer.error;
}
