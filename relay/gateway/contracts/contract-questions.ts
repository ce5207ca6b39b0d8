import type { Contract, OptionType, SecType } from '@stoqey/ib';
import { type ContractQuery, isCurrency } from '../../../shared/contracts/index.ts';

/** The questions to ask IB for a query, most likely first. @param today `YYYYMMDD` */
export function questionsFor(query: ContractQuery, today: string): Contract[] {
  const { exchange, conId, secType } = query;
  // Futures that have expired are only found by those who say that they want them.
  if (conId !== undefined) return [{ conId }, { conId, includeExpired: true }];
  const base = termsOf(query, today);
  const ask = (kind: string, venue: string, more: Contract = {}): Contract => ({
    ...base,
    secType: kind as SecType,
    exchange: venue,
    ...more,
  });
  if (query.secId !== undefined) {
    return secType === undefined
      ? [ask('STK', 'SMART'), ask('STK', ''), ask('BOND', 'SMART')]
      : [ask(secType, 'SMART'), ask(secType, '')];
  }
  switch (secType) {
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
    case 'CONTFUT':
      return query.localSymbol === undefined
        ? [ask(secType, exchange ?? ''), ...byTradingClass(ask(secType, exchange ?? ''))]
        : [
            ask('FUT', exchange ?? ''),
            ...stockSpelledLikeFuture(query),
            ask('FUT', exchange ?? '', { includeExpired: true }),
          ];
    case 'BOND':
      return issuerOf(query) ?? [ask('BOND', exchange ?? 'SMART'), ask('BOND', '')];
    case 'CFD':
      return [ask('CFD', exchange ?? 'SMART'), ask('CFD', '')];
    default:
      return [ask(secType ?? 'STK', exchange ?? '')];
  }
}

/** Kinds that people name by a symbol alone. */
const plainKinds = ['STK', 'IND', 'CONTFUT', 'CRYPTO'] as const;

/**
 * What else somebody may have meant by a query: the same elsewhere, other kinds with its symbol or other expiries, the
 * pair or its inverse, the symbol as other systems write it (`00700`, `0700.HK`).
 */
export function alternativesTo(query: ContractQuery): ContractQuery[] {
  const { exchange: _, conId, ...elsewhere } = query;
  const symbol = query.symbol ?? query.localSymbol ?? (conId === undefined ? undefined : String(conId));
  const sameElsewhere = query.exchange === undefined ? [] : [elsewhere];
  if (symbol === undefined || query.strike !== undefined) return sameElsewhere;
  if (query.expiry !== undefined) return query.exchange === undefined ? [{ secType: 'FUT', symbol }] : sameElsewhere;
  const plain = symbol.replace(/\.[A-Z]{2,4}$/, '').replace(/^0+(?=.)/, '');
  const asAsked = plain === query.symbol && query.currency === undefined;
  const kinds = plainKinds.filter((kind) => kind !== query.secType || !asAsked);
  return [...sameElsewhere, ...pairsLike(query), ...kinds.map((secType) => ({ secType, symbol: plain }))];
}

function pairsLike({ secType, symbol = '', currency = '' }: ContractQuery): ContractQuery[] {
  const [base, quote] = secType === 'CASH' ? [symbol, currency] : [symbol.slice(0, 3), symbol.slice(3)];
  if (!isCurrency(base) || !isCurrency(quote)) return [];
  const inverse: ContractQuery = { secType: 'CASH', symbol: quote, currency: base };
  return secType === 'CASH' ? [inverse] : [{ secType: 'CASH', symbol: base, currency: quote }, inverse];
}

function termsOf(query: ContractQuery, today: string): Contract {
  return {
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
    ...(isPast(query.expiry, today) && query.secType === 'FUT' ? { includeExpired: true } : {}),
  };
}

/** People know some futures by their class: FDAX, FESX and VX are DAX, ESTX50 and VIX at IB. */
function byTradingClass({ symbol, ...rest }: Contract): Contract[] {
  return symbol === undefined ? [] : [{ ...rest, tradingClass: symbol }];
}

/** Some stock symbols look like futures, e.g. `BN4` in Singapore. */
function stockSpelledLikeFuture(query: ContractQuery): Contract[] {
  const symbol = query.localSymbol ?? '';
  return ['SMART', ''].map((exchange) => ({ symbol, secType: 'STK' as SecType, exchange }));
}

/** IB's search names some issuers of bonds only by an id, e.g. `e1407190`. */
function issuerOf({ symbol = '' }: ContractQuery): Contract[] | undefined {
  return /^E\d{5,}$/.test(symbol) ? [{ secType: 'BOND' as SecType, issuerId: symbol.toLowerCase() }] : undefined;
}

/** Whether an expiry, `YYYYMM` or `YYYYMMDD`, is over. */
export function isPast(expiry: string | undefined, today: string): boolean {
  return expiry !== undefined && expiry < today.slice(0, expiry.length);
}
