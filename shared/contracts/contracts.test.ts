import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToolError } from '../errors.ts';
import type { ContractQuery } from './index.ts';
import { formatCombo, formatContract, parseCombo, parseContract, parseExpiry } from './index.ts';

describe('the contract grammar', () => {
  const cases: [string, ContractQuery][] = [
    ['AAPL', { secType: 'STK', symbol: 'AAPL' }],
    ['  aapl ', { secType: 'STK', symbol: 'AAPL' }],
    ['ＡＡＰＬ', { secType: 'STK', symbol: 'AAPL' }],
    ['265598', { conId: 265598 }],
    ['{265598}', { conId: 265598 }],
    ['AAPL {265598}', { secType: 'STK', symbol: 'AAPL', conId: 265598 }],
    ['AAPL@NYSE', { secType: 'STK', symbol: 'AAPL', exchange: 'NYSE' }],
    ['AAPL@SMART', { secType: 'STK', symbol: 'AAPL' }],
    ['SPX@CBOE:IND', { secType: 'IND', symbol: 'SPX', exchange: 'CBOE' }],
    ['SPX:IND@CBOE', { secType: 'IND', symbol: 'SPX', exchange: 'CBOE' }],
    ['EUR.USD@IDEALPRO', { secType: 'CASH', symbol: 'EUR', currency: 'USD', exchange: 'IDEALPRO' }],
    ['EUR.USD@SMART', { secType: 'CASH', symbol: 'EUR', currency: 'USD' }],
    ['00700', { secType: 'STK', symbol: '00700' }],
    ['SHEL.GBP', { secType: 'STK', symbol: 'SHEL', currency: 'GBP' }],
    ['SHEL.GBP@LSE', { secType: 'STK', symbol: 'SHEL', currency: 'GBP', exchange: 'LSE' }],
    ['700.HKD', { secType: 'STK', symbol: '700', currency: 'HKD' }],
    ['700@SEHK', { secType: 'STK', symbol: '700', exchange: 'SEHK' }],
    ['BRK B', { secType: 'STK', symbol: 'BRK B' }],
    ['brk.b', { secType: 'STK', symbol: 'BRK B' }],
    ['EUR.USD', { secType: 'CASH', symbol: 'EUR', currency: 'USD' }],
    ['EUR/USD', { secType: 'CASH', symbol: 'EUR', currency: 'USD' }],
    ['SPX:IND', { secType: 'IND', symbol: 'SPX' }],
    ['ESZ6', { secType: 'FUT', localSymbol: 'ESZ6' }],
    ['6EZ26', { secType: 'FUT', localSymbol: '6EZ26' }],
    ['ES 202612', { secType: 'FUT', symbol: 'ES', expiry: '202612' }],
    ['ES 20261218', { secType: 'FUT', symbol: 'ES', expiry: '20261218' }],
    ['ES DEC26', { secType: 'FUT', symbol: 'ES', expiry: '202612' }],
    ['ES:CONTFUT', { secType: 'CONTFUT', symbol: 'ES' }],
    ['ES:FUT', { secType: 'FUT', symbol: 'ES' }],
    ['SPY 20261218 C 600', { secType: 'OPT', symbol: 'SPY', expiry: '20261218', right: 'C', strike: 600 }],
    ['SPY DEC26 600 P', { secType: 'OPT', symbol: 'SPY', expiry: '202612', right: 'P', strike: 600 }],
    ['SPY 261218 PUT 602.5', { secType: 'OPT', symbol: 'SPY', expiry: '20261218', right: 'P', strike: 602.5 }],
    ...['SPY   261218C00600000', 'SPY261218C00600000', '.SPY261218C600', 'O:SPY261218C00600000'].map(
      (text): [string, ContractQuery] => [
        text,
        { secType: 'OPT', symbol: 'SPY', expiry: '20261218', right: 'C', strike: 600, tradingClass: 'SPY' },
      ],
    ),
    [
      'BRKB  261218P00502500',
      { secType: 'OPT', symbol: 'BRKB', expiry: '20261218', right: 'P', strike: 502.5, tradingClass: 'BRKB' },
    ],
    ['EW1Z6 C7000', { secType: 'FOP', localSymbol: 'EW1Z6 C7000' }],
    ['C OESX 20261218 5500 M', { secType: 'OPT', localSymbol: 'C OESX 20261218 5500 M' }],
    ['P OGBL 20261218 130.5 M:FOP', { secType: 'FOP', localSymbol: 'P OGBL 20261218 130.5 M' }],
    ['FDAX 20261218 M', { secType: 'FUT', localSymbol: 'FDAX 20261218 M' }],
    ['10YZ6', { secType: 'FUT', localSymbol: '10YZ6' }],
    ['M2KZ26', { secType: 'FUT', localSymbol: 'M2KZ26' }],
    ['CL 20261221 JAN27', { secType: 'FUT', symbol: 'CL', expiry: '20261221', contractMonth: '202701' }],
    ['VOLV.B.SEK', { secType: 'STK', symbol: 'VOLV.B', currency: 'SEK' }],
    ['NFYS WS', { secType: 'STK', symbol: 'NFYS WS' }],
    [
      'SPX 20261218 C 6000 SPXW',
      { secType: 'OPT', symbol: 'SPX', expiry: '20261218', right: 'C', strike: 6000, tradingClass: 'SPXW' },
    ],
    ['ES 20261218 C 6000:FOP', { secType: 'FOP', symbol: 'ES', expiry: '20261218', right: 'C', strike: 6000 }],
    ['BTC.USD:CRYPTO', { secType: 'CRYPTO', symbol: 'BTC', currency: 'USD' }],
    ['IBM 5.1 2035:BOND', { secType: 'BOND', symbol: 'IBM', coupon: 5.1, maturity: '2035' }],
    ['US0378331005', { secIdType: 'ISIN', secId: 'US0378331005' }],
    ['037833100:CUSIP', { secIdType: 'CUSIP', secId: '037833100' }],
    ['38259P508', { secIdType: 'CUSIP', secId: '38259P508' }],
  ];
  it.each(cases)('reads %s', (text, query) => {
    expect(parseContract(text)).toEqual(query);
  });

  it.each([
    '',
    '   ',
    'AAPL\u0000',
    'AA\nPL',
    'AAPL\u200b',
    'AAPL\ud800',
    '0',
    '99999999999',
    'SPY 20261218 C',
    'SPY 20261218 C 600 SPY EXTRA',
    'SPX:NOPE',
    'SPX:IND@',
    'SPX@CBOE:IND@CBOE',
    'FOO.BAR:CASH',
    'US0378331006:ISIN',
    '腾讯',
    'A'.repeat(300),
  ])('refuses %j with examples', (text) => {
    expect(() => parseContract(text)).toThrow(ToolError);
    try {
      parseContract(text);
    } catch (error) {
      expect((error as ToolError).code).toBe('invalid_arguments');
      expect((error as ToolError).data.nextStep).toContain('SPY 20261218 C 600');
    }
  });

  it.each([
    ['DEC26', '202612'],
    ['18DEC26', '20261218'],
    ['202612', '202612'],
    ['261218', '20261218'],
    ['2026-12-18', '20261218'],
    ['20260230', undefined],
    ['202613', undefined],
    ['600', undefined],
  ])('reads the expiry %s as %s', (text, expiry) => {
    expect(parseExpiry(text)).toBe(expiry);
  });
});

