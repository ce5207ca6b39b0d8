/**
 * IB's rules for bars of 30 seconds or less: no identical request within 15 s, fewer than six for the same contract,
 * exchange and kind of data within 2 s, and at most 60 in any ten minutes, where BID_ASK counts twice.
 */
export const identicalMs = 15_000;
const burstMs = 2_000;
const burstLimit = 5;
const windowMs = 600_000;
const windowLimit = 60;

export interface SmallBarRequest {
  /** The whole request, spelled out. */
  readonly identity: string;
  /** Contract, exchange and kind of data. */
  readonly series: string;
  /** 2 for BID_ASK, else 1. */
  readonly weight: number;
}

/** Remembers small-bar requests and tells when the next one may go. Pure: the caller supplies the clock. */
export class HistoryPacing {
  private sent: { at: number; request: SmallBarRequest }[] = [];

  /** Milliseconds until the request may be sent. */
  delayFor(request: SmallBarRequest, now: number): number {
    // A clock that was set back must not make anybody wait for hours.
    this.sent = this.sent.filter(({ at }) => at <= now && now - at < windowMs);
    const identical = this.sent.findLast((entry) => entry.request.identity === request.identity);
    const series = this.sent.filter((entry) => entry.request.series === request.series);
    const fifthLast = series.at(-burstLimit);
    return Math.max(
      0,
      identical ? identical.at + identicalMs - now : 0,
      fifthLast ? fifthLast.at + burstMs - now : 0,
      this.windowDelay(request.weight, now),
    );
  }

  /** Notes that the request was sent. */
  record(request: SmallBarRequest, now: number): void {
    this.sent.push({ at: now, request });
  }

  private windowDelay(weight: number, now: number): number {
    let used = this.sent.reduce((sum, { request }) => sum + request.weight, 0);
    for (const { at, request } of this.sent) {
      if (used + weight <= windowLimit) return 0;
      used -= request.weight;
      if (used + weight <= windowLimit) return at + windowMs - now;
    }
    return 0;
  }
}
