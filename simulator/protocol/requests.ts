import type { DecodedFields } from './codec.ts';
import { fields, group, isOneOf, list, message, type NamesOf, version, when } from './fields.ts';
import { placeOrder } from './place-order.ts';
import { contract, deltaNeutralContract, identity } from './request-parts.ts';

const comboLegs = group('comboLegs', fields('conId ratio action exchange'));
const isBag = isOneOf('BAG');

/** Never used, and sent in three ways: as a count and a text, as one text, or not at all. */
const reservedOptions = fields('optionCount options', { optional: true });

/** Every request a client can send, by name: its id on the wire and its fields in order. */
export const clientRequests = {
  reqMktData: message(
    1,
    version(11),
    fields(`reqId ${contract}`),
    when('secType', isBag, comboLegs),
    deltaNeutralContract,
    fields('genericTicks snapshot regulatorySnapshot options'),
  ),
  cancelMktData: message(2, version(2), fields('reqId')),
  placeOrder,
  cancelOrder: message(
    4,
    version(1, { until: 192 }),
    fields('orderId'),
    fields('manualCancelTime', { since: 169 }),
    fields('externalUserId rfqCustomerReference rfqManualOrderIndicator', { since: 187, until: 190 }),
    fields('extOperator manualOrderIndicator', { since: 192 }),
  ),
  reqOpenOrders: message(5, version(1)),
  reqAccountUpdates: message(6, version(2), fields('subscribe account')),
  reqExecutions: message(7, version(3), fields('reqId clientId account time symbol secType exchange side'), [
    ...fields('lastNDays', { since: 200 }),
    ...list('specificDates', { since: 200 }),
  ]),
  reqIds: message(8, version(1), fields('count')),
  reqContractDetails: message(
    9,
    version(8),
    fields(`reqId ${contract} includeExpired secIdType secId`),
    fields('issuerId', { since: 176 }),
  ),
  reqMktDepth: message(10, version(5), fields(`reqId ${contract} numRows isSmartDepth options`)),
  cancelMktDepth: message(11, version(1), fields('reqId'), fields('isSmartDepth', { optional: true })),
  reqNewsBulletins: message(12, version(1), fields('allMessages')),
  cancelNewsBulletins: message(13, version(1)),
  setServerLogLevel: message(14, version(1), fields('logLevel')),
  reqAutoOpenOrders: message(15, version(1), fields('autoBind')),
  reqAllOpenOrders: message(16, version(1)),
  reqManagedAccts: message(17, version(1)),
  requestFa: message(18, version(1), fields('faDataType')),
  replaceFa: message(19, version(1), fields('faDataType xml reqId')),
  reqHistoricalData: message(
    20,
    fields(`reqId ${contract} includeExpired endDateTime barSize duration useRth whatToShow formatDate`),
    when('secType', isBag, comboLegs),
    fields('keepUpToDate options'),
  ),
  exerciseOptions: message(
    21,
    version(2),
    fields(`reqId ${identity} exchange currency localSymbol tradingClass`),
    fields('exerciseAction exerciseQuantity account override'),
    fields('manualOrderTime', { since: 180 }),
    fields('customerAccount', { since: 183 }),
    fields('professionalCustomer', { since: 184 }),
  ),
  reqScannerSubscription: message(
    22,
    fields('reqId numberOfRows instrument locationCode scanCode abovePrice belowPrice aboveVolume marketCapAbove'),
    fields('marketCapBelow moodyRatingAbove moodyRatingBelow spRatingAbove spRatingBelow maturityDateAbove'),
    fields('maturityDateBelow couponRateAbove couponRateBelow excludeConvertible averageOptionVolumeAbove'),
    fields('scannerSettingPairs stockTypeFilter filterOptions options'),
  ),
  cancelScannerSubscription: message(23, version(1), fields('reqId')),
  reqScannerParameters: message(24, version(1)),
  cancelHistoricalData: message(25, version(1), fields('reqId')),
  reqCurrentTime: message(49, version(1)),
  reqRealTimeBars: message(50, version(3), fields(`reqId ${contract} barSize whatToShow useRth options`)),
  cancelRealTimeBars: message(51, version(1), fields('reqId')),
  reqFundamentalData: message(
    52,
    version(2),
    fields('reqId conId symbol secType exchange primaryExchange currency localSymbol reportType'),
    reservedOptions,
  ),
  cancelFundamentalData: message(53, version(1), fields('reqId')),
  calculateImpliedVolatility: message(
    54,
    version(3),
    fields(`reqId ${contract} optionPrice underPrice`),
    reservedOptions,
  ),
  calculateOptionPrice: message(55, version(3), fields(`reqId ${contract} volatility underPrice`), reservedOptions),
  cancelCalculateImpliedVolatility: message(56, version(1), fields('reqId')),
  cancelCalculateOptionPrice: message(57, version(1), fields('reqId')),
  reqGlobalCancel: message(58, version(1, { until: 192 }), fields('extOperator manualOrderIndicator', { since: 192 })),
  reqMarketDataType: message(59, version(1), fields('type')),
  reqPositions: message(61, version(1)),
  reqAccountSummary: message(62, version(1), fields('reqId group tags')),
  cancelAccountSummary: message(63, version(1), fields('reqId')),
  cancelPositions: message(64, version(1)),
  verifyRequest: message(65, version(1), fields('apiName apiVersion')),
  verifyMessage: message(66, version(1), fields('apiData')),
  queryDisplayGroups: message(67, version(1), fields('reqId')),
  subscribeToGroupEvents: message(68, version(1), fields('reqId groupId')),
  updateDisplayGroup: message(69, version(1), fields('reqId contractInfo')),
  unsubscribeFromGroupEvents: message(70, version(1), fields('reqId')),
  startApi: message(71, version(2), fields('clientId'), fields('optionalCapabilities', { optional: true })),
  verifyAndAuthRequest: message(72, version(1), fields('apiName apiVersion opaqueIsvKey')),
  verifyAndAuthMessage: message(73, version(1), fields('apiData xyzResponse')),
  reqPositionsMulti: message(74, version(1), fields('reqId account modelCode')),
  cancelPositionsMulti: message(75, version(1), fields('reqId')),
  reqAccountUpdatesMulti: message(76, version(1), fields('reqId account modelCode ledgerAndNlv')),
  cancelAccountUpdatesMulti: message(77, version(1), fields('reqId')),
  reqSecDefOptParams: message(78, fields('reqId symbol futFopExchange secType conId')),
  reqSoftDollarTiers: message(79, fields('reqId')),
  reqFamilyCodes: message(80),
  reqMatchingSymbols: message(81, fields('reqId pattern')),
  reqMktDepthExchanges: message(82),
  reqSmartComponents: message(83, fields('reqId bboExchange')),
  reqNewsArticle: message(84, fields('reqId providerCode articleId'), fields('options', { optional: true })),
  reqNewsProviders: message(85),
  reqHistoricalNews: message(
    86,
    fields('reqId conId providerCodes startDateTime endDateTime totalResults'),
    fields('options', { optional: true }),
  ),
  reqHeadTimestamp: message(87, fields(`reqId ${contract} includeExpired useRth whatToShow formatDate`)),
  reqHistogramData: message(88, fields(`reqId ${contract} includeExpired useRth timePeriod`)),
  cancelHistogramData: message(89, fields('reqId')),
  cancelHeadTimestamp: message(90, fields('reqId')),
  reqMarketRule: message(91, fields('ruleId')),
  reqPnL: message(92, fields('reqId account modelCode')),
  cancelPnL: message(93, fields('reqId')),
  reqPnLSingle: message(94, fields('reqId account modelCode conId')),
  cancelPnLSingle: message(95, fields('reqId')),
  reqHistoricalTicks: message(
    96,
    fields(`reqId ${contract} includeExpired startDateTime endDateTime numberOfTicks whatToShow useRth ignoreSize`),
    fields('options', { optional: true }),
  ),
  reqTickByTickData: message(97, fields(`reqId ${contract} tickType numberOfTicks ignoreSize`)),
  cancelTickByTickData: message(98, fields('reqId')),
  reqCompletedOrders: message(99, fields('apiOnly')),
  reqWshMetaData: message(100, fields('reqId')),
  cancelWshMetaData: message(101, fields('reqId')),
  reqWshEventData: message(
    102,
    fields('reqId conId'),
    fields('filter fillWatchlist fillPortfolio fillCompetitors', { since: 171 }),
    fields('startDate endDate totalLimit', { since: 173 }),
  ),
  cancelWshEventData: message(103, fields('reqId')),
  reqUserInfo: message(104, fields('reqId')),
  /** Asked only from 197 on. */
  reqCurrentTimeInMillis: message(105),
};

