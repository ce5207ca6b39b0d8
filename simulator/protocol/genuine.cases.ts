import { Decimal } from 'decimal.js';
import type { Row } from './fields.ts';
import type { ServerMessageName } from './messages.ts';

/**
 * Messages as a real gateway wrote them, at the server version named, with accounts and ids replaced, beside the values
 * they carry. Sources: `captures` are IB Gateway 2026-04 to 2026-07 as published by ThomasMarcelis/ibkr-go in
 * internal/codec (server version 200 and 206); `notes` is a decoder's note of May 2025 with messages at 187; `report` is
 * ib_async issue 140 (178). Bars come with as many decimals as their instrument has in all samples seen; the layouts
 * write a whole price with one.
 */
export interface Genuine {
  readonly message: ServerMessageName;
  readonly version: number;
  readonly source: 'captures' | 'notes' | 'report';
  readonly values: Row;
  readonly line: string;
}

const apple = {
  conId: 265598,
  symbol: 'AAPL',
  secType: 'STK',
  currency: 'USD',
  localSymbol: 'AAPL',
  tradingClass: 'NMS',
};
const amazon = { ...apple, conId: 3691937, symbol: 'AMZN', localSymbol: 'AMZN' };

export const genuine: readonly Genuine[] = [
  {
    message: 'portfolioValue',
    version: 200,
    source: 'captures',
    values: {
      ...apple,
      strike: 0,
      primaryExchange: 'NASDAQ',
      position: '-100',
      marketPrice: '291.6234436',
      marketValue: new Decimal('-29162.34'),
      averageCost: '291.2660812',
      unrealizedPnl: new Decimal('-35.74'),
      realizedPnl: new Decimal('-71.44'),
      account: 'DU9000001',
    },
    line: '7|8|265598|AAPL|STK||0|0||NASDAQ|USD|AAPL|NMS|-100|291.6234436|-29162.34|291.2660812|-35.74|-71.44|DU9000001',
  },
  {
    message: 'executionDetails',
    version: 200,
    source: 'captures',
    values: {
      ...apple,
      reqId: -1,
      orderId: 1,
      strike: 0,
      exchange: 'IEX',
      execId: 'exec-001',
      time: '20260413 15:27:04 US/Eastern',
      account: 'DU9000001',
      executionExchange: 'IEX',
      side: 'BOT',
      quantity: '1',
      price: 257.95,
      permId: 900001,
      clientId: 94,
      liquidation: 0,
      cumulativeQuantity: '1',
      averagePrice: 257.95,
      lastLiquidity: 2,
      pendingPriceRevision: false,
    },
    line: '11|-1|1|265598|AAPL|STK||0.0|||IEX|USD|AAPL|NMS|exec-001|20260413 15:27:04 US/Eastern|DU9000001|IEX|BOT|1|257.95|900001|94|0|1|257.95|||||2|0|',
  },
  {
    message: 'position',
    version: 200,
    source: 'captures',
    values: {
      ...amazon,
      account: 'DU9000001',
      strike: 0,
      exchange: 'NASDAQ',
      position: '15',
      averageCost: new Decimal('200.25'),
    },
    line: '61|3|DU9000001|3691937|AMZN|STK||0.0|||NASDAQ|USD|AMZN|NMS|15|200.25',
  },
  {
    message: 'positionMulti',
    version: 206,
    source: 'captures',
    values: {
      ...amazon,
      reqId: 1,
      account: 'U1',
      strike: 0,
      exchange: 'NASDAQ',
      position: '1',
      averageCost: new Decimal('1581.09'),
    },
    line: '71|1|1|U1|3691937|AMZN|STK||0.0|||NASDAQ|USD|AMZN|NMS|1|1581.09|',
  },
  {
    message: 'optionParameters',
    version: 200,
    source: 'captures',
    values: {
      reqId: 3,
      exchange: 'CBOE',
      underlyingConId: 265598,
      tradingClass: 'AAPL',
      multiplier: 100,
      expirations: ['20260612'],
      strikes: [5, 257.5, 600],
    },
    line: '75|3|CBOE|265598|AAPL|100|1|20260612|3|5.0|257.5|600.0',
  },
  {
    message: 'tickGeneric',
    version: 200,
    source: 'captures',
    values: { reqId: 1001, tickType: 46, value: 3 },
    line: '45|6|1001|46|3.0',
  },
  {
    message: 'commissionReport',
    version: 200,
    source: 'captures',
    values: { execId: 'exec-001', commission: '1.0003', currency: 'USD', realizedPnl: new Decimal('-68.051912') },
    line: '59|1|exec-001|1.0003|USD|-68.051912|1.7976931348623157E308|',
  },
  {
    message: 'pnl',
    version: 200,
    source: 'captures',
    values: {
      reqId: 4,
      dailyPnl: 11340.427636781911,
      unrealizedPnl: 54385.58271885987,
      realizedPnl: -103.92738339177643,
    },
    line: '94|4|11340.427636781911|54385.58271885987|-103.92738339177643',
  },
  {
    message: 'historicalData',
    version: 178,
    source: 'report',
    values: {
      reqId: 1,
      startDate: '20250405 17:56:00 US/Eastern',
      endDate: '20250413 17:56:00 US/Eastern',
      bars: [
        {
          date: '20250402',
          open: 99.77543,
          high: 99.77636,
          low: 99.77543,
          close: 99.77609,
          volume: -1,
          wap: -1,
          count: -1,
        },
      ],
    },
    line: '17|1|20250405 17:56:00 US/Eastern|20250413 17:56:00 US/Eastern|1|20250402|99.77543|99.77636|99.77543|99.77609|-1|-1|-1',
  },
  {
    message: 'contractData',
    version: 187,
    source: 'notes',
    values: {
      reqId: 6,
      symbol: 'ES',
      secType: 'FUT',
      lastTradeDateOrContractMonth: '20300621 08:30:00 US/Central',
      lastTradeDate: '20300621',
      strike: 0,
      exchange: 'QBALGO',
      currency: 'USD',
      localSymbol: 'ESM0',
      marketName: 'ES',
      tradingClass: 'ES',
      conId: 770561177,
      minTick: 0.25,
      multiplier: 50,
      orderTypes: 'LMT,MKT',
      validExchanges: 'CME,QBALGO',
      priceMagnifier: 1,
      underConId: 11004968,
      longName: 'E-mini S&P 500',
      contractMonth: '203006',
      timeZoneId: 'US/Central',
      tradingHours: '20250503:CLOSED',
      liquidHours: '20250503:CLOSED',
      aggGroup: 2147483647,
      underSymbol: 'ES',
      underSecType: 'IND',
      marketRuleIds: '67,67',
      realExpirationDate: '20300621',
      minSize: 1,
      sizeIncrement: 1,
      suggestedSizeIncrement: 1,
    },
    line: '10|6|ES|FUT|20300621 08:30:00 US/Central|20300621|0||QBALGO|USD|ESM0|ES|ES|770561177|0.25|50|LMT,MKT|CME,QBALGO|1|11004968|E-mini S&P 500||203006||||US/Central|20250503:CLOSED|20250503:CLOSED|||0|2147483647|ES|IND|67,67|20300621||1|1|1|0',
  },
];
