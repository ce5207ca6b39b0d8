import { type ToolErrorData, toToolErrorData } from '../../shared/errors.ts';
import type { PlaceBody } from '../../shared/orders/frames.ts';
import { legsOf, type PlannedOrder } from '../../shared/orders/order.ts';
import { factsThatHold } from './facts-that-hold.ts';
import { idsRanOut, idsRanOutStep, nextIds } from './ids.ts';
import { type LeaveBy, type LocalClocks, mayStillLeave, slept } from './leaving.ts';
import type { LimitUse, SendFacts, TraderEffect } from './model.ts';
import { endOf } from './order-life.ts';
import { reservedIn } from './reservations.ts';
import {
  contractKey,
  type Draft,
  findTicket,
  refusal,
  type TraderLeg,
  type TraderSession,
  type TraderTicket,
} from './state.ts';

/** Whether an order may leave: every condition that the relay itself decides, cheapest first. Nothing here changes anything. */

/** Events that the outbox must have room for before something is sent that will cause them. */
const roomForOutcomes = 64;

/** What passed. */
export interface Admitted {
  readonly order: PlannedOrder;
  readonly used: LimitUse;
  readonly leave: LeaveBy;
  readonly session: TraderSession;
}

export function gate(
  draft: Draft,
  { place, facts, room }: { readonly place: PlaceBody; readonly facts?: SendFacts | undefined; readonly room?: number },
): Admitted | ToolErrorData {
  if (place.mintedIn !== draft.generation) return otherGeneration();
  const stopped = stopOf(draft);
  if (stopped) return stopped;
  const order = readOrder(draft, place);
  if ('code' in order) return order;
  const session = readySession(draft);
  if ('code' in session) return session;
  const refused =
    wrongAccount(draft, session, place.account, order, facts?.members) ??
    blockedByUnknown(draft, place.account, order) ??
    otherClientId(draft, session) ??
    unfitTarget(draft, session, order) ??
    (nextIds(draft, 3) ? undefined : refusal(`${idsRanOut}.`, idsRanOutStep));
  if (refused) return refused;
  if (room !== undefined && room < roomForOutcomes) {
    return refusal(
      'Too much that happened here has not been taken by the server yet.',
      'Wait until the connection to the server is well again, then preview the order anew.',
      'busy',
    );
  }
  const leave = leaveBy(draft, place);
  if ('code' in leave) return leave;
  const { refused: against, used } = draft.settings.judgeAtSend({
    order,
    account: place.account,
    facts: factsThatHold(draft, place, order, facts),
    reserved: reservedIn(draft),
    clocks: draft.clocks,
  });
  return against ?? { order, used, leave, session };
}

/** Why nothing at all may be sent; the places in the order of who can lift them. */
export function stopOf(draft: Pick<Draft, 'stops'>): ToolErrorData | undefined {
  const places = ['breaker', 'kill_file', 'home', 'dashboard'] as const;
  const where = places.find((place) => draft.stops[place] !== undefined);
  if (where === undefined) return undefined;
  return refusal(`Trading is stopped: ${draft.stops[where]?.reason ?? ''}`, liftedBy[where]);
}

export const liftedBy = {
  breaker: 'At home, `relay resume-trading` shows why it stopped itself, and lifts it.',
  kill_file: 'At home, remove the kill file.',
  home: 'At home, `relay resume-trading` lifts it.',
  dashboard: 'It is lifted on the dashboard.',
} as const;

function otherGeneration(): ToolErrorData {
  return refusal(
    'The order was prepared before the relay’s journal was renewed.',
    'Preview it again.',
    'relay_interrupted',
  );
}

function readOrder(draft: Draft, { order, hash }: PlaceBody): PlannedOrder | ToolErrorData {
  try {
    return draft.settings.readOrder(order, hash);
  } catch (error) {
    return { ...toToolErrorData(error), sent: false };
  }
}

