import { setTimeout as sleep } from 'node:timers/promises';
import type { Contract } from '@stoqey/ib';
import { ToolError } from '../../../shared/errors.ts';
import { abortError } from '../../async/abort.ts';
import { monotonicNow } from '../../async/monotonic.ts';
import { HistoryPacing, type PacedRequestKind, pacedWeight } from './history-pacing.ts';

/** Waits longer than this are worth telling. */
const tellWaitMs = 1_500;
/** Others may have gone first meanwhile, so a long wait is looked at again. */
const lookAgainMs = 10_000;

export interface Patience {
  /** Told when IB's limits make the request wait, with milliseconds. */
  readonly onWait: (ms: number) => void;
  /** How long waiting makes sense, by `monotonicNow`. */
  readonly until: number;
}

/** A request that IB paces: bars of 30 seconds or less, and single ticks. */
export interface PacedRequest {
  /** The whole request, spelled out. */
  readonly identity: string;
  readonly contract: Contract;
  /** IB's whatToShow. */
  readonly data: string;
}

/** Lets paced history requests of all kinds through as fast as IB's rules for them together allow. */
export class HistoryGate {
  readonly #pacing = new HistoryPacing();

  /**
   * Does the work when its request may be sent.
   * @param work calls `sent` when the request is on the wire; it counts from then or, once it is over, from its end
   * @throws ToolError `pacing`, with the wait in seconds, when that would be after `until`; the abort's when it comes first
   */
  async run<Result>(
    { identity, contract, data }: PacedRequest,
    patience: Patience,
    work: (sent: () => void) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    const series = JSON.stringify([contract.conId, contract.exchange, data]);
    const kind: PacedRequestKind = { identity, series, weight: pacedWeight(data) };
    const countFrom = await this.#turn(kind, patience, signal);
    try {
      return await work(() => countFrom(monotonicNow()));
    } finally {
      countFrom(monotonicNow());
    }
  }

  /** How much may be sent until then; BID_ASK counts twice. @param until by `monotonicNow`, less than ten minutes away */
  room(until: number): number {
    return this.#pacing.roomUntil(until, monotonicNow());
  }

  /** Waits for a place and takes it in the same moment, so that nobody else can. */
  async #turn(
    kind: PacedRequestKind,
    { onWait, until }: Patience,
    signal?: AbortSignal,
  ): Promise<(at: number) => void> {
    for (;;) {
      if (signal?.aborted) throw abortError(signal);
      const delay = this.#pacing.delayFor(kind, monotonicNow());
      if (delay === 0) return this.#pacing.reserve(kind);
      if (monotonicNow() + delay > until) throw tooLong(delay);
      if (delay > tellWaitMs) onWait(delay);
      await sleep(Math.min(delay, lookAgainMs), undefined, signal ? { signal } : {}).catch(() => undefined);
    }
  }
}

function tooLong(ms: number): ToolError {
  return new ToolError({
    code: 'pacing',
    message: `IB’s limits on bars of 30 seconds or less and on ticks leave a wait of ${Math.ceil(ms / 1_000)} s.`,
    nextStep: 'Ask again after that, for a shorter span, or for bars of a minute or more.',
  });
}
