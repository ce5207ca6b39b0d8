import { type OrderCondition, type OrderTerms, otherSide } from '../../../shared/orders/order.ts';
import type { OrderArguments } from '../../../shared/orders/order-arguments.ts';
import { omitUndefined } from '../../../shared/values.ts';
import { ownTime } from './term-rules.ts';

/** What of an order was looked up beside its own contract. */
export interface LookedUp {
  readonly whose: Pick<OrderTerms, 'account' | 'allocation'>;
  readonly conditions: readonly OrderCondition[] | undefined;
  readonly pegBench: OrderTerms['pegBench'];
}

/** The entry, every term filled in that a preset of the gateway could change. */
export function entryTerms(args: OrderArguments, { whose, conditions, pegBench }: LookedUp): OrderTerms {
  const { special = {} } = args;
  const { peg_best: best } = special;
  return omitUndefined({
    ...whose,
    side: args.side,
    quantity: args.quantity,
    cashQuantity: args.cash_quantity,
    type: args.type,
    limitPrice: args.limit_price,
    stopPrice: args.stop_price,
    trailingAmount: args.trail_amount,
    trailingPercent: args.trail_percent,
    trailStopPrice: special.trail_stop_price,
    limitOffset: special.limit_offset,
    offset: args.offset,
    offsetPercent: special.offset_percent,
    discretionaryAmount: special.discretionary_amount,
    volatility: special.volatility,
    pegBest:
      best &&
      omitUndefined({
        minTradeQuantity: best.min_trade === undefined ? undefined : Number(best.min_trade),
        minCompeteSize: best.min_compete === undefined ? undefined : Number(best.min_compete),
        competeOffset: best.compete_offset,
        midOffsetWhole: best.mid_offset_whole,
        midOffsetHalf: best.mid_offset_half,
      }),
    pegBench,
    tif: args.tif ?? ownTime[args.type] ?? (args.good_till === undefined ? 'DAY' : 'GTD'),
    goodTill: args.good_till,
    goodAfter: args.good_after,
    durationSeconds: special.duration_seconds === undefined ? undefined : Number(special.duration_seconds),
    outsideRth: args.outside_rth ?? false,
    allOrNone: special.all_or_none || undefined,
    minQuantity: special.min_quantity,
    displaySize: special.display_size,
    hidden: special.hidden || undefined,
    notHeld: special.not_held || undefined,
    triggerMethod: special.trigger_method === 'default' ? undefined : special.trigger_method,
    oca: args.oca && { group: args.oca.group, type: args.oca.type as 1 | 2 | 3 },
    algo: args.algo && { strategy: args.algo.strategy, parameters: parametersOf(args.algo.parameters) },
    conditions,
    conditionsIgnoreRth: special.conditions_ignore_rth || undefined,
    conditionsCancel: special.conditions_cancel || undefined,
    openClose: special.open_close,
    nonGuaranteed: special.non_guaranteed || undefined,
  }) as OrderTerms;
}

/** IB writes flags as 1 and 0. */
function parametersOf(parameters: Readonly<Record<string, string | number | boolean>>): [string, string][] {
  const text = (value: string | number | boolean): string =>
    typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
  return Object.entries(parameters)
    .map(([tag, value]): [string, string] => [tag, text(value)])
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

/** What entry and children share. A protection lasts until it is cancelled unless something else is said. */
function childOf(
  entry: OrderTerms,
  {
    tif,
    good_till: goodTill,
    outside_rth: outsideRth,
  }: Pick<NonNullable<OrderArguments['take_profit']>, 'tif' | 'good_till' | 'outside_rth'>,
): Omit<OrderTerms, 'type'> {
  return omitUndefined({
    account: entry.account,
    allocation: entry.allocation,
    side: otherSide(entry.side),
    quantity: entry.quantity,
    tif: tif ?? (goodTill === undefined ? ('GTC' as const) : ('GTD' as const)),
    goodTill,
    outsideRth: outsideRth ?? entry.outsideRth,
  }) as Omit<OrderTerms, 'type'>;
}

export function takeProfitTerms(entry: OrderTerms, args: NonNullable<OrderArguments['take_profit']>): OrderTerms {
  return omitUndefined({ ...childOf(entry, args), type: 'LMT', limitPrice: args.limit_price }) as OrderTerms;
}

/** A stop, with a limit, or one that trails. */
export function stopLossTerms(entry: OrderTerms, args: NonNullable<OrderArguments['stop_loss']>): OrderTerms {
  const { stop_price: stop, limit_price: limit, trail_amount: amount, trail_percent: percent } = args;
  const trails = amount !== undefined || percent !== undefined;
  return omitUndefined({
    ...childOf(entry, args),
    type: trails ? 'TRAIL' : limit === undefined ? 'STP' : 'STP_LMT',
    limitPrice: limit,
    ...(trails ? { trailStopPrice: stop, trailingAmount: amount, trailingPercent: percent } : { stopPrice: stop }),
  }) as OrderTerms;
}
