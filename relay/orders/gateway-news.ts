import type { LegName, OrderIdentity } from '../../shared/orders/order.ts';
import { trip } from './breaker.ts';
import { cancelAnswered, requestCancel, sendCancels } from './cancelling.ts';
import { changeLookedUp, changeSeen } from './changes.ts';
import { targetOf } from './gate.ts';
import { connectionLost, gatewayRestarted, huntAnew, hunted, huntedCancelAnswered, upstreamLost } from './hunting.ts';
import { sawId } from './ids.ts';
import { cancelRefused, followCompleted, tellError, tellLeg } from './leg-news.ts';
import { lookIn, wantLook, whileListing } from './looking.ts';
import type { FillCosts, GatewayNews, SeenExecution, SeenOrder } from './model.ts';
import { endOf, isSameCosts } from './order-life.ts';
import { refuseQueued, serveQueue } from './placing.ts';
import { record } from './record.ts';
import { readReference } from './references.ts';
import { lose } from './settling.ts';
import {
  changeLeg,
  type Draft,
  type EarlyCosts,
  findTicket,
  refusal,
  type TraderLeg,
  type TraderTicket,
} from './state.ts';
import { conclude, warn } from './telling.ts';
import { settleTicket, watchProtection } from './ticket-news.ts';

/** What the gateway says, of itself and of orders, ours and others. */

type News<Type extends GatewayNews['type']> = Extract<GatewayNews, { type: Type }>;

/** Orders of others under our ids that are remembered. */
const strangersKept = 200;

interface OurLeg {
  readonly ticket: TraderTicket;
  readonly leg: TraderLeg;
}

export function gatewayNews(draft: Draft, news: GatewayNews): void {
  switch (news.type) {
    case 'session':
      sessionBegan(draft, news);
      return;
    case 'session-lost':
      sessionLost(draft);
      return;
    case 'port-refused':
      gatewayRestarted(draft);
      return;
    case 'upstream':
      upstream(draft, news.up);
      return;
    case 'heartbeat':
      heartbeat(draft);
      return;
    case 'open-order':
      openOrder(draft, news.order);
      return;
    case 'order-status':
      orderStatus(draft, news);
      return;
    case 'execution':
      execution(draft, news.execution);
      return;
    case 'commission':
      commission(draft, news);
      return;
    case 'order-error':
      orderError(draft, news);
      return;
    case 'looked':
      looked(draft, news);
      return;
  }
}

function sessionBegan(draft: Draft, news: News<'session'>): void {
  if (draft.session) sessionLost(draft);
  const { clocks } = draft;
  draft.session = {
    name: news.session,
    clientId: news.clientId,
    nextOrderId: news.nextOrderId,
    accounts: news.accounts,
    zone: news.zone ?? 'UTC',
    acceptedAt: clocks.monotonic,
    gatewayAt: clocks.gateway,
    upstream: true,
    beaten: false,
    openRead: false,
    openSince: draft.steps,
    first: { state: 'none' },
  };
  beat(draft);
  sendCancels(draft);
  huntAnew(draft);
  wantLook(draft);
}

function sessionLost(draft: Draft): void {
  if (!draft.session) return;
  draft.session = undefined;
  draft.look = undefined;
  draft.effects.push({ type: 'clear-timer', name: 'look' }, { type: 'clear-timer', name: 'round' });
  refuseQueued(draft, refusal('IB Gateway went away before it was sent.', 'Preview it again.', 'gateway_disconnected'));
  connectionLost(draft);
}

function upstream(draft: Draft, up: boolean): void {
  const { session } = draft;
  if (!session || session.upstream === up) return;
  if (!up) {
    draft.session = { ...session, upstream: false };
    upstreamLost(draft);
    return;
  }
  draft.session = {
    ...session,
    upstream: true,
    backAt: draft.clocks.monotonic,
    beaten: false,
    openRead: false,
    openSince: draft.steps,
  };
  sendCancels(draft);
  wantLook(draft);
}

function heartbeat(draft: Draft): void {
  beat(draft);
  if (draft.session && !draft.session.beaten) draft.session = { ...draft.session, beaten: true };
  serveQueue(draft);
}

