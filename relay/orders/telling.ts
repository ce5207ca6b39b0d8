import type { LegReport, OrderEventBody, TicketReport } from '../../shared/orders/frames.ts';
import type { TicketState } from '../../shared/orders/ticket-states.ts';
import { averageOf, costsOf, endOf, filledOf, remainingOf, statusOf } from './order-life.ts';
import { record } from './record.ts';
import { usedOf } from './reservations.ts';
import { changeTicket, type Draft, findTicket, note, type TraderLeg, type TraderTicket } from './state.ts';

/** What Home is told of tickets: each report is journalled first, and its revision is higher than that of the one before. */

export function tell(draft: Draft, body: OrderEventBody['body']): void {
  draft.effects.push({ type: 'tell', ...(draft.home === undefined ? {} : { home: draft.home }), body });
}

/** Says something that concerns no ticket. */
export function notice(draft: Draft, text: string): void {
  note(draft, 'warn', text);
  tell(draft, { kind: 'notice', text: text.slice(0, 600), at: gatewayNow(draft) });
}

/** Words for a ticket's state; what is not named goes. */
export interface TicketWords {
  readonly message?: string;
  readonly nextStep?: string;
  readonly ibCode?: number;
}

/** Gives a ticket a state, and tells of it. */
export function conclude(draft: Draft, name: string, state: TicketState, words: TicketWords): void {
  const { message, nextStep, ibCode } = words;
  changeTicket(draft, name, { state, message, nextStep, ibCode });
  publish(draft, name);
}

/** Tells what is new of a ticket; nothing when there is nothing new. */
export function publish(draft: Draft, name: string): void {
  const ticket = findTicket(draft, name);
  if (!ticket) return;
  const report = reportOf(draft, ticket);
  if (ticket.told && sameReport(ticket.told, report)) return;
  record(draft, { type: 'outcome', ticket: name, report, at: draft.clocks.wall });
  tell(draft, report);
}

/** Tells once more what was told last; of what nothing was told yet, that it is being sent. */
export function tellAgain(draft: Draft, name: string): void {
  const ticket = findTicket(draft, name);
  if (ticket?.told) tell(draft, ticket.told);
  else publish(draft, name);
}

export function warn(draft: Draft, name: string, warning: string): void {
  const ticket = findTicket(draft, name);
  if (!ticket || ticket.warnings.includes(warning)) return;
  note(draft, 'warn', `${name}: ${warning}`);
  changeTicket(draft, name, { warnings: [...ticket.warnings, warning.slice(0, 600)].slice(-10) });
}

function reportOf(draft: Draft, ticket: TraderTicket): TicketReport {
  const { message, nextStep, ibCode } = ticket;
  const used = usedOf(ticket);
  return {
    kind: 'ticket',
    ticket: ticket.ticket,
    revision: ticket.revision + 1,
    state: ticket.state,
    ...(message === undefined ? {} : { message: message.slice(0, 600) }),
    ...(nextStep === undefined ? {} : { nextStep: nextStep.slice(0, 600) }),
    ...(ibCode === undefined ? {} : { ibCode }),
    legs: legsToTell(draft, ticket).map(legReportOf),
    warnings: [...ticket.warnings],
    at: gatewayNow(draft),
    ...(used ? { used: { ...used } } : {}),
  };
}

/** Of a change: the order that it changes. */
function legsToTell(draft: Draft, { order, legs }: TraderTicket): readonly TraderLeg[] {
  if (order?.kind !== 'modify') return legs;
  const { orderId } = order.target;
  return findTicket(draft, draft.byOrderId.get(orderId) ?? '')?.legs.filter((leg) => leg.orderId === orderId) ?? [];
}

function legReportOf({ leg, orderId, terms, life }: TraderLeg): LegReport {
  const filled = filledOf(life);
  const average = averageOf(life);
  const costs = costsOf(life);
  return {
    leg,
    orderId,
    permId: life.permId,
    status: endOf(life) === 'rejected' ? 'Rejected' : statusOf(life).slice(0, 40),
    ...(terms ? { side: terms.side } : {}),
    ...(life.quantity === undefined ? {} : { quantity: life.quantity, remaining: remainingOf(life.quantity, filled) }),
    filled,
    ...(average === undefined ? {} : { averagePrice: average }),
    ...(costs
      ? {
          commission: costs.commission,
          commissionCurrency: costs.currency.slice(0, 10),
          ...(costs.realizedPnl === undefined ? {} : { realizedPnl: costs.realizedPnl }),
        }
      : {}),
    ...(life.held === '' ? {} : { held: life.held.slice(0, 600) }),
  };
}

function gatewayNow({ clocks }: Draft): number {
  return Math.max(0, Math.round(clocks.gateway));
}

function sameReport(a: TicketReport, b: TicketReport): boolean {
  return (
    a.state === b.state &&
    a.message === b.message &&
    a.nextStep === b.nextStep &&
    a.ibCode === b.ibCode &&
    a.legs.length === b.legs.length &&
    a.legs.every((leg, index) => sameLeg(leg, b.legs[index])) &&
    a.warnings.join('\n') === b.warnings.join('\n')
  );
}

function sameLeg(a: LegReport, b: LegReport | undefined): boolean {
  const keys = Object.keys({ ...a, ...b }) as (keyof LegReport)[];
  return keys.every((key) => a[key] === b?.[key]);
}
