import type { Contract, ContractDescription, ContractDetails, OptionType, SecType } from '@stoqey/ib';
import { type ContractQuery, parseCombo, parseContract } from '../../shared/contracts/index.ts';
import { ToolError } from '../../shared/errors.ts';
import { Coalescer } from './coalesce.ts';
import { type ComboPart, comboOf } from './combos.ts';
import { abortError } from './ending.ts';
import { requestError } from './error-codes.ts';
import { contractString, type Detail } from './naming.ts';
import { Spacing } from './spacing.ts';
import type { Supervisor } from './supervisor.ts';
import { ianaZone } from './time-zones.ts';

const detailsDeadlineMs = 15_000;
const marketRuleDeadlineMs = 5_000;
const cacheSize = 2_000;
const cacheMs = 24 * 3_600_000;
/** IB asks for a second between searches. */
const searchGapMs = 1_000;
const maxCandidates = 10;

/** One instrument, found at IB, or a combination of some. */
export interface Instrument {
  /** 0 for a combination, which has none. */
  readonly conId: number;
  /** The canonical contract string. */
  readonly name: string;
  readonly secType: string;
  readonly currency: string;
  /** What to send in requests: conId and the exchange to route to. */
  readonly contract: Contract;
  readonly details: ContractDetails;
  /** IANA zone of its exchange; UTC when IB names none. */
  readonly zone: string;
}

export interface PriceIncrement {
  readonly lowEdge: number;
  readonly increment: number;
}

/** Finds instruments at IB, remembering what it found for a day. */
export class ContractDesk {
  private readonly supervisor: Supervisor;
  private readonly cache = new Map<string, { at: number; rows: readonly ContractDetails[] }>();
  private readonly lookups = new Coalescer<readonly ContractDetails[]>();
  private readonly rules = new Map<number, readonly PriceIncrement[]>();
  private readonly ruleLookups = new Coalescer<readonly PriceIncrement[]>();
  private readonly searches = new Coalescer<readonly ContractDescription[]>();
  private readonly searchSpacing = new Spacing(searchGapMs);

  constructor(supervisor: Supervisor) {
    this.supervisor = supervisor;
  }

  /**
   * The one instrument that a contract string means. For a bare symbol the only USD listing wins, else the only listing.
   * @throws ToolError `invalid_arguments`, `contract_not_found`, `ambiguous_contract` with candidates, or the gateway's
   */
  async resolve(text: string, signal?: AbortSignal): Promise<Instrument> {
    const query = parseContract(text);
    const rows = await this.search(text, query, signal);
    const usd = rows.filter((row) => row.contract.currency === 'USD');
    const listing = query.currency === undefined && query.expiry === undefined && usd.length === 1 ? usd[0] : undefined;
    const chosen = rows.length === 1 ? rows[0] : isListed(query) ? listing : undefined;
    if (!chosen) throw ambiguous(text, rows);
    return instrumentOf(chosen, query);
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
    const rows = await this.search(text, query, signal);
    return rows.map((row) => instrumentOf(row, query));
  }

  /** Every instrument that fits what is given of it, such as all strikes of an expiry. Empty when there is none. */
  async list(contract: Contract, signal?: AbortSignal): Promise<Instrument[]> {
    const rows = distinct(await this.lookUp(contract, signal));
    return rows.map((row) => instrumentOf(row, {}));
  }

