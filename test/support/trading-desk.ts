import { mayStillSend } from '../../relay/orders/gate.ts';
import type {
  GatewayMessage,
  GatewayNews,
  JournalEntry,
  SeenOrder,
  TraderEffect,
  TraderEvent,
} from '../../relay/orders/model.ts';
import type { TraderSettings } from '../../relay/orders/settings.ts';
import type { TraderState } from '../../relay/orders/state.ts';
import { openTrader, step } from '../../relay/orders/trader.ts';
import { ToolError } from '../../shared/errors.ts';
import type { CancelBody, OrderEventBody, PlaceBody, SettleBody, TicketReport } from '../../shared/orders/frames.ts';
import type { OrderContract, OrderTerms, PlannedOrder } from '../../shared/orders/order.ts';
import { waitingTimes } from '../../shared/orders/waiting-times.ts';
import { EffectCheck } from './desk-effects.ts';

/** A trading machine with its journal, its clocks and its timers, and a gateway that says what a test lets it say. */

const zeros = '0'.repeat(64);
export const generation = 'aaaaaaaaaaaaaaaa';
export const homeOfTests = 'bbbbbbbbbbbbbbbb';

export const stock: OrderContract = {
  conId: 265598,
  secType: 'STK',
  symbol: 'AAPL',
  exchange: 'SMART',
  currency: 'USD',
  name: 'AAPL',
};

export const limitOrder: OrderTerms = {
  account: 'DU1',
  side: 'BUY',
  quantity: '100',
  type: 'LMT',
  limitPrice: '150',
  tif: 'DAY',
  outsideRth: false,
};

export function plain(changes: Partial<OrderTerms> = {}): PlannedOrder {
  return { version: 1, kind: 'place', contract: stock, entry: { ...limitOrder, ...changes } };
}

export const bracket: PlannedOrder = {
  version: 1,
  kind: 'place',
  contract: stock,
  entry: limitOrder,
  takeProfit: { ...limitOrder, side: 'SELL', limitPrice: '160', tif: 'GTC' },
  stopLoss: { ...limitOrder, side: 'SELL', type: 'STP', limitPrice: undefined, stopPrice: '140', tif: 'GTC' },
};

/** Friday 2026-11-20, 15:00 UTC. */
export const start = Date.UTC(2026, 10, 20, 15);

export class TestDesk {
  state: TraderState;
  readonly journal: JournalEntry[];
  readonly effects: TraderEffect[] = [];
  readonly told: OrderEventBody['body'][] = [];
  readonly sent: GatewayMessage[] = [];
  readonly answers = new Map<string, TraderEffect & { readonly type: 'answer' }>();
  readonly replies: (TraderEffect & { readonly type: 'reply' })[] = [];
  readonly timers = new Map<string, number>();
  readonly looks: number[] = [];
  reconnects = 0;
  /** Whether the socket takes what is sent. */
  socketWorks = true;
  now = { monotonic: 1_000, wall: start, gateway: start };
  readonly settings: TraderSettings;
  readonly #check: EffectCheck;
  #instructions = 0;

  constructor(changes: Partial<TraderSettings> = {}, journal: readonly JournalEntry[] = []) {
    this.journal = [...journal];
    this.#check = new EffectCheck(journal);
    this.settings = {
      times: waitingTimes,
      relay: 'home',
      clientId: 7,
      mode: 'paper',
      isPaper: (account) => account.startsWith('D'),
      readOrder: (text, hash) => {
        if (hash !== hashOf(text)) throw new ToolError({ code: 'invalid_arguments', message: 'The hash differs.' });
        return JSON.parse(text) as PlannedOrder;
      },
      judgeAtSend: ({ facts }) => ({ used: facts?.uses ?? { notional: '0', orders: 1, quantity: '0', loss: '0' } }),
      ...changes,
      journal: { generation, length: journal.length, hash: this.hashAt(journal.length) ?? zeros },
    };
    this.state = openTrader(this.settings, this.journal);
    this.feed({ type: 'started' });
  }