const symbol = fc.stringMatching(/^[A-Z][A-Z0-9]{0,5}( [A-Z]{1,3})?$/);
const currency = fc.constantFrom('USD', 'EUR', 'GBP', 'HKD', 'JPY');
const exchange = fc.constantFrom('NYSE', 'NASDAQ', 'SEHK', 'LSE');
const conId = fc.integer({ min: 1, max: 2_147_483_647 });
const day = fc
  .date({ min: new Date('2013-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10).replaceAll('-', ''));
const strike = fc.integer({ min: 1, max: 10_000_000 }).map((n) => n / 1000);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const bare = <Fields extends object>(model: Fields) =>
  Object.fromEntries(Object.entries(model).filter(([, value]) => value !== undefined)) as ContractQuery;

const query = fc
  .oneof(
    fc.record({ conId }),
    fc.record({
      secType: fc.constantFrom('STK', 'IND', 'FUND', 'CMDTY', 'CFD', 'WAR', 'CRYPTO', 'CONTFUT', 'FUT'),
      symbol,
      currency: maybe(currency),
      exchange: maybe(exchange),
      conId: maybe(conId),
    }),
    fc.record({ secType: fc.constant('CASH'), symbol: currency, currency, conId: maybe(conId) }),
    fc.record({ secType: fc.constant('FUT'), localSymbol: fc.stringMatching(/^[A-Z]{1,3}[FGHJKMNQUVXZ]\d{1,2}$/) }),
    fc.record({
      secType: fc.constant('FUT'),
      symbol,
      currency: maybe(currency),
      exchange: maybe(exchange),
      expiry: fc.oneof(
        day,
        day.map((d) => d.slice(0, 6)),
      ),
      conId: maybe(conId),
    }),
    fc.record({
      secType: fc.constantFrom('OPT', 'FOP', 'WAR'),
      symbol,
      currency: maybe(currency),
      exchange: maybe(exchange),
      expiry: fc.oneof(
        day,
        day.map((d) => d.slice(0, 6)),
      ),
      right: fc.constantFrom('C', 'P'),
      strike,
      tradingClass: maybe(fc.constantFrom('SPXW', 'E3C', '2ES')),
      conId: maybe(conId),
    }),
    fc.record({
      secType: fc.constant('FUT'),
      symbol,
      currency: maybe(currency),
      expiry: day,
      contractMonth: day.map((d) => d.slice(0, 6)),
      conId: maybe(conId),
    }),
    fc.oneof(
      fc.record({ secType: fc.constant('FOP'), localSymbol: fc.stringMatching(/^[A-Z]{1,3}[FGHZ]\d [CP]\d{2,5}$/) }),
      fc.record({ secType: fc.constant('FUT'), localSymbol: day.map((d) => `FDAX ${d} M`) }),
      fc.record({ secType: fc.constantFrom('OPT', 'FOP'), localSymbol: day.map((d) => `C OESX ${d} 5500 M`) }),
    ),
    fc.record({
      secType: fc.constant('BOND'),
      symbol: fc.stringMatching(/^[A-Z]{1,5}$/),
      coupon: fc.integer({ min: 1, max: 999 }).map((n) => n / 100),
      maturity: fc.constantFrom('2035', '203506', '20350615'),
      conId: maybe(conId),
    }),
    fc.record({ secIdType: fc.constant('ISIN'), secId: fc.constantFrom('US0378331005', 'DE0007164600') }),
  )
  .map(bare)
  // A stock or future whose symbol spells a futures local symbol reads as that local symbol, which resolves to the same.
  .filter(
    (q) =>
      !(
        q.secType === 'FUT' &&
        q.symbol !== undefined &&
        q.expiry === undefined &&
        /[FGHJKMNQUVXZ]\d{1,2}$/.test(q.symbol)
      ),
  );

describe('canonical strings', () => {
  it('parse back to the query they were made from', () => {
    fc.assert(
      fc.property(query, (q) => {
        expect(parseContract(formatContract(q))).toEqual(q);
      }),
      { numRuns: 1000 },
    );
  });

  it('are a fixed point of parsing and formatting', () => {
    fc.assert(
      fc.property(query, (q) => {
        const text = formatContract(q);
        expect(formatContract(parseContract(text))).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('do not depend on case, width or surrounding blanks', () => {
    fc.assert(
      fc.property(query, (q) => {
        const text = formatContract(q);
        const wide = [...text].map((c) => (/[A-Z0-9]/.test(c) ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c));
        expect(parseContract(`  ${wide.join('').toLowerCase()} `)).toEqual(q);
      }),
      { numRuns: 300 },
    );
  });

  it('any text either parses or is refused with a typed error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        try {
          const parsed = parseContract(text);
          expect(parseContract(formatContract(parsed))).toEqual(parsed);
        } catch (error) {
          expect(error).toBeInstanceOf(ToolError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('combinations', () => {
  it.each([
    ['SPY 20261218 C 600 - SPY 20261218 C 610', 'SPY 20261218 C 600 - SPY 20261218 C 610'],
    ['spy dec26 600 c  −  2 × spy dec26 610 c', 'SPY DEC26 600 C - 2 x SPY DEC26 610 C'],
    ['-ESZ6 + ESH7', '- ESZ6 + ESH7'],
    ['+ 100 x AAPL - AAPL 20261218 C 250', '100 x AAPL - AAPL 20261218 C 250'],
    ['BRK B - SPY   261218C00600000', 'BRK B - SPY 261218C00600000'],
  ])('reads %s', (text, canonical) => {
    expect(formatCombo(parseCombo(text) ?? [])).toBe(canonical);
  });

  it.each(['AAPL', 'BRK-B', '- AAPL', '265598', 'SPY 20261218 C 600', 'A+ B'])('is none in %s', (text) => {
    expect(parseCombo(text)).toBeUndefined();
  });

  it.each(['A - 0 x B', 'A - 5000 x B', 'A + B + C + D + E + F + G', `A - ${'B'.repeat(250)}`])(
    'refuses %s',
    (text) => {
      expect(() => parseCombo(text)).toThrow(ToolError);
    },
  );

  it('is told apart from one instrument', () => {
    expect(() => parseContract('AAPL - MSFT')).toThrow(/combination/);
  });

  it('is read again as it was written', () => {
    const contract = fc.constantFrom(
      'AAPL',
      'BRK B',
      'SHEL.GBP',
      'ESZ6',
      'SPY 20261218 C 600',
      'SPX 20261218 P 6000 SPXW',
    );
    const ratio = fc.integer({ min: 1, max: 1_000 }).map((units) => (units % 2 === 0 ? units : -units));
    const legs = fc.array(fc.record({ ratio, contract }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(legs, (combo) => {
        expect(parseCombo(formatCombo(combo))).toEqual(combo);
      }),
    );
  });
});
