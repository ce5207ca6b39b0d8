import { setTimeout as sleep } from 'node:timers/promises';
import type { Contract } from '@stoqey/ib';
import { ToolError } from '../../shared/errors.ts';
import { abortError } from './ending.ts';
import { HistoryPacing, type SmallBarRequest } from './history-pacing.ts';

/** Waits longer than this are worth telling. */
const tellWaitMs = 1_500;
/** Others may have gone first meanwhile, so a long wait is looked at again. */
const lookAgainMs = 10_000;

export interface Patience {
  /** Told when IB's limits make the request wait, with milliseconds. */
  readonly onWait: (ms: number) => void;
  /** How long waiting makes sense, epoch milliseconds. */
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
  private readonly pacing = new HistoryPacing();

  /**
   * Resolves when the request may be sent, and counts it.
   * @throws ToolError `pacing`, with the wait in seconds, when that would be after `until`; the abort's when it comes first
   */
  async pass(
    { identity, contract, data }: PacedRequest,
    { onWait, until }: Patience,
    signal?: AbortSignal,
  ): Promise<void> {
    const series = JSON.stringify([contract.conId, contract.exchange, data]);
    const request: SmallBarRequest = { identity, series, weight: data === 'BID_ASK' ? 2 : 1 };
    for (;;) {
      if (signal?.aborted) throw abortError(signal);
      const delay = this.pacing.delayFor(request, Date.now());
      if (delay === 0) break;
      if (Date.now() + delay > until) throw tooLong(delay);
      if (delay > tellWaitMs) onWait(delay);
      await sleep(Math.min(delay, lookAgainMs), undefined, signal ? { signal } : {}).catch(() => undefined);
    }
    this.pacing.record(request, Date.now());
  }
}

function tooLong(ms: number): ToolError {
  return new ToolError({
    code: 'pacing',
    message: `IB’s limits on bars of 30 seconds or less and on ticks leave a wait of ${Math.ceil(ms / 1_000)} s.`,
    nextStep: 'Ask again after that, for a shorter span, or for bars of a minute or more.',
  });
}
