import {
  type Field,
  fields,
  group,
  type Item,
  isOneOf,
  isPositive,
  isSet,
  type Message,
  message,
  unsetDouble,
  unsetInteger,
  when,
} from './fields.ts';
import { amount, double } from './spelling.ts';

/** The parts that the order messages share: placeOrder on the way in, openOrder and completedOrder on the way out. */

const isPegBench = isOneOf('PEG BENCH', 'PEGBENCH');

/** What follows the kind of a condition, by that kind: 1 price, 3 time, 4 margin, 5 execution, 6 volume, 7 change. */
const condition: Item[] = [
  ...fields('type conjunction'),
  ...when('type', isOneOf('1'), fields('isMore value conId exchange triggerMethod')),
  ...when('type', isOneOf('3', '4'), fields('isMore value')),
  ...when('type', isOneOf('5'), fields('secType exchange symbol')),
  ...when('type', isOneOf('6', '7'), fields('isMore value conId exchange')),
];

export const conditions = [
  ...group('conditions', condition),
  ...when('conditions', isPositive, fields('conditionsIgnoreRth conditionsCancelOrder')),
];

/** The legs of a combination as orders name them, their prices, and how the combination is routed. */
export const combo = [
  ...group('comboLegs', fields('conId ratio action exchange openClose shortSaleSlot designatedLocation exemptCode')),
  ...group('orderComboLegs', fields('price')),
  ...group('smartComboRoutingParams', fields('tag value')),
];

export const scale = [
  ...fields('scaleInitLevelSize scaleSubsLevelSize scalePriceIncrement'),
  ...when(
    'scalePriceIncrement',
    isPositive,
    fields(
      'scalePriceAdjustValue scalePriceAdjustInterval scaleProfitOffset scaleAutoReset scaleInitPosition scaleInitFillQty scaleRandomPercent',
    ),
  ),
];

export const hedge = [...fields('hedgeType'), ...when('hedgeType', isSet, fields('hedgeParam'))];

export const algo = [
  ...fields('algoStrategy'),
  ...when('algoStrategy', isSet, group('algoParams', fields('tag value'))),
];

export const pegBench = when(
  'orderType',
  isPegBench,
  fields(
    'referenceContractId isPeggedChangeAmountDecrease peggedChangeAmount referenceChangeAmount referenceExchangeId',
  ),
);

/** What TWS calls the order's contract when it reports one: unlike in requests, without the primary exchange. */
export const orderContract =
  'conId symbol secType lastTradeDateOrContractMonth strike right multiplier exchange currency localSymbol tradingClass';

/** How an order's values are spelt and what stands for those that are not set, in openOrder and completedOrder alike. */
type OrderSpelling = Pick<Field, 'as' | 'unset'>;

const each = (names: string, spelling: OrderSpelling): [string, OrderSpelling][] =>
  names.split(' ').map((name) => [name, spelling]);

const orderSpelling: ReadonlyMap<string, OrderSpelling> = new Map([
  ...each('right deltaNeutralOpenClose', { unset: '?' }),
  ...each('clearingIntent', { unset: 'IB' }),
  ...each('deltaNeutralOrderType adjustedOrderType', { unset: 'None' }),
  ...each('dontUseAutoPriceForHedge', { unset: '1' }),
  ...each(
    'outsideRth hidden blockOrder sweepToFill allOrNone eTradeOnly firmQuoteOnly deltaNeutralShortSale optOutSmartRouting notHeld solicited whatIf randomizeSize randomizePrice isPeggedChangeAmountDecrease conditionsIgnoreRth conditionsCancelOrder isOmsContainer discretionaryUpToLimitPrice usePriceMgmtAlgo autoCancelParent professionalCustomer includeOvernight imbalanceOnly scaleAutoReset scaleRandomPercent',
    { unset: '0' },
  ),
  ...each(
    'origin shortSaleSlot auctionStrategy parentId triggerMethod volatilityType deltaNeutral deltaNeutralConId deltaNeutralOrderConId deltaNeutralShortSaleSlot continuousUpdate referencePriceType adjustableTrailingUnit referenceContractId',
    { unset: '0' },
  ),
  ...each('exemptCode', { unset: '-1' }),
  ...each('displaySize scaleInitLevelSize scaleSubsLevelSize manualOrderIndicator refFuturesConId', {
    unset: unsetInteger,
  }),
  ...each('lmtPrice auxPrice peggedChangeAmount referenceChangeAmount', { as: double, unset: '0.0' }),
  ...each('discretionaryAmt cashQty deltaNeutralDelta deltaNeutralPrice', { as: amount, unset: '0' }),
  ...each(
    'percentOffset startingPrice stockRefPrice delta stockRangeLower stockRangeUpper nbboPriceCap volatility deltaNeutralAuxPrice trailStopPrice trailingPercent scalePriceIncrement scalePriceAdjustValue scaleProfitOffset competeAgainstBestOffset midOffsetAtWhole midOffsetAtHalf',
    { as: double },
  ),
  ...each(
    'stopPrice triggerPrice lmtPriceOffset adjustedStopPrice adjustedStopLimitPrice adjustedTrailingAmount initMarginBefore maintMarginBefore equityWithLoanBefore initMarginChange maintMarginChange equityWithLoanChange initMarginAfter maintMarginAfter equityWithLoanAfter initMarginBeforeOutsideRth maintMarginBeforeOutsideRth equityWithLoanBeforeOutsideRth initMarginChangeOutsideRth maintMarginChangeOutsideRth equityWithLoanChangeOutsideRth initMarginAfterOutsideRth maintMarginAfterOutsideRth equityWithLoanAfterOutsideRth',
    { as: double, unset: unsetDouble },
  ),
  ...each('suggestedSize', { unset: '-9223372036854775808' }),
]);

function spelt<N extends string>(items: readonly Item<N>[]): Item<N>[] {
  return items.map((item) => {
    if (item.kind === 'when') return { ...item, items: spelt(item.items) };
    return item.kind === 'field' ? { ...item, ...orderSpelling.get(item.name) } : item;
  });
}

/** A message about an order, whose values are spelt as those of orders are. */
export function orderMessage<const N extends string>(
  id: number,
  ...parts: readonly (readonly Item<N>[])[]
): Message<N> {
  return message(id, ...parts.map(spelt));
}
