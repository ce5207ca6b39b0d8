import { type OrderType, orderTypes, type TimeInForce, timesInForce } from '../exchange/model.ts';
import type { Side } from '../market/side.ts';
import { invalid, OrderRequestError } from './order-error.ts';

/** Blanks and case do not matter: `PEGMID`, `peg mid` and `PEG MID` are one type. */
const squash = (text: string): string => text.toUpperCase().replace(/[\s_]/g, '');

const types: ReadonlyMap<string, OrderType> = new Map([
  ...orderTypes.map((type): [string, OrderType] => [squash(type), type]),
  ['STPLIMIT', 'STP LMT'],
  ['TRAILLMT', 'TRAIL LIMIT'],
  ['PEGPRI', 'REL'],
  ['PEGPRIM', 'REL'],
  ['MIDPX', 'MIDPRICE'],
  ['SNAPPRI', 'SNAP PRIM'],
  ['SNAPREL', 'SNAP PRIM'],
  ['BOXTOP', 'BOX TOP'],
]);

/** Types the gateway knows and this exchange does not trade. */
const unsupported: ReadonlySet<string> = new Set(
  [
    'FIX PEGGED',
    'FUNARI',
    'ICEBERG',
    'LMT + MKT',
    'PDV',
    'PMV',
    'PPV',
    'PSV',
    'QUOTE',
    'REL + LMT',
    'REL + MKT',
    'TRAIL LMT + MKT',
    'TRAIL REL + MKT',
    'VWAP',
  ].map(squash),
);

/** @throws {OrderRequestError} 387 for a type that is not traded here, 321 for one that does not exist */
export function parseOrderType(text: string): OrderType {
  const type = types.get(squash(text));
  if (type) return type;
  if (unsupported.has(squash(text)))
    throw new OrderRequestError(387, 'Unsupported order type for this exchange and security type.');
  throw invalid('Invalid order type was entered');
}

/** DAY when nothing is said. @throws {OrderRequestError} 10052 */
export function parseTimeInForce(text: string): TimeInForce {
  const tif = timesInForce.find((candidate) => candidate === (text.toUpperCase() || 'DAY'));
  if (!tif) throw new OrderRequestError(10052, `Invalid time in force:${text}`);
  return tif;
}

/** Short sales of institutions are sales. @throws {OrderRequestError} 321 */
export function parseSide(text: string): Side {
  const side = text.toUpperCase();
  if (side === 'BUY') return 'BUY';
  if (['SELL', 'SSHORT', 'SLONG', 'SSHORTX'].includes(side)) return 'SELL';
  throw invalid('Invalid order side was entered');
}
