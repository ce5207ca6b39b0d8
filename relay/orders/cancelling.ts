import type { CancelBody, OrderEventBody } from '../../shared/orders/frames.ts';
import type { OrderIdentity } from '../../shared/orders/order.ts';
import { targetOf } from './gate.ts';
import { wantLook } from './looking.ts';
import { endOf } from './order-life.ts';
import { refuseQueued } from './placing.ts';
import { record } from './record.ts';
import {
  type CancelRequest,
  type CancelTarget,
  type Draft,
  findTicket,
  refusal,
  type TraderLeg,
  writable,
} from './state.ts';
import { tell } from './telling.ts';

/**
 * Cancels wait for nothing but a connection: each is journalled, and sent before anything else as soon as there is one.
 * A request of Home's or of a person is told of; those that the relay makes itself show in their tickets.
 */

/** Orders of one request. */
const atOnce = 200;
const ofHome = /^[a-z0-9]{16}$/;

type Outcome = CancelTarget['outcome'];

export function cancel(draft: Draft, id: string, { request, account, what, by }: CancelBody): void {
  draft.effects.push({ type: 'answer', id });
  const known = draft.cancels.get(request);
  if (known) tellCancel(draft, known);
  else requestCancel(draft, { request, what, by, ...(account === undefined ? {} : { account }) });
}

export function requestCancel(
  draft: Draft,
  ask: {
    readonly request: string;
    readonly what: CancelBody['what'];
    readonly by: string;
    readonly account?: string;
    /** Of one's own orders, those that stay. */
    readonly keep?: (ticket: string, leg: TraderLeg) => boolean;
  },
): void {
  const { request, what, by } = ask;
  const error = refusal('It was cancelled before it was sent.', 'Preview it again if it is still wanted.', 'cancelled');
  if (what.kind === 'ticket') refuseQueued(draft, error, what.ticket);
  if (what.kind === 'own' || what.kind === 'everything') refuseQueued(draft, error);
  const found = targetsOf(draft, ask).slice(0, atOnce);
  const orders = found.map(({ order }) => order);
  record(draft, { type: 'cancel', request, what, orders, by: by.slice(0, 100), at: draft.clocks.wall });
  putCancel(draft, { request, what, targets: found, done: false });
  sendCancel(draft, request);
}

function targetsOf(
  draft: Draft,
  ask: {
    readonly what: CancelBody['what'];
    readonly account?: string;
    readonly keep?: (ticket: string, leg: TraderLeg) => boolean;
  },
): readonly CancelTarget[] {
  const { what, account, keep } = ask;
  if (what.kind === 'order') return [targetFor(draft, withOurIds(draft, what.order), account)];
  if (what.kind === 'ticket') {
    const { order, legs } = findTicket(draft, what.ticket) ?? { legs: [] };
    if (order?.kind === 'modify') return [targetFor(draft, order.target, account)];
    return legs.map((leg) => targetFor(draft, identityOf(draft, what.ticket, leg), account));
  }
  return [...draft.active.values()]
    .filter((ticket) => account === undefined || ticket.account === account)
    .flatMap(({ ticket, legs }) =>
      legs
        .filter((leg) => endOf(leg.life) === undefined && leg.orderId > 0 && keep?.(ticket, leg) !== true)
        .map((leg) => targetFor(draft, identityOf(draft, ticket, leg), account)),
    );
}

export function identityOf(draft: Draft, ticket: string, { orderId, life }: TraderLeg): OrderIdentity {
  return { orderId, clientId: findTicket(draft, ticket)?.clientId ?? 0, permId: life.permId };
}

/** An order that is named by IB’s permanent id alone, with the ids under which we placed it; others stay as they are. */
function withOurIds(draft: Draft, order: OrderIdentity): OrderIdentity {
  if (order.orderId > 0 || order.permId <= 0) return order;
  for (const tickets of [draft.active, draft.ended]) {
    for (const { ticket, legs } of tickets.values()) {
      const leg = legs.find(({ life }) => life.permId === order.permId);
      if (leg) return identityOf(draft, ticket, leg);
    }
  }
  return order;
}

const elsewhere =
  'It was placed elsewhere: cancel it there, in TWS, on the phone, or with the program that placed it; or ask to cancel everything.';

function targetFor(draft: Draft, order: OrderIdentity, account: string | undefined): CancelTarget {
  const clientId = draft.session?.clientId ?? draft.settings.clientId;
  const { ticket, leg } = targetOf(draft, order.orderId) ?? {};
  const isOurs = order.clientId === clientId && order.orderId > 0;
  if (!isOurs) return { order, outcome: 'not_ours', message: elsewhere };
  if (!ticket || !leg) return { order, outcome: 'asked' };
  if (account !== undefined && ticket.account !== account) {
    return { order, outcome: 'refused', message: 'It belongs to another account.' };
  }
  const named = { order: { ...order, permId: leg.life.permId }, ticket: ticket.ticket, leg: leg.leg };
  return { ...named, outcome: outcomeOf(leg) ?? 'asked' };
}

/** An answer to the id of two orders is that of one of them. */
function outcomeOf({ life }: TraderLeg): Outcome | undefined {
  if (life.forks.length > 0) return undefined;
  const end = endOf(life);
  if (end === undefined) return undefined;
  if (end === 'filled') return 'filled';
  return end === 'cancelled' ? 'cancelled' : 'over';
}

function putCancel(draft: Draft, request: CancelRequest): void {
  writable(draft, 'cancels').set(request.request, request);
}