  /** Instruments whose symbol or company name resembles the text, IB's best first. */
  async matching(pattern: string, signal?: AbortSignal): Promise<readonly ContractDescription[]> {
    return this.searches.run(
      pattern,
      async (shared) => {
        await this.searchSpacing.turn(shared).catch(() => {
          throw abortError(shared);
        });
        return this.supervisor.request<readonly ContractDescription[]>(
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

  /** A market rule's price increments, lowest band first. */
  async marketRule(id: number, signal?: AbortSignal): Promise<readonly PriceIncrement[]> {
    const known = this.rules.get(id);
    if (known) return known;
    const increments = await this.ruleLookups.run(
      String(id),
      (shared) =>
        this.supervisor.ask<readonly PriceIncrement[]>(
          {
            what: `market rule ${id}`,
            lane: 'interactive',
            deadlineMs: marketRuleDeadlineMs,
            send: (link) => link.call('reqMarketRule', id),
            onBroadcast: (message, finish) => {
              if (message.type === 'market-rule' && message.id === id) finish(message.increments);
            },
          },
          shared,
        ),
      signal,
    );
    this.rules.set(id, increments);
    return increments;
  }

  private async search(text: string, query: ContractQuery, signal?: AbortSignal): Promise<readonly ContractDetails[]> {
    let elsewhere: ContractDetails | undefined;
    for (const attempt of attempts(query)) {
      const rows = distinct(await this.lookUp(attempt, signal));
      const fitting = rows.filter((row) => fits(row, query));
      if (fitting.length > 0) return fitting;
      elsewhere ??= rows[0];
    }
    throw notFound(text, query, elsewhere);
  }

  /** Contract details as IB gives them; empty when there are none. */
  private async lookUp(contract: Contract, signal?: AbortSignal): Promise<readonly ContractDetails[]> {
    const key = JSON.stringify(contract);
    const cached = this.cache.get(key);
    if (cached && Date.now() - cached.at < cacheMs) {
      this.cache.delete(key);
      this.cache.set(key, cached);
      return cached.rows;
    }
    const rows = await this.lookups.run(key, (shared) => this.requestDetails(contract, shared), signal);
    if (rows.length > 0) this.remember(key, rows);
    return rows;
  }

  private requestDetails(contract: Contract, signal: AbortSignal): Promise<readonly ContractDetails[]> {
    const rows: ContractDetails[] = [];
    return this.supervisor.request<readonly ContractDetails[]>(
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

  private remember(key: string, rows: readonly ContractDetails[]): void {
    this.cache.set(key, { at: Date.now(), rows });
    for (const oldest of this.cache.keys()) {
      if (this.cache.size <= cacheSize) break;
      this.cache.delete(oldest);
    }
  }
}

/** The questions to ask IB for a query, most likely first. */
function attempts(query: ContractQuery): Contract[] {
  if (query.conId !== undefined) return [{ conId: query.conId }];
  const base: Contract = {
    ...(query.symbol === undefined ? {} : { symbol: query.symbol }),
    ...(query.localSymbol === undefined ? {} : { localSymbol: query.localSymbol }),
    ...(query.currency === undefined ? {} : { currency: query.currency }),
    ...(query.expiry === undefined ? {} : { lastTradeDateOrContractMonth: query.expiry }),
    ...(query.strike === undefined ? {} : { strike: query.strike }),
    ...(query.right === undefined ? {} : { right: query.right as OptionType }),
    ...(query.tradingClass === undefined ? {} : { tradingClass: query.tradingClass }),
    ...(query.secId === undefined || query.secIdType === undefined
      ? {}
      : { secId: query.secId, secIdType: query.secIdType }),
    ...(isPast(query.expiry) && query.secType === 'FUT' ? { includeExpired: true } : {}),
  };
  const { exchange } = query;
  const ask = (secType: string, venue: string, more: Contract = {}): Contract => ({
    ...base,
    secType: secType as SecType,
    exchange: venue,
    ...more,
  });
  if (query.secId !== undefined) {
    return query.secType === undefined
      ? [ask('STK', 'SMART'), ask('STK', ''), ask('BOND', 'SMART')]
      : [ask(query.secType, 'SMART'), ask(query.secType, '')];
  }
  switch (query.secType) {
    case 'STK':
      return exchange === undefined
        ? [ask('STK', 'SMART'), ask('STK', '')]
        : [ask('STK', 'SMART', { primaryExch: exchange }), ask('STK', exchange)];
    case 'CASH':
      return [ask('CASH', exchange ?? 'IDEALPRO'), ask('CASH', '')];
    case 'OPT':
      return exchange === undefined
        ? [ask('OPT', 'SMART'), ask('OPT', ''), ask('FOP', '')]
        : [ask('OPT', exchange), ask('FOP', exchange)];
    case 'FUT':
      return [ask('FUT', exchange ?? ''), ...(query.localSymbol === undefined ? [] : stockSpelledLikeFuture(query))];
    case 'BOND':
    case 'CFD':
      return [ask(query.secType, exchange ?? 'SMART'), ask(query.secType, '')];
    default:
      return [ask(query.secType ?? 'STK', exchange ?? '')];
  }
}

/** Some stock symbols look like futures, e.g. `BN4` in Singapore. */
function stockSpelledLikeFuture(query: ContractQuery): Contract[] {
  const symbol = query.localSymbol ?? '';
  return ['SMART', ''].map((exchange) => ({ symbol, secType: 'STK' as SecType, exchange }));
}

function isPast(expiry: string | undefined): boolean {
  return (
    expiry !== undefined && expiry < new Date().toISOString().slice(0, 10).replaceAll('-', '').slice(0, expiry.length)
  );
}

/** IB gives one row per exchange where it is asked without one; the row that routes smart stands for the instrument. */
function distinct(rows: readonly ContractDetails[]): ContractDetails[] {
  const byId = new Map<number, ContractDetails>();
  for (const row of rows) {
    const conId = row.contract.conId ?? 0;
    const known = byId.get(conId);
    if (!known || (known.contract.exchange !== 'SMART' && row.contract.exchange === 'SMART')) byId.set(conId, row);
  }
  return [...byId.values()];
}

function fits({ contract, coupon, maturity, validExchanges }: ContractDetails, query: ContractQuery): boolean {
  if (query.conId !== undefined) return true;
  if (query.currency !== undefined && contract.currency !== query.currency) return false;
  if (query.tradingClass !== undefined && contract.tradingClass !== query.tradingClass) return false;
  if (query.coupon !== undefined && coupon !== query.coupon) return false;
  if (query.maturity !== undefined && !maturity?.startsWith(query.maturity)) return false;
  const venue = query.exchange;
  if (venue === undefined) return true;
  const home = contract.primaryExch || contract.exchange;
  if (query.secType !== 'STK') return home === venue || (validExchanges ?? '').split(',').includes(venue);
  return home === venue || (isNasdaq(home) && isNasdaq(venue));
}

function isNasdaq(exchange: string | undefined): boolean {
  return exchange === 'NASDAQ' || exchange === 'ISLAND';
}

function isListed(query: ContractQuery): boolean {
  return query.strike === undefined && query.secType !== 'FUT' && query.secType !== 'BOND';
}

function instrumentOf(details: ContractDetails, query: ContractQuery): Instrument {
  const { contract } = details;
  const conId = contract.conId ?? 0;
  const exchange = contract.exchange || details.validExchanges?.split(',')[0] || 'SMART';
  const secType = String(contract.secType ?? 'STK');
  return {
    conId,
    name: contractString(contract),
    secType,
    currency: contract.currency ?? '',
    // A continuous future shares the conId of its front month, so it must be asked for by name.
    contract:
      secType === 'CONTFUT'
        ? { ...contract, exchange }
        : { conId, exchange, ...(query.secType === 'FUT' && isPast(query.expiry) ? { includeExpired: true } : {}) },
    details,
    zone: ianaZone(details.timeZoneId ?? '') ?? 'UTC',
  };
}

function ambiguous(text: string, rows: readonly ContractDetails[]): ToolError {
  const shown = rows.slice(0, maxCandidates);
  const more = rows.length > shown.length ? ` (${shown.length} of ${rows.length} shown)` : '';
  return new ToolError({
    code: 'ambiguous_contract',
    message: `“${text.slice(0, 60)}” means several instruments${more}: ${shown.map(labelOf).join('; ')}.`.slice(
      0,
      2_000,
    ),
    nextStep: 'Call again with one of the candidates.',
    candidates: shown.map((row) => candidate(row, rows)),
  });
}

function labelOf({ contract, longName }: ContractDetails): string {
  return [
    contract.localSymbol || contract.symbol,
    longName,
    contract.primaryExch || contract.exchange,
    contract.currency,
  ]
    .filter(Boolean)
    .join(' ');
}

/** The shortest string that means this row alone among all that were found. */
function candidate(row: ContractDetails, rows: readonly ContractDetails[]): string {
  for (const detail of ['short', 'currency', 'exchange', 'full'] satisfies Detail[]) {
    const text = contractString(row.contract, detail);
    const query = parseContract(text);
    const alone = rows.filter((other) => fits(other, query) && sameTerms(other.contract, query)).length === 1;
    if (alone && (detail !== 'short' || query.currency !== undefined || query.expiry !== undefined)) return text;
  }
  return contractString(row.contract, 'conId');
}

function sameTerms(contract: Contract, query: ContractQuery): boolean {
  return (
    (query.expiry === undefined || (contract.lastTradeDateOrContractMonth ?? '').startsWith(query.expiry)) &&
    (query.strike === undefined || contract.strike === query.strike) &&
    (query.right === undefined || contract.right === query.right)
  );
}

function notFound(text: string, query: ContractQuery, elsewhere: ContractDetails | undefined): ToolError {
  if (elsewhere) {
    const { contract } = elsewhere;
    return new ToolError({
      code: 'contract_not_found',
      message: `“${text.slice(0, 60)}” does not exist; ${labelOf(elsewhere)} does.`,
      nextStep: `Did you mean ${contractString(contract, 'full')}?`,
    });
  }
  const numeric = query.conId !== undefined && query.symbol === undefined;
  return new ToolError({
    code: 'contract_not_found',
    message: `IB knows no instrument “${text.slice(0, 60)}”.`,
    nextStep: numeric
      ? 'A bare number is a conId; a numeric stock symbol needs its currency or exchange, like 700.HKD.'
      : 'Check symbol, exchange, currency and expiry, or find it with search_contracts.',
  });
}
