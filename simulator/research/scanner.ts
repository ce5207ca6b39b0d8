import { futureClasses, futuresOf } from '../market/futures.ts';
import type { Instrument } from '../market/instruments.ts';
import { listings } from '../market/listings.ts';
import type { World } from '../world/world.ts';
import { type FilterTag, filterTest, UnknownFilterError } from './scan-filters.ts';
import { isAt, type ScanInstrument, type ScanLocation, scanInstrument, scanLocation } from './scan-locations.ts';
import { metricOf, ScanSubject } from './scan-metrics.ts';
import { type ScanType, scanType } from './scan-types.ts';

/** What a client wants to scan for, as it was asked. */
export interface ScanRequest {
  readonly instrument: string;
  /** One location, or several with commas. */
  readonly location: string;
  readonly scanCode: string;
  readonly filters: readonly FilterTag[];
}

/** A scan that cannot be run; the message is in the gateway's words. */
export class ScanError extends Error {
  override readonly name = 'ScanError';
}

/** A scan that was understood, ready to be run any number of times. */
export interface Scan {
  readonly type: ScanType;
  readonly instrument: ScanInstrument;
  readonly locations: readonly ScanLocation[];
  readonly tests: readonly ((subject: ScanSubject) => boolean)[];
}

const secTypes: Readonly<Record<ScanType['families'][number], string>> = {
  stocks: 'STK',
  funds: 'STK',
  futures: 'FUT',
  indices: 'IND',
  bonds: 'BOND',
};

const testsOf = (filters: readonly FilterTag[]): Scan['tests'] => {
  try {
    return filters.map(filterTest);
  } catch (error) {
    if (!(error instanceof UnknownFilterError)) throw error;
    throw new ScanError(`Scanner filter ${error.tag} is disabled.`);
  }
};

/** Looks up what a request names. @throws {ScanError} when one of the names does not exist or they do not go together */
export function prepareScan({ instrument: kind, location, scanCode, filters }: ScanRequest): Scan {
  const instrument = scanInstrument(kind);
  if (!instrument) throw new ScanError(`Scanner instrument ${kind} is disabled.`);
  const type = scanType(scanCode);
  if (!type?.families.includes(instrument.family))
    throw new ScanError(`Scanner type with code ${scanCode} is disabled.`);
  const locations = location.split(',').map((code) => {
    const found = scanLocation(code);
    if (!found?.instruments.includes(instrument.type)) throw new ScanError(`Scanner location ${code} is disabled.`);
    return found;
  });
  return { type, instrument, locations, tests: testsOf(filters) };
}

function rank(order: ScanType['order'], a: number | string, b: number | string): number {
  const ascending =
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : String(a) < String(b)
        ? -1
        : String(a) === String(b)
          ? 0
          : 1;
  return order === 'low' ? ascending : -ascending;
}

/** Every instrument of a type that can be traded on a day. */
function listedOn(secType: string, day: number): readonly Instrument[] {
  if (secType !== 'FUT') return listings.filter((instrument) => instrument.secType === secType);
  return futureClasses.flatMap((futureClass) => futuresOf(futureClass, day));
}

/** The instruments a scan finds at an instant, best first. */
export function runScan(world: World, scan: Scan, instant: number): Instrument[] {
  const { type, instrument, locations, tests } = scan;
  return listedOn(secTypes[instrument.family], world.zone.day(instant))
    .filter((candidate) => instrument.accepts(candidate) && locations.some((location) => isAt(location, candidate)))
    .map((candidate) => new ScanSubject(world.model, candidate, instant))
    .filter((subject) => tests.every((test) => test(subject)))
    .flatMap((subject) => {
      const value = metricOf(type.metric, subject);
      return value === undefined || Number.isNaN(value) ? [] : [{ instrument: subject.instrument, value }];
    })
    .sort((a, b) => rank(type.order, a.value, b.value) || a.instrument.conId - b.instrument.conId)
    .map((row) => row.instrument);
}
