import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OrderTerms, orderTypes, timesInForce, type WireFields } from '../exchange/model.ts';
import { listings } from '../market/listings.ts';
import { Zone } from '../market/zone.ts';
import { unsetDouble, unsetInteger } from '../protocol/fields.ts';
import { BadFieldError } from '../protocol/requests.ts';
import { OrderRequestError } from './order-error.ts';
import { termsOf } from './order-terms.ts';

const [instrument] = listings;
if (!instrument) throw new Error('nothing is listed');
const legs: OrderTerms['legs'] = [{ instrument, ratio: 1, side: 'BUY', exchange: 'SMART' }];
const testNow = Date.parse('2026-11-20T17:00:00Z');
const zone = new Zone('US/Eastern');
const basics = { action: 'BUY', orderType: 'LMT', totalQuantity: '10', lmtPrice: '12.5', exchange: 'SMART' };

const read = (
  values: Record<string, string>,
  rows: WireFields['rows'] = {},
  accounts: readonly string[] = ['DU1'],
): OrderTerms => termsOf({ values: { ...basics, ...values }, rows }, { legs, accounts, zone, now: testNow });

const row = (values: Record<string, string>): WireFields => ({ values, rows: {} });
const at = (iso: string): number => Date.parse(iso);

function refusal(values: Record<string, string>, accounts?: readonly string[]): { code: number; text: string } {
  try {
    read(values, {}, accounts);
  } catch (error) {
    if (error instanceof OrderRequestError) return { code: error.code, text: error.message };
    throw error;
  }
  throw new Error('it was accepted');
}

/** Every field that may be left out. */
const optional =
  'tif cashQty auxPrice trailStopPrice trailingPercent lmtPriceOffset percentOffset discretionaryAmt minQty displaySize parentId triggerMethod volatility volatilityType scaleInitLevelSize scaleSubsLevelSize scalePriceIncrement ocaType ocaGroup transmit hidden outsideRth goodTillDate goodAfterTime algoStrategy adjustedOrderType'.split(
    ' ',
  );
const numeric = optional.slice(1, 18);

