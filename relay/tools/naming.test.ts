import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveContracts } from '../../shared/contracts/resolve.ts';
import { getContractDetails } from '../../shared/tools/get_contract_details.ts';
import { getHistoricalBars } from '../../shared/tools/get_historical_bars.ts';
import { getMarketDepth } from '../../shared/tools/get_market_depth.ts';
import { getQuotes } from '../../shared/tools/get_quotes.ts';
import { failure, TestRelay } from '../../test/support/relay.ts';

let relay: TestRelay;

beforeAll(async () => {
  // A Friday noon in New York.
  relay = await TestRelay.start({ clock: () => new Date(Date.UTC(2026, 10, 20, 17, 0, 0)) });
});
afterAll(() => relay.stop());

const details = (...contracts: string[]) => relay.read(getContractDetails, { contracts });
const named = async (...contracts: string[]) => (await details(...contracts)).contracts.map((c) => c.contract);

describe('an exchange in the name of an instrument', () => {
  it('is where it is listed, or else where its orders and quotes go', async () => {
    const { contracts, errors } = await details('AAPL@NYSE', 'AAPL@NASDAQ', 'AAPL@SMART', 'SHEL@LSE', 'SHEL@NYSE');
    expect(errors).toBeUndefined();
    expect(contracts.map((c) => [c.contract, c.exchange, c.primaryExchange])).toEqual([
      ['AAPL@NYSE', 'NYSE', 'NASDAQ'],
      ['AAPL', 'SMART', 'NASDAQ'],
      ['AAPL', 'SMART', 'NASDAQ'],
      ['SHEL.GBP', 'SMART', 'LSE'],
      ['SHEL', 'SMART', 'NYSE'],
    ]);
  });

  it('may be written before or after the kind, of every kind', async () => {
    const asked = ['EUR.USD@IDEALPRO', 'EUR.USD@SMART', 'SPX:IND@CBOE', 'SPX@CBOE:IND', 'ES 202612@CME', 'ESZ6@SMART'];
    expect(await named(...asked)).toEqual(['EUR.USD', 'EUR.USD', 'SPX:IND', 'SPX:IND', 'ES 20261218', 'ES 20261218']);
    const option = 'SPY 20261218 C 600';
    expect(await named(`${option}@CBOE`, `${option}@SMART`)).toEqual([`${option}@CBOE`, option]);
  });

  it('is kept beside a conId, unless it is only a label', async () => {
    expect(await named('AAPL@NYSE {265598}', 'AAPL@NASDAQ {265598}', 'AAPL@LSE {265598}')).toEqual([
      'AAPL@NYSE',
      'AAPL',
      'AAPL',
    ]);
  });

  it('makes two quotes of one instrument, told apart by their names', async () => {
    const { quotes } = await relay.read(getQuotes, { contracts: ['AAPL', 'AAPL@NYSE'] });
    expect(quotes.map((q) => q.contract)).toEqual(['AAPL', 'AAPL@NYSE']);
    expect(quotes[0].conId).toBe(quotes[1].conId);
    expect(relay.received('reqMktData').map(({ fields }) => fields.exchange)).toEqual(['SMART', 'NYSE']);
  });

  it('has the book of that exchange, where SMART has that of all', async () => {
    const depth = async (contract: string) =>
      (await relay.read(getMarketDepth, { contract })).rows.flatMap((row) => [row[0], row[5]]);
    expect(new Set(await depth('AAPL')).size).toBeGreaterThan(3);
    expect(relay.received('reqMktDepth').at(-1)?.fields).toMatchObject({ exchange: 'SMART', isSmartDepth: '1' });
    await depth('AAPL@NYSE');
    expect(relay.received('reqMktDepth').at(-1)?.fields).toMatchObject({ exchange: 'NYSE', isSmartDepth: '0' });
  });

  it('is left out of lists that keep instruments, as is the continuity of a future', async () => {
    const { instruments } = await relay.execute(resolveContracts.name, { contracts: ['AAPL@NYSE', 'ES:CONTFUT'] });
    expect(instruments).toMatchObject([
      { conId: 265598, contract: 'AAPL', given: 'AAPL@NYSE' },
      { contract: 'ES 20261218', given: 'ES:CONTFUT' },
    ]);
  });

  it('where the instrument does not trade is refused, with the instrument as a candidate', async () => {
    const { errors } = await details('AAPL@LSE', 'SPX:IND@NYSE', 'ES 202612@NYMEX');
    expect(errors.map((e) => [e.code, e.candidates])).toEqual([
      ['contract_not_found', ['AAPL']],
      ['contract_not_found', ['SPX:IND']],
      ['contract_not_found', ['ES 20261218']],
    ]);
  });
});

