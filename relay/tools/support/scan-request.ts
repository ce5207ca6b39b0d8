import { distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { ToolError } from '../../../shared/errors.ts';
import type { scanMarket } from '../../../shared/tools/scan_market.ts';
import type { ScanCatalogue, ScanInstrument, ScanLocation } from '../../gateway/research/scan-catalogue.ts';
import type { Scan } from '../../gateway/research/scanner.ts';
import { assertRange } from './range.ts';
import { defaultPlace, placeNamed, presetNamed, scanPlaces, scanPresets, wordsOf } from './scan-presets.ts';

export type ScanArguments = z.output<typeof scanMarket.input>;
type Filters = Scan['filters'];

const suggestions = 4;

/** Kinds of instrument by how their locations begin, for when IB does not tell; the first that fits counts. */
const instrumentsByPrefix: readonly (readonly [prefix: string, instrument: string])[] = [
  ['BOND.GOVT', 'BOND.GOVT'],
  ['BOND', 'BOND'],
  ['ETF.EQ.US', 'ETF.EQ.US'],
  ['ETF.FI.US', 'ETF.FI.US'],
  ['STK.NA', 'STOCK.NA'],
  ['STK.EU', 'STOCK.EU'],
  ['STK.HK', 'STOCK.HK'],
  ['STK', 'STK'],
  ['FUT.NA', 'FUT.NA'],
  ['FUT.EU', 'FUT.EU'],
  ['FUT.HK', 'FUT.HK'],
  ['FUT', 'FUT.US'],
  ['IND.EU', 'IND.EU'],
  ['IND.HK', 'IND.HK'],
  ['IND', 'IND.US'],
];

/** Whether the arguments can be understood without asking IB what can be scanned for. */
export function isSelfEvident(args: ScanArguments): boolean {
  const named = presetNamed(args.scan);
  return named !== undefined && named.place === undefined && args.location === undefined && args.filters === undefined;
}

/**
 * What the arguments mean in IB's codes.
 * @param catalogue what can be scanned for; without it codes are passed on as they are given
 * @throws ToolError `invalid_arguments` with the nearest that is known
 */
export function scanOf(args: ScanArguments, catalogue: ScanCatalogue | undefined): Scan {
  const named = presetNamed(args.scan);
  if (named?.place && args.location !== undefined) {
    throw invalid('The scan and `location` both name a market.', 'Name it in one of them.');
  }
  const code = named?.preset.code ?? scanCodeOf(args.scan, catalogue);
  const where = placeOf(
    args.location ?? named?.place?.names[0] ?? named?.preset.place ?? defaultPlace,
    code,
    catalogue,
  );
  const filters = [...limitsOf(args), ...namedFilters(args.filters ?? {}, catalogue)];
  const tags = new Set<string>();
  for (const { tag } of filters) {
    if (tags.has(tag)) throw invalid(`The filter ${tag} is given twice.`, 'Give each limit once.');
    tags.add(tag);
  }
  // A limit of the caller's own takes the place of the preset's.
  const presetFilters = (named?.preset.filters ?? []).filter(({ tag }) => !tags.has(tag));
  return { code, ...where, filters: [...presetFilters, ...filters] };
}

function scanCodeOf(text: string, catalogue: ScanCatalogue | undefined): string {
  const words = wordsOf(text).join(' ');
  if (!catalogue) {
    const preset = scanPresets.find(({ code }) => wordsOf(code).join(' ') === words);
    if (preset) return preset.code;
    if (/^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)+$/.test(text)) return text;
    throw unknown('scan', text, presetNames());
  }
  const scans = [...catalogue.scans.values()];
  // “low PE ratio” is LOW_PE_RATIO: codes are words, too.
  const found =
    withoutCase(catalogue.scans, text) ??
    scans.find(({ name, code }) => [name, code].some((known) => wordsOf(known).join(' ') === words));
  if (found) return found.code;
  throw unknown('scan', text, [...presetNames(), ...catalogue.scans.keys()]);
}

const presetNames = (): string[] => scanPresets.flatMap(({ names }) => names.slice(0, 1));

/** The market and the kind of instrument that a scan is run on. */
function placeOf(text: string, code: string, catalogue: ScanCatalogue | undefined) {
  const named = placeNamed(text);
  if (!catalogue) {
    const location = named?.location ?? text.toUpperCase();
    const prefix = ([start]: readonly [string, string]) => `${location}.`.startsWith(`${start}.`);
    const instrument = named?.instrument ?? instrumentsByPrefix.find(prefix)?.[1];
    if (instrument && /^[\w.,-]+$/.test(location)) return { instrument, location };
    throw unknown('location', text, placeNames());
  }
  const locations = (named ? [named.location] : text.split(',')).map((part) => {
    const location = locationNamed(part, catalogue);
    if (location) return location;
    throw unknown('location', part.trim(), [...placeNames(), ...catalogue.locations.keys()]);
  });
  return {
    instrument: instrumentOf(code, locations, named?.instrument, catalogue),
    location: locations.map((location) => location.code).join(','),
  };
}

