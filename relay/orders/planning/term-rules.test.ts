import { describe, expect, it } from 'vitest';
import { ToolError } from '../../../shared/errors.ts';
import { type OrderTerms, orderTypes } from '../../../shared/orders/order.ts';
import { omitUndefined } from '../../../shared/values.ts';
import { apart, limitOrder, together } from './term-rules.cases.ts';
import { checkTerms } from './term-rules.ts';

/** How terms are refused; undefined where they go together. */
function refusal(changes: object, whose?: string): ToolError | undefined {
  try {
    checkTerms(omitUndefined({ ...limitOrder, ...changes }) as OrderTerms, whose);
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  return undefined;
}

describe('terms that go together', () => {
  it.each(together)('%s', (_, terms) => {
    expect(refusal(terms)).toBeUndefined();
  });

  it('are there of every type', () => {
    expect(new Set(together.map(([, { type = 'LMT' }]) => type))).toEqual(new Set(orderTypes));
  });
});

describe('terms that do not', () => {
  it.each(apart)('%s', (_, terms, says, step) => {
    expect(refusal(terms)?.data).toMatchObject({
      code: 'invalid_arguments',
      message: expect.stringMatching(says),
      nextStep: expect.stringMatching(step),
    });
  });

  it('are named by whose they are', () => {
    const of = (changes: object) => refusal(changes, 'stop_loss.')?.data;
    expect(of({ limitPrice: undefined })?.message).toBe('LMT needs stop_loss.limit_price.');
    expect(of({ stopPrice: '1' })?.message).toMatch(/^LMT has no stop_loss\.stop_price/);
    expect(of({ offset: '1' })?.message).toMatch(/^LMT has no stop_loss\.offset/);
    expect(of({ quantity: undefined })?.message).toMatch(/^stop_loss\.quantity /);
    expect(of({ tif: 'GTD' })?.message).toMatch(/^stop_loss\.tif GTD and stop_loss\.good_till/);
    expect(of({ type: 'TRAIL', limitPrice: undefined })?.message).toMatch(
      /needs stop_loss\.trail_amount or stop_loss\./,
    );
    expect(of({ type: 'LOO' })?.nextStep).toBe('Leave stop_loss.tif out.');
    expect(refusal({ limitPrice: undefined })?.data.message).toBe('LMT needs limit_price.');
  });
});
