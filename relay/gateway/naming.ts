import type { Contract } from '@stoqey/ib';
import { type ContractQuery, formatContract, type SecType } from '../../shared/contracts/index.ts';
import { secTypes } from '../../shared/tools/fields.ts';

const listed: ReadonlySet<string> = new Set(secTypes);

/** How much of an instrument's name to spell out, from the shortest that is usually enough to the last resort. */
export type Detail = 'short' | 'currency' | 'exchange' | 'full' | 'conId';

/**
 * The contract string of an instrument of IB, to be passed into the next call. What the grammar cannot express is named
 * by its conId alone, or its symbol when it has none (issuers of bonds).
 */
export function contractString(contract: Contract, detail: Detail = 'short'): string {
  const conId = contract.conId ?? 0;
  const query = queryOf(contract, detail);
  try {
    return formatContract(detail === 'conId' && conId > 0 ? { ...query, conId } : query);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return conId > 0 ? formatContract({ conId }) : (contract.symbol ?? '');
  }
}

function queryOf(contract: Contract, detail: Detail): ContractQuery {
  const { symbol, currency, conId } = contract;
  const secType = contract.secType as string | undefined;
  if (symbol === undefined || secType === undefined || !listed.has(secType) || secType === 'BAG') {
    return conId === undefined || conId <= 0 ? {} : { conId };
  }
  const kind = secType as SecType;
  const spellCurrency =
    kind === 'CASH' || kind === 'CRYPTO' || currency !== 'USD' || detail === 'currency' || detail === 'full';
  const exchange = contract.primaryExch || contract.exchange;
  const spellExchange = (detail === 'exchange' || detail === 'full') && exchange !== undefined && exchange !== 'SMART';
  const option = kind === 'OPT' || kind === 'FOP' || kind === 'WAR';
  const expiry = contract.lastTradeDateOrContractMonth?.slice(0, 8);
  const tradingClass = contract.tradingClass;
  const query: Record<string, unknown> = { secType: kind, symbol };
  if (kind === 'BOND') return { secType: kind, symbol, ...(conId === undefined || conId <= 0 ? {} : { conId }) };
  if (spellCurrency && currency) query.currency = currency;
  if (spellExchange && exchange !== '') query.exchange = exchange;
  if ((option || kind === 'FUT') && expiry) query.expiry = expiry;
  if (option && contract.right && contract.strike !== undefined) {
    query.right = contract.right;
    query.strike = contract.strike;
    if (tradingClass && (tradingClass !== symbol || detail === 'full')) query.tradingClass = tradingClass;
  }
  return query;
}
