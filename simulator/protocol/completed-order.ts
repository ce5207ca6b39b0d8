import { fields, isSet, message, when } from './fields.ts';
import { ALGO, COMBO, CONDITIONS, HEDGE, ORDER_CONTRACT, PEG_BENCH, SCALE } from './order-parts.ts';
import { DELTA_NEUTRAL_CONTRACT } from './request-parts.ts';

/** completedOrder: an order that ended, without order and client id, but with how and when it ended. */
export const completedOrder = message(
  101,
  fields(ORDER_CONTRACT),
  fields('action totalQuantity orderType lmtPrice auxPrice tif ocaGroup account openClose origin orderRef permId'),
  fields('outsideRth hidden discretionaryAmt goodAfterTime faGroup faMethod faPercentage'),
  fields('faProfile', { until: 177 }),
  fields('modelCode goodTillDate rule80A percentOffset settlingFirm shortSaleSlot designatedLocation exemptCode'),
  fields('startingPrice stockRefPrice delta stockRangeLower stockRangeUpper displaySize sweepToFill allOrNone minQty'),
  fields('ocaType triggerMethod volatility volatilityType deltaNeutralOrderType deltaNeutralAuxPrice'),
  when(
    'deltaNeutralOrderType',
    isSet,
    fields('deltaNeutralOrderConId deltaNeutralShortSale deltaNeutralShortSaleSlot deltaNeutralDesignatedLocation'),
  ),
  fields('continuousUpdate referencePriceType trailStopPrice trailingPercent comboLegsDescription'),
  COMBO,
  SCALE,
  HEDGE,
  fields('clearingAccount clearingIntent notHeld'),
  DELTA_NEUTRAL_CONTRACT,
  ALGO,
  fields('solicited status randomizeSize randomizePrice'),
  PEG_BENCH,
  CONDITIONS,
  fields('trailStopPrice lmtPriceOffset cashQty dontUseAutoPriceForHedge isOmsContainer autoCancelDate filledQuantity'),
  fields('refFuturesConId autoCancelParent shareholder imbalanceOnly routeMarketableToBbo parentPermId'),
  fields('completedTime completedStatus'),
  fields('minTradeQty minCompeteSize competeAgainstBestOffset midOffsetAtWhole midOffsetAtHalf', { since: 170 }),
  fields('customerAccount', { since: 183 }),
  fields('professionalCustomer', { since: 184 }),
  fields('submitter', { since: 198 }),
);
