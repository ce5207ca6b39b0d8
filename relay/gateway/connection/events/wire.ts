import type { IBApi } from '@stoqey/ib';
import type { Answer, Broadcast } from './messages.ts';

/** Where events of the codec come from, and where they go as our own messages. */
export interface Wire {
  readonly ib: IBApi;
  /** Wraps every listener, so that none can crash the process or hear of a closed connection. */
  readonly guarded: <Args extends unknown[]>(listener: (...args: Args) => void) => (...args: Args) => void;
  readonly answer: (reqId: number, answer: Answer) => void;
  readonly broadcast: (broadcast: Broadcast) => void;
}
