import type { TradingRelay } from '../../../shared/orders/home-model.ts';
import type { TicketState } from '../../../shared/orders/ticket-states.ts';
import type { RelayView } from '../relays/status.ts';
import { iso, ticketResult } from './results.ts';
import type { Trading } from './trading.ts';
import { tradingNotes } from './trading-notes.ts';

/** What the dashboard shows of one relay that trades. Times are ISO 8601, UTC. */
export interface TradingOverview {
  device: string;
  accounts: string[];
  approval: string;
  /** Of the policy in force at home; its text is there. */
  policy: string;
  stopped?: { where: string; since: string };
  /** What it cannot do at present, and who changes that. */
  notes: string[];
  /** This server and the journal at home do not believe in each other. */
  needsTrust: boolean;
  /** Orders that work on although trading was stopped, by choice or because nothing answered. */
  kept: string[];
  notices: { at: string; text: string }[];
  tickets: TicketLine[];
}

export interface TicketLine {
  id: string;
  state: string;
  summary: string;
  message: string;
  /** What its owner can do, where there is something to do. */
  nextStep?: string;
  at: string;
}

/** How a stop or its end came out at one relay. */
export interface StopResult {
  device: string;
  done: boolean;
  text: string;
}

const shownTickets = 10;

/** Of these it is said what can be done; the next step of others is the assistant's. */
const advised: ReadonlySet<TicketState> = new Set(['rejected', 'unknown', 'not_placed', 'denied']);

/** One entry for each relay that trades, or has traded. */
export function tradingViews({ state }: Trading, names: readonly RelayView[]): TradingOverview[] {
  return [...state.relays.values()].flatMap((relay) => {
    const { device, status, notices, stop } = relay;
    if (!status) return [];
    const tickets = [...state.tickets.values()].filter((ticket) => ticket.device === device);
    const unknown = tickets.filter(({ state: at }) => at === 'unknown');
    const newest = tickets.filter(({ state: at }) => at !== 'unknown').slice(-shownTickets);
    const { stopped } = status;
    return {
      device,
      accounts: [...status.accounts],
      approval: status.approval,
      policy: status.policy,
      ...(stopped && { stopped: { where: stopped.where, since: iso(stopped.since) } }),
      notes: tradingNotes(state, device, names),
      needsTrust: needsTrust(relay),
      kept: stop?.stopped ? stop.kept.map(({ order, why }) => `order ${order.permId || order.orderId}: ${why}`) : [],
      notices: notices.map(({ at, text }) => ({ at: iso(at), text })),
      tickets: [...unknown, ...newest.reverse()].map((ticket) => {
        const { message = '', summary, nextStep } = ticketResult(ticket);
        const advice = advised.has(ticket.state) && nextStep !== undefined ? { nextStep } : {};
        return { id: ticket.id, state: ticket.state, summary, message, ...advice, at: iso(ticket.mintedAt) };
      }),
    };
  });
}

function needsTrust({ status, disagreement }: TradingRelay): boolean {
  return status?.trustNeeded === true || disagreement !== undefined;
}