const placeNames = (): string[] => scanPlaces.flatMap(({ names }) => names.slice(0, 1));

/** Gateways spell some locations with a dot where others have an underscore. */
const plain = (code: string): string => code.trim().toUpperCase().replaceAll(/[_-]/g, '.');

function locationNamed(text: string, { locations }: ScanCatalogue): ScanLocation | undefined {
  const all = [...locations.values()];
  return (
    locations.get(text.trim()) ??
    all.find(({ code }) => plain(code) === plain(text)) ??
    // A kind of instrument, such as STOCK.EU, means the whole of its market.
    all.find(({ instruments }) => instruments.includes(text.trim().toUpperCase()))
  );
}

/** The kind of instrument that the locations have and the scan can rank. */
function instrumentOf(
  code: string,
  locations: readonly ScanLocation[],
  preferred: string | undefined,
  { scans, instruments }: ScanCatalogue,
): string {
  const scan = scans.get(code);
  if (!scan) throw unknown('scan', code, [...scans.keys()]);
  const common = (locations[0]?.instruments ?? []).filter((kind) =>
    locations.every((location) => location.instruments.includes(kind)),
  );
  const able = common.filter((kind) => scan.instruments.includes(kind));
  const chosen = preferred !== undefined && able.includes(preferred) ? preferred : able[0];
  if (chosen !== undefined) return chosen;
  const kinds = scan.instruments.map((kind) => instruments.get(kind)?.name ?? kind).slice(0, 12);
  throw invalid(
    common.length === 0
      ? 'These locations have no kind of instrument in common.'
      : `${code} does not rank ${locations.map((location) => location.name).join(', ')}.`,
    `It ranks: ${kinds.join(', ')}. Find locations with get_scanner_parameters.`,
  );
}

/** The kind of instrument of that code. @throws ToolError `invalid_arguments` with the nearest that is known */
export function instrumentNamed(text: string, { instruments }: ScanCatalogue): ScanInstrument {
  const found = withoutCase(instruments, text);
  if (found) return found;
  throw unknown('instrument', text, [...instruments.keys()]);
}

function limitsOf({ min_price, max_price, min_volume, min_market_cap, max_market_cap }: ScanArguments): Filters {
  assertRange('price', min_price, max_price);
  assertRange('market_cap', min_market_cap, max_market_cap);
  const limits: readonly (readonly [tag: string, value: number | undefined])[] = [
    ['priceAbove', min_price],
    ['priceBelow', max_price],
    ['volumeAbove', min_volume],
    ['usdMarketCapAbove', min_market_cap],
    ['usdMarketCapBelow', max_market_cap],
  ];
  return limits.flatMap(([tag, value]) => (value === undefined ? [] : [{ tag, value: String(value) }]));
}

function namedFilters(given: Readonly<Record<string, string | number>>, catalogue: ScanCatalogue | undefined): Filters {
  return Object.entries(given).map(([key, raw]) => {
    const name = key.trim();
    const value = String(raw).trim();
    const filter = withoutCase(catalogue?.filters, name);
    if (catalogue && !filter) throw unknown('filter', name, [...catalogue.filters.keys()]);
    // These two characters separate filters from each other on the way to IB.
    if (/[;=]/.test(name + value) || name === '' || value === '')
      throw invalid(`The filter ${name.slice(0, 60)} has no such value.`);
    if (filter?.numeric && !Number.isFinite(Number(value))) {
      throw invalid(`${filter.name} (${filter.code}) is a number, not “${value.slice(0, 40)}”.`);
    }
    return { tag: filter?.code ?? name, value };
  });
}

function withoutCase<Value>(entries: ReadonlyMap<string, Value> | undefined, name: string): Value | undefined {
  const wanted = name.trim().toLowerCase();
  const code = [...(entries?.keys() ?? [])].find((known) => known.toLowerCase() === wanted);
  return code === undefined ? undefined : entries?.get(code);
}

/** The names that resemble a text most, the most alike first. */
export function nearest(text: string, names: readonly string[], count = suggestions): string[] {
  const likeness = (name: string): number => {
    const [a, b] = [wordsOf(text).join(' '), wordsOf(name).join(' ')];
    return distance(a, b) / Math.max(a.length, b.length, 1);
  };
  return names
    .map((name) => ({ name, likeness: likeness(name) }))
    .sort((a, b) => a.likeness - b.likeness)
    .slice(0, count)
    .map(({ name }) => name);
}

function unknown(
  what: 'scan' | 'location' | 'filter' | 'instrument',
  text: string,
  known: readonly string[],
): ToolError {
  return invalid(
    `There is no ${what} “${text.slice(0, 60)}”.`,
    `Nearest: ${nearest(text, known).join(', ')}. Find others with get_scanner_parameters.`,
  );
}

function invalid(message: string, nextStep = 'Correct it, or find out more with get_scanner_parameters.'): ToolError {
  return new ToolError({ code: 'invalid_arguments', message, nextStep });
}
