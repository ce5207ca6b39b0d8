import { futureClasses, futuresOf } from '../../../simulator/market/futures.ts';
import type { Instrument } from '../../../simulator/market/instruments.ts';

/** The E-mini contracts listed on a day, nearest first. */
export function futuresOn(day: number): Instrument[] {
  const [eMini] = futureClasses;
  return eMini ? futuresOf(eMini, day) : [];
}
