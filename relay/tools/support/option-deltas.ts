import type { Instrument } from '../../gateway/contracts/instrument.ts';

/** Options whose delta is read in one round, for each boundary; each round leaves a ninth of what is between. */
const probes = 8;
/** Rounds in which nothing tells a delta before what is left counts as having none. */
const silentRounds = 2;

/** Whether an option of this absolute delta lies before a boundary, on the side of the larger deltas. */
type Before = (delta: number) => boolean;

/** Reads options and remembers their deltas. */
export interface DeltaReader {
  read(options: readonly Instrument[]): Promise<void>;
  /** Whether it was read. */
  has(option: Instrument): boolean;
  /** Without sign; undefined where IB does not tell it, or it was not read. */
  delta(option: Instrument): number | undefined;
}

/** Absolute deltas, both ends included. */
interface DeltaRange {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/**
 * The option whose absolute delta is nearest; undefined when IB tells the delta of none.
 * @param options of one right and expiry, lowest strike first
 */
export async function nearestDelta(
  options: readonly Instrument[],
  delta: number,
  quotes: DeltaReader,
): Promise<Instrument | undefined> {
  await narrow([byFallingDelta(options)], [(each) => each >= delta], quotes);
  const miss = (option: Instrument): number => Math.abs((quotes.delta(option) ?? Number.POSITIVE_INFINITY) - delta);
  const [nearest] = options.filter((option) => quotes.delta(option) !== undefined).sort((a, b) => miss(a) - miss(b));
  return nearest;
}

/**
 * The options whose absolute delta lies in a range, in their order; those between that tell none belong to them.
 * @param sides options of one right and expiry each, lowest strike first
 */
export async function withinDeltas(
  sides: readonly (readonly Instrument[])[],
  { min, max }: DeltaRange,
  quotes: DeltaReader,
): Promise<(readonly Instrument[])[]> {
  const boundaries: Before[] = [
    ...(max === undefined ? [] : [(delta: number) => delta > max]),
    ...(min === undefined ? [] : [(delta: number) => delta >= min]),
  ];
  await narrow(sides.map(byFallingDelta), boundaries, quotes);
  const fits = (option: Instrument): boolean => {
    const delta = quotes.delta(option);
    return delta !== undefined && delta >= (min ?? 0) && delta <= (max ?? 1);
  };
  return sides.map((options) => {
    const ordered = byFallingDelta(options);
    const first = ordered.findIndex(fits);
    if (first === -1) return [];
    const end = min === undefined ? undefined : ordered.findLastIndex(fits) + 1;
    const window = new Set(ordered.slice(max === undefined ? 0 : first, end));
    return options.filter((option) => window.has(option));
  });
}

/** The absolute delta of calls falls as the strike rises, that of puts the other way round. */
function byFallingDelta(options: readonly Instrument[]): readonly Instrument[] {
  return String(options[0]?.details.contract.right) === 'P' ? options.toReversed() : options;
}

/** Reads deltas at a few options of each side, then between the two around each boundary, until neighbours are known. */
async function narrow(
  sides: readonly (readonly Instrument[])[],
  boundaries: readonly Before[],
  quotes: DeltaReader,
): Promise<void> {
  const tellsDelta = (option: Instrument): boolean => quotes.delta(option) !== undefined;
  for (let silent = 0; silent < silentRounds; ) {
    const around = sides.flatMap((options) => boundaries.map((before) => unreadAround(options, before, quotes)));
    const sample = [...new Set(around.flatMap((options) => spread(options, probes)))];
    if (sample.length === 0) return;
    await quotes.read(sample);
    if (!sides.flat().some(tellsDelta)) return;
    silent = sample.some(tellsDelta) ? 0 : silent + 1;
  }
}

/** The options that were not read between the last one before a boundary and the next one behind it. */
function unreadAround(options: readonly Instrument[], before: Before, quotes: DeltaReader): Instrument[] {
  const last = options.findLastIndex((option) => {
    const delta = quotes.delta(option);
    return delta !== undefined && before(delta);
  });
  const next = options.findIndex((option, index) => index > last && quotes.delta(option) !== undefined);
  return options.slice(last + 1, next === -1 ? undefined : next).filter((option) => !quotes.has(option));
}

/** So many members at even distances, the first and the last among them. */
function spread<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  const step = (items.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => items[Math.round(index * step)] as Item);
}
