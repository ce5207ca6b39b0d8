import type { SecType } from '@stoqey/ib';
import { ToolError } from '../../../shared/errors.ts';
import { Coalescer } from '../../async/coalesce.ts';
import { monotonicNow } from '../../async/monotonic.ts';
import type { DataConnection } from '../connection/data-connection.ts';
import type { OptionParameters } from '../connection/events/messages.ts';
import type { ContractDesk } from '../contracts/contracts.ts';
import type { Instrument } from '../contracts/instrument.ts';
import { isoInZone } from '../time/time-zones.ts';

const parametersDeadlineMs = 20_000;
/** Expiries come and go once a day; new ones may be listed later on that day. */
const cacheMs = 6 * 3_600_000;
const cacheSize = 200;

/** The options of one underlying that share a trading class: where they trade, when they expire. */
export interface OptionClass {
  readonly tradingClass: string;
  /** `SMART` where that routes to several exchanges. */
  readonly exchange: string;
  readonly multiplier: number;
  /** `YYYYMMDD`, soonest first. */
  readonly expiries: readonly string[];
  /** All strikes of all expiries, lowest first; not every expiry has every strike. */
  readonly strikes: readonly number[];
}

/** Finds the options that exist on an underlying. */
export class OptionDesk {
  readonly #connection: Pick<DataConnection, 'request' | 'serverTime'>;
  readonly #contracts: ContractDesk;
  readonly #lookups = new Coalescer<readonly OptionParameters[]>();
  readonly #cache = new Map<number, { at: number; today: string; classes: readonly OptionClass[] }>();

  constructor(connection: Pick<DataConnection, 'request' | 'serverTime'>, contracts: ContractDesk) {
    this.#connection = connection;
    this.#contracts = contracts;
  }

  /**
   * The trading classes of the options on a stock, index or future, the largest first, with the expiries that are not
   * over on its exchange's day.
   * @throws ToolError `no_data` when there are no options on it
   */
  async classes(underlying: Instrument, signal?: AbortSignal): Promise<readonly OptionClass[]> {
    const today = isoInZone(underlying.zone, this.#connection.serverTime()).slice(0, 10).replaceAll('-', '');
    const cached = this.#cache.get(underlying.conId);
    if (cached?.today === today && monotonicNow() - cached.at < cacheMs) return cached.classes;
    const rows = await this.#lookups.run(
      String(underlying.conId),
      (shared) => this.#requestParameters(underlying, shared),
      signal,
    );
    const classes = mergeByClass(rows, today);
    if (classes.length === 0) {
      throw new ToolError({
        code: 'no_data',
        message: `IB lists no options on ${underlying.name}.`,
        nextStep: 'Options exist on stocks, indices and futures; for futures name one expiry, like ESZ6.',
      });
    }
    this.#cache.set(underlying.conId, { at: monotonicNow(), today, classes });
    if (this.#cache.size > cacheSize) this.#cache.delete(this.#cache.keys().next().value as number);
    return classes;
  }

  /** The options that exist for one expiry of a class, lowest strike first, calls before puts. May be empty. */
  async listed(
    underlying: Instrument,
    optionClass: OptionClass,
    expiry: string,
    signal?: AbortSignal,
  ): Promise<readonly Instrument[]> {
    const isFuture = underlying.secType === 'FUT';
    const found = await this.#contracts.list(
      {
        symbol: underlying.details.contract.symbol ?? '',
        secType: (isFuture ? 'FOP' : 'OPT') as SecType,
        exchange: optionClass.exchange,
        currency: underlying.currency,
        tradingClass: optionClass.tradingClass,
        lastTradeDateOrContractMonth: expiry,
      },
      signal,
    );
    const strike = ({ details }: Instrument): number => details.contract.strike ?? 0;
    return found
      .filter(({ details }) => !isFuture || details.underConId === underlying.conId)
      .toSorted((a, b) => strike(a) - strike(b) || (a.name < b.name ? -1 : 1));
  }

  #requestParameters(underlying: Instrument, signal: AbortSignal): Promise<readonly OptionParameters[]> {
    const rows: OptionParameters[] = [];
    const { conId, secType, details } = underlying;
    const exchange = secType === 'FUT' ? (details.contract.exchange ?? '') : '';
    return this.#connection.request<readonly OptionParameters[]>(
      {
        what: `options on ${underlying.name}`,
        lane: 'interactive',
        deadlineMs: parametersDeadlineMs,
        send: (link, reqId) =>
          link.call('reqSecDefOptParams', reqId, details.contract.symbol ?? '', exchange, secType as SecType, conId),
        onAnswer: (answer, finish) => {
          if (answer.type === 'option-parameters') rows.push(answer);
          if (answer.type === 'option-parameters-end') finish(rows);
        },
      },
      signal,
    );
  }
}

/** IB gives a row per class and exchange; the one that routes smart, else the largest, stands for the class. */
function mergeByClass(rows: readonly OptionParameters[], today: string): OptionClass[] {
  const best = new Map<string, OptionParameters>();
  for (const row of rows) {
    const key = `${row.tradingClass} ${row.multiplier}`;
    const known = best.get(key);
    if (!known || rank(row) > rank(known)) best.set(key, row);
  }
  return [...best.values()]
    .map(({ tradingClass, exchange, multiplier, expirations, strikes }) => ({
      tradingClass,
      exchange,
      multiplier,
      expiries: expirations.filter((expiry) => expiry >= today).sort(),
      strikes: strikes.toSorted((a, b) => a - b),
    }))
    .filter(({ expiries }) => expiries.length > 0)
    .sort((a, b) => b.expiries.length * b.strikes.length - a.expiries.length * a.strikes.length);
}

function rank({ exchange, expirations, strikes }: OptionParameters): number {
  return exchange === 'SMART' ? Number.POSITIVE_INFINITY : expirations.length * strikes.length;
}
