/**
 * Milliseconds that only ever go forward: what deadlines, ages, windows and pauses are measured by, for the machine's
 * clock may be set at any moment. Their zero is when the process began, so they mean nothing to another process.
 *
 * On Linux they do not go on while the machine sleeps. What is measured lasts longer then by as much: an answer that is
 * kept, a deadline, IB's windows. What must be right after a sleep needs the gateway's word instead (`MarketClock`).
 */
export function monotonicNow(): number {
  return performance.now();
}
