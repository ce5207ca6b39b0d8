import { isDeepStrictEqual } from 'node:util';
import { Decimal } from 'decimal.js';
import type { OrderCondition, OrderTerms } from '../../shared/orders/order.ts';

/**
 * Term by term, how what IB shows of an order is compared with what was approved, beside account, instrument, side, size,
 * prices, type, time in force and hours (echo.ts). None of these is a reason to cancel: presets change them.
 */
interface Comparison<Value> {
  /** Of a number or text its name, of what is set or not what the order then is. */
  readonly words: string;
  /** What stands for none. */
  readonly none?: Value;
  /** Also told when it was not approved and IB shows it; of the others IB gives an order some by itself. */
  readonly unasked?: true;
  /** Not told where IB shows none at all: it does not show it of every order. */
  readonly mayBeHidden?: true;
  /** IB shows it no longer once it was met. */
  readonly fades?: true;
  /** What differs, in words; nothing where it is the same. */
  readonly differences?: (approved: Value, seen: Value) => readonly string[];
}

type Compared = {
  readonly [Name in keyof Required<OrderTerms>]:
    | Comparison<NonNullable<OrderTerms[Name]>>
    /** Its comparison has rules of its own. */
    | 'in echo.ts'
    /** IB sets it itself, or shows another one for good reason. */
    | 'not compared';
};

const number = /^-?\d+(\.\d+)?$/;

function sameText(a: string, b: string): boolean {
  return a === b || (number.test(a) && number.test(b) && new Decimal(a).eq(b));
}

/** A time of day, with or without a day and a zone: IB gives it both. */
const timeOfDay = /\b\d{2}:\d{2}:\d{2}\b/;
/** What a parameter is that is not shown. */
const off: ReadonlySet<string> = new Set(['', '0', 'false']);

/** Parameters come in any order, and with those that IB adds. */
function algoDifferences(
  approved: NonNullable<OrderTerms['algo']>,
  seen: NonNullable<OrderTerms['algo']>,
): readonly string[] {
  if (approved.strategy !== seen.strategy) return [`its algorithm is ${seen.strategy} instead of ${approved.strategy}`];
  const shown = new Map(seen.parameters);
  return approved.parameters.flatMap(([tag, value]) => {
    const now = shown.get(tag);
    const isSame = now === undefined ? off.has(value) : sameText(value, now) || areTimes(value, now);
    return isSame ? [] : [`its algorithm’s ${tag} is ${now ?? 'none'} instead of ${value}`];
  });
}

const areTimes = (a: string, b: string): boolean => timeOfDay.test(a) && timeOfDay.test(b);

function conditionDifferences(approved: readonly OrderCondition[], seen: readonly OrderCondition[]): readonly string[] {
  if (approved.length !== seen.length) return [`it has ${seen.length} conditions instead of ${approved.length}`];
  return approved.flatMap((condition, index) => {
    const now = seen[index];
    const joins = index + 1 === approved.length || condition.join === now?.join;
    return now && joins && isSameCondition(condition, now) ? [] : [`its condition ${index + 1} is another one`];
  });
}

/** What names it for people is not compared, and neither is what IB does not show. */
function isSameCondition(approved: OrderCondition, seen: OrderCondition): boolean {
  const { join: _, ...asked } = approved;
  const shown: Readonly<Record<string, unknown>> = { ...seen };
  return Object.entries(asked).every(([name, value]) => {
    const now = shown[name];
    if (name === 'contract' || ((name === 'exchange' || name === 'time') && now === '')) return true;
    if (name === 'method' && value === 'default') return true;
    return typeof value === 'string' && typeof now === 'string' ? sameText(value, now) : value === now;
  });
}