/** The machine is awake, and both clocks are what they are. */
function beat(draft: Draft): void {
  const { clocks, settings } = draft;
  draft.heartbeat = { monotonic: clocks.monotonic, wall: clocks.wall };
  const isSkewed = !settings.simulatedClock && Math.abs(clocks.gateway - clocks.wall) > settings.times.skew;
  if (!isSkewed) draft.skewedSince = undefined;
  else if (draft.skewedSince === undefined) draft.skewedSince = clocks.monotonic;
}

/** The order of ours that somebody else's message is about: by reference, by our id, or by IB's. */
function ourLeg(draft: Draft, order: OrderIdentity, orderRef: string): OurLeg | undefined {
  const reference = readReference(orderRef);
  if (reference?.relay === draft.settings.relay) {
    const ticket = findTicket(draft, reference.ticket);
    const leg = ticket?.legs.find((each) => each.leg === reference.leg);
    if (ticket && leg) return { ticket, leg };
  }
  const byId = targetOf(draft, order.orderId);
  if (byId && isSame(draft, byId, order, orderRef)) return byId;
  return order.permId > 0 ? byPermId(draft, order.permId) : undefined;
}

/** A status of a cancelled order names the client that cancelled it; an empty reference says nothing. */
function isSame(draft: Draft, { ticket, leg }: OurLeg, { clientId, permId }: OrderIdentity, orderRef: string): boolean {
  if (orderRef !== '' && leg.orderRef !== '' && orderRef !== leg.orderRef) return false;
  if (orderRef === '' && draft.strangers.includes(permId)) return false;
  return clientId === ticket.clientId || (permId > 0 && permId === leg.life.permId);
}

function byPermId(draft: Draft, permId: number): OurLeg | undefined {
  for (const ticket of draft.active.values()) {
    const leg = ticket.legs.find(({ life }) => life.permId === permId);
    if (leg) return { ticket, leg };
  }
  return undefined;
}

function openOrder(draft: Draft, order: SeenOrder): void {
  sawId(draft, order.clientId, order.orderId);
  const ours = ourLeg(draft, order, order.orderRef);
  if (!ours) {
    if (order.permId > 0 && draft.byOrderId.has(order.orderId)) meetStranger(draft, order.permId);
    strangeOrder(draft, order);
    return;
  }
  const { permId, status, whyHeld, progress } = order;
  // In a list each order comes with its status.
  const held = whyHeld ?? (progress ? '' : undefined);
  tellLeg(draft, ours, { type: 'open', permId, status, ...(held === undefined ? {} : { held }) }, order);
}

/** Its statuses name our id and no reference: they are told apart by IB's id. */
function meetStranger(draft: Draft, permId: number): void {
  if (!draft.strangers.includes(permId)) draft.strangers = [...draft.strangers, permId].slice(-strangersKept);
}

/** It carries our reference, but the journal does not know its ticket, or by name only, or as one that was never placed. */
function strangeOrder(
  draft: Draft,
  order: { readonly orderRef: string; readonly permId: number; readonly status?: string },
): void {
  const reference = readReference(order.orderRef);
  if (reference?.relay !== draft.settings.relay) return;
  const ticket = findTicket(draft, reference.ticket);
  if (!ticket) {
    // The journal forgets nothing that is not over: this one is older than what was sent under its name.
    lose(draft, reference.ticket);
    trip(
      draft,
      `IBKR shows an order of ticket ${reference.ticket}, of which the journal does not know: it was restored from a copy, or another relay uses its key.`,
    );
  } else if (ticket.state === 'not_placed') {
    trip(draft, `An order of ticket ${reference.ticket} appeared after it was reported as not placed.`);
  }
  conclude(draft, reference.ticket, 'unknown', {
    message: `IBKR shows an order of it (${order.permId}), which this journal does not have: ${order.status ?? 'filled'}.`,
    nextStep: 'Look at it in TWS; the owner closes the ticket with `relay resolve` at home.',
  });
}

