import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyContract, Catalogue, type ContractQuery, InvalidContractError } from './catalogue.ts';
import { expiriesOn, optionClasses, optionOf, strikesOf } from './derivatives.ts';
import { createSchedules } from './exchanges.ts';
import { futureClasses, futuresOf } from './futures.ts';
import { figiOf, isIsin } from './identifiers.ts';
import { type Instrument, isOption } from './instruments.ts';
import { listings } from './listings.ts';
import { PriceModel } from './prices.ts';
import { dayNumber } from './zone.ts';

const model = new PriceModel(3, createSchedules());
const catalogue = new Catalogue(model);
const today = dayNumber('20261120');
const find = (query: Partial<ContractQuery>) => catalogue.find({ ...anyContract, ...query }, today);
const symbolsOf = (instruments: readonly Instrument[]) => instruments.map(({ symbol }) => symbol);

const futures = futureClasses.flatMap((futureClass) => futuresOf(futureClass, today, true));
const option = fc
  .record({
    optionClass: fc.constantFrom(...optionClasses),
    expiry: fc.nat(),
    strike: fc.nat(),
    right: fc.constantFrom('C' as const, 'P' as const),
  })
  .map(({ optionClass, expiry, strike, right }) => {
    const expiries = expiriesOn(optionClass, today, model);
    const day = expiries[expiry % expiries.length] ?? 0;
    const strikes = strikesOf(optionClass, day, model);
    return optionOf(optionClass, day, strikes[strike % strikes.length] ?? 0, right);
  });
const anInstrument = fc.oneof(fc.constantFrom(...listings), fc.constantFrom(...futures), option);

describe('the catalogue', () => {
  it('has contracts of every kind, each with an id of its own that fits 32 bits', () => {
    const ids = [...listings, ...futures].map(({ conId }) => conId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Math.max(...ids)).toBeLessThan(700_000_000);
    const kinds = new Set([...listings, ...futures].map(({ secType }) => secType));
    expect([...kinds].sort()).toEqual(['BOND', 'CASH', 'CFD', 'CMDTY', 'CRYPTO', 'FUND', 'FUT', 'IND', 'STK', 'WAR']);
  });

  it('has several instruments of every permission, and identifiers that are valid', () => {
    for (const permission of ['live', 'delayed', 'none'])
      expect(listings.filter((listing) => listing.permission === permission).length).toBeGreaterThan(3);
    for (const { isin } of listings) if (isin !== undefined) expect(isIsin(isin)).toBe(true);
    expect(figiOf(265598)).toMatch(/^BBG00[A-Z0-9]{6}\d$/);
  });

  it('finds every contract again by what its details say', () => {
    fc.assert(
      fc.property(anInstrument, (instrument) => {
        expect(catalogue.byConId(instrument.conId, today)).toEqual(instrument);
        const {
          symbol,
          secType,
          currency,
          localSymbol,
          tradingClass,
          expiry = '',
          strike = 0,
          right = '',
        } = instrument;
        for (const exchange of ['', ...instrument.validExchanges.slice(0, 3)]) {
          const described = {
            ...{ symbol, secType, currency, localSymbol, tradingClass, expiry, strike, right, exchange },
            primaryExchange: instrument.primaryExchange,
            multiplier: String(instrument.multiplier ?? ''),
            includeExpired: true,
          };
          expect(find(described)).toEqual([instrument]);
          expect(find({ conId: instrument.conId, exchange, includeExpired: true })).toEqual([instrument]);
        }
        expect(find({ secType, localSymbol, includeExpired: true })).toContainEqual(instrument);
      }),
      { numRuns: 120 },
    );
  });

  it('knows of no contract that is not listed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (conId) => {
        const found = catalogue.byConId(conId, today);
        if (found) expect(found.conId).toBe(conId);
      }),
    );
    expect(catalogue.byConId(699_999_999, today)).toBeUndefined();
  });

  it('finds one security in several places, and several securities under one symbol', () => {
    expect(find({ secType: 'STK', symbol: 'RY' }).map(({ currency }) => currency)).toEqual(['USD', 'CAD']);
    expect(find({ secType: 'STK', symbol: 'MC' }).map(({ longName }) => longName)).toEqual([
      'MOELIS & CO - CLASS A',
      'LVMH MOËT HENNESSY LOUIS VUITTON SE',
    ]);
    expect(find({ secType: 'STK', symbol: 'BRK B' })).toHaveLength(1);
    expect(find({ secIdType: 'ISIN', secId: 'CH0244767585', secType: 'STK' })).toHaveLength(2);
  });

  it.each<[string, Partial<ContractQuery>, string]>([
    ['a FIGI', { secIdType: 'FIGI', secId: figiOf(8894) }, 'KO'],
    ['a CUSIP', { secIdType: 'CUSIP', secId: '037833100' }, 'AAPL'],
    ['an ISIN as symbol', { secType: 'STK', symbol: 'DE0007236101' }, 'SIE'],
    ['a CUSIP as symbol', { secType: 'BOND', symbol: '92343VER1' }, 'VZ'],
    ['a former name of its exchange', { secType: 'FUT', symbol: 'ES', exchange: 'GLOBEX', expiry: '202612' }, 'ES'],
    ['its contract month', { secType: 'FUT', symbol: 'CL', expiry: '202701' }, 'CL'],
  ])('finds by %s', (_, query, symbol) => {
    expect(symbolsOf(find(query))).toEqual([symbol]);
  });

  it('finds bonds by their issuer', () => {
    expect(find({ secType: 'BOND', issuerId: 'e1359061' })).toHaveLength(2);
  });

  it('keeps the morning and the evening options of one index apart', () => {
    const at = (tradingClass: string) =>
      find({ secType: 'OPT', symbol: 'SPX', tradingClass, strike: 7000, right: 'C' });
    expect(at('SPX').every(({ lastTradeDay, expiry }) => (lastTradeDay ?? '') < (expiry ?? ''))).toBe(true);
    expect(at('SPXW').every(({ lastTradeDay }) => lastTradeDay === undefined)).toBe(true);
    expect(at('').length).toBe(at('SPX').length + at('SPXW').length);
  });

  it('puts options on futures on the contract that lives as long', () => {
    for (const { expiry, underlying } of find({ secType: 'FOP', symbol: 'ES', strike: 7000, right: 'P' })) {
      expect(underlying?.secType).toBe('FUT');
      expect((underlying?.expiry ?? '') >= (expiry ?? '')).toBe(true);
    }
  });

  it('forgets futures that have expired, unless they are asked for', () => {
    const listed = find({ secType: 'FUT', symbol: 'VIX' });
    const all = find({ secType: 'FUT', symbol: 'VIX', includeExpired: true });
    expect(listed).toHaveLength(9);
    expect(all.length).toBeGreaterThan(listed.length + 20);
    expect(all.slice(-9)).toEqual(listed);
    const [gone] = all.slice(-10);
    expect(find({ conId: gone?.conId ?? 0 })).toEqual([]);
    expect(find({ conId: gone?.conId ?? 0, includeExpired: true })).toEqual([gone]);
  });

  it.each([
    ['a combination', { secType: 'BAG', symbol: 'SPY' }],
    ['an unknown kind', { secType: 'STOCK', symbol: 'SPY' }],
    ['no kind', { symbol: 'SPY' }],
    ['nothing to look for', { secType: 'STK' }],
  ])('refuses %s', (_, query) => {
    expect(() => find(query)).toThrow(InvalidContractError);
  });

  it.each([
    ['nestle', 'NESN'],
    ['Münchener', 'MUV2'],
    ['munchener', 'MUV2'],
    ['삼성', '005930'],
    ['トヨタ', '7203'],
    ['茅台', '600519'],
    ['bitcoin', 'BTC'],
    ['brk', 'BRK B'],
  ])('searching for %s finds %s first', (pattern, symbol) => {
    expect(catalogue.search(pattern)[0]?.symbol).toBe(symbol);
  });

  it('finds sixteen at most, and one bond of an issuer', () => {
    expect(catalogue.search('a')).toHaveLength(16);
    expect(catalogue.search('treasury').filter(({ secType }) => secType === 'BOND')).toHaveLength(1);
    expect(catalogue.search('')).toEqual([]);
  });
});

