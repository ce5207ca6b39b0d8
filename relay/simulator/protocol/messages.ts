import { fields, group, isOneOf, list, message, type NamesOf, type Value, version, when } from './fields.ts';

const CONTRACT = 'conId symbol secType lastTradeDateOrContractMonth strike right multiplier';

const FUND_FIELDS = fields(
  'fundName fundFamily fundType fundFrontLoad fundBackLoad fundBackLoadTimeInterval fundManagementFee fundClosed fundClosedForNewInvestors fundClosedForNewMoney fundNotifyAmount fundMinimumInitialPurchase fundSubsequentMinimumPurchase fundBlueSkyStates fundBlueSkyTerritories fundDistributionPolicyIndicator fundAssetType',
);

/** Every message the gateway can send, by name: its id on the wire and its fields in order. */
export const serverMessages = {
  tickPrice: message(1, version(6), fields('reqId tickType price size attrMask')),
  tickSize: message(2, version(6), fields('reqId tickType size')),
  error: message(
    4,
    version(2, { until: 194 }),
    fields('reqId code'),
    fields('text', { escaped: true }),
    fields('advancedOrderRejectJson', { since: 166 }),
    fields('errorTime', { since: 194 }),
  ),
  accountValue: message(6, version(2), fields('key value currency account')),
  portfolioValue: message(
    7,
    version(8),
    fields(`${CONTRACT} primaryExchange currency localSymbol tradingClass`),
    fields('position marketPrice marketValue averageCost unrealizedPnl realizedPnl account'),
  ),
  accountUpdateTime: message(8, version(1), fields('time')),
  nextValidId: message(9, version(1), fields('orderId')),
  contractData: message(
    10,
    version(8, { until: 164 }),
    fields('reqId symbol secType lastTradeDateOrContractMonth'),
    fields('lastTradeDate', { since: 182 }),
    fields('strike right exchange currency localSymbol marketName tradingClass conId minTick'),
    fields('mdSizeMultiplier', { until: 164 }),
    fields('multiplier orderTypes validExchanges priceMagnifier underConId'),
    fields('longName', { escaped: true }),
    fields('primaryExchange contractMonth industry category subcategory timeZoneId tradingHours liquidHours'),
    fields('evRule evMultiplier'),
    group('secIds', fields('tag value')),
    fields('aggGroup underSymbol underSecType marketRuleIds realExpirationDate'),
    fields('stockType', { since: 152 }),
    fields('minSize sizeIncrement suggestedSizeIncrement', { since: 164 }),
    when('secType', isOneOf('FUND'), FUND_FIELDS, { since: 179 }),
    group('ineligibilityReasons', fields('id description'), { since: 186 }),
  ),
  managedAccounts: message(15, version(1), fields('accounts')),
  historicalData: message(
    17,
    fields('reqId'),
    fields('startDate endDate', { until: 196 }),
    group('bars', fields('date open high low close volume wap count')),
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
  currentTime: message(49, version(1), fields('time')),
  contractDataEnd: message(52, version(1), fields('reqId')),
  openOrderEnd: message(53, version(1)),
  accountDownloadEnd: message(54, version(1), fields('account')),
  executionDetailsEnd: message(55, version(1), fields('reqId')),
  tickSnapshotEnd: message(57, version(1), fields('reqId')),
  marketDataType: message(58, version(1), fields('reqId type')),
  position: message(
    61,
    version(3),
    fields(`account ${CONTRACT} exchange currency localSymbol tradingClass position averageCost`),
  ),
  positionEnd: message(62, version(1)),
  accountSummary: message(63, version(1), fields('reqId account tag value currency')),
  accountSummaryEnd: message(64, version(1), fields('reqId')),
  positionMulti: message(
    71,
    version(1),
    fields(`reqId account ${CONTRACT} exchange currency localSymbol tradingClass position averageCost modelCode`),
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
  tickReqParams: message(81, fields('reqId minTick bboExchange snapshotPermissions')),
  headTimestamp: message(88, fields('reqId timestamp')),
  historicalDataUpdate: message(90, fields('reqId count date open close high low wap volume')),
  marketRule: message(93, fields('ruleId'), group('increments', fields('lowEdge increment'))),
  pnl: message(94, fields('reqId dailyPnl unrealizedPnl realizedPnl')),
  pnlSingle: message(95, fields('reqId position dailyPnl unrealizedPnl realizedPnl value')),
  completedOrdersEnd: message(102),
  historicalSchedule: message(
    106,
    fields('reqId start end timeZone'),
    group('sessions', fields('start end referenceDate')),
  ),
  userInfo: message(107, fields('reqId whiteBrandingId')),
  historicalDataEnd: message(108, fields('reqId startDate endDate')),
};

export type ServerMessages = typeof serverMessages;
export type ServerMessageName = keyof ServerMessages;
/** Values for a message's fields. A field that is left out goes out empty. */
export type ServerMessageValues<K extends ServerMessageName> = { readonly [N in NamesOf<ServerMessages[K]>]?: Value };
