import { isBriefInterruption } from './close-codes.ts';

/** Milliseconds. */
export const reconnectTimes = {
  first: 500,
  longest: 60_000,
  /** After a brief interruption. */
  brief: 3_000,
  longestRetryAfter: 900_000,
  /** A connection that lived this long proves that all is well: the delays start over. */
  healthyAfter: 60_000,
} as const;

/**
 * How long to wait before the next connection, in milliseconds: exponential with full jitter, so that many relays do not
 * return in one wave. The first retry after a brief interruption (a deploy, a network blip) comes within three seconds. A
 * server's Retry-After is the minimum. `failures` counts the connections lost in a row before this one.
 */
export function reconnectDelay(lost: {
  readonly failures: number;
  readonly random: number;
  readonly code: number;
  readonly httpStatus?: number;
  readonly retryAfterMs?: number;
}): number {
  const brief = lost.failures === 0 && lost.httpStatus === undefined && isBriefInterruption(lost.code);
  const { first, longest } = reconnectTimes;
  const span = brief ? reconnectTimes.brief : Math.min(longest, first * 2 ** Math.min(lost.failures, 20));
  const asked = lost.httpStatus === 429 || lost.httpStatus === 503 ? (lost.retryAfterMs ?? 0) : 0;
  return Math.round(Math.min(Math.max(asked, 0), reconnectTimes.longestRetryAfter) + lost.random * span);
}