export type ClientRequests = typeof clientRequests;
export type RequestName = keyof ClientRequests;

/** Which request an id on the wire stands for. */
export const requestNames: ReadonlyMap<number, RequestName> = new Map(
  (Object.keys(clientRequests) as RequestName[]).map((name) => [clientRequests[name].id, name]),
);

/** A field that should hold a number and does not. The gateway answers error 320 and reads on. */
export class BadFieldError extends Error {
  override readonly name = 'BadFieldError';
}

/** A decoded request. An empty field and a field that says 0 read alike as numbers. */
export class Request<N extends string = string> {
  readonly name: RequestName;
  readonly #fields: DecodedFields;

  constructor(name: RequestName, decoded: DecodedFields) {
    this.name = name;
    this.#fields = decoded;
  }

  /** The decoded fields by name, as text. */
  get values(): Readonly<Record<string, string>> {
    return this.#fields.values;
  }

  text(name: N): string {
    return this.#fields.values[name] ?? '';
  }

  /** @throws {BadFieldError} when the field is not a number */
  number(name: N): number {
    const text = this.text(name);
    const value = text === '' ? 0 : Number(text);
    if (Number.isNaN(value)) throw new BadFieldError(`For input string: "${text}"`);
    return value;
  }

  /** A 32-bit integer, as the gateway's ids are. @throws {BadFieldError} when the field is anything else */
  int(name: N): number {
    const value = this.number(name);
    if ((value | 0) !== value) throw new BadFieldError(`For input string: "${this.text(name)}"`);
    return value;
  }

  flag(name: N): boolean {
    return this.int(name) !== 0;
  }

  rows(name: N): readonly DecodedFields[] {
    return this.#fields.rows[name] ?? [];
  }
}

export type RequestOf<K extends RequestName> = Request<NamesOf<ClientRequests[K]>>;