const comparisons: Compared = {
  account: 'in echo.ts',
  side: 'in echo.ts',
  quantity: 'in echo.ts',
  type: 'in echo.ts',
  limitPrice: 'in echo.ts',
  stopPrice: 'in echo.ts',
  trailingAmount: 'in echo.ts',
  trailingPercent: 'in echo.ts',
  tif: 'in echo.ts',
  outsideRth: 'in echo.ts',
  // They move with the market, or stand for a price that does.
  trailStopPrice: 'not compared',
  limitOffset: 'not compared',
  offset: 'not compared',
  offsetPercent: 'not compared',
  volatility: 'not compared',
  pegBest: 'not compared',
  pegBench: 'not compared',
  // IB shows every order as opening.
  openClose: 'not compared',
  allocation: {
    words: 'group',
    mayBeHidden: true,
    differences: ({ group }, seen) => (group === seen.group ? [] : [`its group is ${seen.group} instead of ${group}`]),
  },
  cashQuantity: { words: 'amount', mayBeHidden: true },
  discretionaryAmount: { words: 'discretion' },
  goodTill: { words: 'last moment' },
  goodAfter: { words: 'first moment', fades: true },
  durationSeconds: { words: 'duration in seconds', mayBeHidden: true },
  allOrNone: { words: 'all or none', unasked: true },
  minQuantity: { words: 'smallest size', unasked: true },
  displaySize: { words: 'shown size', unasked: true },
  hidden: { words: 'hidden', unasked: true },
  notHeld: { words: 'left to IB (not held)' },
  triggerMethod: { words: 'trigger' },
  // The name on the wire carries the ticket, and a bracket is given one.
  oca: {
    words: 'OCA type',
    mayBeHidden: true,
    differences: (approved, seen) =>
      approved.type === seen.type ? [] : [`its OCA type is ${seen.type} instead of ${approved.type}`],
  },
  algo: { words: 'algorithm', unasked: true, differences: algoDifferences },
  conditions: { words: 'conditions', none: [], unasked: true, fades: true, differences: conditionDifferences },
  conditionsIgnoreRth: { words: 'judged by its conditions outside regular hours', unasked: true, fades: true },
  conditionsCancel: { words: 'cancelled by its conditions', unasked: true, fades: true },
  nonGuaranteed: { words: 'filled leg by leg', unasked: true },
};

/**
 * What of the terms in the table IB shows otherwise, in words.
 * @param isFirst whether it is the first that IB shows of the order; later ones lack what was met meanwhile
 */
export function termDifferences(approved: OrderTerms, seen: OrderTerms, isFirst: boolean): readonly string[] {
  return namesOf(comparisons).flatMap((name) => {
    const comparison = comparisons[name] as Comparison<unknown> | string;
    if (typeof comparison === 'string') return [];
    const [asked, shown] = [approved[name], seen[name]];
    if (asked === undefined ? !comparison.unasked : shown === undefined && isExcused(comparison, isFirst)) return [];
    return differences(comparison, asked, shown);
  });
}

function isExcused({ mayBeHidden, fades }: Comparison<unknown>, isFirst: boolean): boolean {
  return mayBeHidden === true || (fades === true && !isFirst);
}

function differences(comparison: Comparison<unknown>, approved: unknown, seen: unknown): readonly string[] {
  const { words, none } = comparison;
  const [asked, shown] = [approved ?? none, seen ?? none];
  if (asked !== undefined && shown !== undefined && comparison.differences) return comparison.differences(asked, shown);
  if (sameTerm(asked, shown)) return [];
  if (asked === true || shown === true) return [`it is ${shown === true ? '' : 'not '}${words}`];
  return [`its ${words} is ${toldAs(shown)} instead of ${toldAs(asked)}`];
}

/** Whether a term says the same as another one: nothing is overlooked but what names a contract for people, and the order of an algorithm's parameters. */
export function sameTerm(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (typeof a === 'string' && typeof b === 'string') return sameText(a, b);
  return isDeepStrictEqual(bare(a), bare(b));
}

const bare = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, part: unknown) => {
      if (key === 'contract') return undefined;
      if (key === 'parameters' && Array.isArray(part)) return part.toSorted();
      return typeof part === 'string' && number.test(part) ? new Decimal(part).toFixed() : part;
    }),
  );

function toldAs(value: unknown): string {
  if (value === undefined) return 'none';
  return typeof value === 'object' && value !== null && 'strategy' in value ? String(value.strategy) : String(value);
}

function namesOf(table: Compared): (keyof OrderTerms)[] {
  return Object.keys(table) as (keyof OrderTerms)[];
}
