import { Decimal } from 'decimal.js';
import type { Notice } from './messages.ts';
import { invalidAlgo, notices } from './messages.ts';
import type { OrderTerms } from './model.ts';
import { totalOf, type Working, zero } from './working.ts';

interface Strategy {
  /** How long the order takes when it names no end, milliseconds. */
  readonly duration: number;
  readonly parameters: readonly string[];
  readonly numeric?: readonly string[];
}

const minute = 60_000;
const times = ['startTime', 'endTime'];
const strategy = (minutes: number, parameters: string, numeric = ''): Strategy => ({
  duration: minutes * minute,
  parameters: [...times, ...parameters.split(' ').filter(Boolean)],
  numeric: numeric.split(' ').filter(Boolean),
});

/** The algorithms by the names the API has for them, lower case. */
const strategies: ReadonlyMap<string, Strategy> = new Map(
  Object.entries({
    adaptive: { duration: minute / 2, parameters: ['adaptivePriority'] },
    twap: strategy(30, 'strategyType allowPastEndTime conditionalPrice'),
    vwap: strategy(30, 'maxPctVol allowPastEndTime noTakeLiq speedUp', 'maxPctVol'),
    arrivalpx: strategy(10, 'maxPctVol riskAversion forceCompletion allowPastEndTime', 'maxPctVol'),
    darkice: strategy(10, 'displaySize allowPastEndTime', 'displaySize'),
    pctvol: strategy(30, 'pctVol noTakeLiq', 'pctVol'),
    pctvolpx: strategy(30, 'pctVol deltaPctVol minPctVol4Px maxPctVol4Px noTakeLiq', 'pctVol'),
    pctvolsz: strategy(30, 'startPctVol endPctVol noTakeLiq', 'startPctVol endPctVol'),
    pctvoltm: strategy(30, 'startPctVol endPctVol noTakeLiq', 'startPctVol endPctVol'),
    ad: strategy(
      30,
      'componentSize timeBetweenOrders randomizeTime20 randomizeSize55 giveUp catchUp waitForFill activeTimeStart activeTimeEnd',
      'componentSize timeBetweenOrders',
    ),
    balanceimpactrisk: strategy(15, 'maxPctVol riskAversion forceCompletion', 'maxPctVol'),
    minimpact: strategy(30, 'maxPctVol', 'maxPctVol'),
    closepx: strategy(20, 'maxPctVol riskAversion forceCompletion', 'maxPctVol'),
  }),
);

const priorities: Readonly<Record<string, number>> = { urgent: 2000, normal: 10_000, patient: 30_000 };
const slice = 10_000;
/** The time over which a day's usual volume is traded. */
const tradingDay = 6.5 * 60 * minute;

/** Why an order's algorithm is not taken; undefined when it is, or there is none. */
export function algoProblem({ algo, type }: OrderTerms): Notice | undefined {
  if (!algo) return undefined;
  const found = strategies.get(algo.strategy.toLowerCase());
  if (!found) return notices.unknownAlgorithm;
  if (type !== 'MKT' && type !== 'LMT') return notices.algorithmNotAllowed;
  for (const [name, value] of algo.parameters) {
    if (!found.parameters.includes(name)) return notices.unknownAlgoAttribute;
    if (found.numeric?.includes(name) && !(Number(value) > 0)) return invalidAlgo(`Invalid value for ${name}`);
  }
  const priority = algo.parameters.get('adaptivePriority');
  if (priority !== undefined && !(priority.toLowerCase() in priorities)) return invalidAlgo('adaptivePriority');
  const percent = Number(algo.parameters.get('maxPctVol') ?? algo.parameters.get('pctVol') ?? 0.1);
  if (percent < 0.01 || percent > 0.5) return invalidAlgo('The percentage of volume must be between 0.01 and 0.5');
  const { startTime, endTime } = algo;
  if (startTime !== undefined && endTime !== undefined && endTime <= startTime)
    return invalidAlgo('The end time must be later than the start time');
  return undefined;
}

/** When an algorithm gives up what it has not done by then; undefined when it goes on for as long as the order lives. */
export function algoEnd({ algo }: OrderTerms): number | undefined {
  const goesOn = ['1', 'true'].includes(algo?.parameters.get('allowPastEndTime')?.toLowerCase() ?? '');
  return goesOn ? undefined : algo?.endTime;
}

/** How much of an order its algorithm may have done by an instant; all of it for orders without one. */
export function algoAllowance(working: Working, instant: number): Decimal {
  const { order, startedAt = instant } = working;
  const { algo } = order.terms;
  const total = totalOf(order);
  if (!algo) return total;
  const name = algo.strategy.toLowerCase();
  const waits = priorities[algo.parameters.get('adaptivePriority')?.toLowerCase() ?? 'normal'] ?? 0;
  if (name === 'adaptive') return instant - startedAt >= waits ? total : zero;
  const begin = Math.max(startedAt, order.terms.activeStart ?? startedAt, algo.startTime ?? startedAt);
  const end = algo.endTime ?? order.terms.activeStop ?? begin + (strategies.get(name)?.duration ?? minute);
  const size = Number(algo.parameters.get('componentSize'));
  const pause = Number(algo.parameters.get('timeBetweenOrders')) * 1000;
  if (name === 'ad' && size > 0 && pause > 0)
    return Decimal.max(zero, Decimal.min(total, new Decimal(size).mul(Math.floor((instant - begin) / pause) + 1)));
  const elapsed = Math.floor((instant - begin) / slice + 1) * slice;
  const part = name.startsWith('pctvol') ? 1 : Math.min(1, elapsed / Math.max(slice, end - begin));
  const scheduled = total.mul(part).toDecimalPlaces(0, part >= 1 ? Decimal.ROUND_UP : Decimal.ROUND_DOWN);
  return Decimal.max(zero, Decimal.min(scheduled, participation(order.terms, elapsed, end - begin) ?? scheduled));
}

/** The part of the market's usual volume of a stretch of time that a strategy allows itself; undefined for any. */
function participation(
  { algo, legs: [{ instrument }] }: OrderTerms,
  elapsed: number,
  length: number,
): Decimal | undefined {
  const { volume } = instrument.process;
  const percent = (name: string): number => Number(algo?.parameters.get(name));
  const from = percent('startPctVol');
  const to = percent('endPctVol');
  const inTime = Math.min(1, elapsed / Math.max(slice, length));
  // What rises or falls in time comes to the mean of where it began and where it is.
  const ramp = from > 0 && to > 0 ? from + ((to - from) * inTime) / 2 : Number.NaN;
  const share = [percent('pctVol'), percent('maxPctVol'), ramp].find((candidate) => candidate > 0);
  if (share === undefined || !(volume > 0)) return undefined;
  return new Decimal(Math.floor((share * volume * elapsed) / tradingDay));
}
