import { describe, expect, it } from 'vitest';
import { rejectionOf } from './rejections.ts';

const before = 'Order rejected - reason:';

describe('what a rejection means', () => {
  it.each([
    [
      'In order to obtain the desired position your Equity with Loan Value [1000] must exceed the new total Initial Margin of [1500].',
      /margin/,
    ],
    ['modify would violate margin', /margin/],
    ['No Trading Permission', /permission/],
    ['FX trade would expose account to currency leverage.', /in debt/],
    ['Cannot have open orders on both sides of the same US Option contract.', /other side/],
    ['Exchange is closed.', /at this time/],
    ['outside RTH', /at this time/],
    ['TIF must be Minutes or IOC', /minutes/],
    ['Invalid account number', /login/],
    ['Invalid or missing IBCustAcctNo', /login/],
    ['No such order', /does not have/],
    ['This account is flagged as a Pattern Day Trader', /day trades/],
    ['The contract is not available for short sale', /sold short/],
    ['Customer Ineligible: no KID', /key information/],
    ['The account is restricted to closing only', /may be closed/],
    ['Order size is below the minimum size', /least/],
    ['Limit price too far outside of NBBO', /too far/],
    ['Parent order is being cancelled', /belongs to/],
    ['Insufficient cash', /money/],
  ])('%s', (text, why) => {
    const rejection = rejectionOf(before + text);
    expect(rejection?.why).toMatch(why);
    expect(rejection?.nextStep).toMatch(/\.$/);
  });

  it('is not guessed of a text that nobody knows', () => {
    expect(rejectionOf(`${before}Frobnication failed`)).toBeUndefined();
    expect(rejectionOf('')).toBeUndefined();
  });
});
