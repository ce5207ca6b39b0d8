import { describe, expect, it } from 'vitest';
import { type OrderTerms, orderTypes } from '../../../shared/orders/order.ts';
import { instrumentOf } from '../../../test/support/instruments.ts';
import { failure } from '../../../test/support/relay.ts';
import { checkType } from './listed-types.ts';

const terms: OrderTerms = {
  ...{ account: 'DU1', side: 'BUY', quantity: '10', type: 'LMT', limitPrice: '1', tif: 'DAY', outsideRth: false },
};
const at = (orderTypes: string | undefined, changes: object = {}) =>
  instrumentOf({ details: { orderTypes }, ...changes });
const check = (changes: Partial<OrderTerms>, instrument = at('LMT,DAY')) =>
  checkType({ ...terms, ...changes }, instrument);
const refused = (changes: Partial<OrderTerms>, instrument = at('LMT,DAY')) =>
  failure(Promise.resolve().then(() => check(changes, instrument)));

describe('a type', () => {
  it('that IB lists is taken, by any of the codes that it has there', () => {
    expect(check({})).toEqual([]);
    expect(check({ type: 'REL' }, at('RELPCTOFS'))).toEqual([]);
    expect(check({ type: 'MOO', tif: 'OPG' }, at('OPG'))).toEqual([]);
  });

  it('that IB does not list is refused with those that it does, at the exchange', async () => {
    expect(await refused({ type: 'MOC' }, at(',LMT,,RELPCTOFS,'))).toEqual({
      code: 'invalid_arguments',
      message: 'IB takes no MOC order for X at SMART.',
      nextStep: 'Possible: LMT, REL.',
    });
    expect(await refused({ type: 'MOC' }, at('LMT', { contract: { exchange: undefined } }))).toMatchObject({
      message: 'IB takes no MOC order for X.',
    });
  });

  it.each([undefined, '', ','])('is taken where IB lists none: %s', (list) => {
    for (const type of orderTypes) expect(check({ type }, at(list))).toEqual([]);
  });

  it('of a combination is one of five, whatever its first leg takes', async () => {
    const combination = instrumentOf({ secType: 'BAG', legs: [at('MOC')] });
    const taken = ['MKT', 'LMT', 'STP', 'STP_LMT', 'REL'];
    for (const type of orderTypes.filter((one) => taken.includes(one))) {
      expect(check({ type, hidden: true }, combination)).toEqual([]);
    }
    for (const type of orderTypes.filter((one) => !taken.includes(one))) {
      expect(await refused({ type }, combination)).toMatchObject({
        message: `A combination takes no ${type} order.`,
        nextStep: `Possible: ${taken.join(', ')}.`,
      });
    }
  });
});

describe('a time in force', () => {
  it('that IB does not list beside DAY is refused with those that it does', async () => {
    expect(await refused({ tif: 'GTC' }, at('LMT,DAY,IOC,GTD'))).toMatchObject({
      message: 'IB takes no GTC order for X at SMART.',
      nextStep: 'Possible: DAY, IOC, GTD.',
    });
    expect(await refused({ tif: 'GTC' })).toMatchObject({ nextStep: 'Possible: DAY.' });
  });

  it('is taken where it is listed, where none is, and where IB lists no such time', () => {
    expect(check({ tif: 'GTC' }, at('LMT,DAY,GTC'))).toEqual([]);
    expect(check({ tif: 'GTC' }, at('LMT'))).toEqual([]);
    expect(check({ tif: 'FOK' })).toEqual([]);
    expect(check({ tif: 'DAY' })).toEqual([]);
  });
});

describe('an attribute', () => {
  it.each<[string, string, Partial<OrderTerms>]>([
    ['AON', 'all_or_none', { allOrNone: true }],
    ['HID', 'hidden', { hidden: true }],
    ['ICE', 'display_size', { displaySize: '1' }],
    ['COND', 'conditions', { conditions: [] }],
    ['CASHQTY', 'cash_quantity', { cashQuantity: '1' }],
    ['ALGO', 'algo', { algo: { strategy: 'Adaptive', parameters: [] } }],
  ])('%s that IB does not list is only said', (code, words, changes) => {
    expect(check(changes)).toEqual([`IB does not list ${words} for X at SMART; it may refuse the order.`]);
    expect(check(changes, at(`LMT,DAY,${code}`))).toEqual([]);
  });
});
