import type { Contract, OptionType, SecType } from '@stoqey/ib';
import { type ContractQuery, isCurrency, otherSpellings, parseContract } from '../../../shared/contracts/index.ts';
import { ToolError } from '../../../shared/errors.ts';

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
      return [
        ...(exchange === undefined
          ? [ask('STK', 'SMART'), ask('STK', '')]
          : [ask('STK', 'SMART', { primaryExch: exchange }), ask('STK', exchange)]),
        // Preferred shares and warrants have the symbol of the company, and a local one of their own.
        ...(query.symbol?.includes(' ') ? localQuestions(query.symbol, ['STK', 'WAR'], query) : []),
      ];
    case 'CASH':
      return [ask('CASH', exchange ?? 'IDEALPRO'), ask('CASH', '')];
    case 'OPT':
      if (query.localSymbol !== undefined) return localQuestions(query.localSymbol, ['OPT', 'FOP'], query);
      return [
        ...(exchange === undefined ? [ask('OPT', 'SMART'), ask('OPT', '')] : [ask('OPT', exchange)]),
        ...byOccSymbol(query),
        ask('FOP', exchange ?? ''),
      ];
    case 'FUT':
    case 'CONTFUT':
      return query.localSymbol === undefined
        ? futuresByMonth(secType, ask(secType, exchange ?? ''))
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
const plainKinds = ['IND', 'CONTFUT', 'CRYPTO', 'CMDTY', 'FUND'] as const;
/** Kinds that have local symbols unlike their symbols. */
const localKinds = ['STK', 'WAR', 'CFD', 'BOND'] as const;

/**
 * What a text means exactly, though not as it is written: another system's spelling, the symbol of another kind, IB's
 * own local symbol. To be looked up where the text as it is written finds nothing.
 * @param query what it is as it is written; undefined when it is nothing
 */
export function exactReadings(text: string, query: ContractQuery | undefined): ContractQuery[] {
  const spelled = otherSpellings(text).flatMap((spelling) => parsed(spelling) ?? []);
  if (query === undefined) return spelled;
  const { secType, symbol, currency, exchange, tradingClass, conId } = query;
  if (secType === 'OPT' && symbol !== undefined && symbol === tradingClass) {
    // An OCC symbol with the underlying's name for the class.
    const { tradingClass: _, ...anyClass } = query;
    return [...spelled, anyClass];
  }
  if (secType !== 'STK' || conId !== undefined || text.includes(':') || !/^[A-Z0-9]+$/.test(symbol ?? ''))
    return spelled;
  const elsewhere = { symbol, ...(currency && { currency }), ...(exchange && { exchange }) };
  return [...spelled, ...plainKinds.map((kind) => ({ secType: kind, ...elsewhere }))];
}

/** A string of ours as a query; undefined when it is none. */
export function parsed(text: string): ContractQuery | undefined {
  try {
    return parseContract(text);
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

/** The questions for a text as a local symbol of IB, in its own case: `SAPd@IBIS`. None for what is more than a symbol. */
export function localSymbolQuestions(text: string, query: ContractQuery | undefined): Contract[] {
  const symbol = text
    .normalize('NFKC')
    .trim()
    .replace(/\s*(?:[@:{].*)?$/, '')
    .replaceAll(/\s+/g, ' ');
  if (symbol === '' || query?.symbol === undefined || query.expiry !== undefined || query.conId !== undefined)
    return [];
  const { secType } = query;
  const kinds = text.includes(':') ? localKinds.filter((kind) => kind === secType) : localKinds;
  return localQuestions(symbol, kinds, query);
}

/**
 * What else somebody may have meant by a query: the same elsewhere, other kinds with its symbol or other expiries, the
 * inverse of a pair. Not what it says, so that none is taken for it.
 */
export function alternativesTo(query: ContractQuery): ContractQuery[] {
  const { exchange: _, conId, ...elsewhere } = query;
  const symbol = query.symbol ?? query.localSymbol ?? (conId === undefined ? undefined : String(conId));
  const sameElsewhere = query.exchange === undefined ? [] : [elsewhere];
  if (symbol === undefined || query.strike !== undefined) return sameElsewhere;
  if (query.expiry !== undefined) return query.exchange === undefined ? [{ secType: 'FUT', symbol }] : sameElsewhere;
  const kinds = (['STK', ...plainKinds] as const).filter(
    (kind) => kind !== query.secType || query.currency !== undefined,
  );
  return [...sameElsewhere, ...pairsLike(query), ...kinds.map((secType) => ({ secType, symbol }))];
}

function pairsLike({ secType, symbol = '', currency = '' }: ContractQuery): ContractQuery[] {
  const [base, quote] = secType === 'CASH' ? [symbol, currency] : [symbol.slice(0, 3), symbol.slice(3)];
  if (!isCurrency(base) || !isCurrency(quote)) return [];
  return [{ secType: 'CASH', symbol: quote, currency: base }];
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

/**
 * Futures with an expiry or without: by their symbol, by their class, those that have expired, and all of them where a
 * month is meant, which is then looked for among them.
 */
function futuresByMonth(secType: 'FUT' | 'CONTFUT', question: Contract): Contract[] {
  const either = (asked: Contract): Contract[] => [asked, ...byTradingClass(asked)];
  const { lastTradeDateOrContractMonth: expiry, ...all } = question;
  if (secType === 'CONTFUT' || expiry === undefined) return either(question);
  const expired = { ...question, includeExpired: true };
  return [
    ...either(question),
    ...(question.includeExpired ? [] : either(expired)),
    ...(expiry.length === 6 ? either({ ...all, includeExpired: true }) : []),
  ];
}

/** By the symbol that OCC gives, with the class for its root: `SPXW  261130C07000000`, `BRKB  261218C00500000`. */
function byOccSymbol({ symbol = '', expiry, right, strike, exchange, currency }: ContractQuery): Contract[] {
  const thousandths = (strike ?? 0) * 1_000;
  if (!/^[A-Z0-9]{1,6}$/.test(symbol) || expiry?.length !== 8 || right === undefined) return [];
  if (thousandths < 1 || thousandths >= 1e8 || !Number.isInteger(Number(thousandths.toFixed(6)))) return [];
  const localSymbol = `${symbol.padEnd(6)}${expiry.slice(2)}${right}${String(Math.round(thousandths)).padStart(8, '0')}`;
  return localQuestions(localSymbol, ['OPT'], { exchange, currency });
}

/** A local symbol looked up as each of some kinds. */
function localQuestions(
  localSymbol: string,
  kinds: readonly string[],
  { exchange, currency }: { readonly exchange?: string | undefined; readonly currency?: string | undefined },
): Contract[] {
  return kinds.map((kind) => ({
    localSymbol,
    secType: kind as SecType,
    exchange: exchange ?? '',
    ...(currency === undefined ? {} : { currency }),
  }));
}

/** People know some futures by their class: FDAX, FESX and VX are DAX, ESTX50 and VIX at IB. */
function byTradingClass({ symbol, ...rest }: Contract): Contract[] {
  return symbol === undefined || rest.tradingClass !== undefined ? [] : [{ ...rest, tradingClass: symbol }];
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
