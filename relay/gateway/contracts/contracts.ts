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
import { ambiguous, distinct, fitting, notFound, venueOf } from './contract-matching.ts';
import { alternativesTo, isPast, questionsFor } from './contract-questions.ts';
import type { Instrument } from './instrument.ts';
import { instrumentString } from './naming.ts';

const detailsDeadlineMs = 15_000;
const marketRuleDeadlineMs = 5_000;
const cacheSize = 2_000;
const cacheMs = 24 * 3_600_000;
/** IB asks for a second between searches. */
const searchGapMs = 1_000;
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
  readonly #searchSpacing = new Spacing(searchGapMs);
  readonly #naming = new TurnBudget<() => void>(namingTurnMs, (name) => name());

  constructor(connection: Pick<DataConnection, 'ask' | 'request' | 'serverTime'>) {
    this.#connection = connection;
  }

  /**
   * The one instrument that a contract string means. For a bare symbol the only USD listing wins, else the only listing.
   * @throws ToolError `invalid_arguments`, `contract_not_found`, `ambiguous_contract` with candidates, or the gateway's
   */
  async resolve(text: string, signal?: AbortSignal): Promise<Instrument> {
    const query = parseContract(text);
    const rows = await this.#search(text, query, signal);
    const usd = rows.filter((row) => row.contract.currency === 'USD');
    const listing = query.currency === undefined && query.expiry === undefined && usd.length === 1 ? usd[0] : undefined;
    const chosen = rows.length === 1 ? rows[0] : isListed(query) ? listing : undefined;
    if (!chosen) throw ambiguous(text, rows);
    return instrumentOf(chosen, query, this.#today());
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
    const query = parseContract(text);
    const rows = await this.#search(text, query, signal);
    return rows.map((row) => instrumentOf(row, query, this.#today()));
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

  /** What else a contract string may have meant, found or not: other kinds, pairs, spellings. May be empty. */
  async alike(text: string, signal?: AbortSignal): Promise<Instrument[]> {
    const rows = await this.#alternatives(parseContract(text), signal);
    return rows.map((row) => instrumentOf(row, {}, this.#today()));
  }

  async #search(text: string, query: ContractQuery, signal?: AbortSignal): Promise<readonly ContractDetails[]> {
    const rows = await this.#find(query, signal);
    if (rows.length > 0) return rows;
    throw notFound(text, query, await this.#alternatives(query, signal));
  }

  async #find(query: ContractQuery, signal?: AbortSignal): Promise<readonly ContractDetails[]> {
    for (const question of questionsFor(query, this.#today())) {
      const rows = fitting(distinct(await this.#lookUp(question, signal)), query);
      if (rows.length > 0) return rows;
    }
    return [];
  }

  /** A courtesy: what the gateway does not tell of them is missing. */
  async #alternatives(query: ContractQuery, signal?: AbortSignal): Promise<readonly ContractDetails[]> {
    const found = await Promise.all(
      alternativesTo(query).map((other) =>
        this.#find(other, signal).catch((error: unknown) => {
          signal?.throwIfAborted();
          if (error instanceof ToolError) return [];
          throw error;
        }),
      ),
    );
    return distinct(found.flat());
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
export function liveContract({ secType, conId, contract, name }: Instrument): Contract {
  if (contract.includeExpired) {
    throw new ToolError({
      code: 'no_data',
      message: `${name} has expired: there are no quotes of it any more.`,
      nextStep: 'Its past is in get_historical_bars for two years; get_contract_details lists the expiries that trade.',
    });
  }
  return secType === 'CONTFUT' ? { conId, exchange: contract.exchange ?? '' } : contract;
}
