import { fields, isOneOf, isSet, message, when } from './fields.ts';
import { algo, combo, conditions, hedge, pegBench, scale } from './order-parts.ts';
import { contract, deltaNeutralContract } from './request-parts.ts';

const isBag = isOneOf('BAG');
/** Both spellings are in use; the blank is the older one. */
const isPegBest = isOneOf('PEG BEST', 'PEGBEST');
const isPegMid = isOneOf('PEG MID', 'PEGMID');
/** "Up to the mid": the offset that stands for no fixed amount. */
const isUpToMid = isOneOf('Infinity', 'Infinite', 'inf', '1.7976931348623157E308', '1.7976931348623157e+308');

/** placeOrder, the longest request: a field's place depends on the ones before it. */
export const placeOrder = message(
  3,
  fields(`orderId ${contract} secIdType secId`),
  fields('action totalQuantity orderType lmtPrice auxPrice tif ocaGroup account openClose origin orderRef transmit'),
  fields('parentId blockOrder sweepToFill displaySize triggerMethod outsideRth hidden'),
  when('secType', isBag, combo),
  fields('sharesAllocation discretionaryAmt goodAfterTime goodTillDate faGroup faMethod faPercentage'),
  fields('faProfile', { until: 177 }),
  fields('modelCode shortSaleSlot designatedLocation exemptCode ocaType rule80A settlingFirm allOrNone minQty'),
  fields('percentOffset eTradeOnly firmQuoteOnly nbboPriceCap auctionStrategy startingPrice stockRefPrice delta'),
  fields('stockRangeLower stockRangeUpper overridePercentageConstraints volatility volatilityType'),
  fields('deltaNeutralOrderType deltaNeutralAuxPrice'),
  when(
    'deltaNeutralOrderType',
    isSet,
    fields(
      'deltaNeutralOrderConId deltaNeutralSettlingFirm deltaNeutralClearingAccount deltaNeutralClearingIntent deltaNeutralOpenClose deltaNeutralShortSale deltaNeutralShortSaleSlot deltaNeutralDesignatedLocation',
    ),
  ),
  fields('continuousUpdate referencePriceType trailStopPrice trailingPercent'),
  scale,
  fields('scaleTable activeStartTime activeStopTime'),
  hedge,
  fields('optOutSmartRouting clearingAccount clearingIntent notHeld'),
  deltaNeutralContract,
  algo,
  fields('algoId whatIf miscOptions solicited randomizeSize randomizePrice'),
  pegBench,
  conditions,
  fields('adjustedOrderType triggerPrice lmtPriceOffset adjustedStopPrice adjustedStopLimitPrice'),
  fields('adjustedTrailingAmount adjustableTrailingUnit extOperator softDollarName softDollarValue cashQty'),
  fields('mifid2DecisionMaker mifid2DecisionAlgo mifid2ExecutionTrader mifid2ExecutionAlgo'),
  fields('dontUseAutoPriceForHedge isOmsContainer discretionaryUpToLimitPrice usePriceMgmtAlgo'),
  fields('duration postToAts autoCancelParent'),
  fields('advancedErrorOverride', { since: 166 }),
  fields('manualOrderTime', { since: 169 }),
  when('exchange', isOneOf('IBKRATS'), fields('minTradeQty'), { since: 170 }),
  when(
    'orderType',
    isPegBest,
    [
      ...fields('minCompeteSize competeAgainstBestOffset'),
      ...when('competeAgainstBestOffset', isUpToMid, fields('midOffsetAtWhole midOffsetAtHalf')),
    ],
    { since: 170 },
  ),
  when('orderType', isPegMid, fields('midOffsetAtWhole midOffsetAtHalf'), { since: 170 }),
  fields('customerAccount', { since: 183 }),
  fields('professionalCustomer', { since: 184 }),
  fields('externalUserId rfqManualOrderIndicator', { since: 187, until: 190 }),
  fields('includeOvernight', { since: 189 }),
  fields('manualOrderIndicator', { since: 192 }),
  fields('imbalanceOnly', { since: 199 }),
);
