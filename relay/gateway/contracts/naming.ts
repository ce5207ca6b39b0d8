import type { Contract, ContractDetails } from '@stoqey/ib';
import { type ContractQuery, formatContract, type SecType } from '../../../shared/contracts/index.ts';
import { secTypes } from '../../../shared/values.ts';
import { contractMonthOf, monthInSymbol } from './contract-month.ts';

const listed: ReadonlySet<string> = new Set(secTypes);

/** How much of an instrument's name to spell out, from the shortest that is usually enough to the last resort. */
export type Detail = 'short' | 'currency' | 'exchange' | 'full' | 'conId';

/** What the details of an instrument tell of a bond, and its contract does not. */
type BondTerms = Pick<ContractQuery, 'coupon' | 'maturity'>;

/**
 * The contract string of an instrument of IB, to be passed into the next call. What the grammar cannot express is named
 * by its conId alone, or its symbol when it has none.
 */
export function contractString(contract: Contract, detail: Detail = 'short'): string {
  return spelled(queryOf(contract, detail, undefined, monthInSymbol(contract)), contract, detail);
}

/** As `contractString`, from all that IB tells of it. @param venue the exchange to route to, when it is not its own */
export function instrumentString(details: ContractDetails, detail: Detail = 'short', venue?: string): string {
  const query = queryOf(details.contract, detail, bondTermsOf(details), contractMonthOf(details));
  return spelled(venue === undefined ? query : { ...query, exchange: venue }, details.contract, detail);
}

function spelled(query: ContractQuery, contract: Contract, detail: Detail): string {
  const conId = contract.conId ?? 0;
  try {
    return formatContract(detail === 'conId' && conId > 0 ? { ...query, conId } : query);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return conId > 0 ? formatContract({ conId }) : (contract.symbol ?? '');
  }
}

function bondTermsOf({ coupon, maturity }: ContractDetails): BondTerms | undefined {
  const day = /^\d{8}/.exec(maturity ?? '')?.[0];
  return day === undefined || coupon === undefined ? undefined : { coupon, maturity: day };
}

function queryOf(contract: Contract, detail: Detail, bondTerms?: BondTerms, month?: string): ContractQuery {
  const { symbol, currency, conId } = contract;
  const secType = contract.secType as string | undefined;
  if (symbol === undefined || secType === undefined || !listed.has(secType) || secType === 'BAG') {
    return conId === undefined || conId <= 0 ? {} : { conId };
  }
  const kind = secType as SecType;
  if (kind === 'BOND') return bondQuery(contract, bondTerms);
  const spellCurrency =
    kind === 'CASH' || kind === 'CRYPTO' || currency !== 'USD' || detail === 'currency' || detail === 'full';
  const exchange = contract.primaryExch || contract.exchange;
  const spellExchange = (detail === 'exchange' || detail === 'full') && exchange !== undefined && exchange !== 'SMART';
  const option = kind === 'OPT' || kind === 'FOP' || kind === 'WAR';
  const expiry = contract.lastTradeDateOrContractMonth?.slice(0, 8);
  const tradingClass = contract.tradingClass;
  const query: Record<string, unknown> = {
    secType: kind,
    symbol: kind === 'STK' ? ownSymbol(contract, symbol) : symbol,
  };
  if (spellCurrency && currency) query.currency = currency;
  if (spellExchange && exchange !== '') query.exchange = exchange;
  if ((option || kind === 'FUT') && expiry) query.expiry = expiry;
  // Oil for January ends in December: both are said, so that neither is taken for the other.
  if (kind === 'FUT' && expiry?.length === 8 && month !== expiry.slice(0, 6)) query.contractMonth = month;
  if (option && contract.right && contract.strike !== undefined) {
    query.right = contract.right;
    query.strike = contract.strike;
    if (tradingClass && (tradingClass !== symbol || detail === 'full')) query.tradingClass = tradingClass;
  }
  return query;
}

/** Preferred shares have the symbol of the company: only their local symbol, `BAC PRK`, is their own. */
function ownSymbol({ localSymbol = '' }: Contract, symbol: string): string {
  return localSymbol.startsWith(`${symbol} `) ? localSymbol : symbol;
}

/** A bond by its terms, or else by its conId; an issuer by its symbol, or else by IB's id. */
function bondQuery({ symbol, conId = 0, issuerId }: Contract, terms: BondTerms | undefined): ContractQuery {
  const issuer = symbol || issuerId?.toUpperCase() || '';
  return { secType: 'BOND', symbol: issuer, ...(terms ?? (conId > 0 ? { conId } : {})) };
}
