import { setTimeout as sleep } from 'node:timers/promises';
import type { Alert } from '../../shared/alerts/alert.ts';
import { isQuoted } from '../../shared/alerts/standing.ts';
import { ToolError, type ToolErrorData } from '../../shared/errors.ts';
import { Semaphore } from '../async/semaphore.ts';
import { dataMayFollow } from '../gateway/connection/error-codes.ts';
import type { Instrument } from '../gateway/contracts/instrument.ts';
import type { Gateway, GatewayLogger } from '../gateway/index.ts';
import { dataTypeNames } from '../gateway/market-data/data-type-lock.ts';
import type { Ticker } from '../gateway/market-data/ticker.ts';
import { dateInZone } from '../gateway/time/time-zones.ts';
import { kindByHours, kindOf } from '../tools/support/data-kind.ts';
import { alertValue } from './alert-quote.ts';
import type { Sighting } from './keeper.ts';

export interface QuoteWatchOptions {
  readonly gateway: Gateway;
  /** Market-data lines that alerts may hold at a time; when there are more instruments, they take turns. */
  readonly lines: number;
  readonly logger: GatewayLogger;
  readonly see: (alert: string, sighting: Sighting) => void;
  readonly problem: (alert: string, message: string | undefined) => void;
  readonly timing?: {
    readonly turnMs?: number;
    readonly retryMs?: number;
    readonly refusedMs?: number;
    readonly quietMs?: number;
  };
}

interface Watcher {
  readonly over: AbortController;
  alerts: readonly Alert[];
  /** What the closed market showed last: its age says nothing about the market that opens. */
  past?: string | undefined;
}

/** How long an instrument is watched while others wait for a line. */
const defaultTurnMs = 10_000;
const defaultRetryMs = 5_000;
/** What IB refuses now it will hardly grant in a moment. */
const defaultRefusedMs = 60_000;
/** Delayed data that IB announces in place of live data comes within this, or not at all. */
const defaultQuietMs = 3_000;

/** Watches the instruments of alerts, each over one line however many alerts look at it. */
export class QuoteWatch {
  readonly #options: QuoteWatchOptions;
  readonly #lines: Semaphore;
  readonly #watchers = new Map<number, Watcher>();

  constructor(options: QuoteWatchOptions) {
    this.#options = options;
    this.#lines = new Semaphore(options.lines);
  }

  /** Watches these alerts from now on, and no others. */
  watch(alerts: readonly Alert[]): void {
    const wanted = Map.groupBy(
      alerts.filter(({ conId }) => conId !== undefined),
      ({ conId }) => conId as number,
    );
    for (const [conId, watcher] of this.#watchers) {
      if (wanted.has(conId)) continue;
      watcher.over.abort();
      this.#watchers.delete(conId);
    }
    for (const [conId, mine] of wanted) {
      const running = this.#watchers.get(conId);
      const fresh = mine.filter((alert) => !running?.alerts.some((one) => isSame(one, alert)));
      if (running && fresh.length === 0) {
        running.alerts = mine;
        continue;
      }
      // A new alert wants the whole quote, which IB sends when a line is opened.
      running?.over.abort();
      const watcher: Watcher = { over: new AbortController(), alerts: mine };
      this.#watchers.set(conId, watcher);
      void this.#keepWatching(conId, watcher);
    }
  }

  stop(): void {
    this.watch([]);
  }

  async #keepWatching(conId: number, watcher: Watcher): Promise<void> {
    const { gateway, logger, timing } = this.#options;
    const { signal } = watcher.over;
    while (!signal.aborted) {
      try {
        const { contracts } = gateway;
        // The names of instruments may change; their conIds do not.
        const instrument = await contracts.resolve(String(conId), signal);
        await this.#lines.run(() => this.#watchOnce(watcher, instrument), signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof ToolError)) logger.error({ err: error }, 'watching an alert failed');
        const passing = error instanceof ToolError && error.code.startsWith('gateway_');
        const text = error instanceof ToolError ? error.message : 'Something failed while watching it.';
        this.#tellProblem(watcher, passing ? undefined : text);
        const pause = passing ? (timing?.retryMs ?? defaultRetryMs) : (timing?.refusedMs ?? defaultRefusedMs);
        await sleep(pause, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  /** Holds a line until the alerts are gone, it is somebody else's turn, or IB refuses. */
  async #watchOnce(watcher: Watcher, instrument: Instrument): Promise<void> {
    const { gateway, timing } = this.#options;
    const turn = new AbortController();
    const until = AbortSignal.any([watcher.over.signal, turn.signal]);
    const timer = setInterval(() => this.#othersWait() && turn.abort(), timing?.turnMs ?? defaultTurnMs);
    timer.unref();
    let hasData = false;
    let refused: ToolErrorData | undefined;
    let patience: NodeJS.Timeout | undefined;
    const refuse = (error: ToolErrorData): void => {
      refused = error;
      turn.abort();
    };
    const onError = (error: ToolErrorData): void => {
      if (!dataMayFollow.has(error.ibCode ?? 0)) refuse(error);
      else patience ??= setTimeout(() => !hasData && refuse(error), timing?.quietMs ?? defaultQuietMs);
    };
    try {
      await gateway.quotes.watch(
        {
          instrument,
          onTicker: (ticker) => {
            hasData ||= ticker.isPriced || ticker.close !== undefined || ticker.volume !== undefined;
            if (hasData) this.#look(watcher, ticker, instrument);
          },
          onError,
        },
        until,
      );
    } catch (error) {
      if (!until.aborted) throw error;
    } finally {
      clearInterval(timer);
      clearTimeout(patience);
    }
    if (refused && !watcher.over.signal.aborted) throw new ToolError(refused);
  }

  #othersWait(): boolean {
    return this.#watchers.size > this.#options.lines;
  }

  #look(watcher: Watcher, ticker: Ticker, instrument: Instrument): void {
    const now = this.#options.gateway.serverTime();
    const kind = kindOf(ticker, instrument, now);
    const dataType = kind === 1 ? undefined : dataTypeNames[kind];
    this.#tellProblem(watcher, undefined);
    // What a closed market shows has happened before; nothing new can reach a limit. One that may be open is watched.
    const isKnown = ticker.isAnnounced || kindByHours(instrument, now) !== undefined;
    if (isKnown && (kind === 2 || kind === 4)) watcher.past = lastShown(ticker);
    if (watcher.past === lastShown(ticker)) return;
    watcher.past = undefined;
    for (const { id, kind } of watcher.alerts) {
      const value = alertValue(kind, ticker);
      if (value === undefined) continue;
      // Yesterday's last trade, shown again in the night, belongs to yesterday.
      const day = dateInZone(instrument.zone, ticker.lastTime ?? now);
      this.#options.see(id, { value, at: now, day, ...(dataType === undefined ? {} : { dataType }) });
    }
  }

  #tellProblem({ alerts }: Watcher, message: string | undefined): void {
    for (const { id } of alerts) this.#options.problem(id, message);
  }
}

/** Changes with every trade, or with every quote of what is quoted rather than traded. */
function lastShown(ticker: Ticker): string {
  return isQuoted(ticker.secType) ? `${ticker.bid} ${ticker.ask}` : `${ticker.lastTime ?? ticker.last}`;
}

/** Whether an alert waits for the same as before; its past does not matter. */
function isSame(one: Alert, other: Alert): boolean {
  const { id, above, below, armed } = other;
  return one.id === id && one.above === above && one.below === below && one.armed === armed;
}
