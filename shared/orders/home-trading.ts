import { auditTicket, type HomeDraft, move, putTicket } from './home-draft.ts';
import type {
  HomeTradingEffect,
  HomeTradingEvent,
  HomeTradingState,
  SentRequest,
  Ticket,
  TradingRelay,
} from './home-model.ts';
import { placeAnswered, relayTold, requestAnswered, requestSent, ticketSynced } from './home-outcomes.ts';
import { policySet } from './home-policy.ts';
import { relayOpened, relayRemoved, relayStatus, settleAnswered } from './home-relays.ts';
import { forgettable } from './home-repeats.ts';
import { type Judge, orderPrepared, questionAnswered, ticketConfirmed, ticketWithdrawn } from './home-tickets.ts';
import type { Policy } from './policy-fields.ts';
import { isOpen } from './ticket.ts';

/**
 * Home's decisions about orders as a pure machine: which ticket there is, who may approve it, when its one frame may leave,
 * and what is believed of what relays tell. It knows nothing of the Worker, so that a simulation can run it beside the
 * relay's machine. See home-model.ts for what it hears and has done.
 */

/** What was kept, as it comes out of the storage. */
export interface KeptTrading {
  readonly home: string;
  readonly relays: readonly TradingRelay[];
  readonly owners: readonly (readonly [account: string, device: string])[];
  /** Oldest first. */
  readonly tickets: readonly Ticket[];
  readonly requests: readonly SentRequest[];
  readonly policy: Policy;
}

export function openHomeTrading({ home, relays, owners, tickets, requests, policy }: KeptTrading): HomeTradingState {
  return {
    home,
    relays: new Map(relays.map(({ asking: _, ...relay }) => [relay.device, relay])),
    owners: new Map(owners),
    tickets: new Map(tickets.map((ticket) => [ticket.id, ticket])),
    requests: new Map(requests.map((request) => [request.id, request])),
    policy,
  };
}

/** Advances the machine by one event. */
export function homeStep(
  state: HomeTradingState,
  event: HomeTradingEvent,
  judge: Judge,
): { readonly state: HomeTradingState; readonly effects: readonly HomeTradingEffect[] } {
  const draft: HomeDraft = {
    now: event.now,
    home: state.home,
    relays: new Map(state.relays),
    owners: new Map(state.owners),
    tickets: new Map(state.tickets),
    requests: new Map(state.requests),
    policy: state.policy,
    effects: [],
  };
  apply(draft, event, judge);
  const { now: _, effects, ...next } = draft;
  return { state: next, effects };
}

/** When the next open ticket expires, epoch milliseconds. */
export function nextExpiry({ tickets }: HomeTradingState): number | undefined {
  const open = [...tickets.values()].filter(({ state }) => isOpen(state));
  return open.length === 0 ? undefined : Math.min(...open.map(({ expiresAt }) => expiresAt));
}

function apply(draft: HomeDraft, event: HomeTradingEvent, judge: Judge): void {
  switch (event.type) {
    case 'opened':
      relayOpened(draft, event);
      break;
    case 'status':
      relayStatus(draft, event);
      break;
    case 'removed':
      relayRemoved(draft, event);
      break;
    case 'prepared':
      draft.effects.push({ type: 'answer', answer: orderPrepared(draft, event, judge) });
      break;
    case 'confirm':
      draft.effects.push({ type: 'answer', answer: ticketConfirmed(draft, event, judge) });
      break;
    case 'answered':
      draft.effects.push({ type: 'answer', answer: questionAnswered(draft, event, judge) });
      break;
    case 'withdraw':
      draft.effects.push({ type: 'answer', answer: ticketWithdrawn(draft, event) });
      break;
    case 'synced':
      ticketSynced(draft, event);
      break;
    case 'instructed':
      instructed(draft, event);
      break;
    case 'cancel':
    case 'stop':
      requestSent(draft, event);
      break;
    case 'told':
      relayTold(draft, event);
      break;
    case 'policy':
      policySet(draft, event);
      break;
    case 'expire':
      expire(draft);
  }
}

function instructed(draft: HomeDraft, event: Extract<HomeTradingEvent, { type: 'instructed' }>): void {
  const { about } = event;
  if (about.kind === 'place') placeAnswered(draft, about.ticket, event);
  else if (about.kind === 'request') requestAnswered(draft, about.request, event);
  else settleAnswered(draft, event);
}

function expire(draft: HomeDraft): void {
  for (const ticket of [...draft.tickets.values()]) {
    if (!isOpen(ticket.state) || draft.now < ticket.expiresAt) continue;
    auditTicket(draft, putTicket(draft, move(draft, ticket, 'expire', 'expired')), 'expired', 'home');
  }
  const tickets = forgettable(draft);
  for (const id of tickets) draft.tickets.delete(id);
  if (tickets.length > 0) draft.effects.push({ type: 'save', what: 'forget', tickets, requests: [] });
}
