import type { RelayEventRecord } from './frames.ts';

/**
 * How events reach the hub for certain: the relay keeps each until the hub has taken it, and sends it again on every
 * connection; the hub counts how far it has come in each generation. Pure; the stores are the adapters' own.
 */

/** Events on their way at once; the rest wait until some of them are taken. */
export const eventsInFlight = 32;

/** Events that were sent and not taken within this time are sent again. */
export const resendEventsMs = 30_000;

/** What the hub has not taken, oldest first, and how many of those were sent on this connection. */
export interface OutboxState {
  readonly pending: readonly RelayEventRecord[];
  readonly sent: number;
}

/**
 * What may be sent now. One generation at a time, so that what happened earlier arrives earlier.
 * @returns the events, and the state in which they count as sent
 */
export function nextEvents({ pending, sent }: OutboxState): {
  events: readonly RelayEventRecord[];
  outbox: OutboxState;
} {
  const window = pending.slice(0, eventsInFlight);
  const end = window.findIndex(({ generation }) => generation !== window[0]?.generation);
  const through = end === -1 ? window.length : end;
  return { events: window.slice(sent, through), outbox: { pending, sent: Math.max(sent, through) } };
}

/** The last event before those that wait: the hub has it, or it never was. */
export function ackedBefore({ pending }: OutboxState): number {
  return (pending[0]?.seq ?? 1) - 1;
}

/** The hub has taken everything up to this event of its generation. */
export function withoutTaken(
  { pending, sent }: OutboxState,
  taken: Pick<RelayEventRecord, 'generation' | 'seq'>,
): OutboxState {
  const gone = ({ generation, seq }: RelayEventRecord) => generation === taken.generation && seq <= taken.seq;
  const left = pending.filter((event) => !gone(event));
  return { pending: left, sent: sent - pending.slice(0, sent).filter(gone).length };
}

/**
 * What an event is to a hub that has taken its generation up to `cursor`: new, already known, or early, that is with one
 * before it that was not taken. Only a new one may be applied, and only a known one may be acknowledged.
 */
export function judgeEvent(cursor: number, { seq, acked }: { seq: number; acked: number }): 'new' | 'known' | 'early' {
  if (seq <= cursor) return 'known';
  return seq === Math.max(cursor, acked) + 1 ? 'new' : 'early';
}
