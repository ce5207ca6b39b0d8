import type { DecodedFields } from './codec.ts';
import { fields, group, isOneOf, list, message, type NamesOf, version, when } from './fields.ts';
import { placeOrder } from './place-order.ts';
import { CONTRACT, DELTA_NEUTRAL_CONTRACT } from './request-parts.ts';

const COMBO_LEGS = group('comboLegs', fields('conId ratio action exchange'));
const isBag = isOneOf('BAG');

/** Every request a client can send, by name: its id on the wire and its fields in order. */
export const clientRequests = {
  reqMktData: message(
    1,
    version(11),
    fields(`reqId ${CONTRACT}`),
    when('secType', isBag, COMBO_LEGS),
    DELTA_NEUTRAL_CONTRACT,
    fields('genericTicks snapshot regulatorySnapshot options'),
  ),
  cancelMktData: message(2, version(2), fields('reqId')),
  placeOrder,
  cancelOrder: message(
    4,
    version(1, { until: 192 }),
    fields('orderId'),
    fields('manualCancelTime', { since: 169 }),
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
    fields(`reqId ${CONTRACT} includeExpired secIdType secId`),
    fields('issuerId', { since: 176 }),
  ),
  setServerLogLevel: message(14, version(1), fields('logLevel')),
  reqAutoOpenOrders: message(15, version(1), fields('autoBind')),
  reqAllOpenOrders: message(16, version(1)),
  reqManagedAccts: message(17, version(1)),
  reqHistoricalData: message(
    20,
    fields(`reqId ${CONTRACT} includeExpired endDateTime barSize duration useRth whatToShow formatDate`),
    when('secType', isBag, COMBO_LEGS),
    fields('keepUpToDate options'),
  ),
  cancelHistoricalData: message(25, version(1), fields('reqId')),
  reqCurrentTime: message(49, version(1)),
  reqGlobalCancel: message(58, version(1, { until: 192 }), fields('extOperator manualOrderIndicator', { since: 192 })),
  reqMarketDataType: message(59, version(1), fields('type')),
  reqPositions: message(61, version(1)),
  reqAccountSummary: message(62, version(1), fields('reqId group tags')),
  cancelAccountSummary: message(63, version(1), fields('reqId')),
  cancelPositions: message(64, version(1)),
  startApi: message(71, version(2), fields('clientId'), fields('optionalCapabilities', { optional: true })),
  reqPositionsMulti: message(74, version(1), fields('reqId account modelCode')),
  cancelPositionsMulti: message(75, version(1), fields('reqId')),
  reqAccountUpdatesMulti: message(76, version(1), fields('reqId account modelCode ledgerAndNlv')),
  cancelAccountUpdatesMulti: message(77, version(1), fields('reqId')),
  reqSecDefOptParams: message(78, fields('reqId symbol futFopExchange secType conId')),
  reqFamilyCodes: message(80),
  reqMatchingSymbols: message(81, fields('reqId pattern')),
  reqHeadTimestamp: message(87, fields(`reqId ${CONTRACT} includeExpired useRth whatToShow formatDate`)),
  cancelHeadTimestamp: message(90, fields('reqId')),
  reqMarketRule: message(91, fields('ruleId')),
  reqPnL: message(92, fields('reqId account modelCode')),
  cancelPnL: message(93, fields('reqId')),
  reqPnLSingle: message(94, fields('reqId account modelCode conId')),
  cancelPnLSingle: message(95, fields('reqId')),
  reqCompletedOrders: message(99, fields('apiOnly')),
  reqUserInfo: message(104, fields('reqId')),
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
