import type { Context } from './handler.ts';

/** What is sent at a time: a few milliseconds of work. */
const slice = 200;
/** How often to look whether a slow client has caught up. */
const patienceMs = 20;

/**
 * Sends an answer of many messages. A short one is sent at once. A long one leaves in slices, so that no other client
 * has to wait for it, and no faster than the client reads; it ends with the connection.
 * @param finish sends what comes after the last item
 */
export function sendInSlices<T>(
  context: Pick<Context, 'session' | 'world'>,
  items: readonly T[],
  send: (item: T) => void,
  finish: () => void,
): void {
  const { session, world } = context;
  let sent = 0;
  const sendSlice = (): void => {
    if (session.closed) return;
    if (sent > 0 && (session.congested || world.faults.frozen)) {
      setTimeout(sendSlice, patienceMs);
      return;
    }
    for (const item of items.slice(sent, sent + slice)) send(item);
    sent += slice;
    if (sent < items.length) setImmediate(sendSlice);
    else finish();
  };
  sendSlice();
}
