import type { FlexRow } from './flex-statements.ts';

/**
 * Sections may hold the same money several times: executions with their orders and closed lots, transactions with their
 * sums, currencies with the base currency. A row's level says which telling it belongs to; only one level may be counted.
 */
export type Level = string;

/** Rows that sum others and do not say so. */
const sum: Level = 'Sum';
/** Rows that say nothing about their level, as most sections have. */
const plain: Level = '';
/** Plain rows without the number that their like have, which only sums lack. */
export const numberless: Level = 'Without id';

/** Elements that stand beside the rows of which they consist, or which consist of them. */
const tellingElements = new Set(['Order', 'Lot', 'SymbolSummary', 'AssetSummary', 'WashSale']);

/** From the one that tells most truly what happened; those that nobody has heard of come after the plain ones. */
const preferred: readonly Level[] = ['EXECUTION', 'DETAIL', 'TRANSFER', 'CURRENCY', plain];
const last: readonly Level[] = [
  'ORDER',
  numberless,
  'SUMMARY',
  'LOT',
  'CLOSED_LOT',
  'WASHSALE',
  'SYMBOL_SUMMARY',
  'SYMBOLSUMMARY',
  'ASSET_SUMMARY',
  'ASSETSUMMARY',
  'BASECURRENCY',
  sum,
];

/** The level of a row. @param kind the name of its element */
export function levelOf(row: FlexRow, kind: string): Level {
  const { accountId, acctAlias, levelOfDetail, transactionID } = row;
  if (accountId === '-' || acctAlias === '-' || isTotal(row)) return sum;
  if (levelOfDetail) return levelOfDetail;
  if (tellingElements.has(kind)) return kind;
  return transactionID === '' ? numberless : plain;
}

/** Of the levels of a section the one to count. */
export function finest(levels: Iterable<Level>): Level | undefined {
  return [...levels].sort((a, b) => rank(a) - rank(b))[0];
}

/** What kind rows of a level are; undefined where their element says it. */
export function levelName(level: Level): string | undefined {
  return level === numberless || level === sum ? sum : undefined;
}

function rank(level: Level): number {
  const upper = level.toUpperCase();
  const find = (list: readonly Level[]) => list.findIndex((one) => one.toUpperCase() === upper);
  const first = find(preferred);
  if (first >= 0) return first;
  const later = find(last);
  return preferred.length + (later < 0 ? 0 : 1 + later);
}

/** Totals of the summaries by instrument: an empty place for the instrument, and a word for it. */
function isTotal({ symbol, conid, description = '', transactionID }: FlexRow): boolean {
  const nameless = (symbol === '' || conid === '') && !symbol && !conid && !transactionID;
  return nameless && /^(sub)?total\b/i.test(description);
}
