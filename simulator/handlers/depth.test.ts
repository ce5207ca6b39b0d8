import { type Contract, EventName, SecType } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clockFrom, fridayNoon, gatewayWithClient, type Pair } from '../../test/support/simulator/client.ts';

let pair: Pair;

beforeEach(async () => {
  pair = await gatewayWithClient({ clock: clockFrom(fridayNoon, 20) });
});
afterEach(async () => {
  expect(pair.client.errors().filter(({ code }) => code === 505)).toEqual([]);
  await pair.close();
});

const stock = (symbol: string, exchange = 'SMART'): Contract => ({
  symbol,
  secType: SecType.STK,
  exchange,
  currency: 'USD',
});
const euro: Contract = { symbol: 'EUR', secType: SecType.CASH, exchange: 'IDEALPRO', currency: 'USD' };

interface Row {
  readonly price: number;
  readonly size: number;
  readonly maker: string;
}

/** The book a client has after everything it has been told, bids first. */
function bookOf(reqId: number): [bids: Row[], asks: Row[]] {
  const sides: [Row[], Row[]] = [[], []];
  const apply = (position: number, maker: string, operation: number, side: number, price: number, size: number) => {
    const rows = side === 1 ? sides[0] : sides[1];
    if (operation === 0) rows.splice(position, 0, { price, size, maker });
    else if (!rows[position]) throw new RangeError(`no row ${position} of ${rows.length}`);
    else if (operation === 1) rows[position] = { price, size, maker };
    else rows.splice(position, 1);
  };
  for (const { name, args } of pair.client.events) {
    if (args[0] !== reqId) continue;
    if (name === EventName.updateMktDepth) {
      const [, position, operation, side, price, size] = args as number[];
      apply(position ?? 0, '', operation ?? 0, side ?? 0, price ?? 0, size ?? 0);
    } else if (name === EventName.updateMktDepthL2) {
      const [, position, maker, operation, side, price, size] = args as [0, 0, string, 0, 0, 0, 0];
      apply(position, maker, operation, side, price, size);
    }
  }
  return sides;
}

const isSorted = (rows: readonly Row[], direction: number): boolean =>
  rows.every(({ price }, index) => index === 0 || direction * (price - (rows[index - 1]?.price ?? 0)) >= 0);
const changes = (): number =>
  pair.client.all(EventName.updateMktDepth).length + pair.client.all(EventName.updateMktDepthL2).length;

describe('market depth', () => {
  it.each<[string, Contract, boolean, EventName, number | undefined]>([
    ['one exchange', stock('AAPL', 'ARCA'), false, EventName.updateMktDepth, undefined],
    ['an exchange with market makers', stock('AAPL', 'ISLAND'), false, EventName.updateMktDepthL2, undefined],
    ['all exchanges', stock('AAPL'), true, EventName.updateMktDepthL2, 2152],
    ['a currency', euro, false, EventName.updateMktDepth, undefined],
  ])('of %s stays a book through all its changes', async (_, contract, smart, event, notice) => {
    pair.client.api.reqMktDepth(1, contract, 5, smart);
    await pair.client.until(event, (id) => id === 1);
    const initial = changes();
    await expect.poll(changes, { timeout: 4000 }).toBeGreaterThan(initial + 60);
    const [bids, asks] = bookOf(1);
    for (const rows of [bids, asks]) expect(rows).toHaveLength(5);
    expect(isSorted(bids, -1) && isSorted(asks, 1)).toBe(true);
    expect(bids[0]?.price).toBeLessThan(asks[0]?.price ?? 0);
    expect([...bids, ...asks].every(({ size }) => size > 0)).toBe(true);
    expect([...bids, ...asks].every(({ maker }) => (maker !== '') === (event === EventName.updateMktDepthL2))).toBe(
      true,
    );
    expect(pair.client.errors().map(({ code }) => code)).toEqual(notice === undefined ? [] : [notice]);
    pair.client.api.cancelMktDepth(1, smart);
    await expect.poll(() => pair.gateway.activeSubscriptions()).toEqual([]);
    pair.client.api.cancelMktDepth(1, smart);
    await expect.poll(() => pair.client.errors().at(-1)).toMatchObject({ code: 310 });
  });

  it('has the quote at its top', async () => {
    await pair.close();
    pair = await gatewayWithClient({ clock: () => new Date(fridayNoon) });
    pair.client.api.reqMktDepth(1, stock('AAPL', 'NYSE'), 3, false);
    pair.client.api.reqMktData(2, stock('AAPL'), '', true, false);
    await pair.client.until(EventName.tickSnapshotEnd);
    const [bids, asks] = bookOf(1);
    const ticks = pair.client.all(EventName.tickPrice);
    expect(bids[0]).toMatchObject({ price: ticks.find(([, type]) => type === 1)?.[2] });
    expect(asks[0]).toMatchObject({ price: ticks.find(([, type]) => type === 2)?.[2] });
  });

  it.each<[string, Contract, number, boolean, number]>([
    ['no exchange', stock('AAPL', ''), 5, false, 321],
    ['no rows', stock('AAPL', 'ARCA'), 0, false, 321],
    ['smart routing without its depth', stock('AAPL'), 5, false, 10092],
    ['an exchange that shows its top only', stock('AAPL', 'AMEX'), 5, false, 10092],
    ['an index', { symbol: 'SPX', secType: SecType.IND, exchange: 'CBOE', currency: 'USD' }, 5, false, 10092],
    ['a combination', { symbol: 'AAPL', secType: SecType.BAG, exchange: 'SMART', currency: 'USD' }, 5, false, 321],
    ['a stock without permission', stock('F'), 5, true, 354],
    ['an unknown contract', stock('NOSUCH'), 5, true, 200],
  ])('is refused for %s', async (_, contract, rows, smart, code) => {
    pair.client.api.reqMktDepth(1, contract, rows, smart);
    expect(await pair.client.error(1)).toMatchObject({ code });
    expect(pair.gateway.activeSubscriptions()).toEqual([]);
  });

  it('is limited to three contracts, however often each is asked for', async () => {
    for (const [index, symbol] of ['AAPL', 'AAPL', 'MSFT', 'KO', 'IBM'].entries()) {
      pair.client.api.reqMktDepth(index + 1, stock(symbol, 'ARCA'), 2, false);
    }
    expect(await pair.client.error(5)).toMatchObject({ code: 309 });
    expect(pair.gateway.activeSubscriptions().map(({ reqId }) => reqId)).toEqual([1, 2, 3, 4]);
    pair.client.api.reqMktDepth(4, stock('KO', 'ARCA'), 2, false);
    expect(await pair.client.error(4)).toMatchObject({ code: 322 });
  });
});
