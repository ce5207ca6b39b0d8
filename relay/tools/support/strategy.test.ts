import { afterEach, describe, expect, it, vi } from 'vitest';
import { blackScholes } from '../../../shared/options/black-scholes.ts';
import { calculateOption } from '../../../shared/tools/calculate_option.ts';
import { getQuotes } from '../../../shared/tools/get_quotes.ts';
import { calculatingRelay, expiry, name } from '../../../test/support/option-relay.ts';
import { failure } from '../../../test/support/relay.ts';

const { relay, calculate } = await calculatingRelay();

describe('a strategy', () => {
  it('costs the middle of its legs, and cannot lose more than a spread can', async () => {
    const progress = vi.fn();
    const legs = [
      { contract: name(330), quantity: 2 },
      { contract: name(350), quantity: -2 },
    ];
    const result = await relay.read(calculateOption, { legs }, { progress });
    const { quotes } = await relay.read(getQuotes, { contracts: [name(330), name(350)] });
    const middle = ({ bid, ask }: { bid: number; ask: number }) => (bid + ask) / 2;
    const { strategy } = result;
    const { rows, columns } = strategy.payoff;
    const debit = (middle(quotes[0]) - middle(quotes[1])) * 200;
    expect(strategy.netDebit).toBeCloseTo(debit, 6);
    expect(strategy.maxLoss).toBeCloseTo(-debit, 6);
    expect(strategy.maxProfit).toBeCloseTo(4_000 - debit, 6);
    expect(strategy.breakEvens).toHaveLength(1);
    expect(strategy.breakEvens[0]).toBeCloseTo(330 + debit / 200, 6);
    expect(columns).toEqual(['price', 'value', 'profit']);
    expect(rows.map(([price]) => price)).toEqual(expect.arrayContaining([330, 350]));
    for (const [price, value, profit] of rows) {
      expect(Number(value)).toBeCloseTo(200 * Math.min(20, Math.max(0, Number(price) - 330)), 4);
      expect(Number(profit)).toBeCloseTo(Number(value) - debit, 4);
    }
    const delta = strategy.legs.columns.indexOf('delta');
    const [long, short] = strategy.legs.rows;
    expect(strategy.greeks.delta).toBeCloseTo(200 * (Number(long[delta]) - Number(short[delta])), 0);
    expect(progress).toHaveBeenLastCalledWith(2, 2, '2 of 2 legs');
  });

  it('is honest about losses without a limit, and takes prices as given', async () => {
    const straddle = [
      { contract: name(330), quantity: -1, price: 12 },
      { contract: name(330, 'P'), quantity: -1, price: 10 },
    ];
    const { strategy } = await calculate({ legs: straddle });
    expect(strategy).toMatchObject({
      netDebit: -2_200,
      maxProfit: 2_200,
      maxLoss: 'unlimited',
      breakEvens: [308, 352],
      expiry: '2026-12-18',
    });
    expect(strategy.greeks.theta).toBeGreaterThan(0);
    expect(strategy.greeks.gamma).toBeLessThan(0);
  });

  it('may hold the stock, and options that are not listed', async () => {
    const legs = [
      { contract: 'AAPL', quantity: 100, price: 320 },
      { contract: `AAPL ${expiry} C 341.5`, quantity: -1 },
    ];
    const { strategy, note } = await calculate({
      legs,
      volatility: 0.25,
      underlying_price: 330,
      min_price: 300,
      max_price: 400,
      points: 3,
    });
    const premium = Number(strategy.legs.rows[1][3]);
    expect(strategy.netDebit).toBeCloseTo(32_000 - 100 * premium, 4);
    expect(strategy.maxProfit).toBeCloseTo(2_150 + 100 * premium, 4);
    expect(strategy.payoff.rows.map(([price]) => price)).toEqual([300, 341.5, 350, 400]);
    expect(strategy.greeks.delta).toBeGreaterThan(0);
    expect(strategy.greeks.delta).toBeLessThan(100);
    expect(note).toContain('Not listed');
  });

  it('does not count a future as money that is paid', async () => {
    const { rows: found } = { rows: await relay.gateway.contracts.resolveAll('ES:FUT') };
    const future = found[0];
    const classes = await relay.gateway.options.classes(future as NonNullable<typeof future>);
    const listed = await relay.gateway.options.listed(
      future as NonNullable<typeof future>,
      classes[0] as NonNullable<(typeof classes)[0]>,
      classes[0]?.expiries[0] ?? '',
    );
    const put = listed.filter(({ details }) => String(details.contract.right) === 'P').at(0);
    const { strategy } = await calculate({
      legs: [
        { contract: String(future?.conId), quantity: 1, price: 6_500 },
        { contract: String(put?.conId), quantity: 1, price: 20 },
      ],
    });
    expect(strategy.netDebit).toBe(1_000);
    expect(strategy.maxProfit).toBe('unlimited');
    expect(strategy.maxLoss).toBeCloseTo(-1_000 - 50 * (6_500 - Number(put?.details.contract.strike)), 6);
  });
});