/** The session, when an order may leave in it. */
function readySession(draft: Draft): TraderSession | ToolErrorData {
  const { session, settings, clocks } = draft;
  const { times } = settings;
  if (!session) return away('IB Gateway is not connected.');
  if (!session.upstream) return away('IB Gateway has lost its connection to IBKR.');
  const isSettling = session.backAt !== undefined && clocks.monotonic - session.backAt < times.settleAfterOutage;
  if (isSettling || !session.beaten) return away('IB Gateway has only just come back.');
  if (!session.openRead) return away('IB Gateway has not told its open orders yet.');
  const restart = settings.nextRestart?.(session.gatewayAt);
  if (restart !== undefined && clocks.gateway >= restart - times.beforeRestart) {
    return away('IB Gateway is about to restart, or has not come back from it.');
  }
  const isSkewed = draft.skewedSince !== undefined && clocks.monotonic - draft.skewedSince > times.skewFor;
  if (isSkewed && settings.mode === 'live') {
    return away('The clocks of this machine and of IB Gateway differ by more than ten seconds.');
  }
  return session;
}

function away(message: string): ToolErrorData {
  return refusal(message, 'Nothing was sent. Preview the order again in a minute.', 'gateway_disconnected');
}

function wrongAccount(
  { settings }: Draft,
  session: TraderSession,
  account: string,
  order: PlannedOrder,
  members: readonly string[] = [],
): ToolErrorData | undefined {
  const named = accountsOf(order);
  if (named.some((each) => each !== account)) {
    return refusal('The order names another account than its ticket.', 'Preview it again.', 'invalid_arguments');
  }
  if (named.length > 0 && !session.accounts.includes(account)) {
    return refusal(
      'The account is none of those that IB Gateway is logged in for.',
      'Look at get_status for the accounts that it has now.',
      'account_not_found',
    );
  }
  const { allowedAccounts } = settings;
  const traded = named.length > 0 ? named : members;
  // Who is in an advisor's group is for the last look to say; what it did not say is allowed to nobody.
  if (allowedAccounts && !(traded.length > 0 && traded.every((each) => allowedAccounts.includes(each)))) {
    return refusal(
      'The order is for an account that this relay may not trade.',
      'Name another account; its owner allows accounts at home, with RELAY_ACCOUNTS.',
      'account_not_found',
    );
  }
  if (settings.mode === 'paper' && ![account, ...session.accounts].every(settings.isPaper)) {
    return refusal(
      'This relay trades paper accounts only, and IB Gateway is logged in with another one.',
      'At home, log the gateway in to the paper account.',
      'account_not_found',
    );
  }
  return undefined;
}

/** The accounts that an order's messages name; none for an advisor's group. */
function accountsOf(order: PlannedOrder): readonly string[] {
  if (order.kind === 'exercise') return [order.account];
  const terms = order.kind === 'place' ? legsOf(order).map(([, each]) => each) : [order.entry];
  return terms.flatMap(({ account }) => (account === undefined ? [] : [account]));
}

/** Orders of ours that are open can only be changed and told apart under the client id that placed them. */
function otherClientId(draft: Draft, { clientId }: TraderSession): ToolErrorData | undefined {
  for (const { clientId: other, legs } of draft.active.values()) {
    if (other === clientId || legs.length === 0) continue;
    return refusal(
      `Orders that were placed under API client id ${other} are still open, and the relay is connected with ${clientId}.`,
      `At home, set the client id to ${other} again, or wait until they are over.`,
    );
  }
  return undefined;
}

/** What may be at the gateway already must not be doubled. */
function blockedByUnknown(draft: Draft, account: string, order: PlannedOrder): ToolErrorData | undefined {
  for (const other of draft.active.values()) {
    if (other.state !== 'unknown' || !other.order || other.account !== account) continue;
    if (contractKey(other.order.contract) !== contractKey(order.contract) || !sameSide(other.order, order)) continue;
    return refusal(
      `What became of ticket ${other.ticket} for the same instrument and side is not known yet.`,
      'Wait until it is known, or have the owner close it with `relay resolve` at home after looking at IBKR.',
    );
  }
  return undefined;
}