function orderStatus(draft: Draft, news: News<'order-status'>): void {
  sawId(draft, news.order.clientId, news.order.orderId);
  const ours = ourLeg(draft, news.order, '');
  if (!ours) {
    if (['Cancelled', 'ApiCancelled'].includes(news.status)) cancelAnswered(draft, news.order.orderId, 'cancelled');
    if (news.status === 'Filled') cancelAnswered(draft, news.order.orderId, 'filled');
    return;
  }
  tellLeg(draft, ours, {
    type: 'status',
    permId: news.order.permId,
    status: news.status,
    filled: news.filled,
    average: news.averagePrice,
    held: news.whyHeld,
  });
}

function execution(draft: Draft, seen: SeenExecution): void {
  sawId(draft, seen.clientId, seen.orderId);
  const ours = ourLeg(draft, seen, seen.orderRef);
  if (!ours) {
    strangeOrder(draft, seen);
    return;
  }
  const { ticket, leg } = ours;
  const isNew = !leg.life.fills.some((fill) => fill.execution.execId === seen.execId);
  if (!isNew) return;
  record(draft, { type: 'fill', ticket: ticket.ticket, leg: leg.leg, execution: seen, at: draft.clocks.wall });
  compareExecution(draft, ours, seen);
  tellLeg(draft, ours, { type: 'execution', execution: seen });
  const early = draft.early.find(({ execId }) => execId === seen.execId);
  if (early) charge(draft, early);
}

/** What filled before its echo has nothing else to be compared by. */
function compareExecution(draft: Draft, { ticket, leg }: OurLeg, seen: SeenExecution): void {
  const { terms } = leg;
  if (!terms || leg.compared || ticket.order?.contract.secType === 'BAG') return;
  const isOther =
    seen.side !== terms.side ||
    (terms.account !== undefined && seen.account !== terms.account) ||
    (seen.conId !== 0 && ticket.order !== undefined && seen.conId !== ticket.order.contract.conId);
  if (!isOther) return;
  warn(draft, ticket.ticket, 'IBKR filled another order than the approved one: another account, side or instrument.');
  trip(draft, `IBKR filled another order than the approved one of ticket ${ticket.ticket}.`);
  requestCancel(draft, {
    request: `fill-${ticket.ticket}-${leg.leg}`,
    what: { kind: 'ticket', ticket: ticket.ticket },
    by: 'relay: another order',
  });
}

function commission(draft: Draft, { execId, commission: amount, currency, realizedPnl }: News<'commission'>): void {
  const costs: FillCosts = { commission: amount, currency, ...(realizedPnl === undefined ? {} : { realizedPnl }) };
  charge(draft, { execId, costs });
}

/** Commissions of everybody's fills come, and some before what they were charged for. */
const earlyKept = 200;

function charge(draft: Draft, { execId, costs }: EarlyCosts): void {
  const ours = byExecution(draft, execId);
  const others = draft.early.filter((each) => each.execId !== execId);
  draft.early = ours ? others : [...others, { execId, costs }].slice(-earlyKept);
  const fill = ours?.leg.life.fills.find((each) => each.execution.execId === execId);
  if (!ours || !fill || isSameCosts(fill.costs, costs)) return;
  record(draft, {
    type: 'fill',
    ticket: ours.ticket.ticket,
    leg: ours.leg.leg,
    execution: fill.execution,
    commission: costs,
    at: draft.clocks.wall,
  });
  const leg: LegName = ours.leg.leg;
  const now = findTicket(draft, ours.ticket.ticket);
  const same = now?.legs.find((each) => each.leg === leg);
  if (now && same) tellLeg(draft, { ticket: now, leg: same }, { type: 'commission', execId, costs });
  settleTicket(draft, ours.ticket.ticket);
}

function byExecution(draft: Draft, execId: string): OurLeg | undefined {
  for (const name of [...draft.filled].reverse()) {
    const ticket = findTicket(draft, name);
    const leg = ticket?.legs.find(({ life }) => life.fills.some(({ execution: each }) => each.execId === execId));
    if (ticket && leg) return { ticket, leg };
  }
  return undefined;
}

function orderError(draft: Draft, { orderId, code, text }: News<'order-error'>): void {
  const ours = targetOf(draft, orderId);
  if (!ours) {
    if (code === 202) cancelAnswered(draft, orderId, 'cancelled');
    cancelRefused(draft, orderId, code, text);
    return;
  }
  huntedCancelAnswered(draft, ours.ticket, orderId, code);
  const now = targetOf(draft, orderId);
  if (now) tellError(draft, now, code, text.slice(0, 400));
}

