import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bonds, bondYield } from '../market/bonds.ts';
import { dayNumber } from '../market/zone.ts';
import { yieldPercent } from './bond-yield.ts';

describe('the yield of a bond', () => {
  it('is the one that explains its price', () => {
    const aDay = fc.integer({ min: dayNumber('20250102'), max: dayNumber('20261120') });
    const aPrice = fc.double({ min: 70, max: 130, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...bonds), aPrice, aDay, (bond, price, day) => {
        expect(yieldPercent(bond, price, day)).toBeCloseTo(bondYield(bond, price, day) * 100, 5);
        expect(yieldPercent(bond, price, day)).toBe(yieldPercent(bond, price, day));
      }),
      { numRuns: 8 },
    );
  });
});
