import { completedOrder } from './completed-order.ts';
import { bondData, contractData } from './contract-data.ts';
import { fields, group, isOneOf, list, message, type NamesOf, type Value, version, when } from './fields.ts';
import { openOrder } from './open-order.ts';

/** What most messages say of a contract before its exchange. */
const contract = 'conId symbol secType lastTradeDateOrContractMonth strike right multiplier';

/** Trades carry where they were made and under which conditions; quotes and midpoints have prices alone. */
const tickByTickMessages = [
  ...fields('reqId tickType time'),
  ...when('tickType', isOneOf('1', '2'), fields('price size attrMask exchange specialConditions')),
  ...when('tickType', isOneOf('3'), fields('bidPrice askPrice bidSize askSize attrMask')),
  ...when('tickType', isOneOf('4'), fields('midPoint')),
];

/** Every message the gateway can send, by name: its id on the wire and its fields in order. */
export const serverMessages = {
  tickPrice: message(1, version(6), fields('reqId tickType price size attrMask')),
  tickSize: message(2, version(6), fields('reqId tickType size')),
  orderStatus: message(
    3,
    fields('orderId status filled remaining averageFillPrice permId parentId lastFillPrice clientId whyHeld'),
    fields('marketCapPrice'),
  ),
  error: message(
    4,
    version(2, { until: 194 }),
    fields('reqId code'),
    fields('text', { escaped: true }),
    fields('advancedOrderRejectJson', { since: 166, escaped: true }),
    fields('errorTime', { since: 194 }),
  ),
  openOrder,
  accountValue: message(6, version(2), fields('key value currency account')),
  portfolioValue: message(
    7,
    version(8),
    fields(`${contract} primaryExchange currency localSymbol tradingClass`),
    fields('position marketPrice marketValue averageCost unrealizedPnl realizedPnl account'),
  ),
  accountUpdateTime: message(8, version(1), fields('time')),
  nextValidId: message(9, version(1), fields('orderId')),
  contractData,
  executionDetails: message(
    11,
    fields(`reqId orderId ${contract} exchange currency localSymbol tradingClass`),
    fields('execId time account executionExchange side quantity price permId clientId liquidation cumulativeQuantity'),
    fields('averagePrice orderRef evRule evMultiplier modelCode lastLiquidity'),
    fields('pendingPriceRevision', { since: 178 }),
    fields('submitter', { since: 198 }),
  ),
  marketDepth: message(12, version(1), fields('reqId position operation side price size')),
  marketDepthL2: message(
    13,
    version(1),
    fields('reqId position marketMaker operation side price size'),
    fields('isSmartDepth', { since: 146 }),
  ),
  newsBulletin: message(14, version(1), fields('msgId type text exchange')),
  managedAccounts: message(15, version(1), fields('accounts')),
  receiveFa: message(16, version(1), fields('faDataType xml')),
  historicalData: message(
    17,
    fields('reqId'),
    fields('startDate endDate', { until: 196 }),
    group('bars', fields('date open high low close volume wap count')),
  ),
  bondData,
  scannerParameters: message(19, version(1), fields('xml')),
  scannerData: message(
    20,
    version(3),
    fields('reqId'),
    group(
      'rows',
      fields(
        'rank conId symbol secType lastTradeDateOrContractMonth strike right exchange currency localSymbol marketName tradingClass distance benchmark projection legs',
      ),
    ),
  ),
  optionComputation: message(
    21,
    version(6, { until: 156 }),
    fields('reqId tickType'),
    fields('tickAttrib', { since: 156 }),
    fields('impliedVol delta optPrice pvDividend gamma vega theta undPrice'),
  ),
  tickGeneric: message(45, version(6), fields('reqId tickType value')),
  tickString: message(46, version(6), fields('reqId tickType value')),
  tickEfp: message(
    47,
    version(1),
    fields('reqId tickType basisPoints formattedBasisPoints impliedFuture holdDays futureLastTradeDate dividendImpact'),
    fields('dividendsToLastTradeDate'),
  ),
  currentTime: message(49, version(1), fields('time')),
  realTimeBar: message(50, version(3), fields('reqId time open high low close volume wap count')),
  fundamentalData: message(51, version(1), fields('reqId data')),
  contractDataEnd: message(52, version(1), fields('reqId')),
  openOrderEnd: message(53, version(1)),
  accountDownloadEnd: message(54, version(1), fields('account')),
  executionDetailsEnd: message(55, version(1), fields('reqId')),
  deltaNeutralValidation: message(56, version(1), fields('reqId conId delta price')),
  tickSnapshotEnd: message(57, version(1), fields('reqId')),
  marketDataType: message(58, version(1), fields('reqId type')),
  commissionReport: message(59, version(1), fields('execId commission currency realizedPnl yield yieldRedemptionDate')),
  position: message(
    61,
    version(3),
    fields(`account ${contract} exchange currency localSymbol tradingClass position averageCost`),
  ),
  positionEnd: message(62, version(1)),
  accountSummary: message(63, version(1), fields('reqId account tag value currency')),
  accountSummaryEnd: message(64, version(1), fields('reqId')),
  verifyMessageApi: message(65, version(1), fields('apiData')),
  /** Says `true` or `false`, not 1 or 0; so does verifyAndAuthCompleted. */
  verifyCompleted: message(66, version(1), fields('isSuccessful errorText')),
  displayGroupList: message(67, version(1), fields('reqId groups')),
  displayGroupUpdated: message(68, version(1), fields('reqId contractInfo')),
  verifyAndAuthMessageApi: message(69, version(1), fields('apiData xyzChallenge')),
  verifyAndAuthCompleted: message(70, version(1), fields('isSuccessful errorText')),
  positionMulti: message(
    71,
    version(1),
    fields(`reqId account ${contract} exchange currency localSymbol tradingClass position averageCost modelCode`),
  ),
  positionMultiEnd: message(72, version(1), fields('reqId')),
  accountUpdateMulti: message(73, version(1), fields('reqId account modelCode key value currency')),
  accountUpdateMultiEnd: message(74, version(1), fields('reqId')),
  optionParameters: message(
    75,
    fields('reqId exchange underlyingConId tradingClass multiplier'),
    list('expirations'),
    list('strikes'),
  ),
  optionParametersEnd: message(76, fields('reqId')),
  softDollarTiers: message(77, fields('reqId'), group('tiers', fields('name value displayName'))),
  familyCodes: message(78, group('codes', fields('account code'))),
  symbolSamples: message(
    79,
    fields('reqId'),
    group('contracts', [
      ...fields('conId symbol secType primaryExchange currency'),
      ...list('derivativeSecTypes'),
      ...fields('description issuerId', { since: 176 }),
    ]),
  ),
  marketDepthExchanges: message(
    80,
    group('exchanges', fields('exchange secType listingExchange serviceDataType aggGroup')),
  ),
  tickReqParams: message(81, fields('reqId minTick bboExchange snapshotPermissions')),
  smartComponents: message(82, fields('reqId'), group('components', fields('bitNumber exchange exchangeLetter'))),
  newsArticle: message(83, fields('reqId articleType text')),
  tickNews: message(84, fields('reqId time providerCode articleId headline extraData')),
  newsProviders: message(85, group('providers', fields('code name'))),
  historicalNews: message(86, fields('reqId time providerCode articleId headline')),
  historicalNewsEnd: message(87, fields('reqId hasMore')),
  headTimestamp: message(88, fields('reqId timestamp')),
  histogramData: message(89, fields('reqId'), group('bins', fields('price size'))),
  historicalDataUpdate: message(90, fields('reqId count date open close high low wap volume')),
  rerouteMarketData: message(91, fields('reqId conId exchange')),
  rerouteMarketDepth: message(92, fields('reqId conId exchange')),
  marketRule: message(93, fields('ruleId'), group('increments', fields('lowEdge increment'))),
  pnl: message(94, fields('reqId dailyPnl unrealizedPnl realizedPnl')),
  pnlSingle: message(95, fields('reqId position dailyPnl unrealizedPnl realizedPnl value')),
  historicalTicks: message(
    96,
    fields('reqId'),
    group('ticks', [...fields('time'), ...version(0), ...fields('price size')]),
    fields('done'),
  ),
  historicalTicksBidAsk: message(
    97,
    fields('reqId'),
    group('ticks', fields('time attrMask bidPrice askPrice bidSize askSize')),
    fields('done'),
  ),
  historicalTicksLast: message(
    98,
    fields('reqId'),
    group('ticks', fields('time attrMask price size exchange specialConditions')),
    fields('done'),
  ),
  tickByTick: message(99, tickByTickMessages),
  orderBound: message(100, fields('permId clientId orderId')),
  completedOrder,
  completedOrdersEnd: message(102),
  replaceFaEnd: message(103, fields('reqId text')),
  wshMetaData: message(104, fields('reqId json')),
  wshEventData: message(105, fields('reqId json')),
  historicalSchedule: message(
    106,
    fields('reqId start end timeZone'),
    group('sessions', fields('start end referenceDate')),
  ),
  userInfo: message(107, fields('reqId whiteBrandingId')),
  /** Exists from 196 on; before, the end of the history is in its first fields. */
  historicalDataEnd: message(108, fields('reqId startDate endDate')),
  /** Exists from 197 on. */
  currentTimeInMillis: message(109, fields('time')),
};

export type ServerMessages = typeof serverMessages;
export type ServerMessageName = keyof ServerMessages;
/** Values for a message's fields. A field that is left out goes out empty. */
export type ServerMessageValues<K extends ServerMessageName> = { readonly [N in NamesOf<ServerMessages[K]>]?: Value };
