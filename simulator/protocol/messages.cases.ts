import type { Row, Value } from './fields.ts';
import type { ServerMessageName } from './messages.ts';

/**
 * The layouts of the server's messages as the protocol reference writes them, for tests: fields by name in wire order,
 * `[≥n …]` from server version n on, `[<n …]` below it.
 */

export interface Golden {
  readonly line: string;
  /** Rows of groups, and the fields that decide which parts are there; every other field's value is its name. */
  readonly values?: Row;
}

/** Every field's value is its own name, so that an encoded line reads like a layout. Groups are given. */
export function named(values: Row = {}): Row {
  return new Proxy(values, {
    get: (known, name): Value => (name in known ? known[String(name)] : String(name)),
  });
}

/** The line of a layout at a server version, its fields joined with `|`. An empty field is written `''`. */
export function lineAt(line: string, serverVersion: number): string {
  return line
    .replaceAll(/\[([≥<])(\d+) ([^\]]*)\]/g, (_, sign: string, bound: string, part: string) =>
      serverVersion >= Number(bound) === (sign === '≥') ? part : '',
    )
    .trim()
    .split(/\s+/)
    .map((field) => (field === "''" ? '' : field))
    .join('|');
}

const contract = 'conId symbol secType lastTradeDateOrContractMonth strike right multiplier';
const traded = `${contract} exchange currency localSymbol tradingClass`;
const combo =
  'comboLegsDescription 1 conId ratio action exchange openClose shortSaleSlot designatedLocation exemptCode 1 price 1 tag value';
const comboRows = {
  comboLegs: [named()],
  orderComboLegs: [named()],
  smartComboRoutingParams: [named()],
};
const peg = 'minTradeQty minCompeteSize competeAgainstBestOffset midOffsetAtWhole midOffsetAtHalf';
const orderHead = 'action totalQuantity orderType lmtPrice auxPrice tif ocaGroup account openClose origin orderRef';
const fa = 'faGroup faMethod faPercentage [<177 faProfile] modelCode goodTillDate rule80A percentOffset settlingFirm';
const conditionRows = [
  named({ type: '1' }),
  named({ type: '3' }),
  named({ type: '4' }),
  named({ type: '5' }),
  named({ type: '6' }),
  named({ type: '7' }),
];
const conditionCases = `6 1 conjunction isMore value conId exchange triggerMethod 3 conjunction isMore value
  4 conjunction isMore value 5 conjunction secType exchange symbol 6 conjunction isMore value conId exchange
  7 conjunction isMore value conId exchange conditionsIgnoreRth conditionsCancelOrder`;
const detailsEnd = 'minSize sizeIncrement suggestedSizeIncrement';

