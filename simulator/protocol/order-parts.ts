import { fields, group, type Item, isOneOf, isPositive, isSet, when } from './fields.ts';

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
