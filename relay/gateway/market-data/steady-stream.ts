import { type ToolErrorData, toToolErrorData } from '../../../shared/errors.ts';
import { monotonicNow } from '../../async/monotonic.ts';
import type { DataConnection } from '../connection/data-connection.ts';

/** After a farm is back, a stream has so long to say something before it counts as dead. */
const silenceMs = 3_000;

export interface SteadySource {
  /** Opens the subscription and calls `heard` for each of its messages. Resolves to what closes it. */
  readonly open: (heard: () => void) => Promise<() => void>;
  /** Opening it again was refused. */
  readonly onError: (error: ToolErrorData) => void;
}

/**
 * Keeps a subscription open until `over` aborts. It is opened again on a new connection, after IB has lost its data
 * (1101), and when it stays silent although a farm has come back, which kills streams without a word.
 * @returns rejects only when it cannot be opened in the first place
 */
export async function keepOpen(
  supervisor: Pick<DataConnection, 'onRestore' | 'onReview' | 'ready'>,
  source: SteadySource,
  over: AbortSignal,
): Promise<void> {
  let close: () => void = () => undefined;
  let heardAt = 0;
  let turn = 0;
  let review: NodeJS.Timeout | undefined;
  const open = async (): Promise<void> => {
    turn += 1;
    const mine = turn;
    close();
    close = () => undefined;
    const opened = await source.open(() => {
      heardAt = monotonicNow();
    });
    if (mine === turn && !over.aborted) close = opened;
    else opened();
  };
  const reopen = (): void => {
    clearTimeout(review);
    // A connection that is gone makes it again when it is back.
    open().catch((error: unknown) => over.aborted || !supervisor.ready || source.onError(toToolErrorData(error)));
  };
  await open();
  const undo = [
    supervisor.onRestore(reopen),
    supervisor.onReview(() => {
      const backAt = monotonicNow();
      clearTimeout(review);
      review = setTimeout(() => heardAt < backAt && reopen(), silenceMs);
    }),
  ];
  if (!over.aborted) await new Promise((resolve) => over.addEventListener('abort', resolve, { once: true }));
  clearTimeout(review);
  for (const step of undo) step();
  close();
}
