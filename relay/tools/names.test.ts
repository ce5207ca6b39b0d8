import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { getContractDetails } from '../../shared/tools/get_contract_details.ts';
import { getQuotes } from '../../shared/tools/get_quotes.ts';
import { continuousFutureOf, futureClasses, futuresOf } from '../../simulator/market/futures.ts';
import { listings } from '../../simulator/market/listings.ts';
import { dayNumber } from '../../simulator/market/zone.ts';
import { failure, TestRelay } from '../../test/support/relay.ts';
import { Spacing } from '../async/spacing.ts';

/** The Wednesday before Thanksgiving: the December contract of crude oil has ended. */
const now = new Date(Date.UTC(2026, 10, 25, 15, 0, 0));
const today = dayNumber('20261125');

let relay: TestRelay;

beforeAll(async () => {
  relay = await TestRelay.start({ clock: () => now }, { requestsPerSecond: 1_000 });
  // Searches are a second apart by IB's rule, which has tests of its own.
  vi.spyOn(Spacing.prototype, 'turn').mockResolvedValue();
});
afterAll(() => relay.stop());

const resolve = (text: string) => relay.gateway.contracts.resolve(text);
const named = async (text: string) => (await resolve(text)).name;

describe('a name is found as others write it', () => {
  it.each([
    ['IB’s own symbol of an option', 'BRKB  261218C00500000', 'BRK B 20261218 C 500 BRKB'],
    ['with a class', 'SPXW  261130C07000000', 'SPX 20261130 C 7000 SPXW'],
    ['the class in words', 'SPXW 20261130 C 7000', 'SPX 20261130 C 7000 SPXW'],
    ['on a future', 'EW1Z6 C7000', 'ES 20261204 C 7000 EW1:FOP'],
    ['at Eurex', 'C OESX 20261218 5500 M', 'ESTX50.EUR 20261218 C 5500 OESX'],
    ['a future at Eurex', 'FDAX 20261218 M', 'DAX.EUR 20261218'],
    ['a future by class and month', 'FDAXZ6', 'DAX.EUR 20261218'],
    ['a yield', '10YZ6', '10Y 20261231'],
    ['two digits of the year', 'ESZ26', 'ES 20261218'],
    ['four of them', 'CME_MINI:ESZ2026', 'ES 20261218'],
    ['a warrant', 'NFYS WS', 'NFYS 20281006 C 11.5:WAR'],
    ['a warrant at Yahoo', 'NFYS-WT', 'NFYS 20281006 C 11.5:WAR'],
    ['a contract for difference', 'AAPLn', 'AAPL:CFD'],
    ['thinkorswim', '.AAPL261218C250', 'AAPL 20261218 C 250'],
    ['Polygon', 'O:AAPL261218C00250000', 'AAPL 20261218 C 250'],
    ['London at Yahoo', 'VOD.L', 'VOD.GBP'],
    ['London at Bloomberg', 'VOD LN Equity', 'VOD.GBP'],
    ['London at Google', 'LON:VOD', 'VOD.GBP'],
    ['a short symbol of London', 'BP.L', 'BP..GBP'],
    ['Tokyo', '7203.T', '7203.JPY'],
    ['Tokyo at Bloomberg', '7203 JP', '7203.JPY'],
    ['Hong Kong', '0700.HK', '700.HKD'],
    ['Hong Kong with five digits', '00700', '700.HKD'],
    ['and its currency', '00700.HKD', '700.HKD'],
    ['Seoul', '005930.KS', '005930.KRW'],
    ['Sydney', 'BHP.AX', 'BHP.AUD'],
    ['Toronto', 'RY.TO', 'RY.CAD'],
    ['Singapore', 'D05.SI', 'D05.SGD'],
    ['Paris', 'MC.PA', 'MC.EUR'],
    ['Zürich', 'NESN.SW', 'NESN.CHF'],
    ['Mumbai', 'RELIANCE.NS', 'RELIANCE.INR'],
    ['Xetra at TradingView', 'XETR:SAP', 'SAP.EUR'],
    ['New York', 'AAPL US', 'AAPL'],
    ['NASDAQ', 'NASDAQ:AAPL', 'AAPL'],
    ['NASDAQ at Reuters', 'AAPL.O', 'AAPL'],
    ['a class of shares', 'BRK-B', 'BRK B'],
    ['another sign', 'BRK/B', 'BRK B'],
    ['a coin', 'BTC', 'BTC.USD:CRYPTO'],
    ['a coin and its currency', 'BTC/USD', 'BTC.USD:CRYPTO'],
    ['without a sign', 'BTCUSD', 'BTC.USD:CRYPTO'],
    ['at Yahoo', 'BTC-USD', 'BTC.USD:CRYPTO'],
    ['currencies', 'EURUSD', 'EUR.USD'],
    ['at Yahoo', 'EURUSD=X', 'EUR.USD'],
    ['a currency at Yahoo', 'JPY=X', 'USD.JPY'],
    ['in words', 'euro dollar', 'EUR.USD'],
    ['gold', 'XAUUSD', 'XAUUSD:CMDTY'],
    ['an index', 'SPX', 'SPX:IND'],
    ['at Yahoo', '^GSPC', 'SPX:IND'],
    ['at Bloomberg', 'SPX Index', 'SPX:IND'],
    ['futures without a month', 'ES', 'ES:CONTFUT'],
    ['at Yahoo', 'ES=F', 'ES:CONTFUT'],
    ['at brokers', '/ES', 'ES:CONTFUT'],
    ['at TradingView', 'CME_MINI:ES1!', 'ES:CONTFUT'],
    ['a month in words', 'ES December 2026', 'ES 20261218'],
  ])('%s: %s', async (_, text, name) => {
    expect(await named(text)).toBe(name);
    expect(await named(name)).toBe(name);
  });

  it('and is said in the answer, where it does not spell the instrument exactly', async () => {
    const { quotes, readAs } = await relay.execute(getQuotes.name, { contracts: ['SPX', 'AAPL', 'BRK-B'] });
    expect(quotes).toHaveLength(3);
    expect(readAs).toEqual([
      { given: 'BRK-B', contract: 'BRK B' },
      { given: 'SPX', contract: 'SPX:IND' },
    ]);
    expect(getQuotes.render({ quotes: [], readAs } as never)).toContain('“SPX” was read as SPX:IND.');
    expect(await relay.execute(getQuotes.name, { contracts: ['AAPL'] })).not.toHaveProperty('readAs');
  });

  it.each([
    ['VIX', 'ambiguous_contract', ['VIX:IND', 'VIX:CONTFUT']],
    ['Apple', 'ambiguous_contract', ['AAPL', 'AAPL.CAD']],
    ['APPL', 'ambiguous_contract', ['AAPL', 'AAPL.CAD']],
    ['NVDIA', 'contract_not_found', ['NVDA']],
    ['tesla', 'contract_not_found', ['TSLA']],
    ['S&P 500', 'ambiguous_contract', expect.arrayContaining(['SPX:IND', 'SPY'])],
    ['gold', 'ambiguous_contract', expect.arrayContaining(['GLD', 'XAUUSD:CMDTY'])],
    ['SAPd@IBIS', 'ambiguous_contract', ['SAP', 'SAP.EUR']],
    ['GBP.EUR', 'contract_not_found', ['EUR.GBP']],
    ['SPX:STK', 'contract_not_found', expect.arrayContaining(['SPX:IND'])],
  ])('but nothing is taken for %s, which has candidates', async (text, code, candidates) => {
    const error = await failure(resolve(text));
    expect(error).toMatchObject({ code, candidates });
    for (const candidate of error.candidates ?? []) await expect(resolve(candidate)).resolves.toBeDefined();
  });

  it('nor for what nothing is like', async () => {
    expect(await failure(resolve('QQQQZZ'))).not.toHaveProperty('candidates');
  });
});