describe('futures', () => {
  it('expire by the rules of their exchanges', () => {
    const expiryOf = (localSymbol: string) => futures.find((future) => future.localSymbol === localSymbol)?.expiry;
    // As the exchanges published them.
    expect(expiryOf('ESZ6')).toBe('20261218');
    expect(expiryOf('CLF7')).toBe('20261221');
    expect(expiryOf('CLX6')).toBe('20261020');
    expect(expiryOf('VXZ6')).toBe('20261216');
    expect(expiryOf('GCZ6')).toBe('20261229');
    expect(expiryOf('ZNZ6')).toBe('20261221');
    expect(expiryOf('FDAX 20261218 M')).toBe('20261218');
  });

  it('cost what carrying their underlying costs, and meet it in the end', () => {
    for (const futureClass of futureClasses) {
      const future = futuresOf(futureClass, today)[0] as Instrument;
      const expiry = dayNumber(future.expiry ?? '');
      expect(model.levelOf(future.process, expiry)).toBeCloseTo(
        model.levelOf((future.underlying as Instrument).process, expiry),
        6,
      );
    }
  });
});

describe('options', () => {
  it('keep put-call parity with the price of what they are on', () => {
    fc.assert(
      fc.property(option, (one) => {
        const { conId, strike = 0, expiry = '', underlying } = one;
        expect(isOption(one)).toBe(true);
        const other = catalogue.byConId(conId % 2 === 0 ? conId + 1 : conId - 1, today) as Instrument;
        const [call, put] = one.right === 'C' ? [one, other] : [other, one];
        const day = model.schedule(one).previous(today).day;
        const years = (dayNumber(expiry) - day + 0.5) / 365;
        const spot = model.closeOf(underlying as Instrument, day);
        const forward = underlying?.secType === 'FUT' ? spot * Math.exp(-0.04 * years) : spot;
        expect(model.closeOf(call, day) - model.closeOf(put, day)).toBeCloseTo(
          forward - strike * Math.exp(-0.04 * years),
          5,
        );
      }),
      { numRuns: 60 },
    );
  });
});