  /** The process dies after the effects that were carried out, and starts again with what its journal holds. */
  restarted(changes: Partial<TraderSettings> = {}, journal: readonly JournalEntry[] = this.journal): TestDesk {
    const next = new TestDesk({ ...this.settings, ...changes }, journal);
    next.now = { ...this.now };
    return next;
  }

  hashAt(length: number): string | undefined {
    return length > this.journal.length ? undefined : length === 0 ? zeros : `${length}`.padStart(64, 'c');
  }

  feed(event: DistributiveOmit<TraderEvent, 'clocks'>): readonly TraderEffect[] {
    const { state, effects } = step(this.state, { ...event, clocks: { ...this.now } } as TraderEvent);
    this.state = state;
    for (const effect of effects) this.#carryOut(effect);
    return effects;
  }

  /** Whether the process lives on to carry out the next effect; once it does not, it is dead. */
  survives: () => boolean = () => true;
  /** What the gateway is sent. */
  onSend: (messages: readonly GatewayMessage[]) => void = () => undefined;

  #carryOut(effect: TraderEffect): void {
    if (!this.survives()) return;
    this.#check.see(effect, this.now.gateway);
    this.effects.push(effect);
    switch (effect.type) {
      case 'journal':
        this.journal.push(effect.entry);
        return;
      case 'tell':
        this.told.push(effect.body);
        return;
      case 'answer':
        this.answers.set(effect.id, effect);
        return;
      case 'reply':
        this.replies.push(effect);
        return;
      case 'timer':
        this.timers.set(effect.name, this.now.monotonic + effect.ms);
        return;
      case 'clear-timer':
        this.timers.delete(effect.name);
        return;
      case 'look':
        this.looks.push(effect.look);
        return;
      case 'reconnect':
        this.reconnects += 1;
        return;
      case 'send': {
        const handedOver = this.socketWorks && mayStillSend(this.state, effect, this.now);
        if (handedOver) {
          this.sent.push(...effect.messages);
          this.onSend(effect.messages);
        }
        this.feed({ type: 'sent', batch: effect.batch, handedOver });
      }
    }
  }

  /** Time goes by on all clocks, and timers fire when theirs has come. */
  wait(ms: number): void {
    const until = this.now.monotonic + ms;
    for (;;) {
      const [next] = [...this.timers].filter(([, at]) => at <= until).sort(([, a], [, b]) => a - b);
      this.#advance((next?.[1] ?? until) - this.now.monotonic);
      if (!next) return;
      this.timers.delete(next[0]);
      this.feed({ type: 'timer', name: next[0] });
    }
  }

  /** Somebody sets this machine's wall clock, or it slept. */
  setWall(ms: number): void {
    this.now = { ...this.now, wall: this.now.wall + ms };
  }

  #advance(ms: number): void {
    const { monotonic, wall, gateway } = this.now;
    this.now = { monotonic: monotonic + ms, wall: wall + ms, gateway: gateway + ms };
  }

  news(news: GatewayNews): readonly TraderEffect[] {
    return this.feed({ type: 'gateway', news });
  }

  connect(session = 's1', nextOrderId = 100, clientId = 7): void {
    this.news({ type: 'session', session, clientId, nextOrderId, accounts: ['DU1'], zone: 'America/New_York' });
  }

  /** Answers the look under way. */
  looked(found: Partial<Extract<GatewayNews, { type: 'looked' }>['found']> = {}): void {
    const look = this.state.look?.look ?? 0;
    this.news({ type: 'looked', look, found: { open: [], completed: [], executions: [], ...found } });
  }

  /** Connected to Home and to a gateway without orders. */
  ready(): this {
    this.feed({ type: 'home', time: this.now.wall });
    this.connect();
    this.looked();
    this.news({ type: 'heartbeat' });
    return this;
  }

  placeBody(ticket: string, order: PlannedOrder = plain(), changes: Partial<PlaceBody> = {}): PlaceBody {
    const text = JSON.stringify(order);
    return {
      home: homeOfTests,
      journal: {
        generation: this.state.generation,
        length: this.journal.length,
        hash: this.hashAt(this.journal.length) ?? zeros,
      },
      ticket: ticketName(ticket),
      account: 'DU1',
      order: text,
      hash: hashOf(text),
      mintedIn: this.state.generation,
      at: this.now.wall,
      until: this.now.wall + 10_000,
      approval: { mode: 'none', by: 'test', at: this.now.wall },
      policy: 'p',
      ...changes,
    };
  }

  /** @returns the name of the instruction */
  place(ticket: string, order: PlannedOrder = plain(), changes: Partial<PlaceBody> = {}): string {
    const place = this.placeBody(ticket, order, changes);
    const hashThere = this.hashAt(place.journal.length);
    return this.instruct({ name: 'place', place, room: 1_000, ...(hashThere ? { hashThere } : {}) });
  }

  instruct(body: Extract<TraderEvent, { type: 'instruction' }>['body']): string {
    this.#instructions += 1;
    const id = `i${this.#instructions}`;
    this.feed({ type: 'instruction', id, body });
    return id;
  }

  cancel(request: string, what: CancelBody['what']): string {
    const cancel = { request: ticketName(request), what, by: 'test', at: this.now.wall };
    return this.instruct({ name: 'cancel', cancel });
  }

  settle(tickets: readonly string[], changes: Partial<SettleBody> = {}): string {
    const length = this.journal.length;
    const hashThere = this.hashAt(length) ?? zeros;
    const { generation: mintedIn } = this.state;
    const settle = {
      home: homeOfTests,
      journal: { generation: mintedIn, length, hash: hashThere },
      tickets: tickets.map((ticket) => ({ ticket: ticketName(ticket), mintedIn })),
      ...changes,
    };
    const agreedThere = settle.agreed && this.hashAt(settle.agreed.length);
    return this.instruct({ name: 'settle', hashThere, settle, ...(agreedThere ? { agreedThere } : {}) });
  }

  /** The last report of a ticket. */
  report(ticket: string): TicketReport | undefined {
    return this.told.filter((body) => body.kind === 'ticket').findLast((body) => body.ticket === ticketName(ticket));
  }

  placed(): readonly Extract<GatewayMessage, { type: 'place' }>[] {
    return this.sent.filter((message) => message.type === 'place');
  }

  cancelled(): readonly number[] {
    return this.sent.flatMap((message) => (message.type === 'cancel' ? [message.orderId] : []));
  }

  /** What the gateway shows of a message that it took. */
  seen(message: Extract<GatewayMessage, { type: 'place' }>, changes: Partial<SeenOrder> = {}): SeenOrder {
    const { orderId, parentId, orderRef, contract, terms } = message;
    return {
      orderId,
      clientId: 7,
      permId: 9_000 + orderId,
      account: terms.account ?? '',
      orderRef,
      status: 'Submitted',
      contract,
      terms,
      parentId,
      ...changes,
    };
  }

  /** The gateway echoes the last so many placements. */
  echo(count = 1, changes: Partial<SeenOrder> = {}): void {
    for (const message of this.placed().slice(-count)) {
      this.news({ type: 'open-order', order: this.seen(message, changes) });
    }
  }

  status(orderId: number, status: string, changes: Partial<Extract<GatewayNews, { type: 'order-status' }>> = {}): void {
    this.news({
      type: 'order-status',
      order: { orderId, clientId: 7, permId: 9_000 + orderId },
      status,
      filled: '0',
      remaining: '0',
      averagePrice: '0',
      whyHeld: '',
      ...changes,
    });
  }
}

type DistributiveOmit<Union, Key extends string> = Union extends unknown ? Omit<Union, Key> : never;

export function hashOf(text: string): string {
  return `1:${text.length}:${text.slice(0, 40)}`;
}

/** A ticket's id that begins with these letters. */
export function ticketName(short: string): string {
  return short.padEnd(16, '0');
}

/** A stop of the dashboard, which cancels own orders. */
export function stopBody(desk: TestDesk) {
  return {
    request: ticketName('stop'),
    stopped: true,
    reason: 'enough',
    by: 'owner',
    cancelOwn: true,
    protect: true,
    everything: false,
    at: desk.now.wall,
  };
}