describe('a future whose last day lies before its month', () => {
  it.each(['CL 202701', 'CL JAN27', 'CLF7', 'CL 20261221', 'CL 20261221 JAN27'])('is found by %s', async (text) => {
    expect(await named(text)).toBe('CL 20261221 JAN27');
  });

  it.each([
    ['CL 202612', 'CL 20261120 DEC26', 'CL 20261221 JAN27'],
    ['CL DEC26', 'CL 20261120 DEC26', 'CL 20261221 JAN27'],
    ['CLZ6', 'CL 20261120 DEC26', 'CL 20261221 JAN27'],
    ['CL 202611', 'CL 20261020 NOV26', 'CL 20261221 JAN27'],
    ['NG 202612', 'NG 20261125 DEC26', undefined],
    ['NG NOV26', 'NG 20261028 NOV26', 'NG 20261125 DEC26'],
  ])('that has ended, %s, is said to be over, with the next one', async (text, name, next) => {
    const { contracts } = await relay.read(getContractDetails, { contracts: [text] });
    expect(contracts[0].contract).toBe(name);
    if (next === undefined) return;
    expect(contracts[0]).toMatchObject({ expired: true, next });
    const { errors } = await relay.read(getQuotes, { contracts: [text] });
    expect(errors[0]).toMatchObject({ code: 'no_data', candidates: [next] });
  });

  it('is called by its month in details', async () => {
    const { contracts } = await relay.read(getContractDetails, { contracts: ['CL:FUT'] });
    expect(contracts[0]).toMatchObject({ expiry: '2026-12-21', contractMonth: '2027-01', localSymbol: 'CLF7' });
    const ahead = contracts.filter(({ expiry, contractMonth }) => expiry.slice(0, 7) === contractMonth);
    expect(ahead).toEqual([]);
  });
});

describe('every instrument of the simulator', () => {
  const futures = futureClasses.flatMap((futureClass) => [
    ...futuresOf(futureClass, today, true),
    continuousFutureOf(futureClass, today),
  ]);
  const kinds = Map.groupBy([...listings, ...futures], ({ secType }) => secType);

  it.each([...kinds.keys()])('of the kind %s is found by its name and by IB’s own symbol', async (kind) => {
    for (const { conId, symbol, localSymbol } of kinds.get(kind) ?? []) {
      const byId = await resolve(String(conId));
      if (kind !== 'CONTFUT') {
        const again = await resolve(byId.name);
        expect([byId.name, again.conId]).toEqual([byId.name, conId]);
      }
      // A symbol that several instruments share has candidates, of which this is one.
      const found = await resolve(localSymbol).then(
        (instrument) => [instrument.conId, instrument.details.contract.symbol],
        (error: { data: { candidates?: string[] } }) => error.data.candidates,
      );
      expect(found, `${localSymbol} of ${symbol}`).toBeDefined();
      if (typeof found?.[0] === 'string') {
        const candidates = await Promise.all((found as string[]).map(resolve));
        expect(candidates.map((candidate) => candidate.conId)).toContain(conId);
      } else if (['FUT', 'CASH', 'WAR'].includes(kind)) expect(found?.[0]).toBe(conId);
    }
  });
});
