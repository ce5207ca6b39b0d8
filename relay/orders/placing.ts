import type { ToolErrorData } from '../../shared/errors.ts';
import type { PlaceBody } from '../../shared/orders/frames.ts';
import { type LegName, legsOf, type PlannedModification, type PlannedOrder } from '../../shared/orders/order.ts';
import { type Admitted, gate, targetOf } from './gate.ts';
import { nextIds } from './ids.ts';
import type { GatewayMessage, SendFacts } from './model.ts';
import { endOf } from './order-life.ts';
import { checkPair } from './pairing.ts';
import { record } from './record.ts';
import { changeTicket, type Draft, findTicket, refusal } from './state.ts';
import { conclude, tellAgain, warn } from './telling.ts';

/** From an instruction to place a ticket to its write: refused with an entry, waiting for the first order, or taken. */

/** Orders that wait for the first one of a session. */
const queueLength = 16;

export interface PlaceInstruction {
  readonly id: string;
  readonly place: PlaceBody;
  readonly hashThere?: string;
  readonly room: number;
  readonly facts?: SendFacts;
}

export function place(draft: Draft, { id, place: body, room, facts, ...there }: PlaceInstruction): void {
  const { ticket } = body;
  if (findTicket(draft, ticket)) {
    draft.effects.push({ type: 'answer', id });
    tellAgain(draft, ticket);
    return;
  }
  // The answer to the first frame is still to come: this one must not say that nothing will be sent.
  if (draft.queue.some((each) => each.place.ticket === ticket)) {
    draft.effects.push({ type: 'answer', id });
    return;
  }
  const refused = checkPair(draft, body, there);
  const admitted = refused ?? gate(draft, { place: body, facts, room });
  if ('code' in admitted) {
    refuse(draft, id, ticket, admitted);
    return;
  }
  if (admitted.session.first.state !== 'alone') {
    take(draft, id, body, admitted, facts);
    return;
  }
  if (draft.queue.length >= queueLength || isSilent(draft, admitted.session.first.ticket)) {
    refuse(draft, id, ticket, waitsForFirst());
    return;
  }
  draft.queue = [...draft.queue, { id, place: body, ...(facts ? { facts } : {}) }];
  const ms = Math.max(0, admitted.leave.monotonic - draft.clocks.monotonic) + 1;
  if (draft.queue.length === 1) draft.effects.push({ type: 'timer', name: 'queue', ms });
}

/** For ever: a late frame of the same ticket meets the entry. */
export function refuse(draft: Draft, id: string | undefined, ticket: string, error: ToolErrorData): void {
  record(draft, { type: 'refused', ticket, error, ...counted(draft), at: draft.clocks.wall });
  if (id !== undefined) draft.effects.push({ type: 'answer', id, refused: error });
}

function counted({ consumed }: Draft): { readonly consumed?: number } {
  return consumed > 0 ? { consumed } : {};
}

/** Lets those go that wait, one after the other, as soon as they may, and refuses those that came too late. */
export function serveQueue(draft: Draft): void {
  const waiting = draft.queue;
  if (waiting.length === 0) return;
  draft.queue = [];
  for (const each of waiting) {
    const admitted = gate(draft, each);
    if ('code' in admitted) refuse(draft, each.id, each.place.ticket, admitted);
    else if (admitted.session.first.state === 'alone') draft.queue = [...draft.queue, each];
    else take(draft, each.id, each.place, admitted, each.facts);
  }
  const [next] = draft.queue;
  if (!next) {
    draft.effects.push({ type: 'clear-timer', name: 'queue' });
    return;
  }
  const admitted = gate(draft, next);
  const ms = 'code' in admitted ? 0 : Math.max(0, admitted.leave.monotonic - draft.clocks.monotonic);
  draft.effects.push({ type: 'timer', name: 'queue', ms: ms + 1 });
}

/** Refuses one that waits, or all of them. */
export function refuseQueued(draft: Draft, error: ToolErrorData, ticket?: string): void {
  const leaving = draft.queue.filter((each) => ticket === undefined || each.place.ticket === ticket);
  if (leaving.length === 0) return;
  draft.queue = draft.queue.filter((each) => !leaving.includes(each));
  for (const each of leaving) refuse(draft, each.id, each.place.ticket, error);
  if (draft.queue.length === 0) draft.effects.push({ type: 'clear-timer', name: 'queue' });
}

function isSilent(draft: Draft, ticket: string): boolean {
  return findTicket(draft, ticket)?.hunt !== undefined;
}

function waitsForFirst(): ToolErrorData {
  return refusal(
    'IB Gateway has not answered to the first order of its session yet: a window may wait for a click there.',
    'At home, look at the gateway’s screen; then preview the order again.',
    'gateway_timeout',
  );
}

