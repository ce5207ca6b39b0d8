import { approvalPath } from '../../../shared/orders/approvals.ts';
import { readCanonical } from '../../../shared/orders/canonical.ts';
import type { LegReport } from '../../../shared/orders/frames.ts';
import type { Ticket } from '../../../shared/orders/home-model.ts';
import { legsOf, type OrderTerms, type PlannedOrder } from '../../../shared/orders/order.ts';
import type { OrderView } from '../../../shared/orders/order-view.ts';
import { isOpen } from '../../../shared/orders/ticket.ts';
import type { TicketState } from '../../../shared/orders/ticket-states.ts';
import { plainText } from '../../../shared/plain-text.ts';
import type { TicketResult } from '../../../shared/tools/support/order-results.ts';

/** Tickets as tools show them. */

/** What a ticket has come to, for the tool that asks. */
export function ticketResult(ticket: Ticket, note?: string): TicketResult {
  const { prepared, report, verdicts, trouble } = ticket;
  const { summary, warnings, ...preview } = prepared.facts;
  const open = isOpen(ticket.state);
  const message = [note, report?.message ?? trouble?.message ?? words[ticket.state]].filter(Boolean).join(' ');
  const ibCode = report?.ibCode ?? trouble?.ibCode;
  const orders = ordersOf(ticket);
  return {
    ticket: ticket.id,
    state: ticket.state,
    summary,
    message,
    nextStep: report?.nextStep ?? trouble?.nextStep ?? nextStepOf(ticket),
    ...(ibCode === undefined ? {} : { ibCode }),
    ...(open && {
      approval: {
        mode: ticket.approval,
        by: ticket.question ? 'the person who is asked' : approvalPath(ticket.approval).by,
        until: iso(ticket.expiresAt),
      },
    }),
    ...((open || ticket.state === 'denied') && { preview, policy: [...prepared.verdicts, ...verdicts] }),
    warnings: [...(open ? warnings : []), ...(report?.warnings ?? [])],
    ...(orders.length > 0 && { orders }),
  };
}

/** The question that a client puts to its human: nothing in it is the model's own words. At most 3,000 characters. */
export function questionText({ prepared, verdicts, client, reference }: Ticket): string {
  const { summary, details, accountKind, whatIf, whatIfMissing, notional, position, warnings, ...more } =
    prepared.facts;
  const figures = [
    notional && `Notional ${notional.amount} ${notional.currency} (${notional.basis}).`,
    whatIf?.commission !== undefined && `Commission about ${whatIf.commission} ${whatIf.commissionCurrency ?? ''}.`,
    whatIf?.initialMarginAfter !== undefined &&
      `Initial margin ${whatIf.initialMarginBefore ?? '?'} → ${whatIf.initialMarginAfter}.`,
    whatIfMissing,
    position && `Position ${position.before} → ${position.after}.`,
    more.realizedGain,
    more.resultingDebit,
    more.protection,
    more.quote,
  ].filter((line) => typeof line === 'string');
  const lines = [
    `${accountKind === 'paper' ? 'PAPER' : 'LIVE MONEY'}: ${summary}`,
    ...details,
    ...figures,
    ...warnings.map((warning) => `Warning: ${warning}`),
    ...[...prepared.verdicts, ...verdicts].filter(({ pass }) => !pass).map(({ rule, text }) => `${rule}: ${text}`),
    ...(reference === undefined ? [] : [`The requester calls it “${plainText(reference)}”.`]),
    `Asked for by “${client}”. It is sent once, within ten seconds of your answer, or not at all.`,
  ];
  return lines.join('\n').slice(0, 3_000);
}

/** The orders at IB that a ticket has made, as the relay last told of them. */
export function ordersOf(ticket: Ticket): OrderView[] {
  const planned = plannedOf(ticket);
  if (!planned || planned.kind === 'exercise') return [];
  const terms = new Map(planned.kind === 'place' ? legsOf(planned) : [['entry' as const, planned.entry]]);
  return (ticket.report?.legs ?? []).flatMap((leg) => {
    const own = terms.get(leg.leg);
    return own ? [orderOf(ticket, planned.contract, own, leg)] : [];
  });
}

