import type { Contract, ContractDescription, ContractDetails } from '@stoqey/ib';
import { type ContractQuery, parseCombo, parseContract } from '../../../shared/contracts/index.ts';
import type { PriceIncrement } from '../../../shared/contracts/price-increments.ts';
import { ToolError } from '../../../shared/errors.ts';
import { abortError } from '../../async/abort.ts';
import { Coalescer } from '../../async/coalesce.ts';
import { monotonicNow } from '../../async/monotonic.ts';
import { Spacing } from '../../async/spacing.ts';
import { TurnBudget } from '../../async/turn-budget.ts';
import type { DataConnection } from '../connection/data-connection.ts';
import { requestError } from '../connection/error-codes.ts';
import { zoneOfMarket } from '../time/exchange-zones.ts';
import { type ComboPart, comboOf } from './combos.ts';
import { ambiguous, distinct, fitting, idOf, notFound, slipsOf, venueOf } from './contract-matching.ts';
import {
  alternativesTo,
  exactReadings,
  isPast,
  localSymbolQuestions,
  parsed,
  questionsFor,
} from './contract-questions.ts';
import type { Instrument } from './instrument.ts';
import { instrumentString } from './naming.ts';
import { noteReading } from './readings.ts';

const detailsDeadlineMs = 15_000;
const marketRuleDeadlineMs = 5_000;
const cacheSize = 2_000;
const cacheMs = 24 * 3_600_000;
/** IB asks for a second between searches. */
const searchGapMs = 1_000;
/** How long a failed look-up waits for what IB's search makes of it. */
const namesPatienceMs = 4_000;
/** A word of fewer letters is no misspelt name, and so many letters are looked for of a longer one. */
const shortestMisspelt = 4;
const prefixLength = 3;
/** Whole series of options are named for so long in one turn of the event loop. */
const namingTurnMs = 10;

/** Finds instruments at IB, remembering what it found for a day. */
export class ContractDesk {
  readonly #connection: Pick<DataConnection, 'ask' | 'request' | 'serverTime'>;
  readonly #cache = new Map<string, { at: number; rows: readonly ContractDetails[] }>();
  readonly #lookups = new Coalescer<readonly ContractDetails[]>();
  readonly #rules = new Map<number, { readonly at: number; readonly increments: readonly PriceIncrement[] }>();
  readonly #ruleLookups = new Coalescer<readonly PriceIncrement[]>();
  readonly #searches = new Coalescer<readonly ContractDescription[]>();
  readonly #matches = new Map<string, { readonly at: number; readonly found: readonly ContractDescription[] }>();
  readonly #searchSpacing = new Spacing(searchGapMs);
  readonly #naming = new TurnBudget<() => void>(namingTurnMs, (name) => name());

  constructor(connection: Pick<DataConnection, 'ask' | 'request' | 'serverTime'>) {
    this.#connection = connection;
  }

