import { Decimal } from 'decimal.js';
import { legsOf, type PlannedModification, type PlannedOrder } from '../../shared/orders/order.ts';
import { endStates } from '../../shared/orders/ticket-states.ts';
import type { JournalEntry } from './model.ts';
import { live, newOrderLife } from './order-life.ts';
import { ocaNameOf, referenceOf } from './references.ts';
import {
  changeLeg,
  changeTicket,
  type Draft,
  findTicket,
  type JournalOf,
  putTicket,
  type TraderLeg,
  type TraderTicket,
  writable,
} from './state.ts';

/** Requests to cancel that are over and still answered when they come again, and tickets that can still be charged. */
const kept = 200;

/**
 * Journals an entry, and does to the state what it does when the journal is read again: what the machine knows of the past
 * after a start is what it knew before.
 */
export function record(draft: Draft, entry: JournalEntry, order?: PlannedOrder): void {
  draft.effects.push({ type: 'journal', entry });
  draft.length += 1;
  applyEntry(draft, entry, order);
}

/** `order` of what was taken, where it is known already. */
export function applyEntry(draft: Draft, entry: JournalEntry, order?: PlannedOrder): void {
  switch (entry.type) {
    case 'trusted':
      draft.home = entry.home;
      draft.generation = entry.generation;
      if (entry.by === 'person') {
        draft.acknowledged = draft.length;
        draft.consumed = 0;
        doubtAll(draft);
      }
      return;
    case 'taken':
      hearConsumed(draft, entry.consumed);
      applyTaken(draft, entry, order);
      return;
    case 'refused':
      hearConsumed(draft, entry.consumed);
      putTicket(draft, { ...emptyTicket(entry.ticket, entry.at), state: 'not_placed', ...wordsOf(entry) });
      return;
    case 'outcome': {
      const { ticket, report } = entry;
      const { state, revision, message, nextStep, ibCode, warnings } = report;
      const known = findTicket(draft, ticket) ?? emptyTicket(ticket, entry.at);
      putTicket(draft, { ...known, state, revision, message, nextStep, ibCode, warnings, told: report });
      if (endStates.has(state)) endChange(draft, known.order, state === 'final');
      return;
    }
    case 'doubt':
      changeTicket(draft, entry.ticket, doubtOf(entry.why));
      return;
    case 'cancel':
      writable(draft, 'cancels').set(entry.request, {
        request: entry.request,
        what: entry.what,
        targets: entry.orders.map((target) => ({ order: target, outcome: 'asked' })),
        done: false,
      });
      return;
    case 'cancelled':
      applyCancelled(draft, entry.request);
      return;
    case 'order':
      changeLife(draft, entry.ticket, entry.leg, (leg) => {
        const fact = { type: 'open', permId: entry.permId, status: leg.life.status, held: leg.life.held } as const;
        const named = { ...leg, life: live(leg.life, fact) };
        return { life: named.life, compared: entry.compared, ...resized(named, entry.quantity) };
      });
      return;
    case 'fill':
      if (draft.filled.at(-1) !== entry.ticket) {
        draft.filled = [...draft.filled.filter((name) => name !== entry.ticket), entry.ticket].slice(-kept);
      }
      changeLife(draft, entry.ticket, entry.leg, (leg) => ({
        life: live(leg.life, { type: 'execution', execution: entry.execution, ...costsOf(entry) }),
      }));
      return;
    case 'stopped':
      draft.stops = { ...draft.stops, [entry.where]: { reason: entry.reason, since: entry.at } };
      return;
    case 'resumed': {
      const { [entry.where]: _, ...others } = draft.stops;
      draft.stops = others;
      if (entry.where === 'breaker') draft.rejections = [];
      return;
    }
    case 'rejection':
      draft.rejections = [...draft.rejections.slice(-9), entry.at];
      return;
    case 'acceptance':
      draft.rejections = [];
      return;
    case 'acknowledged':
      draft.acknowledged = Math.max(draft.acknowledged, entry.length);
      return;
    case 'resolved': {
      const ticket = changeTicket(draft, entry.ticket, {
        state: 'resolved_by_person',
        message: entry.note,
        nextStep: undefined,
        hunt: undefined,
      });
      endChange(draft, ticket?.order, entry.placed);
      return;
    }
  }
}

/** A journal that was put back may have forgotten why silence about a ticket proves nothing. */
function doubtAll(draft: Draft): void {
  for (const { ticket } of [...draft.active.values()]) changeTicket(draft, ticket, doubtOf('silent'));
}

/** Home counts up, and never back. */
export function hearConsumed(draft: Draft, consumed = 0): void {
  draft.consumed = Math.max(draft.consumed, consumed);
}

function emptyTicket(ticket: string, at: number): TraderTicket {
  return {
    ticket,
    hash: '',
    account: '',
    clientId: 0,
    session: '',
    at,
    gatewayAt: 0,
    legs: [],
    state: 'submitting',
    warnings: [],
    revision: 0,
    silent: false,
    upstreamLost: false,
    restarted: false,
  };
}

function wordsOf({ error }: JournalOf<'refused'>): Pick<TraderTicket, 'message' | 'nextStep' | 'ibCode'> {
  return { message: error.message, nextStep: error.nextStep, ibCode: error.ibCode };
}

function doubtOf(why: JournalOf<'doubt'>['why']): Partial<TraderTicket> {
  if (why === 'silent') return { silent: true, restarted: false };
  if (why === 'upstream') return { upstreamLost: true };
  return { restarted: true, silent: false };
}

function costsOf({ commission }: JournalOf<'fill'>) {
  return commission ? { costs: commission } : {};
}

