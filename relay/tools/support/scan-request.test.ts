import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ToolError } from '../../../shared/errors.ts';
import { scanMarket } from '../../../shared/tools/scan_market.ts';
import { scannerParameters } from '../../../simulator/research/scanner-parameters.ts';
import { readScanCatalogue, type ScanCatalogue } from '../../gateway/research/scan-catalogue.ts';
import { presetNamed, scanPlaces, scanPresets, wordsOf } from './scan-presets.ts';
import { isSelfEvident, scanOf } from './scan-request.ts';

let catalogue: ScanCatalogue;

beforeAll(async () => {
  catalogue = await readScanCatalogue(scannerParameters());
});

const ask = (args: object) => scanOf(scanMarket.input.parse(args), catalogue);
/** While IB does not tell what can be scanned for. */
const askBlindly = (args: object) => scanOf(scanMarket.input.parse(args), undefined);

function refusal(args: object, asked = ask): ToolError['data'] {
  try {
    asked(args);
  } catch (error) {
    if (error instanceof ToolError) return error.data;
  }
  throw new Error('it was not refused');
}

describe('presets', () => {
  it('have names that mean one thing each', () => {
    for (const list of [scanPresets, scanPlaces]) {
      const names = list.flatMap((entry) => entry.names.map((name) => wordsOf(name).join(' ')));
      expect(names).not.toContain('');
      expect(new Set(names).size).toBe(names.length);
    }
    expect(scanPresets.length).toBeGreaterThanOrEqual(25);
  });

  it.each(scanPresets.map((preset) => [preset.names[0], preset] as const))(
    '“%s” can be scanned for',
    (_, { names, code }) => {
      for (const scan of names) {
        expect(isSelfEvident(scanMarket.input.parse({ scan }))).toBe(true);
        const known = ask({ scan });
        expect(known.code).toBe(code);
        expect(askBlindly({ scan })).toEqual(known);
      }
    },
  );

  it.each([
    ['low PE ratio', 'LOW_PE_RATIO'],
    ['Low_PE Ratio', 'LOW_PE_RATIO'],
    ['top-perc-gain', 'TOP_PERC_GAIN'],
    ['hot by opt volume', 'HOT_BY_OPT_VOLUME'],
  ])('take “%s” for the code %s, whether or not IB has told what there is', (text, code) => {
    expect([ask({ scan: text }).code, askBlindly({ scan: text }).code]).toEqual([code, code]);
  });

  it.each(scanPlaces.map((place) => [place.names[0], place] as const))('look in “%s”', (_, { names, ...place }) => {
    for (const location of names) {
      const scan =
        /bond|treasur|fixed/i.test(location) && place.instrument.startsWith('BOND') ? 'high coupon' : 'top gainers';
      expect(ask({ scan, location })).toMatchObject(place);
      expect(askBlindly({ scan, location })).toMatchObject(place);
    }
  });

  it.each([
    ['Top % Gainers', 'TOP_PERC_GAIN', undefined],
    ['the biggest losers today', 'TOP_PERC_LOSE', undefined],
    ['most active in Hong Kong', 'MOST_ACTIVE', 'STK.HK.SEHK'],
    ['European top gainers', 'TOP_PERC_GAIN', 'STK.EU'],
    ['most active bond ETFs', 'MOST_ACTIVE', 'ETF.FI.US.MAJOR'],
    ['US treasuries longest maturity', 'FAR_MATURITY_DATE', 'BOND.GOVT.US'],
  ])('understand “%s”', (text, code, location) => {
    const named = presetNamed(text);
    expect(named?.preset.code).toBe(code);
    expect(named?.place?.location).toBe(location);
  });
});

