import {
  BarSizeSetting,
  type Contract,
  FADataType,
  LogLevel,
  MarketDataType,
  OptionExerciseAction,
  type Order,
  type OrderCancel,
  ScanCode,
  type ScannerSubscription,
  TickByTickDataType,
  WhatToShow,
  type WshEventData,
} from '@stoqey/ib';
import { Encoder, type EncoderCallbacks } from '@stoqey/ib/dist/core/io/encoder.js';
import { describe, expect, it } from 'vitest';
import { expectCase } from '../../test/support/simulator/expect-case.ts';
import type { RequestCase } from '../../test/support/simulator/request-case.ts';
import { type RequestCaseName, requestCases } from './requests.cases.ts';

const testedVersion = 193;

type Typed = Record<string, string | number | boolean | undefined>;

/** Values as a program has them: numbers for numbers, nothing for empty texts. */
function typed(values: Readonly<Record<string, string>>): Typed {
  const typedValue = (text: string): string | number | undefined => {
    if (text === '') return undefined;
    return /^-?\d+(\.\d+)?$|^Infinity$/.test(text) ? Number(text) : text;
  };
  return Object.fromEntries(Object.entries(values).map(([name, text]) => [name, typedValue(text)]));
}

/** The client's types are stricter than what it does with the values. */
function contractOf({ values, rows }: RequestCase): Contract {
  const { primaryExchange, ...rest } = typed(values);
  const { comboLegs } = rows ?? {};
  const neutral = { conId: rest.deltaNeutralConId, delta: rest.deltaNeutralDelta, price: rest.deltaNeutralPrice };
  return {
    ...rest,
    primaryExch: primaryExchange,
    includeExpired: rest.includeExpired === 1,
    comboLegs: comboLegs?.map(typed),
    ...(rest.deltaNeutral === 1 ? { deltaNeutralContract: neutral } : {}),
  } as unknown as Contract;
}

function orderOf({ values, rows = {} }: RequestCase): Order {
  const { deltaNeutralOrderConId, softDollarName, softDollarValue, ...rest } = typed(values);
  return {
    ...rest,
    ...Object.fromEntries(Object.entries(rows).map(([name, entries]) => [name, entries.map(typed)])),
    conditions: rows.conditions?.map(({ type, conjunction, value, ...condition }) => ({
      ...typed(condition),
      type: Number(type),
      conjunctionConnection: conjunction,
      strValue: value,
    })),
    deltaNeutralConId: deltaNeutralOrderConId,
    softDollarTier: { name: softDollarName, value: softDollarValue },
  } as unknown as Order;
}

type Send = (encoder: Encoder, request: RequestCase) => void;

const idOf = ({ values }: RequestCase): number => Number(values.reqId);
const account = 'DU1234567';

const history: Send = (encoder, request) =>
  encoder.reqHistoricalData(
    idOf(request),
    contractOf(request),
    request.values.endDateTime,
    '2 D',
    BarSizeSetting.HOURS_ONE,
    request.values.whatToShow as WhatToShow,
    Number(request.values.useRth),
    Number(request.values.formatDate),
    request.values.keepUpToDate === '1',
  );
const marketData: Send = (encoder, request) => {
  const { genericTicks = '', regulatorySnapshot } = request.values;
  encoder.reqMktData(idOf(request), contractOf(request), genericTicks, false, regulatorySnapshot === '1');
};
const order: Send = (encoder, request) => encoder.placeOrder(7, contractOf(request), orderOf(request));