function changeLife(draft: Draft, name: string, leg: string, change: (leg: TraderLeg) => Partial<TraderLeg>): void {
  const found = findTicket(draft, name)?.legs.find((each) => each.leg === leg);
  if (found) changeLeg(draft, name, found.leg, change(found));
}

function applyTaken(draft: Draft, entry: JournalOf<'taken'>, known?: PlannedOrder): void {
  const order = known ?? readAgain(draft, entry);
  const { ticket, clientId, orderIds, hash, account, session, at, gatewayAt, used, rates } = entry;
  for (const [, orderId] of orderIds) {
    if (order?.kind !== 'modify') writable(draft, 'byOrderId').set(orderId, ticket);
    writable(draft, 'highest').set(clientId, Math.max(orderId, draft.highest.get(clientId) ?? 0));
  }
  const oldest = gatewayAt - 2 * draft.settings.times.policyWindow;
  draft.recent = [...draft.recent.filter((name) => (findTicket(draft, name)?.gatewayAt ?? 0) >= oldest), ticket];
  putTicket(draft, {
    ...emptyTicket(ticket, at),
    ...{ hash, account, order, clientId, session, gatewayAt, used },
    ...(rates ? { rates } : {}),
    ...(entry.regularHours === undefined ? {} : { regularHours: entry.regularHours }),
    legs: order ? legsFor(draft, order, entry) : unreadLegs(entry),
  });
  if (order?.kind === 'modify') beginChange(draft, order, ticket);
}

/** An order in a form that this version no longer reads is known by its ids only, and its ticket stays unknown. */
function readAgain({ settings }: Draft, { order, hash }: JournalOf<'taken'>): PlannedOrder | undefined {
  try {
    return settings.readOrder(order, hash);
  } catch {
    return undefined;
  }
}

function unreadLegs({ orderIds }: JournalOf<'taken'>): readonly TraderLeg[] {
  const life = newOrderLife(undefined, false);
  return orderIds.map(([leg, orderId]) => ({
    ...{ leg, orderId, life },
    ...{ parentId: 0, orderRef: '', compared: true, changedAt: 0 },
  }));
}

/** The orders that a ticket makes; a change makes none. */
function legsFor(draft: Draft, order: PlannedOrder, { ticket, orderIds }: JournalOf<'taken'>): readonly TraderLeg[] {
  const { relay } = draft.settings;
  const parent = orderIds.find(([leg]) => leg === 'entry')?.[1] ?? 0;
  const ids = new Map(orderIds);
  const same = { compared: false, changedAt: draft.steps };
  if (order.kind === 'modify') return [];
  if (order.kind === 'exercise') {
    const life = newOrderLife(undefined, false);
    return [{ leg: 'entry', orderId: parent, parentId: 0, orderRef: '', life, ...same, compared: true }];
  }
  return legsOf(order).map(([leg, terms]) => ({
    leg,
    orderId: ids.get(leg) ?? 0,
    parentId: leg === 'entry' ? 0 : parent,
    orderRef: referenceOf(relay, ticket, leg),
    ...(terms.oca ? { ocaGroup: groupOf(draft, ticket, terms.oca.group) } : {}),
    terms,
    life: newOrderLife(terms.cashQuantity === undefined ? terms.quantity : undefined, order.contract.secType === 'BAG'),
    ...same,
  }));
}

/** Until it is known what came of a change, either size may be filled. */
function beginChange(draft: Draft, { target, entry }: PlannedModification, change: string): void {
  const leg = legOf(draft, target.orderId);
  if (!leg) return;
  const sizes = [leg.life.quantity, leg.most, entry.quantity].filter((size) => size !== undefined);
  const most = sizes.length === 0 ? undefined : Decimal.max(...sizes).toFixed();
  const life = most === undefined ? leg.life : { ...leg.life, quantity: most };
  const name = draft.byOrderId.get(target.orderId) ?? '';
  changeLeg(draft, name, leg.leg, { change, life, ...(most === undefined ? {} : { most }) });
}

/** A change is no longer under way: the order has its new terms, or the old ones. */
function endChange(draft: Draft, order: PlannedOrder | undefined, cameThrough: boolean): void {
  if (order?.kind !== 'modify') return;
  const leg = legOf(draft, order.target.orderId);
  if (!leg) return;
  const terms = cameThrough ? order.entry : order.before;
  const { quantity } = terms;
  const life = quantity === undefined ? leg.life : { ...leg.life, quantity };
  changeLeg(draft, draft.byOrderId.get(leg.orderId) ?? '', leg.leg, { change: undefined, terms, life });
}

function legOf(draft: Draft, orderId: number): TraderLeg | undefined {
  return findTicket(draft, draft.byOrderId.get(orderId) ?? '')?.legs.find((leg) => leg.orderId === orderId);
}

/** A size that somebody gave it elsewhere is one that it may fill. */
function resized({ life, most }: TraderLeg, quantity: string | undefined): Partial<TraderLeg> {
  if (quantity === undefined || life.quantity === undefined) return {};
  return { life: { ...life, quantity }, most: Decimal.max(most ?? 0, life.quantity, quantity).toFixed() };
}

/** A group of another ticket is joined by naming that ticket. */
function groupOf(draft: Draft, ticket: string, group: string): string {
  const joined = findTicket(draft, group)?.legs.find(({ ocaGroup }) => ocaGroup !== undefined)?.ocaGroup;
  return joined ?? ocaNameOf(ticket, group);
}

function applyCancelled(draft: Draft, request: string): void {
  const known = draft.cancels.get(request);
  if (!known) return;
  const cancels = writable(draft, 'cancels');
  cancels.delete(request);
  cancels.set(request, { ...known, done: true });
  if (cancels.size <= kept) return;
  const oldest = [...cancels.values()].find(({ done }) => done);
  if (oldest) cancels.delete(oldest.request);
}