describe('scanOf', () => {
  it('understands presets however they are written', () => {
    const names = scanPresets.flatMap(({ names, code }) => names.map((name) => ({ name, code })));
    const decorated = fc.record({
      preset: fc.constantFrom(...names),
      before: fc.constantFrom('', 'the ', 'Stocks with the '),
      after: fc.constantFrom('', ' today', ' stocks', '!', ' in the US', ' in Germany'),
      loud: fc.boolean(),
    });
    fc.assert(
      fc.property(decorated, ({ preset, before, after, loud }) => {
        const text = `${before}${preset.name}${after}`;
        expect(presetNamed(loud ? text.toUpperCase() : text)?.preset.code).toBe(preset.code);
      }),
    );
  });

  it('never lets one filter become two, whatever it is given', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ';', '=', ' ', '1', 'é') });
    fc.assert(
      fc.property(
        fc.dictionary(text, fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true })), { maxKeys: 3 }),
        (filters) => {
          try {
            for (const { tag, value } of askBlindly({ scan: 'gainers', filters }).filters) {
              expect(`${tag} ${value}`).toMatch(/^[^;=]+ [^;=]+$/);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(ToolError);
          }
        },
      ),
    );
  });

  it('takes codes in any case and names as IB writes them', () => {
    expect(ask({ scan: 'top_perc_gain' }).code).toBe('TOP_PERC_GAIN');
    expect(ask({ scan: 'scan_nextearningsdatetime_asc' }).code).toBe('SCAN_nextEarningsDateTime_ASC');
    expect(ask({ scan: 'High Price/Tangible Book Ratio' }).code).toBe('HIGH_PRICE_2_TAN_BOOK_RATIO');
  });

  it('finds the kind of instrument that place and scan have in common', () => {
    expect(ask({ scan: 'MOST_ACTIVE', location: 'stk.hk.tse.jpn' })).toMatchObject({
      instrument: 'STOCK.HK',
      location: 'STK.HK.TSE_JPN',
    });
    expect(ask({ scan: 'MOST_ACTIVE', location: 'STK.NYSE, STK.AMEX' })).toMatchObject({
      instrument: 'STK',
      location: 'STK.NYSE,STK.AMEX',
    });
    expect(ask({ scan: 'MOST_ACTIVE', location: 'FUT.EU' }).instrument).toBe('FUT.EU');
    expect(ask({ scan: 'MOST_ACTIVE', location: 'STOCK.EU' })).toMatchObject({ location: 'STK.EU' });
  });

  it('makes filters of limits and codes', () => {
    const limits = { min_price: 5, max_price: 50.5, min_volume: 1e6, min_market_cap: 100, max_market_cap: 2_000 };
    expect(ask({ scan: 'gainers', ...limits, filters: { changepercabove: '3' } }).filters).toEqual([
      { tag: 'priceAbove', value: '5' },
      { tag: 'priceBelow', value: '50.5' },
      { tag: 'volumeAbove', value: '1000000' },
      { tag: 'usdMarketCapAbove', value: '100' },
      { tag: 'usdMarketCapBelow', value: '2000' },
      { tag: 'changePercAbove', value: '3' },
    ]);
    expect(ask({ scan: 'penny stocks' }).filters).toEqual([{ tag: 'priceBelow', value: '5' }]);
    expect(ask({ scan: 'penny stocks', max_price: 1 }).filters).toEqual([{ tag: 'priceBelow', value: '1' }]);
  });

  it.each([
    [{ scan: 'TOP_PERC_GAINN' }, 'TOP_PERC_GAIN'],
    [{ scan: 'top gianers' }, 'top gainers'],
    [{ scan: '52 week hihgs' }, '52-week highs'],
    [{ scan: 'gainers', location: 'STK.NYSEE' }, 'STK.NYSE'],
    [{ scan: 'gainers', location: 'Japn' }, 'Japan'],
    [{ scan: 'gainers', location: 'STK.NYSE,STK.MARS' }, 'STK.'],
    [{ scan: 'gainers', filters: { priceAbov: 3 } }, 'priceAbove'],
    [{ scan: 'gainers', filters: { changePercAbove: 'much' } }, 'get_scanner_parameters'],
    [{ scan: 'gainers', filters: { priceAbove: '3;volumeAbove=1' } }, 'get_scanner_parameters'],
    [{ scan: 'gainers', filters: { priceAbove: 3 }, min_price: 2 }, 'once'],
    [{ scan: 'gainers', min_price: 3, max_price: 2 }, 'Swap'],
    [{ scan: 'gainers in Japan', location: 'US' }, 'one of them'],
    [{ scan: 'high dividend', location: 'futures' }, 'It ranks: US Stocks'],
    [{ scan: 'gainers', location: 'STK.NYSE,FUT.US' }, 'It ranks'],
  ])('refuses %j and says what is near', (args, hint) => {
    const { code, nextStep } = refusal(args);
    expect(code).toBe('invalid_arguments');
    expect(nextStep).toContain(hint);
  });

  it('passes codes on where IB does not tell what there is, but nothing that cannot be one', () => {
    const scan = { scan: 'SOME_NEW_SCAN', location: 'STK.NEW', filters: { newAbove: 1 } };
    expect(askBlindly(scan)).toEqual({
      code: 'SOME_NEW_SCAN',
      instrument: 'STK',
      location: 'STK.NEW',
      filters: [{ tag: 'newAbove', value: '1' }],
    });
    expect(askBlindly({ scan: 'MOST_ACTIVE', location: 'STK.NASDAQ.NMS' }).instrument).toBe('STK');
    expect(askBlindly({ scan: 'MOST_ACTIVE', location: 'STK.NA.TSE' }).instrument).toBe('STOCK.NA');
    expect(refusal({ scan: 'top gianers' }, askBlindly).nextStep).toContain('top gainers');
    expect(refusal({ scan: 'MOST_ACTIVE', location: 'Mars' }, askBlindly).message).toContain('location');
    expect(refusal({ scan: 'MOST_ACTIVE', filters: { a: 'b;c=d' } }, askBlindly).code).toBe('invalid_arguments');
  });
});
