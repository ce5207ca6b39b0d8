import { type Contract, EventName, OptionType, SecType } from '@stoqey/ib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fridayNoon, gatewayWithClient, type Pair } from '../../test/support/simulator/client.ts';

let pair: Pair;

beforeAll(async () => {
  pair = await gatewayWithClient({ clock: () => new Date(fridayNoon) });
});
afterAll(async () => {
  expect(pair.client.errors().filter(({ code }) => code === 505)).toEqual([]);
  await pair.close();
});

const option: Contract = {
  symbol: 'AAPL',
  secType: SecType.OPT,
  exchange: 'SMART',
  currency: 'USD',
  lastTradeDateOrContractMonth: '20261218',
  strike: 330,
  right: OptionType.Call,
};
const stock: Contract = { symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
const modelComputation = 13;
const custom = 53;

/** Tick type, volatility, delta, price, and the price of the underlying, of a computation. */
async function computed(reqId: number, wantedType: number): Promise<{ iv: number; price: number; spot: number }> {
  const accepts = (id: unknown, type: unknown) => id === reqId && type === wantedType;
  const args = (await pair.client.until(EventName.tickOptionComputation, accepts)) as number[];
  const [, , , iv = 0, , price = 0, , , , , spot = 0] = args;
  return { iv, price, spot };
}

describe('option calculations', () => {
  it('agree with the model quote, and with each other', async () => {
    const { api } = pair.client;
    api.reqMktData(1, option, '', false, false);
    const model = await computed(1, modelComputation);
    api.calculateOptionPrice(2, option, model.iv, model.spot);
    expect((await computed(2, custom)).price).toBeCloseTo(model.price, 6);
    api.calculateImpliedVolatility(3, option, model.price, model.spot);
    expect((await computed(3, custom)).iv).toBeCloseTo(model.iv, 6);
    api.cancelCalculateOptionPrice(2);
    api.cancelCalculateImpliedVolatility(3);
  });

  it('rise with volatility and with the underlying', async () => {
    const { api } = pair.client;
    api.calculateOptionPrice(11, option, 0.2, 330);
    api.calculateOptionPrice(12, option, 0.4, 330);
    api.calculateOptionPrice(13, option, 0.4, 350);
    const prices = await Promise.all([11, 12, 13].map(async (id) => (await computed(id, custom)).price));
    expect([...prices].sort((a, b) => a - b)).toEqual(prices);
  });

  it('say so when no volatility explains a price', async () => {
    pair.client.api.calculateImpliedVolatility(21, option, 400, 330);
    const args = await pair.client.until(EventName.tickOptionComputation, (id) => id === 21);
    expect(args[3]).toBeUndefined();
  });

  it.each<[string, Contract, number, number, number]>([
    ['a stock', stock, 10, 330, 321],
    ['a price of nothing', option, 0, 330, 321],
    ['an underlying of nothing', option, 10, 0, 321],
    ['an unknown contract', { ...option, strike: 331.5 }, 10, 330, 200],
  ])('are refused for %s', async (_, contract, price, spot, code) => {
    const reqId = 1000 + Math.round(code + price + 2 * spot + 3 * (contract.strike ?? 0));
    pair.client.api.calculateImpliedVolatility(reqId, contract, price, spot);
    expect(await pair.client.error(reqId)).toMatchObject({ code });
  });
});
