import { Decimal } from 'decimal.js';
import { orderVerdict } from '../../shared/orders/codes.ts';
import { countAcceptance, countRejection, trip } from './breaker.ts';
import { cancelAnswered, cancelsOfLeg, identityOf, requestCancel } from './cancelling.ts';
import { changeRefused, changeSeen } from './changes.ts';
import { compareEcho } from './echo.ts';
import { wantLook } from './looking.ts';
import type { SeenOrder } from './model.ts';
import { endOf, filledOf, live, type OrderFact } from './order-life.ts';
import { serveQueue } from './placing.ts';
import { record } from './record.ts';
import { changeLeg, changeTicket, type Draft, findTicket, type TraderLeg, type TraderTicket } from './state.ts';
import { conclude, publish, warn } from './telling.ts';
import { settleTicket } from './ticket-news.ts';

/** What follows when the gateway says something of one of our orders. */

interface OurLeg {
  readonly ticket: TraderTicket;
  readonly leg: TraderLeg;
}

/** A fact about an order of ours; `order` when it comes with terms. */
export function tellLeg(
  draft: Draft,
  { ticket: { ticket: name }, leg }: OurLeg,
  fact: OrderFact,
  order?: SeenOrder,
): void {
  const { life: before } = leg;
  const life = live(before, fact);
  const shown = order && draft.session ? { session: draft.session.name, order } : undefined;
  changeLeg(draft, name, leg.leg, {
    life,
    changedAt: draft.steps,
    missing: undefined,
    ...(shown ? { open: shown } : {}),
  });
  if (order) compareTerms(draft, name, leg.leg, order);
  const now = find(draft, name, leg.leg);
  if (!now) return;
  if (life.permId !== before.permId || now.leg.compared !== leg.compared) {
    const { compared } = now.leg;
    record(draft, { type: 'order', ticket: name, leg: leg.leg, permId: life.permId, compared, at: draft.clocks.wall });
  }
  if (life !== before) followLife(draft, now, before);
  afterFirst(draft, name);
  if (now.leg.change !== undefined) changeSeen(draft, now.leg.change, order?.terms);
  if (life !== before) settleTicket(draft, name);
}

function find(draft: Draft, name: string, legName: string): OurLeg | undefined {
  const ticket = findTicket(draft, name);
  const leg = ticket?.legs.find((each) => each.leg === legName);
  return ticket && leg && { ticket, leg };
}

function followLife(draft: Draft, { ticket, leg }: OurLeg, before: TraderLeg['life']): void {
  const { life } = leg;
  const { ticket: name } = ticket;
  if (life.accepted && !before.accepted) countAcceptance(draft, name);
  if (life.refused && !before.refused && life.refused.code === 201) countRejection(draft, name);
  if (ticket.state === 'not_placed') {
    trip(draft, `An order of ticket ${name} appeared after it was reported as not placed.`);
  }
  if (life.forks.length > before.forks.length) forked(draft, { ticket, leg });
  if (exceeds(leg)) trip(draft, `More was filled of ticket ${name} than was approved: ${filledOf(life)}.`);
  const endsSoon = life.refused !== undefined || life.cancelAcknowledged || life.inactive;
  if (endOf(life) !== undefined) cancelsOfLeg(draft, leg);
  else if (endsSoon && life !== before) wantLook(draft);
}

function exceeds({ life, most }: TraderLeg): boolean {
  if (life.quantity === undefined) return false;
  const limit = most === undefined ? life.quantity : Decimal.max(most, life.quantity);
  return new Decimal(filledOf(life)).gt(limit);
}

/** Two orders live under one id of ours: both are cancelled, and nothing else leaves. */
function forked(draft: Draft, { ticket: { ticket: name }, leg }: OurLeg): void {
  const ids = [leg.life.permId, ...leg.life.forks].join(' and ');
  const affected = leg.change ?? name;
  warn(draft, name, `IBKR shows two orders under its id ${leg.orderId}: ${ids}.`);
  trip(draft, `IBKR shows two orders under our id ${leg.orderId}: ${ids}.`);
  requestCancel(draft, {
    request: `forked-${name}-${leg.leg}`,
    what: { kind: 'order', order: identityOf(draft, name, leg) },
    by: 'relay: forked',
  });
  // Nothing that is looked for tells which of the two is the one that was asked for.
  changeTicket(draft, affected, { hunt: undefined });
  draft.effects.push({ type: 'clear-timer', name: `silent:${affected}` });
  conclude(draft, affected, 'unknown', {
    message: `IBKR shows two orders under one id, ${ids}; both are being cancelled.`,
    nextStep: 'At home, look at both in TWS; `relay resolve` closes the ticket, `relay resume-trading` lifts the stop.',
  });
}

