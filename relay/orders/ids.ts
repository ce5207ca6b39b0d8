import type { Draft, TraderState } from './state.ts';
import { writable } from './state.ts';

/** The first number that is no order id of ours: other programs that use ids beyond it do not push ours there. */
const idLimit = 1_000_000_000;

/**
 * So many order ids that were never used under our client id, ascending; undefined when ids have run out. Whoever uses them
 * for anything but the gateway's next message has to take them again.
 */
export function nextIds(state: Pick<TraderState, 'session' | 'highest'>, count: number): readonly number[] | undefined {
  const { session } = state;
  if (!session) return undefined;
  const first = Math.max(usable(session.nextOrderId), state.highest.get(session.clientId) ?? 0) + 1;
  return first + count > idLimit ? undefined : Array.from({ length: count }, (_, index) => first + index);
}

/** An id of this client was seen, or given away. */
export function sawId(draft: Draft, clientId: number, orderId: number): void {
  const id = usable(orderId);
  if (id > (draft.highest.get(clientId) ?? 0)) writable(draft, 'highest').set(clientId, id);
}

/** Ids of a billion and more come from other places, and are no input; neither are 0 and less, which are never the highest. */
function usable(orderId: number): number {
  return orderId < idLimit ? orderId : 0;
}

export const idsRanOut = `The order ids of this API client have reached ${idLimit}`;
export const idsRanOutStep =
  'At home, cancel the open orders of this client, then choose “Reset API order ID sequence” in the gateway’s API settings, or set another client id.';