/** Journalled first, then answered, then written; after the entry the ticket is never taken again. */
function take(
  draft: Draft,
  id: string,
  body: PlaceBody,
  { order, used, leave, session }: Admitted,
  facts: SendFacts | undefined,
): void {
  const { ticket, hash, account, approval } = body;
  const { clocks } = draft;
  record(
    draft,
    {
      type: 'taken',
      ...{ ticket, hash, account, used, approval },
      order: body.order,
      orderIds: idsFor(draft, order),
      clientId: session.clientId,
      session: session.name,
      at: clocks.wall,
      gatewayAt: clocks.gateway,
      ...counted(draft),
      ...(facts?.rates ? { rates: facts.rates } : {}),
      ...(facts?.measures.regularHours === undefined ? {} : { regularHours: facts.measures.regularHours }),
    },
    order,
  );
  if (draft.skewedSince !== undefined && clocks.monotonic - draft.skewedSince > draft.settings.times.skewFor) {
    warn(draft, ticket, 'The clocks of this machine and of IB Gateway differ by more than ten seconds.');
  }
  draft.batches += 1;
  changeTicket(draft, ticket, { batch: draft.batches });
  if (session.first.state === 'none' && order.kind === 'place') {
    draft.session = { ...session, first: { state: 'alone', ticket } };
  }
  draft.effects.push({ type: 'answer', id });
  draft.effects.push({
    type: 'send',
    batch: draft.batches,
    session: session.name,
    messages: messagesFor(draft, ticket, order),
    leave,
  });
  draft.effects.push({ type: 'timer', name: `silent:${ticket}`, ms: draft.settings.times.silentAfterWrite });
}

/** The parent's id is the lowest. */
function idsFor(draft: Draft, order: PlannedOrder): readonly (readonly [LegName, number])[] {
  if (order.kind === 'modify') return [['entry', order.target.orderId]];
  const legs = order.kind === 'place' ? legsOf(order).map(([leg]) => leg) : (['entry'] as const);
  const ids = nextIds(draft, legs.length) ?? [];
  return legs.map((leg, index) => [leg, ids[index] ?? 0]);
}

function messagesFor(draft: Draft, name: string, order: PlannedOrder): readonly GatewayMessage[] {
  const ticket = findTicket(draft, name);
  if (order.kind === 'exercise') {
    return [{ type: 'exercise', requestId: ticket?.legs[0]?.orderId ?? 0, exercise: order }];
  }
  if (order.kind === 'modify') return changeMessages(draft, order);
  const legs = ticket?.legs ?? [];
  return legs.flatMap(({ orderId, parentId, orderRef, ocaGroup, terms }, index) =>
    terms
      ? [
          {
            type: 'place',
            ...{ orderId, parentId, orderRef, terms },
            transmit: index === legs.length - 1,
            contract: order.contract,
            ...(ocaGroup === undefined ? {} : { ocaGroup }),
          },
        ]
      : [],
  );
}

/**
 * With the contract as the gateway shows it, which it may have rewritten; without the OCA group, which it gave and refuses
 * to be told; without a parent that is done.
 */
function changeMessages(draft: Draft, { target, contract, entry }: PlannedModification): readonly GatewayMessage[] {
  const { ticket, leg } = targetOf(draft, target.orderId) ?? {};
  if (!ticket || !leg) return [];
  const parent = ticket.legs.find(({ orderId }) => orderId === leg.parentId);
  const { oca: _, ...terms } = entry;
  return [
    {
      type: 'place',
      orderId: leg.orderId,
      parentId: parent && endOf(parent.life) === undefined ? parent.orderId : 0,
      transmit: true,
      contract: leg.open?.order.contract ?? contract,
      terms,
      orderRef: leg.orderRef,
    },
  ];
}

/** The socket's word on a write: nothing of it left, or it may have. What the gateway has shown is stronger. */
export function sent(draft: Draft, batch: number, handedOver: boolean, why: string | undefined): void {
  const ticket = [...draft.active.values()].find((each) => each.batch === batch);
  if (!ticket) return;
  const { ticket: name } = ticket;
  changeTicket(draft, name, { batch: undefined });
  if (handedOver || ticket.legs.some(({ life }) => life.seen)) return;
  draft.effects.push({ type: 'clear-timer', name: `silent:${name}` });
  const { session } = draft;
  if (session?.first.state === 'alone' && session.first.ticket === name) {
    draft.session = { ...session, first: { state: 'none' } };
  }
  changeTicket(draft, name, { hunt: undefined });
  conclude(draft, name, 'not_placed', {
    message: why ?? 'It did not leave in time.',
    nextStep: 'Nothing was sent. Preview it again.',
  });
  serveQueue(draft);
}