function looked(draft: Draft, { look, found }: News<'looked'>): void {
  const { look: under, session } = draft;
  if (!session || under?.look !== look) return;
  draft.look = undefined;
  draft.effects.push({ type: 'clear-timer', name: 'look' });
  if (!found) {
    lookIn(draft, draft.settings.times.silentAfterWrite);
    return;
  }
  beat(draft);
  if (under.since >= session.openSince) draft.session = { ...session, beaten: true, openRead: true };
  whileListing(draft, under, () => {
    for (const order of found.open) if (!isOutdated(draft, order, under.since)) openOrder(draft, order);
    for (const order of found.completed) completedOrder(draft, order);
    for (const each of found.executions) execution(draft, each);
    missingLegs(draft, under.since, found);
    lookedAtChanges(draft, under.since);
    hunted(draft, under.since);
    serveQueue(draft);
  });
}

/** The gateway has told of that order since it was asked for the list, which shows it as it was before. */
function isOutdated(draft: Draft, order: SeenOrder, since: number): boolean {
  const { leg } = ourLeg(draft, order, order.orderRef) ?? {};
  if (leg?.open === undefined || leg.open.session !== draft.session?.name) return false;
  // What the list itself told a moment ago is not newer than its other lines: two orders can share one id.
  return leg.changedAt > since && leg.changedAt !== draft.steps;
}

function completedOrder(draft: Draft, order: SeenOrder): void {
  const ours = ourLeg(draft, order, order.orderRef);
  if (!ours) {
    strangeOrder(draft, order);
    return;
  }
  const { ticket, leg } = ours;
  followCompleted(draft, ticket.ticket, leg.leg, order);
  if (leg.change !== undefined) changeSeen(draft, leg.change, order.terms);
  const now = ourLeg(draft, order, order.orderRef) ?? ours;
  const { status, filled } = order.completed ?? { status: order.status, filled: '0' };
  tellLeg(draft, now, { type: 'completed', permId: order.permId, status, filled });
}

/** Orders that worked, or were answered for, and are in no list. */
function missingLegs(draft: Draft, since: number, { open }: NonNullable<News<'looked'>['found']>): void {
  const listed = new Set(open.map((order) => ourLegKey(draft, order)));
  let wait = false;
  for (const ticket of [...draft.active.values()]) {
    if (!ticket.order || ticket.order.kind === 'modify') continue;
    watchProtection(draft, ticket.ticket);
    const isSeen = ticket.legs.some(({ life }) => life.seen);
    for (const leg of ticket.legs) {
      if (listed.has(`${ticket.ticket} ${leg.leg}`) || leg.changedAt > since || endOf(leg.life) !== undefined) continue;
      const { refused, cancelAcknowledged, inactive, completed } = leg.life;
      const isAnswered = refused !== undefined || cancelAcknowledged || (inactive && completed);
      if (!isAnswered && !isSeen) continue;
      const missing = leg.missing ?? draft.clocks.monotonic;
      if (isAnswered || draft.clocks.monotonic - missing >= draft.settings.times.betweenRounds) {
        const now = findTicket(draft, ticket.ticket);
        const same = now?.legs.find((each) => each.leg === leg.leg);
        if (now && same) tellLeg(draft, { ticket: now, leg: same }, { type: 'absent' });
      } else {
        changeLeg(draft, ticket.ticket, leg.leg, { missing });
        wait = true;
      }
    }
  }
  if (wait) lookIn(draft, draft.settings.times.betweenRounds + 1);
}

function ourLegKey(draft: Draft, order: SeenOrder): string {
  const ours = ourLeg(draft, order, order.orderRef);
  return ours ? `${ours.ticket.ticket} ${ours.leg.leg}` : '';
}

function lookedAtChanges(draft: Draft, since: number): void {
  for (const ticket of [...draft.active.values()]) {
    if (ticket.order?.kind !== 'modify' || !(ticket.refusedChange || ticket.orderEnded)) continue;
    const target = targetOf(draft, ticket.order.target.orderId);
    if (target && target.leg.changedAt !== draft.steps && target.leg.changedAt > since) continue;
    changeLookedUp(draft, ticket.ticket);
  }
}