describe('the terms of an order', () => {
  it('are the same however a client writes "not set"', () => {
    const unset = fc.constantFrom(
      '',
      unsetDouble,
      '1.7976931348623157e+308',
      unsetInteger,
      'NaN',
      'Infinity',
      '-Infinity',
    );
    const plain = read({});
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...numeric), unset), (values) => {
        expect(read(values)).toEqual(plain);
      }),
    );
    expect(read(Object.fromEntries(optional.map((name) => [name, ''])))).toEqual(plain);
  });

  it('leave out what was not given', () => {
    expect(Object.keys(read({}))).not.toEqual(expect.arrayContaining(['auxPrice']));
    expect(read({ cashQty: '0', minQty: '0', displaySize: '0', trailingPercent: '0' })).toEqual(read({}));
  });

  it('have a price of zero or below where one was given', () => {
    expect(read({ lmtPrice: '0', auxPrice: '-0.05' })).toMatchObject({ limitPrice: 0, auxPrice: -0.05 });
  });

  it.each(orderTypes)('have the type %s in any case and spacing', (type) => {
    for (const text of [type, type.toLowerCase(), type.replaceAll(' ', ''), ` ${type} `]) {
      expect(read({ orderType: text }).type).toBe(type);
    }
  });

  it.each(timesInForce)('have the time in force %s', (tif) => {
    expect(read({ tif: tif.toLowerCase() }).tif).toBe(tif);
  });

  it('are for the day, for the only account and not transmitted unless they say otherwise', () => {
    expect(read({})).toMatchObject({ tif: 'DAY', account: 'DU1', transmit: false, ocaType: 3 });
    expect(read({ transmit: '1' }).transmit).toBe(true);
    expect(read({ transmit: 'true' }).transmit).toBe(true);
    expect(read({ transmit: 'False' }).transmit).toBe(false);
  });

  it('keep quantities exact', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 0, max: 9999 }), (whole, fraction) => {
        const text = `${whole}.${String(fraction).padStart(4, '0')}`;
        expect(read({ totalQuantity: text }).quantity.toFixed(4)).toBe(text);
      }),
    );
    expect(read({ totalQuantity: '-5' }).quantity.toNumber()).toBe(-5);
  });

  it.each([
    ['20261231 23:59:59 US/Eastern', '2027-01-01T04:59:59Z'],
    ['20261231-23:59:59', '2026-12-31T23:59:59Z'],
    ['20261231 23:59:59', '2027-01-01T04:59:59Z'],
    ['20261231 09:30:00 US/Central', '2026-12-31T15:30:00Z'],
    ['20261231', '2027-01-01T04:59:59Z'],
    ['15:00:00', '2026-11-20T20:00:00Z'],
  ])('read the time %s', (text, iso) => {
    expect(read({ goodTillDate: text, goodAfterTime: text })).toMatchObject({ goodTill: at(iso), goodAfter: at(iso) });
  });

  it.each(['20261331 10:00:00', '2026-12-31', 'tomorrow', '20261231 25:00:00', '20261231 10:00:00 Mars/Olympus'])(
    'refuse the time %s',
    (text) => {
      expect(refusal({ goodTillDate: text })).toMatchObject({
        code: 10314,
        text: expect.stringContaining('Good Till Date'),
      });
      expect(refusal({ goodAfterTime: text }).code).toBe(10314);
    },
  );

  it.each([
    [{ orderType: 'NONSENSE' }, 321],
    [{ orderType: '' }, 321],
    [{ orderType: 'VWAP' }, 387],
    [{ action: 'HOLD' }, 321],
    [{ tif: 'FOREVER' }, 10052],
    [{ account: 'U999' }, 321],
  ])('refuse %o', (values, code) => {
    expect(refusal(values as unknown as Record<string, string>).code).toBe(code);
  });

  it('refuse a number that is none', () => {
    expect(() => read({ lmtPrice: '1,5' })).toThrow(BadFieldError);
    expect(() => read({ totalQuantity: 'ten' })).toThrow(BadFieldError);
  });

  it('need an account when there are several, unless an advisor shares it out', () => {
    expect(refusal({}, ['U1', 'U2']).code).toBe(435);
    expect(read({ account: 'U2' }, {}, ['U1', 'U2']).account).toBe('U2');
    expect(read({ faGroup: 'All', faMethod: 'NetLiq' }, {}, ['DF1', 'DU2'])).toMatchObject({
      account: 'DF1',
      faGroup: 'All',
    });
  });

  it('have their conditions', () => {
    const conditions = [
      row({
        type: '1',
        conjunction: 'a',
        isMore: '1',
        value: '150.5',
        conId: '7',
        exchange: 'SMART',
        triggerMethod: '2',
      }),
      row({ type: '3', conjunction: 'o', isMore: '0', value: '20261231 12:00:00 US/Eastern' }),
      row({ type: '4', conjunction: 'O', isMore: 'true', value: '30' }),
      row({ type: '5', conjunction: 'a', secType: 'STK', exchange: 'SMART', symbol: 'MSFT' }),
      row({ type: '6', conjunction: 'a', isMore: '1', value: '1000', conId: '7', exchange: 'SMART' }),
      row({ type: '7', conjunction: '', isMore: '1', value: '5.5', conId: '7', exchange: 'SMART' }),
    ];
    expect(read({ conditionsCancelOrder: '1' }, { conditions })).toMatchObject({
      conditionsCancelOrder: true,
      conditionsIgnoreRth: false,
      conditions: [
        {
          kind: 'price',
          conjunction: 'and',
          isMore: true,
          price: 150.5,
          conId: 7,
          exchange: 'SMART',
          triggerMethod: 2,
        },
        { kind: 'time', conjunction: 'or', isMore: false, time: at('2026-12-31T17:00:00Z') },
        { kind: 'margin', conjunction: 'or', isMore: true, percent: 30 },
        { kind: 'execution', conjunction: 'and', secType: 'STK', exchange: 'SMART', symbol: 'MSFT' },
        { kind: 'volume', conjunction: 'and', isMore: true, volume: 1000, conId: 7, exchange: 'SMART' },
        { kind: 'percentChange', conjunction: 'and', isMore: true, percent: 5.5, conId: 7, exchange: 'SMART' },
      ],
    });
    expect(() => read({}, { conditions: [row({ type: '2' })] })).toThrow(OrderRequestError);
    expect(() => read({}, { conditions: [row({ type: '3', value: '' })] })).toThrow(OrderRequestError);
  });

  it('have algorithms, adjustments, scales, volatilities and benchmarks only when they are there', () => {
    expect(read({ adjustedOrderType: 'None', scaleInitLevelSize: unsetInteger })).toEqual(read({}));
    expect(
      read({ algoStrategy: 'Adaptive' }, { algoParams: [row({ tag: 'adaptivePriority', value: 'Normal' })] }).algo,
    ).toEqual({
      strategy: 'Adaptive',
      parameters: new Map([['adaptivePriority', 'Normal']]),
    });
    const times = [row({ tag: 'startTime', value: '20261120-15:00:00' }), row({ tag: 'endTime', value: '' })];
    expect(read({ algoStrategy: 'Vwap' }, { algoParams: times }).algo?.startTime).toBe(Date.UTC(2026, 10, 20, 15));
    expect(read({ algoStrategy: 'Vwap' }, { algoParams: times }).algo).not.toHaveProperty('endTime');
    const adjusted = {
      adjustedOrderType: 'TRAIL',
      triggerPrice: '9',
      adjustedStopPrice: '8',
      adjustedTrailingAmount: '2',
      adjustableTrailingUnit: '1',
    };
    expect(read(adjusted).adjustment).toEqual({
      type: 'TRAIL',
      triggerPrice: 9,
      stopPrice: 8,
      trailingAmount: 2,
      trailingUnit: 1,
    });
    expect(read({ scaleInitLevelSize: '5', scalePriceIncrement: '0.1', scaleProfitOffset: '0.2' }).scale).toEqual({
      initialSize: 5,
      priceIncrement: 0.1,
      profitOffset: 0.2,
    });
    expect(read({ volatility: '20', volatilityType: '1' }).volatility).toEqual({ percent: 20, unit: 1 });
    const bench = {
      orderType: 'PEG BENCH',
      referenceContractId: '7',
      isPeggedChangeAmountDecrease: '1',
      peggedChangeAmount: '0.5',
      referenceChangeAmount: '1',
      referenceExchangeId: 'ARCA',
      startingPrice: '33',
    };
    expect(read(bench).pegBench).toEqual({
      conId: 7,
      isDecrease: true,
      amount: 0.5,
      referenceAmount: 1,
      exchange: 'ARCA',
      startingPrice: 33,
    });
  });
});
