import { DurationUnit } from '@stoqey/ib';
import { readPeriod } from '../../shared/bar-sizes.ts';
import { ToolError } from '../../shared/errors.ts';
import { getPriceHistogram } from '../../shared/tools/get_price_histogram.ts';
import { omitUndefined } from '../../shared/values.ts';
import { priceUnitNote } from '../gateway/contracts/price-unit.ts';
import { known } from '../gateway/numbers.ts';
import { isoInZone } from '../gateway/time/time-zones.ts';
import { notesOf } from './support/options.ts';
import { executorOf } from './support/tool.ts';

interface Level {
  readonly price: number;
  readonly size: number;
}

const units = { d: DurationUnit.DAY, w: DurationUnit.WEEK, m: DurationUnit.MONTH, y: DurationUnit.YEAR } as const;
const valueAreaShare = 0.7;

export const getPriceHistogramExecutor = executorOf(getPriceHistogram, async (args, context) => {
  const { gateway, signal } = context;
  const instrument = await gateway.contracts.resolve(args.contract, signal);
  const { amount, unit } = readPeriod(args.period) ?? { amount: 1, unit: 'w' };
  const period = { amount, unit: units[unit] };
  const entries = await gateway.ticks.histogram(instrument, period, args.rth, signal);
  const levels = entries
    .flatMap(({ price, size }): Level[] => {
      const [at, volume] = [known(price), known(size)];
      return at === undefined || volume === undefined ? [] : [{ price: at, size: volume }];
    })
    .sort((a, b) => a.price - b.price);
  const [top] = levels.toSorted((a, b) => b.size - a.size);
  if (!top) {
    throw new ToolError({
      code: 'no_data',
      message: `IB has no trades of ${instrument.name} in this period.`,
      nextStep: 'Try a longer period, or an instrument that is traded: indices and currencies are not.',
    });
  }
  const merged = mergeLevels(levels, args.levels);
  return omitUndefined({
    conId: instrument.conId,
    contract: instrument.name,
    asOf: isoInZone(instrument.zone, gateway.serverTime()),
    period: args.period,
    data: 'TRADES' as const,
    currency: instrument.currency || undefined,
    total: levels.reduce((sum, { size }) => sum + size, 0),
    mostTraded: top.price,
    valueArea: valueArea(levels, levels.indexOf(top)),
    columns: merged.length < levels.length ? ['from', 'to', 'size'] : ['price', 'size'],
    rows:
      merged.length < levels.length
        ? merged.map(({ from, to, size }) => [from, to, size])
        : levels.map(({ price, size }) => [price, size]),
    note: notesOf([
      merged.length < levels.length ? `${levels.length} prices merged into ${merged.length} ranges.` : undefined,
      priceUnitNote(instrument),
    ]),
  });
});

/** Neighbouring levels put together, as many to each range. Nothing is lost: the sizes add up to the same total. */
export function mergeLevels(levels: readonly Level[], most: number): { from: number; to: number; size: number }[] {
  const each = Math.ceil(levels.length / most);
  const ranges: { from: number; to: number; size: number }[] = [];
  for (let at = 0; at < levels.length; at += each) {
    const part = levels.slice(at, at + each);
    ranges.push({
      from: part[0]?.price ?? 0,
      to: part.at(-1)?.price ?? 0,
      size: part.reduce((sum, { size }) => sum + size, 0),
    });
  }
  return ranges;
}

/** The range around the most traded price that holds 70 % of the volume, grown to the heavier side first. */
export function valueArea(levels: readonly Level[], top: number): { low: number; high: number } {
  const wanted = valueAreaShare * levels.reduce((sum, { size }) => sum + size, 0);
  let [low, high] = [top, top];
  let held = levels[top]?.size ?? 0;
  while (held < wanted && (low > 0 || high < levels.length - 1)) {
    const below = levels[low - 1]?.size ?? Number.NEGATIVE_INFINITY;
    const above = levels[high + 1]?.size ?? Number.NEGATIVE_INFINITY;
    if (above >= below) high += 1;
    else low -= 1;
    held += Math.max(above, below);
  }
  return { low: levels[low]?.price ?? 0, high: levels[high]?.price ?? 0 };
}
