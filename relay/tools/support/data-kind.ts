import { ToolError } from '../../../shared/errors.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import type { Gateway } from '../../gateway/index.ts';
import { type DataType, stalest } from '../../gateway/market-data/data-type-lock.ts';
import type { Ticker } from '../../gateway/market-data/ticker.ts';
import { parseHours } from '../../gateway/time/hours.ts';

/**
 * What kind of data a ticker is of. Where IB announces nothing it is live only while the market is known to be open; a combination is
 * no fresher than its legs, whatever is announced for it.
 * @param at when it was so, epoch milliseconds
 * @param legs kinds of a combination's legs
 */
export function kindOf(
  ticker: Ticker,
  instrument: Pick<Instrument, 'details' | 'marketZone'>,
  at: number,
  legs: readonly DataType[] = [],
): DataType {
  const { dataType } = ticker;
  const own = ticker.isAnnounced ? dataType : stalest([dataType, kindByHours(instrument, at) ?? 2]);
  return stalest([own, ...legs]);
}

/** Live while the market is open, else frozen; undefined while its hours are unknown. @param at epoch milliseconds */
export function kindByHours(
  { details, marketZone }: Pick<Instrument, 'details' | 'marketZone'>,
  at: number,
): 1 | 2 | undefined {
  const sessions = parseHours(details.tradingHours, marketZone);
  if (sessions.length === 0) return undefined;
  return sessions.some(({ open, close }) => open <= at && at < close) ? 1 : 2;
}

/** The kinds of data that a combination's legs come in; those without any quote have none. Gateway failures end it. */
export async function kindsOfLegs(
  { legs = [] }: Instrument,
  { quotes }: Pick<Gateway, 'quotes'>,
  signal?: AbortSignal,
): Promise<readonly DataType[]> {
  const kinds = await Promise.all(
    legs.map(async (leg) => {
      try {
        const { ticker, at } = await quotes.collect(
          { instrument: leg, genericTicks: '', wanted: ['bid', 'ask'] },
          signal,
        );
        return [kindOf(ticker, leg, at)];
      } catch (error) {
        if (error instanceof ToolError && !error.code.startsWith('gateway_')) return [];
        throw error;
      }
    }),
  );
  return kinds.flat();
}