export const golden: Readonly<Record<ServerMessageName, Golden>> = {
  tickPrice: { line: '1 6 reqId tickType price size attrMask' },
  tickSize: { line: '2 6 reqId tickType size' },
  orderStatus: {
    line: '3 orderId status filled remaining averageFillPrice permId parentId lastFillPrice clientId whyHeld marketCapPrice',
  },
  error: { line: '4 [<194 2] reqId code text advancedOrderRejectJson [≥194 errorTime]' },
  openOrder: {
    line: `5 orderId ${traded} ${orderHead} clientId permId outsideRth hidden discretionaryAmt goodAfterTime
      sharesAllocation ${fa} shortSaleSlot designatedLocation exemptCode auctionStrategy startingPrice stockRefPrice delta
      stockRangeLower stockRangeUpper displaySize blockOrder sweepToFill allOrNone minQty ocaType eTradeOnly firmQuoteOnly
      nbboPriceCap parentId triggerMethod volatility volatilityType deltaNeutralOrderType deltaNeutralAuxPrice
      deltaNeutralOrderConId deltaNeutralSettlingFirm deltaNeutralClearingAccount deltaNeutralClearingIntent
      deltaNeutralOpenClose deltaNeutralShortSale deltaNeutralShortSaleSlot deltaNeutralDesignatedLocation
      continuousUpdate referencePriceType trailStopPrice trailingPercent basisPoints basisPointsType ${combo}
      scaleInitLevelSize scaleSubsLevelSize 0.5 scalePriceAdjustValue scalePriceAdjustInterval scaleProfitOffset
      scaleAutoReset scaleInitPosition scaleInitFillQty scaleRandomPercent hedgeType hedgeParam optOutSmartRouting
      clearingAccount clearingIntent notHeld 1 deltaNeutralConId deltaNeutralDelta deltaNeutralPrice algoStrategy 1 tag value
      solicited whatIf status initMarginBefore maintMarginBefore equityWithLoanBefore initMarginChange maintMarginChange
      equityWithLoanChange initMarginAfter maintMarginAfter equityWithLoanAfter commission minCommission maxCommission
      commissionCurrency [≥195 marginCurrency initMarginBeforeOutsideRth maintMarginBeforeOutsideRth
      equityWithLoanBeforeOutsideRth initMarginChangeOutsideRth maintMarginChangeOutsideRth equityWithLoanChangeOutsideRth
      initMarginAfterOutsideRth maintMarginAfterOutsideRth equityWithLoanAfterOutsideRth suggestedSize rejectReason 1 account
      position positionDesired positionAfter desiredAllocQty allowedAllocQty isMonetary] warningText randomizeSize
      randomizePrice ${conditionCases} adjustedOrderType triggerPrice stopPrice lmtPriceOffset adjustedStopPrice
      adjustedStopLimitPrice adjustedTrailingAmount adjustableTrailingUnit softDollarName softDollarValue
      softDollarDisplayName cashQty dontUseAutoPriceForHedge isOmsContainer discretionaryUpToLimitPrice usePriceMgmtAlgo
      duration postToAts autoCancelParent ${peg} [≥183 customerAccount] [≥184 professionalCustomer]
      [≥185 bondAccruedInterest] [≥189 includeOvernight] [≥193 extOperator manualOrderIndicator] [≥198 submitter]
      [≥199 imbalanceOnly]`,
    values: {
      ...comboRows,
      scalePriceIncrement: 0.5,
      deltaNeutral: true,
      algoParams: [named()],
      allocations: [named()],
      conditions: conditionRows,
    },
  },
  accountValue: { line: '6 2 key value currency account' },
  portfolioValue: {
    line: `7 8 ${contract} primaryExchange currency localSymbol tradingClass position marketPrice marketValue averageCost
      unrealizedPnl realizedPnl account`,
  },
  accountUpdateTime: { line: '8 1 time' },
  nextValidId: { line: '9 1 orderId' },
  contractData: {
    line: `10 reqId symbol secType lastTradeDateOrContractMonth [≥182 lastTradeDate] strike right exchange currency
      localSymbol marketName tradingClass conId minTick multiplier orderTypes validExchanges priceMagnifier underConId
      longName primaryExchange contractMonth industry category subcategory timeZoneId tradingHours liquidHours evRule
      evMultiplier 1 tag value aggGroup underSymbol underSecType marketRuleIds realExpirationDate stockType ${detailsEnd}
      [≥186 1 id description]`,
    values: { secIds: [named()], ineligibilityReasons: [named()] },
  },
  executionDetails: {
    line: `11 reqId orderId ${traded} execId time account executionExchange side quantity price permId clientId liquidation
      cumulativeQuantity averagePrice orderRef evRule evMultiplier modelCode lastLiquidity [≥178 pendingPriceRevision]
      [≥198 submitter]`,
  },
  marketDepth: { line: '12 1 reqId position operation side price size' },
  marketDepthL2: { line: '13 1 reqId position marketMaker operation side price size isSmartDepth' },
  newsBulletin: { line: '14 1 msgId type text exchange' },
  managedAccounts: { line: '15 1 accounts' },
  receiveFa: { line: '16 1 faDataType xml' },
  historicalData: {
    line: `17 reqId [<196 startDate endDate] 2 date open high low close volume wap count d o h l c v w n`,
    values: {
      bars: [named(), { date: 'd', open: 'o', high: 'h', low: 'l', close: 'c', volume: 'v', wap: 'w', count: 'n' }],
    },
  },
  bondData: {
    line: `18 reqId symbol secType cusip coupon maturity issueDate ratings bondType couponType convertible callable putable
      descAppend exchange currency marketName tradingClass conId minTick orderTypes validExchanges nextOptionDate
      nextOptionType nextOptionPartial notes longName [≥188 timeZoneId tradingHours liquidHours] evRule evMultiplier
      1 tag value aggGroup marketRuleIds ${detailsEnd}`,
    values: { secIds: [named()] },
  },
  scannerParameters: { line: '19 1 xml' },
  scannerData: {
    line: `20 3 reqId 1 rank conId symbol secType lastTradeDateOrContractMonth strike right exchange currency localSymbol
      marketName tradingClass distance benchmark projection legs`,
    values: { rows: [named()] },
  },
  optionComputation: {
    line: '21 reqId tickType tickAttrib impliedVol delta optPrice pvDividend gamma vega theta undPrice',
  },
  tickGeneric: { line: '45 6 reqId tickType value' },
  tickString: { line: '46 6 reqId tickType value' },
  tickEfp: {
    line: `47 1 reqId tickType basisPoints formattedBasisPoints impliedFuture holdDays futureLastTradeDate dividendImpact
      dividendsToLastTradeDate`,
  },
  currentTime: { line: '49 1 time' },
  realTimeBar: { line: '50 3 reqId time open high low close volume wap count' },
  fundamentalData: { line: '51 1 reqId data' },
  contractDataEnd: { line: '52 1 reqId' },
  openOrderEnd: { line: '53 1' },
  accountDownloadEnd: { line: '54 1 account' },
  executionDetailsEnd: { line: '55 1 reqId' },
  deltaNeutralValidation: { line: '56 1 reqId conId delta price' },
  tickSnapshotEnd: { line: '57 1 reqId' },
  marketDataType: { line: '58 1 reqId type' },
  commissionReport: { line: '59 1 execId commission currency realizedPnl yield yieldRedemptionDate' },
  position: {
    line: `61 3 account ${traded} position averageCost`,
  },
  positionEnd: { line: '62 1' },
  accountSummary: { line: '63 1 reqId account tag value currency' },
  accountSummaryEnd: { line: '64 1 reqId' },
  verifyMessageApi: { line: '65 1 apiData' },
  verifyCompleted: { line: '66 1 isSuccessful errorText' },
  displayGroupList: { line: '67 1 reqId groups' },
  displayGroupUpdated: { line: '68 1 reqId contractInfo' },
  verifyAndAuthMessageApi: { line: '69 1 apiData xyzChallenge' },
  verifyAndAuthCompleted: { line: '70 1 isSuccessful errorText' },
  positionMulti: { line: `71 1 reqId account ${traded} position averageCost modelCode` },
  positionMultiEnd: { line: '72 1 reqId' },
  accountUpdateMulti: { line: '73 1 reqId account modelCode key value currency' },
  accountUpdateMultiEnd: { line: '74 1 reqId' },
  optionParameters: {
    line: '75 reqId exchange underlyingConId tradingClass multiplier 1 20261218 2 270.0 272.5',
    values: { expirations: ['20261218'], strikes: [270, 272.5] },
  },
  optionParametersEnd: { line: '76 reqId' },
  softDollarTiers: { line: '77 reqId 1 name value displayName', values: { tiers: [named()] } },
  familyCodes: { line: '78 1 account code', values: { codes: [named()] } },
  symbolSamples: {
    line: '79 reqId 1 conId symbol secType primaryExchange currency 2 OPT WAR description issuerId',
    values: { contracts: [named({ derivativeSecTypes: ['OPT', 'WAR'] })] },
  },
  marketDepthExchanges: {
    line: '80 1 exchange secType listingExchange serviceDataType aggGroup',
    values: { exchanges: [named()] },
  },
  tickReqParams: { line: '81 reqId minTick bboExchange snapshotPermissions' },
  smartComponents: { line: '82 reqId 1 bitNumber exchange exchangeLetter', values: { components: [named()] } },
  newsArticle: { line: '83 reqId articleType text' },
  tickNews: { line: '84 reqId time providerCode articleId headline extraData' },
  newsProviders: { line: '85 1 code name', values: { providers: [named()] } },
  historicalNews: { line: '86 reqId time providerCode articleId headline' },
  historicalNewsEnd: { line: '87 reqId hasMore' },
  headTimestamp: { line: '88 reqId timestamp' },
  histogramData: { line: '89 reqId 1 price size', values: { bins: [named()] } },
  historicalDataUpdate: { line: '90 reqId count date open close high low wap volume' },
  rerouteMarketData: { line: '91 reqId conId exchange' },
  rerouteMarketDepth: { line: '92 reqId conId exchange' },
  marketRule: {
    line: '93 ruleId 2 0 0.01 3 0.05',
    values: {
      increments: [
        { lowEdge: 0, increment: 0.01 },
        { lowEdge: 3, increment: 0.05 },
      ],
    },
  },
  pnl: { line: '94 reqId dailyPnl unrealizedPnl realizedPnl' },
  pnlSingle: { line: '95 reqId position dailyPnl unrealizedPnl realizedPnl value' },
  historicalTicks: { line: '96 reqId 1 time 0 price size done', values: { ticks: [named()] } },
  historicalTicksBidAsk: {
    line: '97 reqId 1 time attrMask bidPrice askPrice bidSize askSize done',
    values: { ticks: [named()] },
  },
  historicalTicksLast: {
    line: '98 reqId 1 time attrMask price size exchange specialConditions done',
    values: { ticks: [named()] },
  },
  tickByTick: { line: '99 reqId 1 time price size attrMask exchange specialConditions', values: { tickType: 1 } },
  orderBound: { line: '100 permId clientId orderId' },
  completedOrder: {
    line: `101 ${traded} ${orderHead} permId outsideRth hidden discretionaryAmt goodAfterTime ${fa} shortSaleSlot
      designatedLocation exemptCode startingPrice stockRefPrice delta stockRangeLower stockRangeUpper displaySize sweepToFill
      allOrNone minQty ocaType triggerMethod volatility volatilityType deltaNeutralOrderType deltaNeutralAuxPrice
      deltaNeutralOrderConId deltaNeutralShortSale deltaNeutralShortSaleSlot deltaNeutralDesignatedLocation continuousUpdate
      referencePriceType trailStopPrice trailingPercent ${combo} scaleInitLevelSize scaleSubsLevelSize scalePriceIncrement
      hedgeType hedgeParam clearingAccount clearingIntent notHeld 0 '' solicited status randomizeSize randomizePrice
      ${conditionCases} stopPrice lmtPriceOffset cashQty dontUseAutoPriceForHedge isOmsContainer autoCancelDate
      filledQuantity refFuturesConId autoCancelParent shareholder imbalanceOnly routeMarketableToBbo parentPermId
      completedTime completedStatus ${peg} [≥183 customerAccount] [≥184 professionalCustomer] [≥198 submitter]`,
    values: { ...comboRows, deltaNeutral: false, algoStrategy: '', conditions: conditionRows },
  },
  completedOrdersEnd: { line: '102' },
  replaceFaEnd: { line: '103 reqId text' },
  wshMetaData: { line: '104 reqId json' },
  wshEventData: { line: '105 reqId json' },
  historicalSchedule: {
    line: '106 reqId start end timeZone 1 start end referenceDate',
    values: { sessions: [named()] },
  },
  userInfo: { line: '107 reqId whiteBrandingId' },
  historicalDataEnd: { line: '108 reqId startDate endDate' },
  currentTimeInMillis: { line: '109 time' },
};
