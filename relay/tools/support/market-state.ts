import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { type MarketSession, parseHours } from '../../gateway/time/hours.ts';

/** Whether a market is open, and when its regular session opens and closes next, epoch milliseconds. */
export interface MarketState {
  readonly state: 'regular' | 'extended' | 'closed' | 'unknown';
  readonly nextOpen: number | undefined;
  readonly nextClose: number | undefined;
  /** When anything opens next, before or after the regular session too. */
  readonly nextTrading: number | undefined;
}

export function marketStateAt(
  now: number,
  { details, marketZone }: Pick<Instrument, 'details' | 'marketZone'>,
): MarketState {
  const within = ({ open, close }: MarketSession): boolean => open <= now && now < close;
  const regular = parseHours(details.liquidHours, marketZone);
  const trading = parseHours(details.tradingHours, marketZone);
  return {
    state: stateOf(),
    nextOpen: regular.find(({ open }) => open > now)?.open,
    nextClose: regular.find(({ close }) => close > now)?.close,
    nextTrading: trading.find(({ open }) => open > now)?.open,
  };

  function stateOf(): MarketState['state'] {
    if (marketZone === undefined) return 'unknown';
    if (regular.some(within)) return 'regular';
    return trading.some(within) ? 'extended' : 'closed';
  }
}
