import { type Contract, type ContractDescription, type ContractDetails, EventName, SecType } from '@stoqey/ib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatewayWithClient, type Pair } from '../test-client.ts';

let pair: Pair;
let nextId = 1000;

beforeAll(async () => {
  pair = await gatewayWithClient();
});
afterAll(async () => {
  expect(pair.client.errors().filter(({ code }) => code === 505)).toEqual([]);
  await pair.close();
});

async function details(contract: Contract): Promise<ContractDetails[]> {
  const id = nextId++;
  pair.client.api.reqContractDetails(id, contract);
  await pair.client.until(EventName.contractDetailsEnd, (reqId) => reqId === id);
  return pair.client
    .all(EventName.contractDetails)
    .filter(([reqId]) => reqId === id)
    .map(([, row]) => row as ContractDetails);
}

const stock = (symbol: string, rest: Contract = {}): Contract => ({
  symbol,
  secType: SecType.STK,
  exchange: 'SMART',
  ...rest,
});

describe('contract details', () => {
  it('say everything about a stock', async () => {
    const [apple, ...others] = await details(stock('AAPL', { currency: 'USD' }));
    expect(others).toEqual([]);
    expect(apple).toMatchObject({
      contract: { conId: 265598, primaryExch: 'NASDAQ', exchange: 'SMART', tradingClass: 'NMS' },
      longName: 'APPLE INC',
      minTick: 0.01,
      stockType: 'COMMON',
      industry: 'Technology',
      timeZoneId: 'US/Eastern',
      secIdList: [{ tag: 'ISIN', value: 'US0378331005' }],
      minSize: 0.0001,
    });
    expect(apple?.liquidHours).toMatch(/^20261120:0930-20261120:1600;20261121:CLOSED;/);
    expect(apple?.marketRuleIds?.split(',')).toHaveLength(apple?.validExchanges?.split(',').length ?? 0);
  });

  it.each(['SAP', 'SHEL'])('of %s without a currency are those of two listings', async (symbol) => {
    const rows = await details(stock(symbol));
    expect(new Set(rows.map(({ contract }) => contract.currency)).size).toBe(2);
  });

  it('carry Chinese names unharmed', async () => {
    const [tencent] = await details(stock('700', { exchange: 'SEHK', currency: 'HKD' }));
    expect(tencent?.longName).toContain('腾讯控股');
    expect(tencent?.timeZoneId).toBe('Asia/Hong_Kong');
  });

  it.each<[string, Contract, Partial<Contract>]>([
    ['a contract id', { conId: 272093 }, { symbol: 'MSFT' }],
    [
      'an ISIN',
      { secType: SecType.STK, secIdType: 'ISIN', secId: 'DE0007164600' } as Contract,
      { symbol: 'SAP', currency: 'EUR' },
    ],
    [
      'a currency pair',
      { symbol: 'EUR', currency: 'USD', secType: SecType.CASH, exchange: 'IDEALPRO' },
      { conId: 12087792, localSymbol: 'EUR.USD' },
    ],
    ['an index', { symbol: 'SPX', secType: SecType.IND, exchange: 'CBOE' }, { conId: 416904 }],
    [
      'a future by its local symbol',
      { localSymbol: 'ESZ6', secType: SecType.FUT, exchange: 'CME' },
      { multiplier: 50 },
    ],
    ['a continuous future', { symbol: 'ES', secType: SecType.CONTFUT, exchange: 'CME' }, { localSymbol: 'ESZ6' }],
    [
      'an option',
      {
        symbol: 'AAPL',
        secType: SecType.OPT,
        exchange: 'SMART',
        lastTradeDateOrContractMonth: '20261218',
        strike: 300,
        right: 'C',
      } as Contract,
      { localSymbol: 'AAPL  261218C00300000', multiplier: 100 },
    ],
  ])('are found by %s', async (_, query, expected) => {
    const rows = await details(query);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.contract).toMatchObject(expected);
  });

  it('of futures come by expiry, four quarters of them', async () => {
    // The third Friday of June 2027 is a holiday, as Juneteenth falls on a Saturday.
    const rows = await details({ symbol: 'ES', secType: SecType.FUT, exchange: 'CME' });
    expect(rows.map(({ contract }) => contract.lastTradeDateOrContractMonth)).toEqual([
      '20261218',
      '20270319',
      '20270617',
      '20270917',
    ]);
  });

  it('of a whole option expiry are only pairs that exist', async () => {
    const query = { symbol: 'AAPL', secType: SecType.OPT, exchange: 'SMART', lastTradeDateOrContractMonth: '20261127' };
    const rows = await details(query);
    const strikes = new Set(rows.map(({ contract }) => contract.strike));
    expect(rows).toHaveLength(strikes.size * 2);
    for (const strike of strikes) expect((strike ?? 0) % 2.5).toBe(0);
  });

  it('that do not exist are an error and no end', async () => {
    const id = nextId++;
    pair.client.api.reqContractDetails(id, stock('NOSUCH', { currency: 'USD' }));
    expect(await pair.client.error(id)).toMatchObject({ code: 200 });
    await details(stock('IBM'));
    expect(pair.client.all(EventName.contractDetailsEnd).map(([reqId]) => reqId)).not.toContain(id);
  });

  it('of no kind of security are refused', async () => {
    const id = nextId++;
    pair.client.api.reqContractDetails(id, { symbol: 'IBM' });
    expect(await pair.client.error(id)).toMatchObject({ code: 321 });
  });
});

