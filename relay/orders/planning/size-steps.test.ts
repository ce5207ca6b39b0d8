import { describe, expect, it } from 'vitest';
import type { OrderTerms } from '../../../shared/orders/order.ts';
import { instrumentOf } from '../../../test/support/instruments.ts';
import { failure } from '../../../test/support/relay.ts';
import { checkSizes } from './size-steps.ts';

const terms: OrderTerms = { account: 'DU1', side: 'BUY', type: 'MKT', tif: 'DAY', outsideRth: false };
const stock = instrumentOf({ details: { minSize: 10, sizeIncrement: 5 } });
const refused = (changes: Partial<OrderTerms>, instrument = stock) =>
  failure(Promise.resolve().then(() => checkSizes({ ...terms, ...changes }, instrument)));
const taken = (changes: Partial<OrderTerms>, instrument = stock) =>
  expect(() => checkSizes({ ...terms, ...changes }, instrument)).not.toThrow();

describe('a size', () => {
  it('is taken from the smallest on, in its steps; an order may have none', () => {
    for (const quantity of ['10', '15', '1000']) taken({ quantity, minQuantity: '10', displaySize: '20' });
    taken({ cashQuantity: '3' });
  });

  it.each<[Partial<OrderTerms>, RegExp, string]>([
    [{ quantity: '0' }, /^quantity must be above zero/, 'Give 10 or more.'],
    [{ quantity: '-10' }, /^quantity must be above zero/, 'Give 10 or more.'],
    [{ quantity: '9.99' }, /^quantity 9\.99 is below the smallest size of X/, 'Give at least 10.'],
    [{ quantity: '12' }, /^quantity 12 is no size of X.* steps of 5/, 'Use 10 or 15.'],
    [{ quantity: '20', displaySize: '5' }, /^display_size 5 is below/, 'Give at least 10.'],
    [{ quantity: '20', minQuantity: '11' }, /^min_quantity 11 is no size/, 'Use 10 or 15.'],
  ])('%j is refused with the nearest that there are', async (changes, says, nextStep) => {
    const { code, message, nextStep: step } = await refused(changes);
    expect({ code, message, step }).toEqual({
      code: 'invalid_arguments',
      message: expect.stringMatching(says),
      step: nextStep,
    });
  });

  it.each([undefined, 0, -1, Number.NaN, 1.7976931348623157e308])(
    'is free where IB names no smallest and no step: %s',
    async (unknown) => {
      const free = instrumentOf({ details: { minSize: unknown, sizeIncrement: unknown } });
      taken({ quantity: '0.00000001' }, free);
      expect(await refused({ quantity: '0' }, free)).toMatchObject({ nextStep: 'Give a number or more.' });
    },
  );

  it('near the smallest one names no smaller one, nor zero', async () => {
    const odd = instrumentOf({ details: { minSize: 12, sizeIncrement: 5 } });
    expect(await refused({ quantity: '13' }, odd)).toMatchObject({ nextStep: 'Use 15.' });
    const small = instrumentOf({ details: { sizeIncrement: 5 } });
    expect(await refused({ quantity: '3' }, small)).toMatchObject({ nextStep: 'Use 5.' });
    expect(await refused({ quantity: '7' }, small)).toMatchObject({ nextStep: 'Use 5 or 10.' });
  });

  it('of a combination is whole, whatever its legs are', async () => {
    const combination = instrumentOf({ secType: 'BAG', legs: [stock], details: { minSize: 0.1, sizeIncrement: 0.1 } });
    taken({ quantity: '1' }, combination);
    expect(await refused({ quantity: '1.5' }, combination)).toMatchObject({ nextStep: 'Use 1 or 2.' });
    expect(await refused({ quantity: '0.5' }, combination)).toMatchObject({ nextStep: 'Give at least 1.' });
  });
});
