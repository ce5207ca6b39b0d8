import { fields, isSet, when } from './fields.ts';
import { algo, combo, conditions, hedge, orderContract, orderMessage, pegBench, scale } from './order-parts.ts';
import { deltaNeutralContract } from './request-parts.ts';

/** completedOrder: an order that ended, without order and client id, but with how and when it ended. */
export const completedOrder = orderMessage(
  101,
  fields(orderContract),
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
  combo,
  scale,
  hedge,
  fields('clearingAccount clearingIntent notHeld'),
  deltaNeutralContract,
  algo,
  fields('solicited status randomizeSize randomizePrice'),
  pegBench,
  conditions,
  fields('stopPrice lmtPriceOffset cashQty dontUseAutoPriceForHedge isOmsContainer autoCancelDate filledQuantity'),
  fields('refFuturesConId autoCancelParent shareholder imbalanceOnly routeMarketableToBbo parentPermId'),
  fields('completedTime completedStatus'),
  fields('minTradeQty minCompeteSize competeAgainstBestOffset midOffsetAtWhole midOffsetAtHalf', { since: 170 }),
  fields('customerAccount', { since: 183 }),
  fields('professionalCustomer', { since: 184 }),
  fields('submitter', { since: 198 }),
);
