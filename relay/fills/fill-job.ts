import type { ExecutionReport } from '../gateway/accounts/executions.ts';
import type { Gateway, GatewayLogger } from '../gateway/index.ts';
import { epochToLocal, localToEpoch } from '../gateway/time/time-zones.ts';
import type { FillJournal } from './fill-journal.ts';

/** IB pushes only what this client's own orders do: everything else has to be asked for. */
const lookEveryMs = 2 * 60_000;
const patienceMs = 20_000;
/** Days are New York's, and so are times without an offset. */
export const fillZone = 'America/New_York';

/** Midnight in New York before an instant, epoch milliseconds: what IB Gateway remembers at least, and what “today” is. */
export function dayBegin(at: number): number {
  const { year, month, day } = epochToLocal(fillZone, at);
  return localToEpoch(fillZone, { year, month, day, hour: 0, minute: 0, second: 0 });
}

export interface FillJobOptions {
  readonly gateway: Pick<Gateway, 'executions' | 'onStatus' | 'ready' | 'serverTime' | 'status'>;
  readonly journal: () => FillJournal;
  readonly allowedAccounts?: readonly string[] | undefined;
  readonly logger: GatewayLogger;
}

/**
 * Brings what IB Gateway remembers into the journal, and notes what that vouches for.
 * @returns the reports of the accounts that may be seen, as the gateway told them
 */
export async function bringUpToDate(
  { gateway, journal, allowedAccounts }: Omit<FillJobOptions, 'logger'>,
  signal: AbortSignal,
): Promise<readonly ExecutionReport[]> {
  const accounts = gateway.status().accounts.filter((account) => allowedAccounts?.includes(account) ?? true);
  const now = gateway.serverTime();
  const reports = (await gateway.executions.reports(signal)).filter(({ account }) => accounts.includes(account));
  journal().record(reports, now);
  journal().watched(accounts, { from: dayBegin(now), to: now });
  return reports;
}

/** Keeps the journal of fills: at each connection, then every two minutes, and at once what the gateway pushes. */
export class FillJob {
  readonly #options: FillJobOptions;
  readonly #end = new AbortController();
  readonly #forget: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #running = false;
  #wasReady = false;

  constructor(options: FillJobOptions) {
    this.#options = options;
  }

  start(): void {
    const { gateway, journal, allowedAccounts } = this.#options;
    this.#timer = setInterval(() => void this.check(), lookEveryMs).unref();
    this.#forget.push(
      gateway.onStatus(() => {
        const connected = gateway.ready && !this.#wasReady;
        this.#wasReady = gateway.ready;
        if (connected) void this.check();
      }),
      gateway.executions.listen({
        onExecution: (report) => {
          const isOwn = allowedAccounts?.includes(report.account) ?? true;
          if (isOwn) this.#keep(() => journal().record([report], gateway.serverTime()));
        },
        onCosts: (execId, costs) => this.#keep(() => journal().charge(execId, costs)),
      }),
    );
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const forget of this.#forget) forget();
    this.#end.abort(new Error('the relay stops'));
  }

  /** Asks the gateway. Never fails: what does not work now is tried again two minutes later. */
  async check(): Promise<void> {
    const { gateway, logger } = this.#options;
    if (this.#running || !gateway.ready || this.#end.signal.aborted) return;
    this.#running = true;
    try {
      await bringUpToDate(this.#options, AbortSignal.any([this.#end.signal, AbortSignal.timeout(patienceMs)]));
    } catch (error) {
      if (!this.#end.signal.aborted) logger.warn({ err: error }, 'today’s executions could not be kept yet');
    } finally {
      this.#running = false;
    }
  }

  #keep(work: () => void): void {
    if (this.#end.signal.aborted) return;
    try {
      work();
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'an execution could not be kept; it is asked for again');
    }
  }
}
