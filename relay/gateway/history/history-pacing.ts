/**
 * IB's rules for bars of 30 seconds or less and for single ticks: no identical request within 15 s, fewer than six for
 * the same contract, exchange and kind of data within 2 s, and at most 60 in any ten minutes, where BID_ASK counts
 * twice. IB counts when requests arrive, and the way there takes longer for some than for others: hence the margin,
 * and what is answered counts from then.
 */
const marginMs = 250;
export const identicalMs = 15_000 + marginMs;
const burstMs = 2_000 + marginMs;
const burstLimit = 5;
const windowMs = 600_000 + marginMs;
export const windowLimit = 60;

export interface PacedRequestKind {
  /** The whole request, spelled out. */
  readonly identity: string;
  /** Contract, exchange and kind of data. */
  readonly series: string;
  /** 2 for BID_ASK, else 1. */
  readonly weight: number;
}

/** What a request for this kind of data counts. @param data IB's whatToShow */
export function pacedWeight(data: string): number {
  return data === 'BID_ASK' ? 2 : 1;
}

interface Entry {
  /** When it was sent or, once that is there, answered; nothing while it waits for its turn on the wire. */
  at?: number;
  readonly request: PacedRequestKind;
}

/** Remembers paced requests and tells when the next one may go. Pure: the caller supplies a clock that is never set. */
export class HistoryPacing {
  #entries: Entry[] = [];

  /** Milliseconds until the request may be sent, as far as can be told while others are still to be sent. */
  delayFor(request: PacedRequestKind, now: number): number {
    this.#entries = this.#entries.filter(({ at }) => at === undefined || now - at < windowMs);
    const sent = this.#entries
      .map(({ at = now, request: other }) => ({ at, request: other }))
      .sort((a, b) => a.at - b.at);
    const identical = sent.findLast((entry) => entry.request.identity === request.identity);
    const fifthLast = sent.filter((entry) => entry.request.series === request.series).at(-burstLimit);
    return Math.max(
      0,
      identical ? identical.at + identicalMs - now : 0,
      fifthLast ? fifthLast.at + burstMs - now : 0,
      windowDelay(sent, request.weight, now),
    );
  }

  /** How much may be sent until then, as far as the limit of ten minutes goes. @param until less than ten minutes from now */
  roomUntil(until: number, now: number): number {
    const counted = this.#entries.filter(({ at = now }) => until - at < windowMs);
    return Math.max(0, windowLimit - counted.reduce((sum, { request }) => sum + request.weight, 0));
  }

  /** Counts a request that is about to be sent. @returns what tells when it was, and when it was over: the latest counts */
  reserve(request: PacedRequestKind): (at: number) => void {
    const entry: Entry = { request };
    this.#entries.push(entry);
    return (at) => {
      entry.at = at;
    };
  }
}

function windowDelay(sent: readonly Required<Entry>[], weight: number, now: number): number {
  let used = sent.reduce((sum, { request }) => sum + request.weight, 0);
  for (const { at, request } of sent) {
    if (used + weight <= windowLimit) return 0;
    used -= request.weight;
    if (used + weight <= windowLimit) return at + windowMs - now;
  }
  return 0;
}
