import { tellStop } from './cancelling.ts';
import { stopOf } from './gate.ts';
import { refuseQueued } from './placing.ts';
import { record } from './record.ts';
import { type Draft, note, refusal } from './state.ts';

/** Stops that the relay sets by itself; each outlives a restart, and only a person at home lifts it. */

/** So many rejections within the window, without an acceptance between. */
const rejectionsToStop = 5;

export function trip(draft: Draft, reason: string): void {
  note(draft, 'error', `Trading stops: ${reason}`);
  if (draft.stops.breaker) return;
  record(draft, {
    type: 'stopped',
    where: 'breaker',
    reason: reason.slice(0, 600),
    by: 'breaker',
    at: draft.clocks.wall,
  });
  refuseAllQueued(draft);
  tellStop(draft, undefined, []);
}

/** Nothing that waits leaves after a stop. */
export function refuseAllQueued(draft: Draft): void {
  refuseQueued(draft, stopOf(draft) ?? refusal('Trading is stopped.', 'Look at get_status for who can lift it.'));
}

/** A sent order was rejected. */
export function countRejection(draft: Draft, ticket: string): void {
  record(draft, { type: 'rejection', ticket, at: draft.clocks.wall });
  const since = draft.clocks.wall - draft.settings.times.rejectionsWithin;
  if (draft.rejections.filter((at) => at >= since).length < rejectionsToStop) return;
  trip(draft, `IBKR rejected ${rejectionsToStop} orders within an hour, and accepted none between.`);
}

export function countAcceptance(draft: Draft, ticket: string): void {
  if (draft.rejections.length > 0) record(draft, { type: 'acceptance', ticket, at: draft.clocks.wall });
}
