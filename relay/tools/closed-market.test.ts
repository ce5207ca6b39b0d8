import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getPositions } from '../../shared/tools/get_positions.ts';
import { getQuotes } from '../../shared/tools/get_quotes.ts';
import { findTool } from '../../shared/tools/index.ts';
import { parseArguments } from '../../shared/tools/support/arguments.ts';
import { relayCases } from '../../test/support/load-cases.ts';
import { TestRelay } from '../../test/support/relay.ts';

/** A Saturday; Thanksgiving was on the Thursday before, so that the close before Friday's is of Wednesday. */
const saturday = new Date('2026-11-28T17:00:00Z');
let relay: TestRelay;

beforeAll(async () => {
  relay = await TestRelay.start({ clock: () => saturday });
});

afterAll(() => relay.stop());

describe('while the market is closed', () => {
  it('a quote says what kind it is, of when, and of which day the close is that its change counts from', async () => {
    const answer = await relay.read(getQuotes, { contracts: ['AAPL', 'ESZ6', 'EUR.USD'] });
    const [stock, future, currencies] = answer.quotes;
    expect(stock).toMatchObject({ dataType: 'frozen', currency: 'USD', closeDate: '2026-11-25' });
    expect(stock.asOf).toMatch(/^2026-11-27T1[67]:/);
    expect(future).toMatchObject({ dataType: 'frozen', closeDate: expect.stringMatching(/^2026-11-2[56]$/) });
    // Currencies have no last trade: the time is that of the close.
    expect(answer.quotes[2]).toMatchObject({ dataType: 'frozen', asOf: '2026-11-27T17:00:00-05:00' });
    expect(currencies).not.toHaveProperty('lastTime');
    const text = getQuotes.render(answer);
    expect(text).toContain('close of 2026-11-25');
    expect(text.match(/frozen: the market is closed/g)).toHaveLength(1);
    expect(text).not.toContain('2026-11-28');
  });

  it('a combination is of the kind and the time of its legs', async () => {
    const { quotes } = await relay.read(getQuotes, { contracts: ['SPY 20261218 C 700 - SPY 20261218 C 710'] });
    expect(quotes[0]).toMatchObject({
      dataType: 'frozen',
      currency: 'USD',
      asOf: expect.stringMatching(/^2026-11-27T/),
    });
  });

  it('a position has gained nothing since the day that its daily gain counts from, which is said', async () => {
    const answer = await relay.read(getPositions, { contract: 'AAPL' });
    expect(answer.positions.find(({ contract }) => contract === 'AAPL')).toMatchObject({ dailyPnl: 0 });
    expect(getPositions.render(answer)).toContain('2026-11-27');
  });
});

/** Names of what is a price of the market. */
const priced =
  /^(price|bid|ask|last|close|open|high|low|mark|first|vwap|wap|marketPrice|mostTraded|spread|averageBid|averageAsk)$/;
const needed = {
  currency: /^currency$/,
  time: /^(asOf|time|timeZone|from)$/,
  // Of what the past is made (`data`), who has computed it (`model`), or that it is a fill (`side`) is a kind as well.
  kind: /^(dataType|data|model|side)$/,
} as const;

/** What lacks of what has to stand beside prices, or above them: `option.price: kind`. */
function lacking(value: unknown, path: string, above: readonly string[] = []): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => lacking(item, path, above));
  if (typeof value !== 'object' || value === null) return [];
  const { columns = [] } = value as { columns?: string[] };
  const names = [...Object.keys(value), ...columns];
  const known = [...above, ...names];
  const prices = names.filter((name) => priced.test(name));
  const missing = Object.entries(needed)
    .filter(([, name]) => prices.length > 0 && !known.some((one) => name.test(one)))
    .map(([what]) => `${path}.${prices[0]}: ${what}`);
  return [...missing, ...Object.entries(value).flatMap(([name, part]) => lacking(part, `${path}.${name}`, known))];
}

/** Numbers with the digits that arithmetic leaves behind, by where they are: 331.93999999999994. */
function noisy(value: unknown, path: string): string[] {
  if (typeof value === 'number') return Number(value.toPrecision(13)) === value ? [] : [`${path}: ${value}`];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => noisy(part, `${path}.${name}`));
}

it('numbers that arithmetic has made are told from those that IB has sent', () => {
  expect(noisy({ a: [0.1 + 0.2, 0.3, 1e-9, 1234567890123] }, 'it')).toEqual(['it.a.0: 0.30000000000000004']);
});

describe('every answer with prices', () => {
  const further: Readonly<Record<string, object>> = {
    scan_market: { quotes: true },
    get_historical_bars: { contract: 'AAPL', wap: true },
  };
  /** Hours and rules are no prices of the market. */
  const without: readonly string[] = ['get_trading_schedule', 'get_market_rules', 'get_contract_details'];
  /** IB does not tell of what kind its valuation of positions is; what an option is computed with may be the caller's. */
  const untold: readonly string[] = [
    'get_positions.positions.marketPrice: kind',
    'get_portfolio_summary.portfolios.greeks.price: kind',
    'calculate_option.underlying.price: kind',
  ];

  it.each([...relayCases].filter(([name, { question }]) => typeof question === 'object' && !without.includes(name)))(
    'says currency, time and kind of data, and no digits that mean nothing: %s',
    async (name, { question }) => {
      const tool = findTool(name);
      if (!tool) throw new Error(`there is no tool ${name}`);
      const args = parseArguments(tool, { ...(question as object), ...further[name] });
      const outcome = await relay.call(name, args).catch(() => undefined);
      expect(lacking(outcome, name).filter((what) => !untold.includes(what))).toEqual([]);
      expect(noisy(outcome, name)).toEqual([]);
    },
  );

  it('is looked at so that nothing is overlooked', () => {
    expect(lacking({ quotes: [{ bid: 1, asOf: '', greeks: { price: 1 } }] }, 'it')).toEqual([
      'it.quotes.bid: currency',
      'it.quotes.bid: kind',
      'it.quotes.greeks.price: currency',
      'it.quotes.greeks.price: kind',
    ]);
  });
});
