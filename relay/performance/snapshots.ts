import { setTimeout as sleep } from 'node:timers/promises';
import type { Gateway, GatewayLogger } from '../gateway/index.ts';
import { parseNumber } from '../gateway/numbers.ts';
import type { PerformanceJournal, Snapshot } from './journal.ts';
import { settledAt, tradingDateAt } from './trading-date.ts';

const checkEveryMs = 60_000;
const patienceMs = 20_000;
const defaultClockPatienceMs = 1_000;
/** Clocks that differ by more are not both right: a simulated gateway with a time of its own, or a wrong clock here. */
export const maxClockDifferenceMs = 10 * 60_000;

export interface SnapshotOptions {
  readonly gateway: Gateway;
  readonly journal: () => PerformanceJournal;
  readonly allowedAccounts?: readonly string[] | undefined;
  readonly logger: GatewayLogger;
  /** How long the gateway may take to tell its time. */
  readonly clockPatienceMs?: number;
  /** This machine's clock, epoch milliseconds. */
  readonly wall?: () => number;
}

/** Whether the gateway lives in the same time as this machine; only then do days mean the same to both. */
export function clocksAgree(gateway: Pick<Gateway, 'serverTime'>, wall = Date.now()): boolean {
  return Math.abs(gateway.serverTime() - wall) <= maxClockDifferenceMs;
}

/** What the gateway says the accounts are worth now. */
export async function currentValues(
  gateway: Gateway,
  accounts: readonly string[],
  now: number,
  signal: AbortSignal,
): Promise<Snapshot[]> {
  const summaries = await gateway.accounts.summaries(signal);
  return accounts.flatMap((account) => {
    const values = summaries.accounts.get(account)?.get('NetLiquidation') ?? new Map<string, string>();
    const [currency, text] = [...values].find(([name]) => name !== '' && name !== 'BASE') ?? [];
    const nav = parseNumber(text);
    return currency && nav !== undefined ? [{ account, date: tradingDateAt(now), nav, currency, at: now }] : [];
  });
}

/**
 * Keeps each allowed account's value of the day: when the relay starts or connects, and again once the day is settled.
 * What was kept is read from the journal each time, so restarts, sleep and clock changes need no care.
 */
export class SnapshotJob {
  readonly #options: SnapshotOptions;
  readonly #wall: () => number;
  #timer: NodeJS.Timeout | undefined;
  #forget: (() => void) | undefined;
  #running = false;
  #warned = false;
  readonly #end = new AbortController();

  constructor(options: SnapshotOptions) {
    this.#options = options;
    this.#wall = options.wall ?? Date.now;
  }

  start(): void {
    const look = () => void this.check();
    this.#timer = setInterval(look, checkEveryMs).unref();
    this.#forget = this.#options.gateway.onStatus(look);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#forget?.();
    this.#end.abort(new Error('the relay stops'));
  }

  /** Takes the snapshots that are due. Never fails: what does not work now is tried again a minute later. */
  async check(): Promise<void> {
    const { gateway, logger } = this.#options;
    if (this.#running || !gateway.ready || this.#end.signal.aborted) return;
    this.#running = true;
    try {
      if (this.#sameTime()) await this.#takeDue();
    } catch (error) {
      if (!this.#end.signal.aborted) logger.debug({ err: error }, 'the value of the day could not be kept yet');
    } finally {
      this.#running = false;
    }
  }

  #sameTime(): boolean {
    const { gateway, logger } = this.#options;
    const agree = clocksAgree(gateway, this.#wall());
    if (!agree && !this.#warned) {
      logger.warn({}, 'the clocks of IB Gateway and of this machine differ; daily values are not kept meanwhile');
    }
    this.#warned = !agree;
    return agree;
  }

  /** Asks the gateway for its time first: a simulated clock may run faster than what was heard of it last. */
  async #sameTimeStill(): Promise<boolean> {
    const { gateway, clockPatienceMs = defaultClockPatienceMs } = this.#options;
    gateway.askTime();
    await sleep(clockPatienceMs, undefined, { signal: this.#end.signal });
    return this.#sameTime();
  }

  async #takeDue(): Promise<void> {
    const { gateway, allowedAccounts, logger } = this.#options;
    const journal = this.#options.journal();
    const now = gateway.serverTime();
    const date = tradingDateAt(now);
    const forgotten = journal.forgetAfter(date);
    if (forgotten > 0) logger.warn({ forgotten }, 'daily values from a time when the clock was ahead are forgotten');
    const seen = journal.seen(date);
    const due = gateway
      .status()
      .accounts.filter((account) => allowedAccounts === undefined || allowedAccounts.includes(account))
      .filter((account) => isDue(seen.get(account), date, now));
    if (due.length === 0 || !(await this.#sameTimeStill())) return;
    const signal = AbortSignal.any([this.#end.signal, AbortSignal.timeout(patienceMs)]);
    const snapshots = await currentValues(gateway, due, now, signal);
    journal.record(snapshots);
    logger.debug({ date, accounts: snapshots.length }, 'kept the value of the day');
  }
}

function isDue(last: number | undefined, date: string, now: number): boolean {
  if (last === undefined || last > now) return true;
  const settled = settledAt(date);
  return now >= settled && last < settled;
}
