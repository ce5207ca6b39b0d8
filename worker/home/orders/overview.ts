import type { TradingRelay } from '../../../shared/orders/home-model.ts';
import { iso, ticketResult } from './results.ts';
import type { Trading } from './trading.ts';

/** What the dashboard shows of one relay that trades. Times are ISO 8601, UTC. */
export interface TradingOverview {
  device: string;
  accounts: string[];
  approval: string;
  /** Of the policy in force at home; its text is there. */
  policy: string;
  stopped?: { where: string; reason: string; since: string };
  blocked?: string;
  /** Why this server and the journal at home do not believe in each other. */
  disagreement?: string;
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
  at: string;
}

/** How a stop or its end came out at one relay. */
export interface StopResult {
  device: string;
  done: boolean;
  text: string;
}

const shownTickets = 10;

/** One entry for each relay that trades, or has traded. */
export function tradingViews({ state }: Trading): TradingOverview[] {
  return [...state.relays.values()].flatMap((relay) => {
    const { device, status, disagreement, notices, stop } = relay;
    if (!status) return [];
    const tickets = [...state.tickets.values()].filter((ticket) => ticket.device === device);
    const unknown = tickets.filter(({ state: at }) => at === 'unknown');
    const newest = tickets.filter(({ state: at }) => at !== 'unknown').slice(-shownTickets);
    const { stopped, blocked } = status;
    return {
      device,
      accounts: [...status.accounts],
      approval: status.approval,
      policy: status.policy,
      ...(stopped && { stopped: { where: stopped.where, reason: stopped.reason, since: iso(stopped.since) } }),
      ...(blocked === undefined ? {} : { blocked }),
      ...(needsTrust(relay) && { disagreement: disagreement?.message ?? 'The journal at home asks to be trusted.' }),
      kept: stop?.stopped ? stop.kept.map(({ order, why }) => `order ${order.permId || order.orderId}: ${why}`) : [],
      notices: notices.map(({ at, text }) => ({ at: iso(at), text })),
      tickets: [...unknown, ...newest.reverse()].map((ticket) => {
        const { message = '', summary } = ticketResult(ticket);
        return { id: ticket.id, state: ticket.state, summary, message, at: iso(ticket.mintedAt) };
      }),
    };
  });
}

function needsTrust({ status, disagreement }: TradingRelay): boolean {
  return status?.trustNeeded === true || disagreement !== undefined;
}