/** How the client is made to send each request. What its session sends by itself, startApi, is not here. */
const sends: Readonly<Record<Exclude<RequestCaseName, 'startApi'>, Send>> = {
  reqMktData: marketData,
  comboMktData: marketData,
  cancelMktData: (encoder) => encoder.cancelMktData(9),
  plainOrder: order,
  fullOrder: order,
  pegBestOrder: order,
  upToMidOrder: order,
  pegMidOrder: order,
  volOrder: order,
  cancelOrder: (encoder) => encoder.cancelOrder(7, { manualOrderCancelTime: '20261120-14:00:00' } as OrderCancel),
  reqOpenOrders: (encoder) => encoder.reqOpenOrders(),
  reqAccountUpdates: (encoder) => encoder.reqAccountUpdates(true, account),
  reqExecutions: (encoder, { values }) =>
    encoder.reqExecutions(9, { ...typed(values), acctCode: account } as Parameters<Encoder['reqExecutions']>[1]),
  reqIds: (encoder) => encoder.reqIds(1),
  reqContractDetails: (encoder, request) => encoder.reqContractDetails(9, contractOf(request)),
  reqMktDepth: (encoder, request) => encoder.reqMktDepth(9, contractOf(request), 5, true),
  cancelMktDepth: (encoder) => encoder.cancelMktDepth(9, true),
  reqNewsBulletins: (encoder) => encoder.reqNewsBulletins(true),
  cancelNewsBulletins: (encoder) => encoder.cancelNewsBulletins(),
  setServerLogLevel: (encoder) => encoder.setServerLogLevel(LogLevel.DETAIL),
  reqAutoOpenOrders: (encoder) => encoder.reqAutoOpenOrders(true),
  reqAllOpenOrders: (encoder) => encoder.reqAllOpenOrders(),
  reqManagedAccts: (encoder) => encoder.reqManagedAccts(),
  requestFa: (encoder) => encoder.requestFA(FADataType.GROUPS),
  replaceFa: (encoder) => encoder.replaceFA(9, FADataType.GROUPS, '<groups/>'),
  reqHistoricalData: history,
  comboHistory: history,
  exerciseOptions: (encoder, request) =>
    encoder.exerciseOptions(9, contractOf(request), OptionExerciseAction.EXERCISE, 2, account, 1),
  reqScannerSubscription: (encoder, { values }) => {
    const subscription = { ...typed(values), scanCode: ScanCode.TOP_PERC_GAIN } as unknown as ScannerSubscription;
    encoder.reqScannerSubscription(9, subscription, [], [{ tag: 'priceAbove', value: '5' }]);
  },
  cancelScannerSubscription: (encoder) => encoder.cancelScannerSubscription(9),
  reqScannerParameters: (encoder) => encoder.reqScannerParameters(),
  cancelHistoricalData: (encoder) => encoder.cancelHistoricalData(9),
  reqCurrentTime: (encoder) => encoder.reqCurrentTime(),
  reqRealTimeBars: (encoder, request) =>
    encoder.reqRealTimeBars(9, contractOf(request), 5, WhatToShow.TRADES, true, []),
  cancelRealTimeBars: (encoder) => encoder.cancelRealTimeBars(9),
  reqFundamentalData: (encoder, request) => encoder.reqFundamentalData(9, contractOf(request), 'ReportSnapshot', []),
  cancelFundamentalData: (encoder) => encoder.cancelFundamentalData(9),
  calculateImpliedVolatility: (encoder, request) =>
    encoder.calculateImpliedVolatility(9, contractOf(request), 12.5, 271.5),
  calculateOptionPrice: (encoder, request) => encoder.calculateOptionPrice(9, contractOf(request), 0.25, 271.5),
  cancelCalculateImpliedVolatility: (encoder) => encoder.cancelCalculateImpliedVolatility(9),
  cancelCalculateOptionPrice: (encoder) => encoder.cancelCalculateOptionPrice(9),
  reqGlobalCancel: (encoder) => encoder.reqGlobalCancel({} as OrderCancel),
  reqMarketDataType: (encoder) => encoder.reqMarketDataType(MarketDataType.DELAYED),
  reqPositions: (encoder) => encoder.reqPositions(),
  reqAccountSummary: (encoder) => encoder.reqAccountSummary(9, 'All', 'NetLiquidation'),
  cancelAccountSummary: (encoder) => encoder.cancelAccountSummary(9),
  cancelPositions: (encoder) => encoder.cancelPositions(),
  queryDisplayGroups: (encoder) => encoder.queryDisplayGroups(9),
  subscribeToGroupEvents: (encoder) => encoder.subscribeToGroupEvents(9, 2),
  updateDisplayGroup: (encoder) => encoder.updateDisplayGroup(9, '265598@SMART'),
  unsubscribeFromGroupEvents: (encoder) => encoder.unsubscribeToGroupEvents(9),
  reqPositionsMulti: (encoder) => encoder.reqPositionsMulti(9, account, 'model'),
  cancelPositionsMulti: (encoder) => encoder.cancelPositionsMulti(9),
  reqAccountUpdatesMulti: (encoder) => encoder.reqAccountUpdatesMulti(9, account, 'model', true),
  cancelAccountUpdatesMulti: (encoder) => encoder.cancelAccountUpdatesMulti(9),
  reqSecDefOptParams: (encoder) => encoder.reqSecDefOptParams(9, 'ES', 'CME', 'FUT', 495512563),
  reqSoftDollarTiers: (encoder) => encoder.reqSoftDollarTiers(9),
  reqFamilyCodes: (encoder) => encoder.reqFamilyCodes(),
  reqMatchingSymbols: (encoder) => encoder.reqMatchingSymbols(9, 'app'),
  reqMktDepthExchanges: (encoder) => encoder.reqMktDepthExchanges(),
  reqSmartComponents: (encoder) => encoder.reqSmartComponents(9, 'a6'),
  reqNewsArticle: (encoder) => encoder.reqNewsArticle(9, 'BRFG', 'BRFG$1', []),
  reqNewsProviders: (encoder) => encoder.reqNewsProviders(),
  reqHistoricalNews: (encoder, { values: { startDateTime = '', endDateTime } }) =>
    encoder.reqHistoricalNews(9, 265598, 'BRFG+BRFUPDN', startDateTime, endDateTime, 10, []),
  reqHeadTimestamp: (encoder, request) => encoder.reqHeadTimestamp(9, contractOf(request), WhatToShow.TRADES, true, 1),
  cancelHeadTimestamp: (encoder) => encoder.cancelHeadTimestamp(9),
  reqHistogramData: (encoder, request) => encoder.reqHistogramData(9, contractOf(request), true, '3 days'),
  cancelHistogramData: (encoder) => encoder.cancelHistogramData(9),
  reqMarketRule: (encoder) => encoder.reqMarketRule(26),
  reqPnL: (encoder) => encoder.reqPnL(9, account, 'model'),
  cancelPnL: (encoder) => encoder.cancelPnL(9),
  reqPnLSingle: (encoder) => encoder.reqPnLSingle(9, account, 'model', 265598),
  cancelPnLSingle: (encoder) => encoder.cancelPnLSingle(9),
  reqHistoricalTicks: (encoder, request) =>
    encoder.reqHistoricalTicks(9, contractOf(request), '20261120-14:30:00', '', 100, WhatToShow.BID_ASK, 1, true),
  reqTickByTickData: (encoder, request) =>
    encoder.reqTickByTickData(9, contractOf(request), TickByTickDataType.BidAsk, 10, true),
  cancelTickByTickData: (encoder) => encoder.cancelTickByTickData(9),
  reqCompletedOrders: (encoder) => encoder.reqCompletedOrders(true),
  reqWshMetaData: (encoder) => encoder.reqWshMetaData(9),
  cancelWshMetaData: (encoder) => encoder.reqCancelWshMetaData(9),
  reqWshEventData: (encoder, { values }) =>
    encoder.reqWshEventData(9, {
      ...typed(values),
      startDate: '20261101',
      endDate: '20261130',
    } as unknown as WshEventData),
  cancelWshEventData: (encoder) => encoder.reqCancelWshEventData(9),
  reqUserInfo: (encoder) => encoder.reqUserInfo(9),
};
const names = Object.keys(sends) as (keyof typeof sends)[];

/** What the client's encoder puts on the wire, as its socket writes it. */
function sentFor(name: keyof typeof sends): string[] {
  const sent: unknown[] = [];
  const callbacks: EncoderCallbacks = {
    serverVersion: testedVersion,
    sendMsg: (...tokens) => void sent.push(...tokens.flat(Number.POSITIVE_INFINITY)),
    emitError: (text) => expect.fail(text),
  };
  sends[name](new Encoder(callbacks), requestCases[name]);
  return sent.map((token) => (typeof token === 'boolean' ? String(Number(token)) : String(token ?? '')));
}

describe('the requests of @stoqey/ib', () => {
  it.each(names)('are read to the last field: %s', (name) => {
    expectCase({ name, tokens: sentFor(name) }, testedVersion);
  });

  it('count 117 fields and the message id for a plain stock order', () => {
    expect(sentFor('plainOrder')).toHaveLength(118);
  });
});
