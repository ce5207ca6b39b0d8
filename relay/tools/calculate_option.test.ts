import { describe, expect, it, vi } from 'vitest';
import { getQuotes } from '../../shared/tools/get_quotes.ts';
import { calculatingRelay, name } from '../../test/support/option-relay.ts';
import { failure } from '../../test/support/relay.ts';

const { relay, calculate } = await calculatingRelay();

describe('one option', () => {
  it.each([310, 330, 350])('agrees with the gateway’s model at strike %s, both ways', async (strike) => {
    const { quotes } = await relay.read(getQuotes, { contracts: [name(strike)], fields: 'options' });
    const { greeks } = quotes[0];
    const underlying = { underlying_price: greeks.underlying };
    const priced = await calculate({ contract: name(strike), volatility: greeks.iv, ...underlying });
    expect(priced.option).toMatchObject({ contract: name(strike), conId: quotes[0].conId, model: 'gateway' });
    expect(Math.abs(priced.option.price - greeks.price)).toBeLessThan(1e-4);
    for (const greek of ['delta', 'gamma', 'theta', 'vega'] as const) {
      expect(Math.abs(priced.option[greek] - greeks[greek])).toBeLessThan(1e-4);
    }
    const implied = await calculate({ contract: name(strike), price: greeks.price, ...underlying });
    expect(Math.abs(implied.option.iv - greeks.iv)).toBeLessThan(1e-4);
    const here = await calculate({ contract: name(strike), price: greeks.price, rate: 0.04, ...underlying });
    expect(here.option.model).toBe('american');
    // The simulated gateway counts whole days and has no dividends; here time is counted to the minute.
    expect(Math.abs(here.option.iv / greeks.iv - 1)).toBeLessThan(0.04);
    expect(here.note).toMatch(/American exercise.*time until 2026-\d\d-\d\dT16:00/);
    expect(here.note).toContain('interest 4 %');
  });

  it('takes what the underlying and the option cost now, unless it is told', async () => {
    const { quotes } = await relay.read(getQuotes, { contracts: ['AAPL', name(330)] });
    const [stock, option] = quotes;
    const { underlying, option: now } = await calculate({ contract: name(330) });
    expect(underlying).toEqual({ contract: 'AAPL', conId: 265598, currency: 'USD', price: stock.last });
    expect(now.price).toBeCloseTo((option.bid + option.ask) / 2, 6);
    expect(now.timeValue).toBeCloseTo(now.price - now.intrinsic, 6);
    const higher = await calculate({ contract: name(330), volatility: now.iv, underlying_price: stock.last + 10 });
    expect(higher.option.price).toBeGreaterThan(now.price);
  });

  it('keeps its volatility when another price of the underlying is asked about', async () => {
    const now = await calculate({ contract: name(330) });
    const higher = await calculate({ contract: name(330), underlying_price: now.underlying.price + 20 });
    expect(higher.option.iv).toBeCloseTo(now.option.iv, 6);
    expect(higher.option.price - now.option.price).toBeGreaterThan(20 * now.option.delta);
    expect(higher.option.price - now.option.price).toBeLessThan(20);
    expect(higher.underlying.price).toBeCloseTo(now.underlying.price + 20, 6);
  });

  it('has the volatility of IB’s model where its price explains none, and says so', async () => {
    const { option, note } = await calculate({ contract: name(250), rate: 0.5 });
    const { quotes } = await relay.read(getQuotes, { contracts: [name(250)], fields: 'options' });
    expect(option.iv).toBeCloseTo(quotes[0].greeks.iv, 6);
    expect(option.price).toBeCloseTo((quotes[0].bid + quotes[0].ask) / 2, 6);
    expect(note).toContain('No volatility explains the price');
  });

  it.each([
    ['C 250', 98.97],
    ['P 500', 151.03],
  ])(
    'has no time value at the price that exercising %s brings, and its volatility is not known',
    async (terms, price) => {
      const contract = `AAPL 20261218 ${terms}`;
      const asked = { contract, price, underlying_price: 348.97, rate: 0.04 };
      const { option, note } = await calculate(asked);
      expect(option).toMatchObject({ price, intrinsic: price, timeValue: 0, gamma: 0, exercise: 'American' });
      expect(option).not.toHaveProperty('iv');
      expect(note).toContain('volatility cannot be known');
      expect((await failure(relay.call('calculate_option', { ...asked, price: price - 1 }))).code).toBe('no_data');
      const { rate: _, ...plain } = asked;
      expect((await calculate(plain)).option).toMatchObject({ timeValue: 0 });
    },
  );

  it('need not be listed: a model, and it says so', async () => {
    const contract = 'AAPL 20270317 P 333.33';
    const priced = await calculate({ contract, volatility: 0.3 });
    expect(priced.option).toMatchObject({
      contract,
      expiry: '2027-03-17',
      model: 'american',
      exercise: 'American',
      strike: 333.33,
    });
    expect(priced.option).not.toHaveProperty('conId');
    expect(priced.underlying.price).toBeGreaterThan(0);
    expect(priced.note).toMatch(/not listed.*American exercise/);
    const back = await calculate({ contract, price: priced.option.price, underlying_price: priced.underlying.price });
    expect(back.option.iv).toBeCloseTo(0.3, 4);
  });

  it('need not even have a known underlying', async () => {
    const contract = 'QQZZ 20270317 C 100';
    expect((await failure(relay.call('calculate_option', { contract, volatility: 0.3 }))).nextStep).toContain(
      'underlying_price',
    );
    const { option, underlying } = await calculate({ contract, volatility: 0.3, underlying_price: 100 });
    expect(option.price).toBeGreaterThan(5);
    expect(underlying).toEqual({ price: 100 });
  });

  it.each([
    ['neither an option nor legs', {}, 'either'],
    ['both', { contract: name(330), legs: [{ contract: name(330), quantity: 1 }] }, 'either'],
    ['a price and a volatility', { contract: name(330), price: 5, volatility: 0.3 }, 'exclude'],
    ['points of a table for one option', { contract: name(330), points: 5 }, '`points` goes with'],
    ['a price for a whole strategy', { price: 5, legs: [{ contract: name(330), quantity: 1 }] }, '`price` goes with'],
    ['a stock', { contract: 'AAPL', price: 5 }, 'not an option'],
    ['an option of the past', { contract: 'AAPL 20200117 C 100', price: 5 }, 'expired'],
    ['a month that is not listed', { contract: 'AAPL 203001 C 1', price: 5 }, 'terms are not complete'],
    ['no price of what is not listed', { contract: 'AAPL 20270317 C 333.33' }, 'not listed'],
    [
      'legs of two underlyings',
      {
        legs: [
          { contract: name(330), quantity: 1 },
          { contract: 'MSFT', quantity: 1 },
        ],
      },
      'another underlying',
    ],
    ['legs without an option', { legs: [{ contract: 'AAPL', quantity: 1 }] }, 'no option'],
    ['an empty range', { legs: [{ contract: name(330), quantity: 1 }], min_price: 9, max_price: 8 }, 'not below'],
  ])('refuses %s', async (_, args, message) => {
    const error = await failure(relay.call('calculate_option', args));
    expect(error).toMatchObject({ code: 'invalid_arguments', message: expect.stringContaining(message) });
    expect(error.nextStep).toBeTruthy();
  });

  it('is computed here when the gateway refuses to, and says so', async () => {
    const asked = { contract: name(330), volatility: 0.3, underlying_price: 330 };
    const there = await calculate(asked);
    relay.sim.addRule({ on: 'in', message: 'calculateOptionPrice', do: 'error', code: 10089, text: 'No subscription' });
    const here = await calculate(asked);
    expect(here.option).toMatchObject({ conId: there.option.conId, model: 'american' });
    expect(Math.abs(here.option.price / there.option.price - 1)).toBeLessThan(0.04);
    expect(here.note).toContain('IB did not compute it');
  });

  it('is taken back at the gateway when the caller leaves', async () => {
    relay.sim.addRule({ on: 'in', message: 'calculateOptionPrice', do: 'ignore' });
    const leaving = new AbortController();
    const args = { contract: name(330), volatility: 0.3, underlying_price: 330 };
    const before = relay.received('calculateOptionPrice').length;
    const cancelled = relay.received('cancelCalculateOptionPrice').length;
    const call = failure(relay.call('calculate_option', args, { signal: leaving.signal }));
    await vi.waitFor(() => expect(relay.received('calculateOptionPrice').length).toBe(before + 1));
    leaving.abort();
    expect((await call).code).toBe('cancelled');
    await vi.waitFor(() => expect(relay.received('cancelCalculateOptionPrice').length).toBe(cancelled + 1));
  });

  it('says so when no volatility explains a price, here and at the gateway', async () => {
    const impossible = { contract: name(330), price: 400, underlying_price: 330 };
    expect((await failure(relay.call('calculate_option', impossible))).code).toBe('no_data');
    expect((await failure(relay.call('calculate_option', { ...impossible, rate: 0.03 }))).code).toBe('no_data');
  });
});
