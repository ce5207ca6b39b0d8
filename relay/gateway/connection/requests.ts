import type { ToolErrorData } from '../../../shared/errors.ts';
import type { Answer, Broadcast } from './events/messages.ts';
import type { DataLink } from './faces.ts';
import type { Lane } from './pacer.ts';

/**
 * Ids of requests start here. Those below are of orders, so that an error about an order can never hit a request, nor the
 * reverse.
 */
export const firstRequestId = 1_000_000_000;

/** The id of the account summary, of which IB gives a client one: always the same. */
export const summaryRequestId = firstRequestId;

/** One question to IB Gateway and how its answers are put together. */
export interface RequestSpec<Result> {
  /** For messages: “contract details of AAPL”. */
  readonly what: string;
  readonly lane: Lane;
  /** From sending to the last answer. */
  readonly deadlineMs: number;
  readonly send: (link: DataLink, reqId: number) => void;
  /** Takes the request back at the gateway when the caller leaves or the deadline passes. */
  readonly cancel?: (link: DataLink, reqId: number) => void;
  /** Also when the request is answered: for subscriptions read once. */
  readonly cancelWhenDone?: boolean;
  /**
   * Receives the subscription when the request is answered, instead of `cancelWhenDone`: its messages go on coming to
   * `onAnswer` and `onError` until `close`, which is to be called once, whatever became of the connection.
   */
  readonly onKept?: (close: () => void) => void;
  readonly onAnswer: (answer: Answer, finish: (result: Result) => void) => void;
  /** Decides about an error of this request; by default the code table does. May finish, throw, or do nothing. */
  readonly onError?: (code: number, text: string, finish: (result: Result) => void) => void;
  /** What the deadline gives; by default it fails with `gateway_timeout`. */
  readonly onDeadline?: () => Result;
  /** Called once the request is on the wire. */
  readonly onSent?: () => void;
}

/** A question whose answer carries no request id. */
export interface BroadcastSpec<Result> {
  readonly what: string;
  readonly lane: Lane;
  /** From sending to the answer. */
  readonly deadlineMs: number;
  readonly send: (link: DataLink) => void;
  /** Sent when the question ends, however it ends. */
  readonly cancel?: (link: DataLink) => void;
  readonly onBroadcast: (message: Broadcast, finish: (result: Result) => void) => void;
  /** What the deadline gives; by default it fails with `gateway_timeout`. */
  readonly onDeadline?: () => Result;
}

/** A subscription that stays until it is closed or the connection goes. */
export interface StreamSpec {
  readonly lane: Lane;
  /** Fixed id, for requests that IB counts by id; a fresh one by default. */
  readonly reqId?: number;
  readonly send: (link: DataLink, reqId: number) => void;
  readonly cancel: (link: DataLink, reqId: number) => void;
  readonly onAnswer: (answer: Answer) => void;
  /** The request was refused; the stream is over, unless it survives this code. */
  readonly onError: (error: ToolErrorData) => void;
  /** Codes after which the gateway keeps the subscription and may send data all the same. */
  readonly survives?: ReadonlySet<number>;
}
