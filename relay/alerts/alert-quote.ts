import type { Alert } from '../../shared/alerts/alert.ts';
import { alertPrice, changeSince } from '../../shared/alerts/standing.ts';
import type { Ticker } from '../gateway/market-data/ticker.ts';

/** The value that an alert of this kind compares; undefined while it is not known. */
export function alertValue(kind: Alert['kind'], ticker: Ticker): number | undefined {
  switch (kind) {
    case 'price':
      return alertPrice(ticker, ticker.secType);
    case 'change': {
      const [price, { close }] = [alertPrice(ticker, ticker.secType), ticker];
      if (price === undefined || close === undefined || close <= 0) return undefined;
      return changeSince(close, price);
    }
    case 'volume':
      return ticker.volume;
    default:
      return undefined;
  }
}