/** Sends what was asked for and is not answered; without a connection it waits for the next one. */
export function sendCancel(draft: Draft, name: string): void {
  const known = draft.cancels.get(name);
  if (!known || known.done) return;
  const { session } = draft;
  if (!session) {
    tellCancel(draft, known);
    return;
  }
  const waiting = known.targets.filter(({ outcome }) => outcome === 'asked');
  const messages =
    known.what.kind === 'everything'
      ? [{ type: 'cancel-everything' } as const]
      : waiting.map(({ order }) => ({ type: 'cancel', orderId: order.orderId }) as const);
  putCancel(draft, { ...known, sentIn: session.name });
  if (messages.length > 0) {
    draft.batches += 1;
    draft.effects.push({ type: 'send', batch: draft.batches, session: session.name, messages });
    draft.effects.push({ type: 'timer', name: `cancel:${name}`, ms: draft.settings.times.queryWithin });
  }
  endCancelIfAnswered(draft, name);
}

/** On a new connection, and when IBKR is back: the gateway may have forgotten what it was asked. */
export function sendCancels(draft: Draft): void {
  for (const { request, done } of [...draft.cancels.values()]) if (!done) sendCancel(draft, request);
}

const notKept = 'How it was answered was not kept. get_order_status tells how the order ended.';

/** Once more, after a start, of a request that was over before: what became of orders of ours is known by their tickets. */
export function tellCancelAgain(draft: Draft, name: string): void {
  const known = draft.cancels.get(name);
  if (!known?.done) return;
  const targets = known.targets.map((each): CancelTarget => {
    const now = targetFor(draft, each.order, undefined);
    return now.outcome === 'asked' ? { ...now, outcome: 'unanswered', message: notKept } : now;
  });
  tellCancel(draft, { ...known, targets });
}

/** An order of ours ended, or the gateway answered for an order that is none of ours. */
export function cancelAnswered(draft: Draft, orderId: number, outcome: Outcome, message?: string): void {
  for (const request of draft.cancels.values()) {
    if (request.done || !request.targets.some((each) => isWaiting(each, orderId))) continue;
    const targets = request.targets.map((each) =>
      isWaiting(each, orderId) ? { ...each, outcome, ...(message === undefined ? {} : { message }) } : each,
    );
    putCancel(draft, { ...request, targets });
    endCancelIfAnswered(draft, request.request);
  }
}

function isWaiting({ order, outcome }: CancelTarget, orderId: number): boolean {
  return order.orderId === orderId && outcome === 'asked';
}

/** What a leg's end says about the cancels that were asked for it. */
export function cancelsOfLeg(draft: Draft, leg: TraderLeg): void {
  const outcome = outcomeOf(leg);
  if (outcome !== undefined && draft.cancels.size > 0) cancelAnswered(draft, leg.orderId, outcome);
}

/** Time is up: what was not answered is said to be so, and what is known of our own orders is looked up. */
export function cancelTimedOut(draft: Draft, name: string): void {
  const known = draft.cancels.get(name);
  if (!known || known.done || !draft.session) return;
  const message = 'IB Gateway has not answered: the order may still work. get_order_status tells when it ends.';
  const targets = known.targets.map(
    (each): CancelTarget => (each.outcome === 'asked' ? { ...each, outcome: 'unanswered', message } : each),
  );
  putCancel(draft, { ...known, targets });
  wantLook(draft);
  endCancel(draft, name);
}

function endCancelIfAnswered(draft: Draft, name: string): void {
  const known = draft.cancels.get(name);
  if (!known || known.done) return;
  const isSent = known.what.kind !== 'everything' || known.sentIn !== undefined;
  if (isSent && known.targets.every(({ outcome }) => outcome !== 'asked')) endCancel(draft, name);
  else tellCancel(draft, known);
}

function endCancel(draft: Draft, name: string): void {
  record(draft, { type: 'cancelled', request: name, at: draft.clocks.wall });
  draft.effects.push({ type: 'clear-timer', name: `cancel:${name}` });
  const known = draft.cancels.get(name);
  if (known) tellCancel(draft, known);
  const stop = draft.stopReports.find((each) => each.cancel === name);
  if (!stop) return;
  draft.stopReports = draft.stopReports.filter((each) => each !== stop);
  tellStop(draft, stop.request, stop.kept, known);
}

/** Tells of a stop: with what was kept by choice, and with what may still work because nothing answered. */
export function tellStop(
  draft: Draft,
  request: string | undefined,
  kept: readonly { readonly order: OrderIdentity; readonly why: string }[],
  cancels?: CancelRequest,
): void {
  const where = (['breaker', 'kill_file', 'home', 'dashboard'] as const).find((place) => draft.stops[place]);
  const unanswered = (cancels?.targets ?? [])
    .filter(({ outcome }) => ['unanswered', 'refused', 'not_found', 'not_ours'].includes(outcome))
    .map(({ order, message }) => ({ order, why: message ?? 'Its cancel was not answered: it may still work.' }));
  const body: Extract<OrderEventBody['body'], { kind: 'stop' }> = {
    kind: 'stop',
    ...(request === undefined ? {} : { request }),
    stopped: where !== undefined,
    where: where ?? 'home',
    reason: (where && draft.stops[where]?.reason) ?? 'Trading goes on.',
    kept: [...kept, ...unanswered].slice(0, atOnce),
    at: Math.max(0, Math.round(draft.clocks.gateway)),
  };
  tell(draft, body);
}

function tellCancel(draft: Draft, { request, targets, done }: CancelRequest): void {
  if (!ofHome.test(request)) return;
  tell(draft, {
    kind: 'cancel',
    request,
    orders: targets.map(({ order, outcome, message }) => ({
      order,
      outcome,
      ...(message === undefined ? {} : { message: message.slice(0, 600) }),
    })),
    done,
    at: Math.max(0, Math.round(draft.clocks.gateway)),
  });
}
