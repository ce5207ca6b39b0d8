import type { Segment } from './calendar.ts';
import { exchangeSchedules } from './exchanges.ts';
import type { Instrument } from './instruments.ts';

/** The exchange of US stocks between 20:00 and 3:50 New York time. */
export const overnight = 'OVERNIGHT';

/**
 * The overnight session that an instant falls into, or undefined when there is none or the instrument has no part in it.
 * The session of the evening before belongs to the trading day; prices stand still in it.
 */
export function overnightSegment(instrument: Instrument, instant: number): Segment | undefined {
  if (!instrument.validExchanges.includes(overnight)) return undefined;
  return exchangeSchedules.usOvernight.openSegment(instant);
}
