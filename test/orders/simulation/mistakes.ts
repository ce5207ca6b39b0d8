import type { GatewayMessage, TraderEvent } from '../../../relay/orders/model.ts';
import type { TraderState, TraderTicket } from '../../../relay/orders/state.ts';
import type {
  HomeTradingEffect,
  HomeTradingEvent,
  HomeTradingState,
  Ticket,
} from '../../../shared/orders/home-model.ts';
import type { Planted } from './faults.ts';

/**
 * Planted mistakes that are in no product: what a machine that makes one would hold for true, do or leave out. The machine
 * itself is the shipped one.
 */

type Heard = Without<TraderEvent, 'clocks'>;

/** What the relay holds for true when it hears this. */
export function misled(planted: Planted | undefined, state: TraderState, event: Heard): TraderState {
  switch (planted) {
    case 'not_placed after one look':
      return isNews(event, 'looked') ? withTickets(state, asIfLooked) : state;
    case 'a claim is deleted on a throw':
      return isNews(event, 'session-lost') ? { ...state, active: withoutUnanswered(state) } : state;
    case 'a stop is not asked at the gate':
      return isPlace(event) ? { ...state, stops: {} } : state;
    default:
      return state;
  }
}

/** What leaves instead. */
export function garbled(planted: Planted | undefined, messages: readonly GatewayMessage[]): readonly GatewayMessage[] {
  return messages.map((message, index) => {
    if (message.type !== 'place') return message;
    if (planted === 'no orderRef') return { ...message, orderRef: '' };
    const isLast = messages.length > 1 && index === messages.length - 1;
    return planted === 'the last leg does not transmit' && isLast ? { ...message, transmit: false } : message;
  });
}

/** What the relay hears instead. */
export function misheard(planted: Planted | undefined, event: Heard): Heard {
  if (planted !== 'only open orders are looked for') return event;
  if (event.type !== 'gateway' || event.news.type !== 'looked' || !event.news.found) return event;
  const { news } = event;
  return { ...event, news: { ...news, found: { ...event.news.found, completed: [], executions: [] } } };
}

/** How long what Home has decided waits before it is written, while others decide. */
const awaitMs = 400;

/** Tickets as they were a while ago. */
export class Belated {
  #past: { readonly at: number; readonly tickets: ReadonlyMap<string, Ticket> }[] = [];

  /** The state of which an order is decided now, and that of which everything else is. */
  before(state: HomeTradingState, event: Without<HomeTradingEvent, 'now'>, now: number): HomeTradingState {
    this.#past = [...this.#past.filter(({ at }) => at > now - 10 * awaitMs), { at: now, tickets: state.tickets }];
    if (event.type !== 'prepared' && event.type !== 'confirm') return state;
    const seen = this.#past.findLast(({ at }) => at <= now - awaitMs) ?? this.#past[0];
    return seen ? { ...state, tickets: seen.tickets } : state;
  }

  /** Only what was decided is written. */
  after(before: HomeTradingState, decided: HomeTradingState, effects: readonly HomeTradingEffect[]): HomeTradingState {
    const saved = effects.flatMap((effect) =>
      effect.type === 'save' && effect.what === 'ticket' ? [effect.ticket] : [],
    );
    return {
      ...decided,
      tickets: new Map([...before.tickets, ...saved.map((ticket) => [ticket.id, ticket] as const)]),
    };
  }
}

type PlaceHeard = Extract<Heard, { type: 'instruction' }>;

function isPlace(event: Heard): event is PlaceHeard {
  return event.type === 'instruction' && event.body.name === 'place';
}

function isNews(event: Heard, type: string): boolean {
  return event.type === 'gateway' && event.news.type === type;
}

function withTickets(state: TraderState, change: (ticket: TraderTicket) => TraderTicket): TraderState {
  return { ...state, active: new Map([...state.active].map(([name, ticket]) => [name, change(ticket)])) };
}

function asIfLooked(ticket: TraderTicket): TraderTicket {
  if (ticket.hunt?.rounds !== 0) return ticket;
  return { ...ticket, hunt: { ...ticket.hunt, rounds: 1, lastRound: Number.NEGATIVE_INFINITY } };
}

function withoutUnanswered({ active }: TraderState): TraderState['active'] {
  return new Map(
    [...active].filter(([, { state, legs }]) => state !== 'submitting' || legs.some(({ life }) => life.seen)),
  );
}

type Without<Union, Key extends string> = Union extends unknown ? Omit<Union, Key> : never;
