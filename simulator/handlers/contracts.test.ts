import { type Contract, type ContractDescription, type ContractDetails, EventName, SecType } from '@stoqey/ib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatewayWithClient, type Pair, TestClient } from '../../test/support/simulator/client.ts';

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
  it('of thousands of contracts let other clients be answered meanwhile, and may be left halfway', async () => {
    const { gateway, client } = pair;
    const other = await TestClient.ready(gateway.port, 2);
    const everything = { symbol: 'ES', secType: SecType.FOP, tradingClass: 'EW' };
    other.api.reqContractDetails(1, everything);
    await other.until(EventName.contractDetails);
    client.api.reqCurrentTime();
    await client.until(EventName.currentTime);
    expect(other.all(EventName.contractDetailsEnd)).toEqual([]);
    await other.until(EventName.contractDetailsEnd);
    expect(other.all(EventName.contractDetails).length).toBeGreaterThan(1000);
    other.api.reqContractDetails(2, everything);
    await other.until(EventName.contractDetails, (id) => id === 2);
    other.disconnect();
    await expect.poll(() => gateway.clients()).toHaveLength(1);
  });

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
      '20261218 08:30:00 US/Central',
      '20270319 08:30:00 US/Central',
      '20270617 08:30:00 US/Central',
      '20270917 08:30:00 US/Central',
    ]);
  });

  it('of a future say nothing of its underlying’s listing, and take their own date in a request', async () => {
    const long = { lastTradeDateOrContractMonth: '20261218 08:30:00 US/Central' };
    const [es] = await details({ symbol: 'ES', secType: SecType.FUT, exchange: 'CME', ...long });
    expect(es).toMatchObject({ industry: '', category: '', subcategory: '', evMultiplier: 0, contractMonth: '202612' });
    expect(es?.contract).toMatchObject({ ...long, lastTradeDate: '20261218', primaryExch: '' });
  });

  it('of options name a market rule for each exchange', async () => {
    const query = { symbol: 'AAPL', secType: SecType.OPT, exchange: 'SMART', lastTradeDateOrContractMonth: '20261127' };
    const [option] = await details(query);
    const rules = option?.marketRuleIds?.split(',') ?? [];
    const at = (venue: string) => rules[option?.validExchanges?.split(',').indexOf(venue) ?? -1];
    expect(['SMART', 'NASDAQOM', 'CBOE'].map(at)).toEqual(['32', '32', '109']);
  });

  it('of a whole option expiry are only pairs that exist', async () => {
    const query = { symbol: 'AAPL', secType: SecType.OPT, exchange: 'SMART', lastTradeDateOrContractMonth: '20261127' };
    const rows = await details(query);
    const strikes = new Set(rows.map(({ contract }) => contract.strike));
    expect(rows).toHaveLength(strikes.size * 2);
    for (const strike of strikes) expect((strike ?? 0) % 2.5).toBe(0);
  });

  it.each<[string, Contract, object]>([
    [
      'a fund',
      { symbol: 'VFIAX', secType: SecType.FUND, exchange: 'FUNDSERV' },
      { fundFamily: 'Vanguard', fundAssetType: expect.anything() },
    ],
    ['a coin', { symbol: 'BTC', secType: SecType.CRYPTO, exchange: 'PAXOS' }, { minSize: 1e-8, timeZoneId: 'UTC' }],
    ['gold', { symbol: 'XAUUSD', secType: SecType.CMDTY, exchange: 'SMART' }, { longName: 'London Gold' }],
    [
      'a contract for difference',
      { symbol: 'AAPL', secType: SecType.CFD, exchange: 'SMART' },
      { underConId: 265598, underSymbol: 'AAPL', underSecType: 'STK' },
    ],
    [
      'an option on a future',
      { localSymbol: 'ESZ6 C7000', secType: SecType.FOP, exchange: 'CME' },
      { underSecType: 'FUT', underSymbol: 'ESZ6', contractMonth: '202612' },
    ],
    [
      'a stock of Seoul',
      { symbol: '005930', secType: SecType.STK, exchange: 'KSE' },
      { longName: 'SAMSUNG ELECTRONICS CO LTD 삼성전자', timeZoneId: 'Asia/Seoul' },
    ],
    [
      'a stock without a listing',
      { symbol: 'GNSQ', secType: SecType.STK, exchange: 'SMART' },
      { minTick: 0.0001, contract: { primaryExch: 'PINK' } },
    ],
  ])('say everything about %s', async (_, query, expected) => {
    const rows = await details(query);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject(expected);
    expect(rows[0]?.tradingHours?.split(';').length).toBeGreaterThanOrEqual(6);
  });

  it('of a future that has expired have no hours', async () => {
    const [row] = await details({ localSymbol: 'CLX6', secType: SecType.FUT, exchange: 'NYMEX', includeExpired: true });
    expect(row).toMatchObject({ contractMonth: '202611', realExpirationDate: '20261020' });
    expect(row?.tradingHours || row?.liquidHours || '').toBe('');
  });

  it('of bonds come in a message of their own', async () => {
    const id = nextId++;
    pair.client.api.reqContractDetails(id, { symbol: '91282CLW9', secType: SecType.BOND, exchange: 'SMART' });
    const [, bond] = await pair.client.until(EventName.bondContractDetails, (reqId) => reqId === id);
    expect(bond).toMatchObject({ cusip: '91282CLW9', coupon: 4.25, maturity: '20341115', bondType: 'US GOVT' });
    await pair.client.until(EventName.contractDetailsEnd, (reqId) => reqId === id);
  });

  it('of combinations are refused', async () => {
    const id = nextId++;
    pair.client.api.reqContractDetails(id, { symbol: 'SPY', secType: SecType.BAG, exchange: 'SMART' });
    expect(await pair.client.error(id)).toMatchObject({ code: 321, text: expect.stringContaining("'BAG'") });
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
    // Other listings, what begins like it, and names that have it.
    ['AAPL', ['AAPL', 'AAPL', 'AAPU', '3LAP']],
    ['AAP', ['AAPL', 'AAPL', 'AAPU', '3LAP']],
    ['micro', ['MSFT', '10Y', 'AMD']],
    ['nestle', ['NESN']],
    ['삼성', ['005930']],
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

  it('gives the options on a future for that future alone', async () => {
    const { client } = pair;
    const [future] = await details({ localSymbol: 'ESZ6', secType: SecType.FUT, exchange: 'CME' });
    const conId = future?.contract.conId ?? 0;
    const id = nextId++;
    client.api.reqSecDefOptParams(id, 'ES', 'CME', SecType.FUT, conId);
    await client.until(EventName.securityDefinitionOptionParameterEnd, (reqId) => reqId === id);
    const rows = client.all(EventName.securityDefinitionOptionParameter).filter(([reqId]) => reqId === id);
    expect(rows.length).toBeGreaterThan(2);
    for (const [, exchange, underConId, , multiplier] of rows)
      expect([exchange, underConId, Number(multiplier)]).toEqual(['CME', conId, 50]);
  });

  it('names issuers of bonds by an id', async () => {
    const id = nextId++;
    pair.client.api.reqMatchingSymbols(id, 'VZ');
    const [, found] = await pair.client.until(EventName.symbolSamples, (reqId) => reqId === id);
    expect(found).toMatchObject([
      { contract: { secType: 'STK' } },
      { contract: { secType: 'BOND', issuerId: 'e1407190' } },
    ]);
  });

  it('says what the letters of exchanges mean, and refuses a map there is not', async () => {
    const { client } = pair;
    const id = nextId++;
    client.api.reqSmartComponents(id, '9c0001');
    const [, components] = await client.until(EventName.smartComponents, (reqId) => reqId === id);
    const letters = [...(components as Map<number, [string, string]>).values()];
    expect(letters).toContainEqual(['NASDAQ', 'Q']);
    expect(new Set(letters.map(([, letter]) => letter)).size).toBe(letters.length);
    client.api.reqSmartComponents(nextId, 'zzz');
    expect(await client.error(nextId++)).toMatchObject({ code: 321 });
  });

  it('lists the exchanges with books and the soft-dollar tiers', async () => {
    const { client } = pair;
    client.api.reqMktDepthExchanges();
    const [books] = await client.until(EventName.mktDepthExchanges);
    expect(books).toContainEqual(expect.objectContaining({ exchange: 'CME', secType: 'FUT', serviceDataType: 'Deep' }));
    const id = nextId++;
    client.api.reqSoftDollarTiers(id);
    await client.until(EventName.softDollarTiers, (reqId) => reqId === id);
  });
});
