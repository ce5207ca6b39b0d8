import type { z } from 'zod';
import { getScannerParameters, type scannerParameterKinds } from '../../shared/tools/get_scanner_parameters.ts';
import { omitUndefined } from '../../shared/values.ts';
import type { ScanCatalogue } from '../gateway/research/scan-catalogue.ts';
import { makeCursor, readCursor } from './support/paging.ts';
import { scanPlaces, scanPresets, wordsOf } from './support/scan-presets.ts';
import { instrumentNamed, nearest } from './support/scan-request.ts';
import { executorOf } from './support/tool.ts';

interface Entry {
  readonly kind: (typeof scannerParameterKinds)[number];
  readonly code: string;
  readonly name: string;
  /** What it goes with: kinds of instrument, or the values and the category of a filter. */
  readonly details: string;
  /** Other words that find it. */
  readonly words: string;
  readonly instruments: readonly string[];
}

/** Kinds of instrument that a row spells out. */
const instrumentsShown = 6;

export const getScannerParametersExecutor = executorOf(getScannerParameters, async (args, context) => {
  const { cursor, limit, ...question } = args;
  const offset = readCursor(question, cursor);
  context.progress(0, undefined, 'reading what can be scanned for');
  const catalogue = await context.gateway.scanner.catalogue(context.signal);
  const entries = candidates(catalogue, args);
  const found = args.query === undefined ? entries : matching(entries, args.query);
  const page = found.slice(offset, offset + limit);
  return omitUndefined({
    columns: ['kind', 'code', 'name', 'details'],
    rows: page.map(({ kind, code, name, details }) => [kind, code, name, details]),
    total: found.length,
    next: offset + limit < found.length ? makeCursor(question, offset + limit) : undefined,
    note: found.length === 0 ? nothingFound(entries, args.query ?? '') : undefined,
  });
});

function candidates(catalogue: ScanCatalogue, { kind, instrument }: z.output<typeof getScannerParameters.input>) {
  const wanted = instrument === undefined ? undefined : instrumentNamed(instrument, catalogue).code;
  return entriesOf(catalogue).filter(
    (entry) =>
      (kind === undefined || entry.kind === kind) && (wanted === undefined || entry.instruments.includes(wanted)),
  );
}

/** Everything that can be asked for, the plainest first. */
function entriesOf({ scans, locations, instruments, filters }: ScanCatalogue): Entry[] {
  const shown = (codes: readonly string[]): string =>
    [...codes.slice(0, instrumentsShown), ...(codes.length > instrumentsShown ? ['…'] : [])].join(' ');
  const forInstruments = (codes: readonly string[]) => ({ details: shown(codes), words: '', instruments: codes });
  const takers = (id: string): string[] =>
    [...instruments.values()].filter(({ filters }) => filters.includes(id)).map(({ code }) => code);
  return [
    ...scanPresets.map(({ names, code }): Entry => {
      const [name = '', ...others] = names;
      const able = scans.get(code)?.instruments ?? [];
      return {
        kind: 'preset',
        code: name,
        name: scans.get(code)?.name ?? '',
        details: code,
        words: others.join(' '),
        instruments: able,
      };
    }),
    ...[...scans.values()].map(
      ({ code, name, instruments }): Entry => ({ kind: 'scan', code, name, ...forInstruments(instruments) }),
    ),
    ...[...locations.values()].map(({ code, name, instruments }): Entry => {
      const called = placesAt(code);
      const details = [shown(instruments), ...called.slice(0, 1).map((place) => `“${place}”`)].join(' ');
      return { kind: 'location', code, name, details, words: called.join(' '), instruments };
    }),
    ...[...instruments.values()].map(
      ({ code, name }): Entry => ({ kind: 'instrument', code, name, details: '', words: '', instruments: [code] }),
    ),
    ...[...filters.values()].map(({ code, name, id, category, numeric, values }): Entry => {
      const details =
        values.length > 0 ? values.slice(0, 20).join(' ') : [category, numeric ? 'number' : ''].join(' ').trim();
      return { kind: 'filter', code, name, details, words: category, instruments: takers(id) };
    }),
  ];
}

/** What people call a location. */
const placesAt = (location: string): readonly string[] =>
  scanPlaces.find((place) => place.location === location)?.names ?? [];

/** Entries that have every word of the query, whole words and codes before parts of words. */
function matching(entries: readonly Entry[], query: string): Entry[] {
  const words = wordsOf(query);
  // A query of nothing but small words, such as “stock”, is looked for as it is.
  const wanted = words.length > 0 ? words : [query.toLowerCase()];
  return entries
    .map((entry, index) => ({ entry, index, score: scoreOf(entry, query, wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .map(({ entry }) => entry);
}

function scoreOf({ code, name, words }: Entry, query: string, wanted: readonly string[]): number {
  if (code.toLowerCase() === query.trim().toLowerCase()) return Number.POSITIVE_INFINITY;
  // Codes such as changePercAbove are words run together.
  const text = `${code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')} ${name} ${words}`;
  const own = wordsOf(text);
  const whole = `${own.join(' ')} ${text.toLowerCase()}`;
  const scores = wanted.map((word): number => (own.includes(word) ? 2 : whole.includes(word) ? 1 : 0));
  return scores.some((score) => score === 0) ? 0 : scores.reduce((sum, score) => sum + score, 0);
}

function nothingFound(entries: readonly Entry[], query: string): string {
  const near = nearest(
    query,
    entries.map(({ code }) => code),
  );
  return near.length > 0
    ? `Nothing has all of these words. Nearest codes: ${near.join(', ')}.`
    : 'Nothing of this kind.';
}
