import { Decimal } from 'decimal.js';
import type { Notice } from './messages.ts';
import { invalidAlgo, NOTICES } from './messages.ts';
import type { OrderTerms } from './model.ts';
import { totalOf, type Working, ZERO } from './working.ts';

interface Strategy {
  /** How long the order takes when it names no end, milliseconds. */
  readonly duration: number;
  readonly parameters: readonly string[];
  readonly numeric?: readonly string[];
}

const MINUTE = 60_000;
const TIMES = ['startTime', 'endTime'];
const strategy = (minutes: number, parameters: string, numeric = ''): Strategy => ({
  duration: minutes * MINUTE,
  parameters: [...TIMES, ...parameters.split(' ').filter(Boolean)],
  numeric: numeric.split(' ').filter(Boolean),
});

/** The algorithms by the names the API has for them, lower case. */
const STRATEGIES: ReadonlyMap<string, Strategy> = new Map(
  Object.entries({
    adaptive: { duration: MINUTE / 2, parameters: ['adaptivePriority'] },
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

const PRIORITIES: Readonly<Record<string, number>> = { urgent: 2000, normal: 10_000, patient: 30_000 };
const SLICE = 10_000;

/** Why an order's algorithm is not taken; undefined when it is, or there is none. */
export function algoProblem({ algo, type }: OrderTerms): Notice | undefined {
  if (!algo) return undefined;
  const found = STRATEGIES.get(algo.strategy.toLowerCase());
  if (!found) return NOTICES.unknownAlgorithm;
  if (type !== 'MKT' && type !== 'LMT') return NOTICES.algorithmNotAllowed;
  for (const [name, value] of algo.parameters) {
    if (!found.parameters.includes(name)) return NOTICES.unknownAlgoAttribute;
    if (found.numeric?.includes(name) && !(Number(value) > 0)) return invalidAlgo(`Invalid value for ${name}`);
  }
  const priority = algo.parameters.get('adaptivePriority');
  if (priority !== undefined && !(priority.toLowerCase() in PRIORITIES)) return invalidAlgo('adaptivePriority');
  const percent = Number(algo.parameters.get('maxPctVol') ?? algo.parameters.get('pctVol') ?? 0.1);
  if (percent < 0.01 || percent > 0.5) return invalidAlgo('The percentage of volume must be between 0.01 and 0.5');
  return undefined;
}

/** How much of an order its algorithm may have done by an instant; all of it for orders without one. */
export function algoAllowance(working: Working, instant: number): Decimal {
  const { order, startedAt = instant } = working;
  const { algo } = order.terms;
  const total = totalOf(order);
  if (!algo) return total;
  const name = algo.strategy.toLowerCase();
  const waits = PRIORITIES[algo.parameters.get('adaptivePriority')?.toLowerCase() ?? 'normal'] ?? 0;
  if (name === 'adaptive') return instant - startedAt >= waits ? total : ZERO;
  const begin = Math.max(startedAt, order.terms.activeStart ?? startedAt);
  const end = order.terms.activeStop ?? begin + (STRATEGIES.get(name)?.duration ?? MINUTE);
  const size = Number(algo.parameters.get('componentSize'));
  const pause = Number(algo.parameters.get('timeBetweenOrders')) * 1000;
  if (name === 'ad' && size > 0 && pause > 0)
    return Decimal.min(total, new Decimal(size).mul(Math.floor((instant - begin) / pause) + 1));
  const elapsed = Math.floor((instant - begin) / SLICE + 1) * SLICE;
  const part = Math.min(1, elapsed / Math.max(SLICE, end - begin));
  return Decimal.max(ZERO, total.mul(part).toDecimalPlaces(0, part >= 1 ? Decimal.ROUND_UP : Decimal.ROUND_DOWN));
}