describe('a leg that the gateway does not price', () => {
  const leg = { contract: name(330), quantity: 1 };
  const nextStep = expect.stringContaining('Give the leg a `price`, or a `volatility` for all.');

  afterEach(() => {
    vi.restoreAllMocks();
    relay.sim.faults.rules.clear();
  });

  it('is told with what helps when the time for it is over', async () => {
    const after = globalThis.setTimeout;
    const hurried = (work: () => void, ms?: number) => after(work, ms === 25_000 ? 400 : ms);
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(hurried as typeof setTimeout);
    const { conId } = await relay.gateway.contracts.resolve(name(330));
    relay.sim.addRule({ on: 'in', message: 'reqMktData', where: { conId }, do: 'ignore', times: 'always' });
    const error = await failure(relay.call('calculate_option', { legs: [leg], underlying_price: 330 }));
    expect(error).toMatchObject({ code: 'gateway_timeout', message: expect.stringContaining(name(330)), nextStep });
  });

  it('is told with why, and with what helps, once each', async () => {
    const refused = { on: 'in', message: 'reqMktData', do: 'error', code: 10186, text: 'No.' } as const;
    relay.sim.addRule({ ...refused, times: 'always' });
    const error = await failure(relay.call('calculate_option', { legs: [leg], underlying_price: 330 }));
    expect(error).toMatchObject({ ibCode: 10186, nextStep });
    expect(error.message.match(/has no price now/g)).toHaveLength(1);
    expect(error.nextStep?.match(/Give/g)).toHaveLength(1);
  });
});

describe('a strategy whose options end on different days', () => {
  const far = '20270115';
  const farName = (strike: number, right: 'C' | 'P' = 'C') => `AAPL ${far} ${right} ${strike}`;
  const calendar = (strike: number, quantity = 1) => [
    { contract: name(strike), quantity: -quantity },
    { contract: farName(strike), quantity },
  ];
  const known = { underlying_price: 330, volatility: 0.3, rate: 0.05 };

  it('is what the model makes of it when the first one ends, and says so', async () => {
    const { strategy, note } = await calculate({ legs: calendar(330, 2), ...known, points: 3 });
    expect(strategy).toMatchObject({ nearestExpiry: '2026-12-18' });
    expect(strategy).not.toHaveProperty('expiry');
    const worth = (spot: number) => {
      const inputs = { spot, strike: 330, years: 28 / 365, volatility: 0.3, rate: 0.05, right: 'C' as const };
      return blackScholes(inputs).price - Math.max(0, spot - 330);
    };
    for (const [price, value, profit] of strategy.payoff.rows) {
      expect(Number(value)).toBeCloseTo(200 * worth(Number(price)), 1);
      expect(Number(profit)).toBeCloseTo(Number(value) - strategy.netDebit, 1);
    }
    expect(strategy.maxProfit).toBeCloseTo(200 * worth(330) - strategy.netDebit, 1);
    expect(strategy.maxLoss).toBeCloseTo(-strategy.netDebit, 1);
    expect(strategy.breakEvens).toHaveLength(2);
    for (const price of strategy.breakEvens) expect(200 * worth(price)).toBeCloseTo(strategy.netDebit, 1);
    expect(note).toMatch(/nearest expiry, 2026-12-18.*the volatility that is given.*estimates.*interest 5 %/);
  });

  it('has the volatility that its longer legs have now', async () => {
    const { strategy, note } = await calculate({ legs: calendar(330) });
    const [, { 4: iv }] = strategy.legs.rows as unknown as [unknown, (string | number)[]];
    const inputs = { spot: 330, strike: 330, years: 28 / 365, rate: 0.04, right: 'C' as const };
    const atStrike = strategy.payoff.rows.find(([price]) => price === 330)?.[1];
    const { price, vega } = blackScholes({ ...inputs, volatility: Number(iv) });
    // The volatility is shown to four digits.
    expect(Math.abs(Number(atStrike) - 100 * price)).toBeLessThan(100 * vega * Number(iv) * 0.1);
    expect(note).toContain('their volatility of now');
  });

  it('loses without a limit where a longer leg is short alone', async () => {
    const legs = [
      { contract: farName(350), quantity: -2 },
      { contract: name(340), quantity: 1 },
    ];
    expect((await calculate({ legs, ...known })).strategy.maxLoss).toBe('unlimited');
    const covered = [...legs, { contract: 'AAPL', quantity: 200 }];
    const { strategy } = await calculate({ legs: covered, ...known });
    expect(strategy.maxLoss).toBeLessThan(0);
    expect(strategy.maxProfit).toBe('unlimited');
  });

  it('needs a volatility of every leg that lives longer', async () => {
    const legs = [
      { contract: name(330), quantity: -1 },
      { contract: 'AAPL 20270317 C 333.33', quantity: 1, price: 400 },
    ];
    const error = await failure(relay.call('calculate_option', { legs }));
    expect(error).toMatchObject({ code: 'no_data', message: expect.stringContaining('2026-12-18') });
    expect(error.nextStep).toContain('volatility');
    const { strategy } = await calculate({ legs, volatility: 0.3 });
    expect(strategy).toMatchObject({ nearestExpiry: '2026-12-18', maxProfit: expect.any(Number) });
  });

  it('is of one underlying, which options on futures of different months are not', async () => {
    const [first, second] = await Promise.all(
      ['202612', '202703'].map(async (month) => {
        const future = await relay.gateway.contracts.resolve(`ES ${month}`);
        const [series] = await relay.gateway.options.classes(future);
        if (!series) throw new Error(`no options on ES ${month}`);
        const [listed] = await relay.gateway.options.listed(future, series, series.expiries[0] ?? '');
        return { contract: String(listed?.conId), quantity: 1 };
      }),
    );
    const { message } = await failure(relay.call('calculate_option', { legs: [first, second] }));
    expect(message).toMatch(/another underlying.*\(ES\S* 20270\d+.*not ES\S* 202612/);
  });
});
