import { Coalescer } from '../../async/coalesce.ts';
import type { Instrument } from '../contracts/instrument.ts';
import type { HistoryDesk } from '../history/history.ts';
import { type MarketSession, parseHours } from '../time/hours.ts';
import { dateInZone } from '../time/time-zones.ts';

type DatedSession = MarketSession & { readonly date: string };

/** Enough to reach over the longest closure of a market into the session before the last one. */
const daysAsked = 5;
const keptMs = 6 * 3_600_000;

/** What markets have behind them. Each is asked once in a while and those who ask share the answer. */
export class PastSessions {
  readonly #history: Pick<HistoryDesk, 'schedule'>;
  readonly #now: () => number;
  readonly #sessions = new Coalescer<readonly DatedSession[]>(keptMs);

  /** @param now epoch milliseconds of the gateway's clock */
  constructor(history: Pick<HistoryDesk, 'schedule'>, now: () => number) {
    this.#history = history;
    this.#now = now;
  }

  /**
   * The day of the close that a quote's change counts from, `YYYY-MM-DD`: IB's close is that before the session which the
   * quote is of, and stays so until midnight of the next trading day. On a Saturday a change is Friday's, counted from
   * Thursday's close. Undefined where IB tells no sessions.
   */
  async closeDay(instrument: Instrument, signal?: AbortSignal): Promise<string | undefined> {
    const now = this.#now();
    return dayBeforeLast(await this.#of(instrument, now, signal), now, dateInZone(instrument.zone, now));
  }

  /** When a market closed last, after-hours trading included, epoch milliseconds; undefined where IB does not tell. */
  async lastEnd(instrument: Instrument, signal?: AbortSignal): Promise<number | undefined> {
    const now = this.#now();
    const ends = (await this.#of(instrument, now, signal)).map(({ close }) => close).filter((close) => close <= now);
    return ends.length > 0 ? Math.max(...ends) : undefined;
  }

  /** Of a combination, those of its first leg. */
  async #of(combination: Instrument, now: number, signal?: AbortSignal): Promise<readonly DatedSession[]> {
    const [instrument = combination] = combination.legs ?? [];
    const { contract, details, zone, marketZone } = instrument;
    const span = { to: now, days: daysAsked };
    const past = await this.#sessions.run(
      marketOf(instrument, dateInZone(zone, now)),
      (shared) => this.#history.schedule(contract, span, { regularHoursOnly: false, marketZone }, shared),
      signal,
    );
    const told = parseHours(details.tradingHours, marketZone).map((session) => ({
      ...session,
      date: dateInZone(zone, session.close - 1),
    }));
    return [...past, ...told];
  }
}

/**
 * What lists its sessions together on a day: the stocks of an exchange, everything else by its symbol. What has expired
 * has no sessions since, and speaks for itself alone.
 * @param today in the instrument's zone, `YYYY-MM-DD`
 */
export function marketOf({ conId, secType, zone, details: { contract } }: Instrument, today: string): string {
  const { primaryExch, exchange, symbol, lastTradeDateOrContractMonth } = contract;
  const [lastDay] = /^\d{8}/.exec(lastTradeDateOrContractMonth ?? '') ?? [];
  const expired = lastDay !== undefined && lastDay < today.replaceAll('-', '');
  return [
    ...[today, secType, primaryExch || exchange, zone],
    ...(secType === 'STK' ? [] : [symbol]),
    ...(expired ? [conId] : []),
  ].join(' ');
}

/** The day of the session before the last one that has begun, or whose day has come. */
export function dayBeforeLast(
  sessions: readonly Pick<DatedSession, 'open' | 'date'>[],
  now: number,
  today: string,
): string | undefined {
  const begun = sessions.filter(({ open, date }) => open <= now || date <= today).map(({ date }) => date);
  return [...new Set(begun)].sort().at(-2);
}
