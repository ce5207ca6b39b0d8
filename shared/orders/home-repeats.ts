import type { HomeDraft } from './home-draft.ts';
import type { Ticket } from './home-model.ts';
import { isOpen, isOver } from './ticket.ts';
import { waitingTimes } from './waiting-times.ts';

/** What was asked for before: a request that comes again gets its first outcome, and places nothing. */

/** Tickets kept at once. A user who has more in their days of use gets no new one. */
export const keptTickets = 2_000;
/** Ended tickets beyond this many go, the oldest first, once no window counts them any more. */
const endedTickets = 500;
const endedFor = 30 * 86_400_000;

export interface Repetition {
  readonly grant: string;
  readonly requestId: string | undefined;
  readonly argumentsHash: string;
  /** Absent before the order is prepared. */
  readonly hash?: string;
  /** Whether the same order again, without a request id of its own, means the same one. */
  readonly repeats: boolean;
}

export type Earlier =
  /** It has come to something, or is coming to it. */
  | { readonly kind: 'outcome'; readonly ticket: Ticket }
  /** It waits, and takes over what was found out anew. */
  | { readonly kind: 'open'; readonly ticket: Ticket }
  | { readonly kind: 'conflict'; readonly ticket: Ticket };

/** The ticket that answers a request for the second time; undefined when it is a new one. */
export function earlierTicket(draft: Pick<HomeDraft, 'tickets' | 'now'>, asked: Repetition): Earlier | undefined {
  const own = [...draft.tickets.values()].filter(({ grant }) => grant === asked.grant).reverse();
  const matches = (ticket: Ticket) =>
    ticket.argumentsHash === asked.argumentsHash || (asked.hash !== undefined && ticket.prepared.hash === asked.hash);
  if (asked.requestId !== undefined) {
    const ticket = own.find(({ requestId }) => requestId === asked.requestId);
    if (!ticket) return undefined;
    if (!matches(ticket)) return { kind: 'conflict', ticket };
    return { kind: isOpen(ticket.state) ? 'open' : 'outcome', ticket };
  }
  const same = own.filter(matches);
  const open = same.find(
    ({ state, expiresAt, requestId }) => requestId === undefined && isOpen(state) && draft.now < expiresAt,
  );
  if (open) return { kind: 'open', ticket: open };
  const done = asked.repeats ? same.find((ticket) => isRecent(draft.now, ticket)) : undefined;
  return done && { kind: 'outcome', ticket: done };
}

/** Another ticket of the same grant that has submitted this very order within ten minutes, and came to something. */
export function sameOrder(draft: Pick<HomeDraft, 'tickets' | 'now'>, ticket: Ticket): Ticket | undefined {
  return [...draft.tickets.values()].findLast(
    (other) =>
      other.id !== ticket.id &&
      other.grant === ticket.grant &&
      other.prepared.hash === ticket.prepared.hash &&
      // Another id says that it is meant to be another order.
      (other.requestId === ticket.requestId || ticket.requestId === undefined) &&
      isRecent(draft.now, other),
  );
}

/** It was consumed lately, and did not come to nothing. */
function isRecent(now: number, { state, consumedAt, report }: Ticket): boolean {
  if (consumedAt === undefined || now - consumedAt >= waitingTimes.sameOrderWithin) return false;
  if (state === 'rejected' || state === 'not_placed' || state === 'denied' || state === 'expired') return false;
  const cancelledEmpty =
    state === 'final' && report !== undefined && report.legs.every(({ filled }) => Number(filled) === 0);
  return !cancelledEmpty;
}

/** Ids of ended tickets that nothing asks for any more. */
export function forgettable({ tickets, now }: Pick<HomeDraft, 'tickets' | 'now'>): string[] {
  const ended = [...tickets.values()]
    .filter((ticket) => isOver(ticket.state) && now - (ticket.overAt ?? now) > 2 * waitingTimes.policyWindow)
    .sort((a, b) => (b.overAt ?? 0) - (a.overAt ?? 0));
  return ended
    .filter(({ overAt }, index) => index >= endedTickets || now - (overAt ?? now) > endedFor)
    .map(({ id }) => id);
}
