import { describe, expect, it } from 'vitest';
import type { OrderTerms } from '../../../shared/orders/order.ts';
import { instrumentOf } from '../../../test/support/instruments.ts';
import { failure } from '../../../test/support/relay.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { checkPrices, type PriceSteps, priceStepsOf } from './price-steps.ts';
import { limitOrder } from './term-rules.cases.ts';

const rules = new Map([
  [26, [{ lowEdge: 0, increment: 0.01 }]],
  [110, [{ lowEdge: 0, increment: 0.05 }]],
]);
const contracts = {
  marketRule: async (id: number) =>
    (rules.get(id) ?? [{ lowEdge: 0, increment: 0 }]).map(({ lowEdge, increment }) => ({ from: lowEdge, increment })),
};
const steps = (instrument: Instrument) => priceStepsOf(instrument, contracts as never, new AbortController().signal);
const at = (exchange: string | undefined, details: object = {}) =>
  instrumentOf({
    contract: { exchange },
    details: { validExchanges: 'SMART,NYSE', marketRuleIds: '26,110', ...details },
  });

describe('the steps of prices', () => {
  it('are those of the market rule at the exchange', async () => {
    expect(await steps(at('SMART'))).toEqual({ increments: [{ from: 0, increment: 0.01 }], mayBeNegative: false });
    expect(await steps(at('NYSE'))).toEqual({ increments: [{ from: 0, increment: 0.05 }], mayBeNegative: false });
  });

  it.each([['IEX'], [undefined]])('are the smallest tick where there is no rule: at %s', async (exchange) => {
    const { increments } = await steps(at(exchange, { minTick: 0.25 }));
    expect(increments).toEqual([{ from: 0, increment: 0.25 }]);
  });

  it('are the smallest tick where the rule has none', async () => {
    const { increments } = await steps(at('SMART', { marketRuleIds: '99,99', minTick: 0.5 }));
    expect(increments).toEqual([{ from: 0, increment: 0.5 }]);
  });

  it.each([undefined, 0, -1, Number.NaN])('are not known without either: %s', async (minTick) => {
    expect((await steps(at('IEX', { minTick }))).increments).toEqual([]);
  });

  it('go below zero for futures and combinations', async () => {
    const future = instrumentOf({ secType: 'FUT', details: { minTick: 0.25 } });
    expect((await steps(future)).mayBeNegative).toBe(true);
    expect((await steps(instrumentOf({ secType: 'OPT' }))).mayBeNegative).toBe(false);
  });

  it('of a combination are those of its finest leg, and never coarser than a cent', async () => {
    const combination = (...increments: string[]) =>
      instrumentOf({ secType: 'BAG', legs: increments.map((marketRuleIds) => at('SMART', { marketRuleIds })) });
    expect(await steps(combination('110', '110'))).toEqual({
      increments: [{ from: 0, increment: 0.01 }],
      mayBeNegative: true,
    });
    rules.set(7, [{ lowEdge: 0, increment: 0.005 }]);
    expect((await steps(combination('26', '7'))).increments).toEqual([{ from: 0, increment: 0.005 }]);
  });
});

describe('a price', () => {
  const cents: PriceSteps = { increments: [{ from: 0, increment: 0.01 }], mayBeNegative: false };
  const instrument = instrumentOf();
  const refused = (changes: Partial<OrderTerms>, of: PriceSteps = cents, whose?: string) =>
    failure(Promise.resolve().then(() => checkPrices({ ...limitOrder, ...changes }, instrument, of, whose)));
  const taken = (changes: Partial<OrderTerms>, of: PriceSteps = cents) =>
    expect(() => checkPrices({ ...limitOrder, ...changes }, instrument, of)).not.toThrow();

  it('is taken in its steps, and whatever it is where they are not known', () => {
    taken({ limitPrice: '100.01', stopPrice: '99.99', trailStopPrice: '1' });
    taken({ limitPrice: '100.0123' }, { increments: [], mayBeNegative: false });
    taken({ limitPrice: '-0.01' }, { ...cents, mayBeNegative: true });
  });

  it.each<[Partial<OrderTerms>, RegExp, RegExp]>([
    [
      { limitPrice: '100.005' },
      /^limit_price 100\.005 is no price of X, .* steps of 0\.01 there\.$/,
      /^Use 100 or 100\.01\.$/,
    ],
    [{ stopPrice: '1.001' }, /^stop_price 1\.001 is no price/, /Use 1 or 1\.01/],
    [{ trailStopPrice: '1.001' }, /^trail_stop_price 1\.001 is no price/, /Use 1 or 1\.01/],
    [{ limitPrice: '0.004' }, /^limit_price 0\.004 is no price/, /^Use 0\.01\.$/],
    [{ limitPrice: '0' }, /^limit_price 0: X has no price of zero or less/, /above zero/],
    [{ limitPrice: '-1' }, /^limit_price -1: X has no price of zero or less/, /above zero/],
  ])('%j is refused with the nearest that there are', async (changes, says, step) => {
    expect(await refused(changes)).toMatchObject({
      code: 'invalid_arguments',
      message: expect.stringMatching(says),
      nextStep: expect.stringMatching(step),
    });
  });

  it('is named by whose it is', async () => {
    expect((await refused({ limitPrice: '1.001' }, cents, 'take_profit.')).message).toMatch(
      /^take_profit\.limit_price /,
    );
  });

  it('below zero names prices below zero, where there are such', async () => {
    const below = { ...cents, mayBeNegative: true };
    expect((await refused({ limitPrice: '0.004' }, below)).nextStep).toBe('Use 0 or 0.01.');
    expect((await refused({ limitPrice: '-0.015' }, below)).nextStep).toBe('Use -0.02 or -0.01.');
  });

  it.each(['REL', 'PASSV_REL', 'PEG_MKT', 'PEG_BENCH', 'MIDPRICE'] as const)(
    'of %s is no cap where it is zero',
    (type) => {
      taken({ type, limitPrice: '0' });
    },
  );

  it('of zero is a price of every other kind', async () => {
    expect((await refused({ type: 'MIDPRICE', limitPrice: '0', stopPrice: '0' })).message).toMatch(/^stop_price 0/);
    expect((await refused({ type: 'REL', limitPrice: '1.001' })).message).toMatch(/^limit_price 1\.001/);
    expect((await refused({ type: 'SNAP_MKT', limitPrice: '0' })).message).toMatch(/^limit_price 0/);
  });
});