/** An order as `get_orders` names it: IB’s permanent id, or ticket and leg while that is not known. */
export function nameOfOrder(ticket: string, { permId, leg }: Pick<LegReport, 'permId' | 'leg'>): string {
  return permId > 0 ? String(permId) : leg === 'entry' ? ticket : `${ticket}/${leg}`;
}

function orderOf(ticket: Ticket, contract: PlannedOrder['contract'], terms: OrderTerms, leg: LegReport): OrderView {
  return {
    order: nameOfOrder(ticket.id, leg),
    account: ticket.account,
    ...(contract.conId > 0 && { conId: contract.conId }),
    contract: contract.name,
    side: terms.side,
    ...numbers({
      quantity: leg.quantity ?? terms.quantity,
      cashQuantity: terms.cashQuantity,
      remaining: leg.remaining,
      averagePrice: leg.averagePrice,
      limitPrice: terms.limitPrice,
      stopPrice: terms.stopPrice,
      commission: leg.commission,
      realizedPnl: leg.realizedPnl,
    }),
    filled: Number(leg.filled),
    type: terms.type,
    tif: terms.tif,
    status: leg.status,
    ...(leg.held === undefined ? {} : { waitsFor: leg.held }),
    placedBy: 'here',
    ticket: ticket.id,
    leg: leg.leg,
    ...(leg.commissionCurrency === undefined ? {} : { commissionCurrency: leg.commissionCurrency }),
    ...(ticket.reference === undefined ? {} : { reference: ticket.reference }),
  };
}

function numbers<Name extends string>(
  texts: Readonly<Record<Name, string | undefined>>,
): Partial<Record<Name, number>> {
  const given = Object.entries<string | undefined>(texts).filter(([, text]) => text !== undefined);
  return Object.fromEntries(given.map(([name, text]) => [name, Number(text)])) as Partial<Record<Name, number>>;
}

/** Undefined for one in a form that this version no longer reads. */
function plannedOf({ prepared }: Ticket): PlannedOrder | undefined {
  try {
    return readCanonical(prepared.order);
  } catch {
    return undefined;
  }
}

const words: Readonly<Record<TicketState, string>> = {
  previewed: 'Previewed; nothing was sent.',
  awaiting_approval: 'It waits to be approved; nothing was sent.',
  approved: 'Approved.',
  submitting: 'It is being sent.',
  submitted: 'IB has it.',
  working: 'It works.',
  final: 'It is over.',
  expired: 'It has expired; nothing was sent.',
  denied: 'It was refused; nothing was sent.',
  rejected: 'IB has rejected it.',
  not_placed: 'It was not placed, and will not be.',
  unknown: 'Whether it was placed is not known yet; it is being found out.',
  resolved_by_person: 'Its owner has settled what became of it.',
};

function nextStepOf(ticket: Ticket): string {
  const { id, state, expiresAt, question } = ticket;
  switch (state) {
    case 'previewed':
      return `confirm_order with ticket ${id} submits it, until ${iso(expiresAt)}.`;
    case 'awaiting_approval':
      return question
        ? 'The person who is asked answers in their client.'
        : `confirm_order with ticket ${id} submits it, until ${iso(expiresAt)}.`;
    case 'approved':
    case 'submitting':
    case 'unknown':
      return `Do not order again. get_order_status with ${id} tells what came of it, and can wait for it.`;
    case 'submitted':
    case 'working':
      return `get_order_status with ${id} follows it; cancel_order ends it.`;
    case 'expired':
    case 'not_placed':
      return 'Preview it again if it is still wanted.';
    case 'denied':
    case 'rejected':
      return 'Change the order, or ask the owner.';
    default:
      return ticket.tool === 'modify'
        ? 'get_order_status with the order’s own name follows it.'
        : 'Nothing; get_positions shows where the account stands.';
  }
}

export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