describe('futures', () => {
  it('that have expired are found by every name', async () => {
    const { contracts, errors } = await details('ES 202609', 'ESU6', 'ESZ6');
    expect(errors).toBeUndefined();
    const [byMonth, byCode] = contracts;
    expect(byMonth).toMatchObject({ contract: 'ES 20260918', expiry: '2026-09-18' });
    expect(byCode).toEqual(byMonth);
    expect(byCode).not.toHaveProperty('liquidHours');
    expect(contracts.map((c) => c.expiry)).toEqual(['2026-09-18', '2026-09-18', '2026-12-18']);
    expect(await named(String(byMonth.conId))).toEqual(['ES 20260918']);
  });

  it('that have expired have a past, and nothing after it', async () => {
    const { quotes, errors } = await relay.read(getQuotes, { contracts: ['ES 202609'] });
    expect(quotes).toEqual([]);
    expect(errors[0]).toMatchObject({ code: 'no_data', message: expect.stringContaining('expired') });
    expect((await failure(relay.call('get_market_depth', { contract: 'ESU6' }))).code).toBe('no_data');
    const bars = { contract: 'ESU6', bar_size: '1 day', duration: '1w' };
    const { rows } = await relay.read(getHistoricalBars, { ...bars, end: '2026-09-23' });
    expect(rows.length).toBeGreaterThan(1);
    for (const [time] of rows) expect(String(time) <= '2026-09-18').toBe(true);
  });

  it('are found by their trading class where IB has no such symbol', async () => {
    const { contracts, errors } = await details('FDAX 202612', 'FESX 202612', 'VX:CONTFUT', 'VX:FUT');
    expect(errors).toBeUndefined();
    expect(contracts.map((c) => [c.symbol, c.tradingClass])).toEqual([
      ['DAX', 'FDAX'],
      ['ESTX50', 'FESX'],
      ['VIX', 'VX'],
      ...Array.from({ length: 9 }, () => ['VIX', 'VX']),
    ]);
  });

  it('with other expiries are candidates for one that does not exist', async () => {
    const { errors } = await details('ES 203012', 'VIX 20261218', 'FDAX 202611');
    expect(errors.map((e) => e.code)).toEqual(['contract_not_found', 'contract_not_found', 'contract_not_found']);
    const [es, vix, dax] = errors.map((e) => e.candidates);
    expect(es).toEqual(['ES 20261218', 'ES 20270319', 'ES 20270617', 'ES 20270917']);
    expect(vix).toContain('VIX 20261216');
    expect(dax).toContain('DAX.EUR 20261218');
  });

  it('have the book of their front month when they are continuous', async () => {
    const book = await relay.read(getMarketDepth, { contract: 'ES:CONTFUT' });
    expect(book.rows.length).toBeGreaterThan(0);
    expect(book.contract).toBe('ES:CONTFUT');
  });
});

describe('bonds', () => {
  it('have their terms, and a name that a person can read', async () => {
    const { contracts } = await details('US-T 4.25 2034:BOND', 'VZ:BOND');
    expect(contracts[0]).toMatchObject({
      contract: 'US-T 4.25 20341115:BOND',
      cusip: '91282CLW9',
      isin: 'US91282CLW90',
      coupon: 4.25,
      couponType: 'FIXED',
      maturity: '2034-11-15',
      issued: '2024-11-15',
      ratings: 'Aa1/AA+',
      bondType: 'US GOVT',
      callable: false,
    });
    expect(contracts[1]).toMatchObject({ contract: 'VZ 4.329 20280921:BOND', callable: true });
    expect(await named(contracts[0].contract)).toEqual([contracts[0].contract]);
  });

  it('of one issuer are listed, the first to mature first', async () => {
    const { contracts } = await details('US-T:BOND');
    expect(contracts.map((c) => c.maturity)).toEqual(['2030-06-30', '2034-11-15']);
    const { errors } = await relay.read(getQuotes, { contracts: ['US-T:BOND'] });
    expect(errors[0].candidates).toEqual(['US-T 3.875 20300630:BOND', 'US-T 4.25 20341115:BOND']);
  });
});

describe('what IB does not know', () => {
  it.each([
    ['USD.EUR', ['EUR.USD']],
    ['GBP.EUR', ['EUR.GBP']],
    ['700', ['700.HKD']],
    ['AAPL.EUR', ['AAPL']],
    ['AAPL:IND', ['AAPL']],
    ['NOPE', undefined],
  ])('%s: what is like it, are candidates', async (asked, candidates) => {
    const { contracts, errors } = await details(asked);
    expect(contracts).toEqual([]);
    expect(errors[0]).toMatchObject({ code: 'contract_not_found' });
    expect(errors[0].candidates).toEqual(candidates);
    if (candidates) expect(await named(...candidates)).toEqual(candidates);
  });
});