function sameSide(a: PlannedOrder, b: PlannedOrder): boolean {
  if (a.kind === 'exercise' || b.kind === 'exercise') return a.kind === b.kind;
  return a.entry.side === b.entry.side;
}

/** A change leaves only for an order of ours that was seen in this session and lives. */
function unfitTarget(draft: Draft, session: TraderSession, order: PlannedOrder): ToolErrorData | undefined {
  if (order.kind !== 'modify') return undefined;
  const { ticket, leg } = targetOf(draft, order.target.orderId) ?? {};
  const isOurs =
    leg !== undefined && order.target.clientId === session.clientId && ticket?.clientId === session.clientId;
  if (!isOurs || leg.life.permId !== order.target.permId || leg.life.permId === 0) {
    return refusal(
      'The order is not one that this relay can change: it was placed elsewhere, or its id is forgotten.',
      'Change it where it was placed: in TWS, on the phone, or with the program that placed it.',
    );
  }
  if (endOf(leg.life) !== undefined) return refusal('The order is over.', 'get_order_status tells how it ended.');
  const shown = leg.open?.session === session.name ? leg.open.order : undefined;
  // A gateway that has forgotten our ids shows the order under another one, and would take the change for a new order.
  if (shown && (shown.orderId !== leg.orderId || shown.clientId !== session.clientId)) {
    return refusal(
      'IB Gateway no longer knows the order under the id with which it was placed, so it cannot be changed from here.',
      'Change it in TWS or on the phone, or cancel it there and place a new one.',
    );
  }
  if (!shown) {
    return refusal('IB Gateway has not shown the order since it was connected.', 'Try again in a minute.');
  }
  if (leg.change !== undefined) {
    return refusal('Another change of the order is under way.', 'Wait until it is known what came of it.');
  }
  return undefined;
}

/** Whose order an id of our client is. */
export function targetOf(
  draft: Pick<Draft, 'byOrderId' | 'active' | 'ended'>,
  orderId: number,
): { readonly ticket: TraderTicket; readonly leg: TraderLeg } | undefined {
  const ticket = findTicket(draft, draft.byOrderId.get(orderId) ?? '');
  const leg = ticket?.legs.find((each) => each.orderId === orderId);
  return ticket && leg && { ticket, leg };
}

/**
 * Asked by the adapter right before the first byte, with the state as it is then: time, session, upstream and stops may have
 * changed while the message waited for its place. What may not leave any more certainly has not: `sent` says so.
 */
export function mayStillSend(
  state: Pick<Draft, 'session' | 'stops'>,
  { session, leave }: Extract<TraderEffect, { type: 'send' }>,
  now: LocalClocks,
): boolean {
  if (state.session?.name !== session) return false;
  return leave === undefined || (state.session.upstream && stopOf(state) === undefined && mayStillLeave(leave, now));
}

/**
 * Until when it may be written, on this machine's clocks. Home's time is what it told, and the larger of what either clock
 * says has gone by since; a frame that was written later than that moves it on.
 */
function leaveBy(draft: Draft, { at, until }: PlaceBody): LeaveBy | ToolErrorData {
  const { homeClock, heartbeat, clocks, settings } = draft;
  if (!homeClock || !heartbeat) return away('The relay does not know the server’s time yet.');
  const elapsed = Math.max(clocks.wall - homeClock.wall, clocks.monotonic - homeClock.monotonic, 0);
  const left = Math.min(until, at + settings.times.placeWithin) - Math.max(homeClock.time + elapsed, at);
  const leave = {
    monotonic: clocks.monotonic + left,
    wall: clocks.wall + left,
    heartbeat,
    apart: settings.times.clocksAgree,
  };
  if (mayStillLeave(leave, clocks)) return leave;
  return slept(heartbeat, clocks, leave.apart)
    ? refusal('This machine slept, or its clock was set, a moment ago.', 'Preview the order again.', 'relay_timeout')
    : refusal('The order came too late to be sent.', 'Preview it again.', 'relay_timeout');
}
