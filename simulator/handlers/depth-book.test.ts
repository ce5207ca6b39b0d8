import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSchedules } from '../market/exchanges.ts';
import { listings } from '../market/listings.ts';
import { PriceModel } from '../market/prices.ts';
import { bookOf, changesOf, type DepthChange, type DepthRow, deleteOperation, insert } from './depth-book.ts';
import { quotesOf } from './quote-cache.ts';

/** What a client does that takes an insertion for a new value at a position. */
function assigned(side: readonly DepthRow[], changes: readonly DepthChange[]): DepthRow[] {
  const rows = new Map(side.entries());
  for (const { operation, position, row } of changes) {
    if (operation === deleteOperation) rows.delete(position);
    else rows.set(position, row);
  }
  return [...rows.values()];
}

/** What a client does that moves rows when one is inserted or deleted. */
function applied(side: readonly DepthRow[], changes: readonly DepthChange[]): DepthRow[] {
  const rows = [...side];
  for (const { operation, position, row } of changes) {
    if (position > rows.length - (operation === insert ? 0 : 1)) throw new RangeError(`no row ${position}`);
    if (operation === insert) rows.splice(position, 0, row);
    else if (operation === deleteOperation) rows.splice(position, 1);
    else rows[position] = row;
  }
  return rows;
}

const aSide = fc
  .uniqueArray(fc.record({ maker: fc.constantFrom('A', 'B'), price: fc.integer({ min: 1, max: 12 }) }), {
    selector: ({ maker, price }) => `${maker}${price}`,
    maxLength: 12,
  })
  .chain((places) =>
    fc.tuple(...places.map((place) => fc.integer({ min: 1, max: 3 }).map((size) => ({ ...place, size })))),
  )
  .map((rows) => rows.sort((a, b) => a.price - b.price || (a.maker < b.maker ? -1 : 1)));

describe('changes of a book', () => {
  it('lead a client from any state to any other', () => {
    fc.assert(
      fc.property(aSide, aSide, (before, after) => {
        const changes = changesOf(before, after);
        expect(applied(before, changes)).toEqual(after);
        expect(assigned(before, changes)).toEqual(after);
      }),
      { numRuns: 500 },
    );
  });

  it('are none when nothing has changed', () => {
    fc.assert(
      fc.property(aSide, (side) => {
        expect(changesOf(side, side)).toEqual([]);
      }),
    );
  });

  it('of a size alone are updates', () => {
    const row = { maker: '', price: 10, size: 1 };
    expect(changesOf([row], [{ ...row, size: 2 }])).toEqual([{ operation: 1, position: 0, row: { ...row, size: 2 } }]);
  });
});

describe('an order book', () => {
  const model = new PriceModel(3, createSchedules());
  const quoted = listings.filter(({ secType }) => secType === 'STK' || secType === 'CASH');
  const open = Date.parse('2026-11-20T15:00:00Z');

  it('is sorted, has the quote at its top, and only positive sizes', () => {
    const aMoment = fc.integer({ min: 0, max: 3600 }).map((seconds) => open + seconds * 1000);
    const makers = fc.constantFrom<readonly string[]>([], ['ARCA', 'BATS', 'NASDAQ', 'NYSE'], ['IEX']);
    fc.assert(
      fc.property(fc.constantFrom(...quoted), aMoment, makers, fc.integer({ min: 1, max: 20 }), (...drawn) => {
        const [instrument, instant, present, rows] = drawn;
        const quote = quotesOf(model).at(instrument, instant);
        const { bids, asks } = bookOf(instrument, quote, present, rows, instant / 1000);
        const atBest = (side: readonly DepthRow[], price: number | undefined) =>
          side.filter((row) => row.price === price).reduce((sum, { size }) => sum + size, 0);
        if (rows >= 3) {
          expect(atBest(bids, quote.bid)).toBeCloseTo(quote.bidSize, 6);
          expect(atBest(asks, quote.ask)).toBeCloseTo(quote.askSize, 6);
        }
        for (const [side, direction] of [
          [bids, -1],
          [asks, 1],
        ] as const) {
          expect(side.length).toBeGreaterThan(0);
          expect(side.length).toBeLessThanOrEqual(rows);
          expect(side.every(({ size }) => size > 0)).toBe(true);
          const places = side.map(({ price, maker }) => `${price} ${maker}`);
          expect(new Set(places).size).toBe(places.length);
          const prices = side.map(({ price }) => price);
          expect([...prices].sort((a, b) => direction * (a - b))).toEqual(prices);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps most of its rows from one second to the next', () => {
    const apple = quoted.find(({ symbol }) => symbol === 'AAPL') as (typeof quoted)[number];
    const at = (instant: number) =>
      bookOf(apple, quotesOf(model).at(apple, instant), ['ARCA', 'BATS'], 10, instant / 1000).bids;
    const changes = Array.from({ length: 60 }, (_, second) =>
      changesOf(at(open + second * 1000), at(open + second * 1000 + 1000)),
    ).flat();
    expect(changes.length).toBeGreaterThan(60);
    expect(changes.length).toBeLessThan(60 * 20);
  });
});
