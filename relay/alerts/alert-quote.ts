import type { Alert } from '../../shared/alerts/alert.ts';
import { dataTypeNames } from '../gateway/market-data/data-type-lock.ts';
import type { Ticker } from '../gateway/market-data/ticker.ts';

/** Kinds whose last trade is missing or old, so that the middle of bid and ask tells more. */
const quotedKinds: ReadonlySet<string> = new Set(['CASH', 'CMDTY', 'CFD', 'OPT', 'FOP', 'WAR', 'BOND']);

/** The value that an alert of this kind compares; undefined while it is not known. */
export function alertValue(kind: Alert['kind'], ticker: Ticker): number | undefined {
  switch (kind) {
    case 'price':
      return priceOf(ticker);
    case 'change': {
      const [price, { close }] = [priceOf(ticker), ticker];
      if (price === undefined || close === undefined || close <= 0) return undefined;
      return Number(((price / close - 1) * 100).toFixed(4));
    }
    case 'volume':
      return ticker.volume;
    default:
      return undefined;
  }
}

/** How fresh the data is, where it is not live. */
export function staleness({ dataType }: Ticker): string | undefined {
  return dataType === 1 ? undefined : dataTypeNames[dataType];
}

function priceOf(ticker: Ticker): number | undefined {
  return quotedKinds.has(ticker.secType) ? ticker.midpoint : ticker.last;
}