  /**
   * The one instrument that a contract string means. For a bare symbol the only USD listing wins, else the only listing.
   * What is no such string, and exactly one instrument in another spelling, is taken for that, which is noted.
   * @throws ToolError `invalid_arguments`, `contract_not_found`, `ambiguous_contract` with candidates, or the gateway's
   */
  async resolve(text: string, signal?: AbortSignal): Promise<Instrument> {
    const meaning = await this.#meaningOf(text, signal);
    const chosen = chosenFrom(meaning);
    if (!chosen) throw ambiguous(text, meaning.rows);
    const instrument = instrumentOf(chosen, meaning.query, this.#today());
    if (meaning.read) noteReading(text, instrument.name);
    if (!instrument.contract.includeExpired) return instrument;
    const successor = await this.#successorOf(chosen, signal);
    return successor === undefined ? instrument : { ...instrument, successor };
  }

  /** As `resolve`, and combinations too. */
  async resolveAny(text: string, signal?: AbortSignal): Promise<Instrument> {
    const legs = parseCombo(text);
    if (!legs) return this.resolve(text, signal);
    const parts = await Promise.all(
      legs.map(async ({ ratio, contract }): Promise<ComboPart> => {
        return { ratio, instrument: await this.resolve(contract, signal) };
      }),
    );
    return comboOf(parts);
  }

  /** Every instrument that a contract string can mean, e.g. all expiries of `ES:FUT`. Never empty. */
  async resolveAll(text: string, signal?: AbortSignal): Promise<Instrument[]> {
    const { query, rows, read } = await this.#meaningOf(text, signal);
    const instruments = rows.map((row) => instrumentOf(row, query, this.#today()));
    const [first] = instruments;
    if (read && first && instruments.length === 1) noteReading(text, first.name);
    return instruments;
  }

  /** Every instrument that fits what is given of it, such as all strikes of an expiry. Empty when there is none. */
  async list(contract: Contract, signal?: AbortSignal): Promise<Instrument[]> {
    const rows = distinct(await this.#lookUp(contract, signal));
    const today = this.#today();
    return Promise.all(
      rows.map((row) => {
        const { promise, resolve, reject } = Promise.withResolvers<Instrument>();
        this.#naming.push(() => {
          try {
            resolve(instrumentOf(row, {}, today));
          } catch (error) {
            reject(error);
          }
        });
        return promise;
      }),
    );
  }

  /** Instruments whose symbol or company name resembles the text, IB's best first. */
  async matching(pattern: string, signal?: AbortSignal): Promise<readonly ContractDescription[]> {
    return this.#searches.run(
      pattern,
      async (shared) => {
        await this.#searchSpacing.turn(shared).catch(() => {
          throw abortError(shared);
        });
        return this.#connection.request<readonly ContractDescription[]>(
          {
            what: `search for “${pattern}”`,
            lane: 'interactive',
            deadlineMs: detailsDeadlineMs,
            send: (link, reqId) => link.call('reqMatchingSymbols', reqId, pattern),
            onAnswer: (answer, finish) => {
              if (answer.type === 'symbols') finish(answer.matches);
            },
          },
          shared,
        );
      },
      signal,
    );
  }

  /** A market rule's price increments, lowest band first; as of a day ago at most. */
  async marketRule(id: number, signal?: AbortSignal): Promise<readonly PriceIncrement[]> {
    const known = this.#rules.get(id);
    if (known && monotonicNow() - known.at < cacheMs) return known.increments;
    const increments = await this.#ruleLookups.run(
      String(id),
      (shared) =>
        this.#connection.ask<readonly PriceIncrement[]>(
          {
            what: `market rule ${id}`,
            lane: 'interactive',
            deadlineMs: marketRuleDeadlineMs,
            send: (link) => link.call('reqMarketRule', id),
            onBroadcast: (message, finish) => {
              if (message.type === 'market-rule' && message.id === id) {
                finish(message.increments.map(({ lowEdge, increment }) => ({ from: lowEdge, increment })));
              }
            },
          },
          shared,
        ),
      signal,
    );
    this.#rules.delete(id);
    if (increments.length > 0) this.#rules.set(id, { at: monotonicNow(), increments });
    if (this.#rules.size > cacheSize) this.#rules.delete([...this.#rules.keys()][0] as number);
    return increments;
  }

  /** Instruments a slip of the pen away from a word, by symbol or by a word of their name; none of short words. */
  async misspelt(word: string, signal?: AbortSignal): Promise<readonly ContractDescription[]> {
    if (word.length < shortestMisspelt) return [];
    return slipsOf(word, await this.#rememberedMatches(word.slice(0, prefixLength).toUpperCase(), signal));
  }

  /** What a text means exactly, in whichever spelling. Empty where it means nothing. */
  async spelled(text: string, signal?: AbortSignal): Promise<Instrument[]> {
    const query = parsed(text);
    const written = query ? await this.#find(query, signal) : [];
    const rows =
      written.length > 0 ? written : distinct((await this.#readings(text, query, signal)).flatMap((one) => one.rows));
    return rows.map((row) => instrumentOf(row, query ?? {}, this.#today()));
  }

  /** What else a text may have meant, found or not: other spellings, other kinds, the inverse of a pair. May be empty. */
  async alike(text: string, signal?: AbortSignal): Promise<Instrument[]> {
    const query = parsed(text);
    const exact = await this.#readings(text, query, signal);
    const rows = distinct([...exact.flatMap((reading) => reading.rows), ...(await this.#alternatives(query, signal))]);
    return rows.map((row) => instrumentOf(row, {}, this.#today()));
  }

  async #meaningOf(text: string, signal?: AbortSignal): Promise<Meaning> {
    const query = parsed(text);
    const written = query && (await this.#find(query, signal));
    if (query && written && written.length > 0) return { query, rows: written, read: false };
    const readings = await this.#readings(text, query, signal);
    const [only] = readings;
    if (only && readings.length === 1) return { ...only, read: true };
    const rows = distinct(readings.flatMap((reading) => reading.rows));
    if (rows.length > 0) return { query: {}, rows, read: true };
    // What is no contract string at all is said to be none, unless somebody else would write so.
    const named = query ?? parseContract(text);
    const alike = await this.#alternatives(named, signal);
    throw notFound(text, named, alike, alike.length > 0 ? [] : await this.#resembling(named, signal));
  }

  /** What a text means exactly though it is not written so, each with what there is of it. */
  async #readings(text: string, query: ContractQuery | undefined, signal?: AbortSignal): Promise<Meaning[]> {
    const spelled = exactReadings(text, query).map(async (reading) => ({
      query: reading,
      rows: await this.#find(reading, signal),
    }));
    const found = await this.#apart(spelled, signal);
    if (found.length > 0) return found;
    const local = localSymbolQuestions(text, query).map(async (question) => ({
      query: query ?? {},
      rows: fitting(distinct(await this.#lookUp(question, signal)), query ?? {}),
    }));
    return this.#apart(local, signal);
  }

  /** Readings that found something, each without what an earlier one has found. */
  async #apart(asked: readonly Promise<Omit<Meaning, 'read'>>[], signal?: AbortSignal): Promise<Meaning[]> {
    const found = await Promise.all(asked.map((reading) => this.#courtesy(reading, signal)));
    const seen = new Set<string>();
    return found.flatMap((reading) => {
      const rows = reading?.rows.filter((row) => !seen.has(idOf(row))) ?? [];
      for (const row of rows) seen.add(idOf(row));
      return reading && rows.length > 0 ? [{ query: reading.query, rows, read: true }] : [];
    });
  }

  /** The same future of the next month that trades; a courtesy. */
  async #successorOf({ contract }: ContractDetails, signal?: AbortSignal): Promise<string | undefined> {
    const { symbol = '', currency = '', tradingClass = '' } = contract;
    const others = await this.#courtesy(this.#find({ secType: 'FUT', symbol, currency }, signal), signal);
    const next = others?.find((row) => row.contract.tradingClass === tradingClass);
    return next && instrumentString(next);
  }

  /** Instruments by a name that is none of IB's symbols: IB's search, else what is a slip of the pen away. */
  async #resembling(query: ContractQuery, signal?: AbortSignal): Promise<readonly ContractDescription[]> {
    const { symbol, expiry, conId, secType } = query;
    if (symbol === undefined || expiry !== undefined || conId !== undefined || secType === 'CASH') return [];
    const patience = AbortSignal.timeout(namesPatienceMs);
    const until = signal ? AbortSignal.any([signal, patience]) : patience;
    const named = (await this.#courtesy(this.#rememberedMatches(symbol, until), signal)) ?? [];
    const found = named.length > 0 ? named : ((await this.#courtesy(this.misspelt(symbol, until), signal)) ?? []);
    // Who says the kind wants no other.
    return secType === 'STK' ? found : found.filter(({ contract }) => String(contract?.secType) === secType);
  }

  async #rememberedMatches(pattern: string, signal?: AbortSignal): Promise<readonly ContractDescription[]> {
    const known = this.#matches.get(pattern);
    if (known && monotonicNow() - known.at < cacheMs) return known.found;
    const found = await this.matching(pattern, signal);
    this.#matches.set(pattern, { at: monotonicNow(), found });
    if (this.#matches.size > cacheSize) this.#matches.delete([...this.#matches.keys()][0] as string);
    return found;
  }

  async #find(query: ContractQuery, signal?: AbortSignal): Promise<readonly ContractDetails[]> {
    for (const question of questionsFor(query, this.#today())) {
      const rows = fitting(distinct(await this.#lookUp(question, signal)), query);
      if (rows.length > 0) return rows;
    }
    return [];
  }

  async #alternatives(query: ContractQuery | undefined, signal?: AbortSignal): Promise<readonly ContractDetails[]> {
    const others = query === undefined ? [] : alternativesTo(query);
    const found = await Promise.all(others.map((other) => this.#courtesy(this.#find(other, signal), signal)));
    return distinct(found.flatMap((rows) => rows ?? []));
  }

  /** What nobody asked for: what the gateway does not tell of it is missing. */
  async #courtesy<T>(asked: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
    try {
      return await asked;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ToolError || error instanceof DOMException) return undefined;
      throw error;
    }
  }

  /** Contract details as IB gives them; empty when there are none. */
  async #lookUp(contract: Contract, signal?: AbortSignal): Promise<readonly ContractDetails[]> {
    const key = JSON.stringify(contract);
    const cached = this.#cache.get(key);
    if (cached && monotonicNow() - cached.at < cacheMs) {
      this.#cache.delete(key);
      this.#cache.set(key, cached);
      return cached.rows;
    }
    const rows = await this.#lookups.run(key, (shared) => this.#requestDetails(contract, shared), signal);
    if (rows.length > 0) this.#remember(key, rows);
    return rows;
  }

  #requestDetails(contract: Contract, signal: AbortSignal): Promise<readonly ContractDetails[]> {
    const rows: ContractDetails[] = [];
    return this.#connection.request<readonly ContractDetails[]>(
      {
        what: `contract details of ${contract.symbol ?? contract.localSymbol ?? contract.secId ?? contract.conId}`,
        lane: 'interactive',
        deadlineMs: detailsDeadlineMs,
        send: (link, reqId) => link.call('reqContractDetails', reqId, contract),
        onAnswer: (answer, finish) => {
          if (answer.type === 'contract') rows.push(answer.details);
          if (answer.type === 'contract-end') finish(rows);
        },
        onError: (code, message, finish) => {
          // 321: this kind of instrument is not looked up this way; another attempt may be.
          if (code === 200 || code === 321) return finish([]);
          const error = requestError(code, message);
          if (error) throw new ToolError(error);
        },
      },
      signal,
    );
  }

  /** `YYYYMMDD` by the gateway's clock. */
  #today(): string {
    return new Date(this.#connection.serverTime()).toISOString().slice(0, 10).replaceAll('-', '');
  }

  #remember(key: string, rows: readonly ContractDetails[]): void {
    this.#cache.set(key, { at: monotonicNow(), rows });
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= cacheSize) break;
      this.#cache.delete(oldest);
    }
  }
}

/** What a text means: a query with the rows that there are of it. */
interface Meaning {
  readonly query: ContractQuery;
  readonly rows: readonly ContractDetails[];
  /** Whether the text says so only in another spelling. */
  readonly read: boolean;
}

function chosenFrom({ query, rows }: Meaning): ContractDetails | undefined {
  if (rows.length === 1) return rows[0];
  const usd = rows.filter((row) => row.contract.currency === 'USD');
  const open = Object.keys(query).length > 0 && query.currency === undefined && query.expiry === undefined;
  return open && usd.length === 1 && isListed(query) ? usd[0] : undefined;
}

function isListed(query: ContractQuery): boolean {
  return query.strike === undefined && query.secType !== 'FUT' && query.secType !== 'BOND';
}

function instrumentOf(details: ContractDetails, query: ContractQuery, today: string): Instrument {
  const { contract } = details;
  const conId = contract.conId ?? 0;
  const venue = venueOf(details, query);
  const exchange = venue ?? (contract.exchange || details.validExchanges?.split(',')[0] || 'SMART');
  const secType = String(contract.secType ?? 'STK');
  const { timeZoneId, validExchanges } = details;
  const marketZone = zoneOfMarket({
    timeZoneId,
    primaryExchange: contract.primaryExch,
    exchange: contract.exchange,
    validExchanges,
  });
  const expired = secType === 'FUT' && isPast(contract.lastTradeDateOrContractMonth?.slice(0, 8), today);
  return {
    conId,
    name: instrumentString(details, 'short', venue),
    secType,
    currency: contract.currency ?? '',
    // A continuous future shares the conId of its front month, so it must be asked for by name.
    contract:
      secType === 'CONTFUT'
        ? { ...contract, exchange }
        : { conId, exchange, ...(expired ? { includeExpired: true } : {}) },
    details,
    marketZone,
    zone: marketZone ?? 'UTC',
  };
}

/**
 * What to send for live data: IB has none of a continuous future, whose conId alone means its front month.
 * @throws ToolError `no_data` for a future that has expired
 */
export function liveContract({ secType, conId, contract, name, successor }: Instrument): Contract {
  if (contract.includeExpired) {
    throw new ToolError({
      code: 'no_data',
      message: `${name} has expired: there are no quotes of it any more.`,
      nextStep: `${successor === undefined ? '' : `The next one is ${successor}. `}Its past is in get_historical_bars for two years; get_contract_details lists the expiries that trade.`,
      ...(successor === undefined ? {} : { candidates: [successor] }),
    });
  }
  return secType === 'CONTFUT' ? { conId, exchange: contract.exchange ?? '' } : contract;
}
