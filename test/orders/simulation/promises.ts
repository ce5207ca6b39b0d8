import { readReference } from '../../../relay/orders/references.ts';
import type { Ticket } from '../../../shared/orders/home-model.ts';
import type { TicketState } from '../../../shared/orders/ticket-states.ts';
import { waitingTimes } from '../../../shared/orders/waiting-times.ts';
import type { TakenOrder } from './gateway-side.ts';
import { pool, worth } from './orders.ts';
import { needsPerson, restores, type Trouble } from './troubles.ts';
import { policy, type World } from './world.ts';

const placedStates: ReadonlySet<TicketState> = new Set(['submitted', 'working', 'final']);

/** What was promised and not kept, in words; asked at the end, when everything has long been healed. */
export function* brokenPromises(world: World, troubles: readonly Trouble[]): Generator<string> {
  const { forgotten } = world;
  const byLeg = Map.groupBy(
    world.gateway.taken.filter(({ forked, transmitted }) => transmitted && !forked),
    ({ orderRef }) => orderRef,
  );
  for (const [reference, orders] of byLeg) {
    if (readReference(reference) === undefined) yield `an order without a ticket: “${reference}”`;
    if (orders.length > 1) yield `${reference} was taken ${orders.length} times`;
  }
  for (const ticket of world.home.state.tickets.values()) yield* brokenOf(world, troubles, ticket);
  for (const [id, heard] of world.heard) {
    const refusedAt = heard.get('not_placed');
    if (refusedAt === undefined) continue;
    const late = ordersOf(world, id).filter(({ gap }) => !gap && !forgotten.tickets.has(id));
    if (late.length > 0) yield `${id} was told as not placed, and was taken`;
  }
  for (const asked of Map.groupBy(world.asked, ({ requestId }) => requestId).values()) {
    const tickets = asked.map(({ ticket }) => ticket).filter((ticket) => !forgotten.tickets.has(ticket));
    const placed = new Set(tickets.filter((ticket) => ordersOf(world, ticket).length > 0));
    if (placed.size > 1) yield `${asked[0]?.requestId} was asked for once, and placed ${placed.size} times`;
  }
  const worthOf = (orders: readonly TakenOrder[]) =>
    orders.filter(({ message, forked }) => message.parentId === 0 && !forked).length * worth;
  const notCancelled = world.gateway.taken.filter(
    ({ status, filled, transmitted, orderRef }) =>
      transmitted &&
      (status !== 'Cancelled' || filled > 0) &&
      !forgotten.tickets.has(readReference(orderRef)?.ticket ?? ''),
  );
  if (worthOf(notCancelled) > policy.maxDayNotional) yield `orders worth ${worthOf(notCancelled)} are above the cap`;
  const stopped = forgotten.stop ? undefined : world.stopAcknowledged;
  if (stopped !== undefined && world.gateway.taken.some(({ writtenAt, forked }) => writtenAt > stopped && !forked)) {
    yield 'an order was written after trading was stopped';
  }
  if (troubles.some((trouble) => restores.has(trouble))) return;
  if (world.home.distrusted) yield 'a person was asked to trust a pair of which nothing was restored';
  for (const id of world.heard.keys()) {
    if (!world.home.state.tickets.has(id)) yield `${id} was told, and is forgotten`;
  }
}

function* brokenOf(world: World, troubles: readonly Trouble[], ticket: Ticket): Generator<string> {
  if (ticket.tool !== 'place') return;
  const orders = ordersOf(world, ticket.id);
  const heard = world.heard.get(ticket.id);
  const wasPlaced = [...placedStates].some((state) => heard?.has(state));
  // The legs of a broken bracket were at the gateway, and were cancelled there, though nothing of them left it.
  const wasThere = world.gateway.taken.some(({ orderRef }) => readReference(orderRef)?.ticket === ticket.id);
  if (wasPlaced && !wasThere && ticket.report?.state !== 'rejected') {
    yield `${ticket.id} was told as submitted, and was never taken`;
  }
  const until = (heard?.get('submitting') ?? 0) + waitingTimes.placeWithin;
  const needsNobody = !troubles.some((trouble) => needsPerson.has(trouble));
  if (needsNobody && ticket.state === 'submitting') yield `${ticket.id} is still being submitted`;
  if (orders.some(({ writtenAt }) => writtenAt > until + 1)) yield `${ticket.id} was written after its time was up`;
  const approved = pool.find(({ text }) => text === ticket.prepared.order)?.order;
  for (const { message, orderRef } of orders) {
    const leg = readReference(orderRef)?.leg;
    const asked =
      approved?.kind === 'place'
        ? { entry: approved.entry, take_profit: approved.takeProfit, stop_loss: approved.stopLoss }[leg ?? 'entry']
        : undefined;
    if (said(message.terms) !== said(asked)) yield `${orderRef} has other terms than were approved`;
  }
  const isQuiet = troubles.length === 0 || (troubles.length === 1 && troubles[0] === 'changed elsewhere');
  if (
    isQuiet &&
    !world.cancelled.has(ticket.id) &&
    ticket.consumedAt !== undefined &&
    !placedStates.has(ticket.state)
  ) {
    yield `${ticket.id} is ${ticket.state}, with nothing wrong: ${ticket.trouble?.message ?? ticket.report?.message ?? ''}`;
  }
}

function ordersOf(world: World, ticket: string): TakenOrder[] {
  return world.gateway.taken.filter(
    ({ orderRef, forked, transmitted }) => transmitted && !forked && readReference(orderRef)?.ticket === ticket,
  );
}

const said = (terms: object | undefined): string => JSON.stringify(terms && Object.entries(terms).sort());