describe('other lookups', () => {
  it.each([
    ['AAP', ['AAPL']],
    ['micro', ['MSFT']],
    ['腾讯', ['700']],
    ['sap', ['SAP', 'SAP']],
    ['zzzz', []],
  ])('searching for %s finds %j', async (pattern, symbols) => {
    const id = nextId++;
    pair.client.api.reqMatchingSymbols(id, pattern);
    const [, found] = await pair.client.until(EventName.symbolSamples, (reqId) => reqId === id);
    expect((found as ContractDescription[]).map(({ contract }) => contract?.symbol)).toEqual(symbols);
  });

  it('names the derivatives of what it finds', async () => {
    pair.client.api.reqMatchingSymbols(1, 'AAPL');
    const [, found] = await pair.client.until(EventName.symbolSamples, (reqId) => reqId === 1);
    expect((found as ContractDescription[])[0]?.derivativeSecTypes).toContain('OPT');
  });

  it('gives option parameters per exchange and trading class, and only an end for an unknown underlying', async () => {
    const { client } = pair;
    client.api.reqSecDefOptParams(2, 'SPX', '', SecType.IND, 416904);
    client.api.reqSecDefOptParams(3, 'IBM', '', SecType.STK, 8314);
    await client.until(EventName.securityDefinitionOptionParameterEnd, (reqId) => reqId === 3);
    const rows = client.all(EventName.securityDefinitionOptionParameter);
    expect(rows.map(([, exchange, , tradingClass]) => `${exchange} ${tradingClass}`)).toEqual([
      'SMART SPX',
      'CBOE SPX',
      'SMART SPXW',
      'CBOE SPXW',
    ]);
  });

  it('gives a market rule, and an error for one that does not exist', async () => {
    pair.client.api.reqMarketRule(32);
    const [ruleId, increments] = await pair.client.until(EventName.marketRule);
    expect([ruleId, increments]).toEqual([
      32,
      [
        { lowEdge: 0, increment: 0.01 },
        { lowEdge: 3, increment: 0.05 },
      ],
    ]);
    pair.client.api.reqMarketRule(1);
    await pair.client.until(EventName.info, (_, code) => code === 321);
  });

  it('answers what concerns the connection, and has no orders yet', async () => {
    const { api } = pair.client;
    api.reqManagedAccts();
    api.reqFamilyCodes();
    api.reqUserInfo(4);
    api.setServerLogLevel(2);
    api.reqOpenOrders();
    api.reqAllOpenOrders();
    api.reqCompletedOrders(true);
    api.reqExecutions(5, {});
    for (const name of [
      EventName.familyCodes,
      EventName.userInfo,
      EventName.openOrderEnd,
      EventName.completedOrdersEnd,
      EventName.execDetailsEnd,
    ]) {
      await pair.client.until(name);
    }
    api.placeOrder(6, stock('AAPL', { currency: 'USD' }), {
      action: 'BUY',
      totalQuantity: 1,
      orderType: 'MKT',
      transmit: true,
    } as Parameters<typeof api.placeOrder>[2]);
    expect(await pair.client.error(6)).toMatchObject({ code: 321, text: expect.stringContaining('Read-Only') });
  });
});
