import { fields, group, isSet, when } from './fields.ts';
import { algo, combo, conditions, hedge, orderContract, orderMessage, pegBench, scale } from './order-parts.ts';
import { deltaNeutralContract } from './request-parts.ts';

/** Margin and allocation previews, outside regular hours among them: what 195 added to what-if answers. */
const fullPreview = [
  ...fields(
    'marginCurrency initMarginBeforeOutsideRth maintMarginBeforeOutsideRth equityWithLoanBeforeOutsideRth initMarginChangeOutsideRth maintMarginChangeOutsideRth equityWithLoanChangeOutsideRth initMarginAfterOutsideRth maintMarginAfterOutsideRth equityWithLoanAfterOutsideRth suggestedSize rejectReason',
    { since: 195 },
  ),
  ...group(
    'allocations',
    fields('account position positionDesired positionAfter desiredAllocQty allowedAllocQty isMonetary'),
    { since: 195 },
  ),
];

/**
 * openOrder: an order's terms and state. Its fields are called as in placeOrder where they are the same, so that what
 * a client sent can be echoed. The stop is on the wire twice: of a trailing order first as
 * `trailStopPrice`, then of any order as `stopPrice`.
 */
export const openOrder = orderMessage(
  5,
  fields(`orderId ${orderContract}`),
  fields('action totalQuantity orderType lmtPrice auxPrice tif ocaGroup account openClose origin orderRef clientId'),
  fields('permId outsideRth hidden discretionaryAmt goodAfterTime sharesAllocation faGroup faMethod faPercentage'),
  fields('faProfile', { until: 177 }),
  fields('modelCode goodTillDate rule80A percentOffset settlingFirm shortSaleSlot designatedLocation exemptCode'),
  fields('auctionStrategy startingPrice stockRefPrice delta stockRangeLower stockRangeUpper displaySize blockOrder'),
  fields('sweepToFill allOrNone minQty ocaType eTradeOnly firmQuoteOnly nbboPriceCap parentId triggerMethod'),
  fields('volatility volatilityType deltaNeutralOrderType deltaNeutralAuxPrice'),
  when(
    'deltaNeutralOrderType',
    isSet,
    fields(
      'deltaNeutralOrderConId deltaNeutralSettlingFirm deltaNeutralClearingAccount deltaNeutralClearingIntent deltaNeutralOpenClose deltaNeutralShortSale deltaNeutralShortSaleSlot deltaNeutralDesignatedLocation',
    ),
  ),
  fields('continuousUpdate referencePriceType trailStopPrice trailingPercent basisPoints basisPointsType'),
  fields('comboLegsDescription'),
  combo,
  scale,
  hedge,
  fields('optOutSmartRouting clearingAccount clearingIntent notHeld'),
  deltaNeutralContract,
  algo,
  fields('solicited whatIf status initMarginBefore maintMarginBefore equityWithLoanBefore initMarginChange'),
  fields('maintMarginChange equityWithLoanChange initMarginAfter maintMarginAfter equityWithLoanAfter'),
  fields('commission minCommission maxCommission commissionCurrency'),
  fullPreview,
  fields('warningText randomizeSize randomizePrice'),
  pegBench,
  conditions,
  fields('adjustedOrderType triggerPrice stopPrice lmtPriceOffset adjustedStopPrice adjustedStopLimitPrice'),
  fields('adjustedTrailingAmount adjustableTrailingUnit softDollarName softDollarValue softDollarDisplayName cashQty'),
  fields('dontUseAutoPriceForHedge isOmsContainer discretionaryUpToLimitPrice usePriceMgmtAlgo'),
  fields('duration', { since: 158 }),
  fields('postToAts', { since: 160 }),
  fields('autoCancelParent', { since: 162 }),
  fields('minTradeQty minCompeteSize competeAgainstBestOffset midOffsetAtWhole midOffsetAtHalf', { since: 170 }),
  fields('customerAccount', { since: 183 }),
  fields('professionalCustomer', { since: 184 }),
  fields('bondAccruedInterest', { since: 185 }),
  fields('includeOvernight', { since: 189 }),
  fields('extOperator manualOrderIndicator', { since: 193 }),
  fields('submitter', { since: 198 }),
  fields('imbalanceOnly', { since: 199 }),
);
