import { afterAll, beforeAll, expect, it } from 'vitest';
import { calculateOption } from '../../shared/tools/calculate_option.ts';
import { getContractDetails } from '../../shared/tools/get_contract_details.ts';
import { getHistoricalBars } from '../../shared/tools/get_historical_bars.ts';
import { getMarketRules } from '../../shared/tools/get_market_rules.ts';
import { getOptionChain } from '../../shared/tools/get_option_chain.ts';
import { getPositions } from '../../shared/tools/get_positions.ts';
import { getQuotes } from '../../shared/tools/get_quotes.ts';
import { TestRelay } from '../../test/support/relay.ts';

/** Corn is quoted in cents a bushel, 5,000 of which are a contract; London shares in pence. */

let relay: TestRelay;

beforeAll(async () => {
  relay = await TestRelay.start();
});
afterAll(() => relay.stop());

/** Calls around the money, of the next that expire. */
async function cornCalls() {
  const { classes } = await relay.read(getOptionChain, { contract: 'ZC 202612' });
  const [expiry] = classes[0].expiries;
  const { rows, note } = await relay.read(getOptionChain, { contract: 'ZC 202612', expiry, right: 'C', strikes: 2 });
  return { rows, note };
}

it('a leg of corn options at 12.5 costs 625, and Greeks are of that money', async () => {
  const { rows, note } = await cornCalls();
  expect(note).toContain('Prices are in 0.01 USD.');
  const names = rows.flat().filter((cell): cell is string => typeof cell === 'string' && cell.startsWith('ZC '));
  const [low = '', high = ''] = names;
  const legs = [
    { contract: low, quantity: 1, price: 12.5 },
    { contract: high, quantity: -1, price: 8.5 },
  ];
  const one = await relay.read(calculateOption, { legs: legs.slice(0, 1) });
  expect(one.strategy.netDebit).toBe(625);
  expect(one.strategy.maxLoss).toBe(-625);
  expect(one.note).toContain('Prices are in 0.01 USD, amounts in USD.');
  const [leg] = one.strategy.legs.rows;
  expect(one.strategy.greeks.delta).toBeCloseTo(Number(leg[5]) * 50, 1);
  const spread = await relay.read(calculateOption, { legs });
  expect(spread.strategy.netDebit).toBe(200);
  // Ten cents a bushel apart.
  expect(spread.strategy.maxProfit).toBe(300);
  const { option } = await relay.read(calculateOption, { contract: low, price: 12.5 });
  expect(option.multiplier).toBe(5000);
});

it('details tell the magnifier, and ticks in the unit of the prices', async () => {
  const { contracts } = await relay.read(getContractDetails, { contracts: ['ZCZ6', 'SHEL.GBP', 'AAPL'] });
  expect(contracts[0]).toMatchObject({ priceMagnifier: 100, priceUnit: '0.01 USD', multiplier: 5000, minTick: 0.25 });
  expect(contracts[1]).toMatchObject({ priceMagnifier: 100, priceUnit: '0.01 GBP', minTick: 0.1 });
  expect(contracts[1].priceIncrements[1]).toEqual({ from: 1000, increment: 0.5 });
  expect(contracts[2]).not.toHaveProperty('priceMagnifier');
  expect(getContractDetails.render({ contracts: [...contracts] } as never)).toContain('prices in 0.01 USD');
});

it('a legal price of corn is a whole quarter of a cent', async () => {
  const { rules, minTick, note } = await relay.read(getMarketRules, { contract: 'ZCZ6', price: 450.1 });
  expect(rules[0].nearest).toEqual({ below: 450, above: 450.25 });
  expect([minTick, note]).toEqual([0.25, 'Prices are in 0.01 USD.']);
});

it('quotes and bars say in what they are', async () => {
  const { quotes } = await relay.read(getQuotes, { contracts: ['ZCZ6', 'SHEL.GBP', 'AAPL'] });
  expect(quotes.map(({ priceUnit }) => priceUnit)).toEqual(['0.01 USD', '0.01 GBP', undefined]);
  expect(quotes[0].last).toBeGreaterThan(200);
  expect(quotes[1].last).toBeGreaterThan(1_000);
  const bars = await relay.read(getHistoricalBars, { contract: 'SHEL.GBP', duration: '5d' });
  expect(bars.note).toContain('Prices are in 0.01 GBP.');
  expect(Number(bars.rows[0][4])).toBeGreaterThan(1_000);
});

it('positions are worth what they are in the currency itself', async () => {
  const { positions } = await relay.read(getPositions, { contract: 'SHEL.GBP' });
  const { quantity, marketPrice, marketValue, averageCost } = positions[0];
  expect(marketValue).toBeCloseTo(quantity * marketPrice, 2);
  expect(marketPrice).toBeLessThan(100);
  expect(averageCost).toBeLessThan(100);
  expect(positions[0]).not.toHaveProperty('priceUnit');
});