/** The first echo is compared with what was approved; later ones with what was seen before. */
function compareTerms(draft: Draft, name: string, legName: string, seen: SeenOrder): void {
  const { ticket, leg } = find(draft, name, legName) ?? {};
  if (!ticket?.order || !leg?.terms || leg.change !== undefined) return;
  const { terms, parentId } = leg;
  if (!leg.compared) {
    const { grave, mild } = compareEcho({ contract: ticket.order.contract, terms, parentId }, seen);
    const outside = compareEcho({ contract: ticket.order.contract, terms }, seen, false);
    changeLeg(draft, name, leg.leg, { compared: true, outside: textOf([...outside.grave, ...outside.mild]) });
    for (const difference of mild) warn(draft, name, `IBKR shows it otherwise than it was sent: ${difference}.`);
    if (grave.length > 0) wrongEcho(draft, { ticket, leg }, grave);
    if (mild.length > 0) publish(draft, name);
    return;
  }
  followOutside(draft, { ticket, leg }, seen);
}

/** What somebody changed elsewhere is told, and is theirs to do; a size that they gave it may be filled. */
function followOutside(draft: Draft, { ticket, leg }: OurLeg, seen: SeenOrder): void {
  if (!ticket.order || !leg.terms) return;
  const { ticket: name, order } = ticket;
  const { grave, mild } = compareEcho({ contract: order.contract, terms: leg.terms }, seen, false);
  const outside = textOf([...grave, ...mild]);
  if (outside === (leg.outside ?? '')) return;
  const { quantity } = seen.terms;
  if (isResized(leg, quantity)) {
    const { permId } = leg.life;
    record(draft, {
      ...{ type: 'order', ticket: name, leg: leg.leg, permId, quantity },
      compared: true,
      at: draft.clocks.wall,
    });
  }
  changeLeg(draft, name, leg.leg, { outside });
  if (outside === '') return;
  warn(draft, name, `It was changed elsewhere: ${outside}.`);
  publish(draft, name);
}

function isResized({ life }: TraderLeg, quantity: string | undefined): quantity is string {
  if (quantity === undefined || life.quantity === undefined) return false;
  const size = new Decimal(quantity);
  return size.gt(0) && !size.eq(life.quantity);
}

/** It was over before it was seen again: a size that it then has was given to it elsewhere. */
export function followCompleted(draft: Draft, name: string, legName: string, seen: SeenOrder): void {
  const { ticket, leg } = find(draft, name, legName) ?? {};
  if (!ticket || !leg?.compared || leg.change !== undefined || !isResized(leg, seen.terms.quantity)) return;
  followOutside(draft, { ticket, leg }, seen);
}

function textOf(differences: readonly string[]): string {
  return differences.join('; ');
}

function wrongEcho(draft: Draft, { ticket: { ticket: name }, leg }: OurLeg, grave: readonly string[]): void {
  warn(draft, name, `It is being cancelled, because IBKR shows another order than the approved one: ${textOf(grave)}.`);
  trip(draft, `IBKR showed another order than the approved one of ticket ${name}: ${textOf(grave)}.`);
  requestCancel(draft, {
    request: `echo-${name}-${leg.leg}`,
    what: { kind: 'ticket', ticket: name },
    by: 'relay: another order',
  });
  publish(draft, name);
}

/** The gateway has answered to the first order of its session: others may follow. */
export function afterFirst(draft: Draft, name: string): void {
  const { session } = draft;
  if (session?.first.state !== 'alone' || session.first.ticket !== name) return;
  const ticket = findTicket(draft, name);
  if (!ticket?.legs.some(({ life }) => life.seen || life.refused)) return;
  draft.session = { ...session, first: { state: 'echoed' } };
  serveQueue(draft);
}

/** An error that names an order id of ours. */
export function tellError(draft: Draft, { ticket: { ticket: name }, leg }: OurLeg, code: number, text: string): void {
  const { fate } = orderVerdict(code);
  const isCancel = isBeingCancelled(draft, leg.orderId);
  if (fate === 'alive' || fate === 'notice') {
    warn(draft, name, `IBKR, ${code}: ${text}`);
    publish(draft, name);
  }
  if (isCancel) cancelRefused(draft, leg.orderId, code, text);
  else if (leg.change !== undefined) changeRefused(draft, leg.change, code, text);
  const request = isCancel ? 'cancel' : leg.change === undefined ? 'place' : 'change';
  const now = find(draft, name, leg.leg);
  if (now) tellLeg(draft, now, { type: 'error', code, text, request });
}

function isBeingCancelled(draft: Draft, orderId: number): boolean {
  for (const { done, targets } of draft.cancels.values()) {
    if (!done && targets.some(({ order, outcome }) => order.orderId === orderId && outcome === 'asked')) return true;
  }
  return false;
}

/** Not now, or not there: what is not known of its end is looked up. */
export function cancelRefused(draft: Draft, orderId: number, code: number, text: string): void {
  if (code === 161 || code === 136) cancelAnswered(draft, orderId, 'refused', text);
  if (code === 10147 || code === 135) cancelAnswered(draft, orderId, 'not_found', text);
  if (code === 10148) cancelAnswered(draft, orderId, 'over', text);
  if (code === 10147 || code === 10148 || code === 135) wantLook(draft);
}
