import { monthText } from './expiry.ts';
import { parseContract } from './parse.ts';
import type { ContractQuery } from './query.ts';

/**
 * The canonical string of a query: the shortest in the grammar of `parse.ts` that parses back to exactly this query.
 * @throws RangeError when no string can express it (it names nothing, or holds characters outside the grammar).
 */
export function formatContract(query: ContractQuery): string {
  const body = formatBody(query);
  const tail = query.conId === undefined ? '' : body === '' ? String(query.conId) : ` {${query.conId}}`;
  const at = body !== '' && query.exchange !== undefined ? `@${query.exchange}` : '';
  const kind = query.secIdType ?? query.secType;
  const spellings = [`${body}${at}${tail}`, ...(kind && body !== '' ? [`${body}${at}:${kind}${tail}`] : [])];
  if (query.secType !== undefined && query.secId !== undefined) spellings.push(`${body}${at}:${query.secType}${tail}`);
  const spelling = spellings.find((text) => parsesTo(text, query));
  if (spelling === undefined) throw new RangeError(`No contract string expresses ${JSON.stringify(query)}`);
  return spelling;
}

function formatBody(query: ContractQuery): string {
  const { symbol, currency, expiry, contractMonth, right, strike, tradingClass } = query;
  if (query.secId !== undefined) return query.secId;
  if (query.localSymbol !== undefined) return query.localSymbol;
  if (symbol === undefined) return '';
  if (query.secType === 'BOND') {
    return [symbol, query.coupon, query.maturity].filter((part) => part !== undefined).join(' ');
  }
  return [
    currency === undefined ? symbol : `${symbol}.${currency}`,
    expiry,
    monthText(contractMonth),
    right,
    strike,
    tradingClass,
  ]
    .filter((part) => part !== undefined)
    .join(' ');
}

function parsesTo(text: string, query: ContractQuery): boolean {
  try {
    return sameQuery(parseContract(text), query);
  } catch {
    return false;
  }
}

function sameQuery(a: ContractQuery, b: ContractQuery): boolean {
  const present = (query: ContractQuery) =>
    JSON.stringify(
      Object.entries(query)
        .filter(([, value]) => value !== undefined)
        .sort(([x], [y]) => (x < y ? -1 : 1)),
    );
  return present(a) === present(b);
}
