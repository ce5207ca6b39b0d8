import type { Instrument } from '../market/instruments.ts';
import { hashText, mix, unit } from '../market/noise.ts';
import type { Quote } from '../market/quotes.ts';
import { moveByTicks } from '../market/rules.ts';
import { quotedSizeOf } from './quote-cache.ts';

/** One line of an order book: who stands there, at which price, with how much. */
export interface DepthRow {
  /** A market maker or, in SMART depth, an exchange; empty in books of prices alone. */
  readonly maker: string;
  readonly price: number;
  readonly size: number;
}

/** Both sides of a book, best prices first. */
export interface DepthBook {
  readonly bids: readonly DepthRow[];
  readonly asks: readonly DepthRow[];
}

export const insert = 0;
export const update = 1;
export const deleteOperation = 2;

/** One change of one side of a book, to be applied in order. */
export interface DepthChange {
  readonly operation: typeof insert | typeof update | typeof deleteOperation;
  readonly position: number;
  readonly row: DepthRow;
}

/** How long, in seconds, the size at a price stays the same. */
const calmSeconds = [2, 3, 5, 8, 13] as const;
/** How long, in seconds, a price keeps or lacks orders. */
const levelSeconds = 30;
/** One price in so many has no orders. */
const gapEvery = 5;
const mostMakersPerPrice = 3;

/** The size somebody shows at a price, the same for some seconds. */
function sizeAt(instrument: Instrument, price: number, maker: string, second: number): number {
  const key = mix(hashText(`${instrument.localSymbol} ${maker}`), Math.round(price * 1e4));
  const calm = calmSeconds[Math.floor(unit(key, 0) * calmSeconds.length)] as number;
  const lots = 1 + Math.floor(20 * unit(key, Math.floor((second + key) / calm)));
  return Math.round(quotedSizeOf(instrument) * lots * 1e8) / 1e8;
}

/** Who stands at a price: everybody in turn, so that each price has one to three. */
function makersAt(instrument: Instrument, price: number, makers: readonly string[], second: number): string[] {
  if (makers.length === 0) return [''];
  const key = mix(hashText(instrument.localSymbol), Math.round(price * 1e4));
  const epoch = Math.floor(second / levelSeconds);
  const count = 1 + Math.floor(unit(key, epoch) * Math.min(mostMakersPerPrice, makers.length));
  const first = Math.floor(unit(mix(key, 0x3a4e), epoch) * makers.length);
  const present = Array.from({ length: count }, (_, index) => makers[(first + index) % makers.length] as string);
  return present.sort();
}

/** The size of the best price divided among those who stand there; the parts add up to it. */
function bestRows(price: number, size: number, makers: readonly string[], smallest: number): DepthRow[] {
  const share = Math.floor(size / makers.length / smallest) * smallest;
  const used = share > 0 ? makers : makers.slice(0, 1);
  return used.map((maker, index) => {
    const own = index === 0 ? size - share * (used.length - 1) : share;
    return { maker, price, size: Math.round(own * 1e8) / 1e8 };
  });
}

function sideOf(
  instrument: Instrument,
  best: number,
  bestSize: number,
  direction: 1 | -1,
  makers: readonly string[],
  rows: number,
  second: number,
): DepthRow[] {
  const present = makersAt(instrument, best, makers, second);
  const side = bestRows(best, bestSize, present, quotedSizeOf(instrument));
  let price = best;
  while (side.length < rows) {
    const next = moveByTicks(instrument.rule, price, direction);
    if (next === price || next <= 0) break;
    price = next;
    const level = mix(hashText(`${instrument.localSymbol} level`), Math.round(price * 1e4));
    if (unit(level, Math.floor(second / levelSeconds)) * gapEvery < 1) continue;
    for (const maker of makersAt(instrument, price, makers, second)) {
      side.push({ maker, price, size: sizeAt(instrument, price, maker, second) });
    }
  }
  return side.slice(0, rows);
}

/**
 * The order book behind a quote: its best prices and sizes are the quote's. Empty where there is no quote.
 * @param makers who may stand in it; none for a book of prices alone
 * @param rows lines per side at most
 * @param second epoch seconds
 */
export function bookOf(
  instrument: Instrument,
  quote: Quote,
  makers: readonly string[],
  rows: number,
  second: number,
): DepthBook {
  const { bid, ask, bidSize, askSize } = quote;
  if (bid === undefined || ask === undefined || rows <= 0) return { bids: [], asks: [] };
  return {
    bids: sideOf(instrument, bid, bidSize, -1, makers, rows, second),
    asks: sideOf(instrument, ask, askSize, 1, makers, rows, second),
  };
}

const isSame = (a: DepthRow | undefined, b: DepthRow): boolean =>
  a?.price === b.price && a.maker === b.maker && a.size === b.size;

/**
 * The changes that lead from one state of a side to the next, as the gateway has them: a row that differs replaces the one
 * at its position, rows are inserted below the last and deleted from the last up. Clients that move the rows below an
 * insertion and those that do not arrive at the same book.
 */
export function changesOf(before: readonly DepthRow[], after: readonly DepthRow[]): DepthChange[] {
  const changes: DepthChange[] = [];
  for (const [position, row] of after.entries()) {
    const operation = position < before.length ? update : insert;
    if (!isSame(before[position], row)) changes.push({ operation, position, row });
  }
  for (let position = before.length - 1; position >= after.length; position -= 1) {
    changes.push({
      operation: deleteOperation,
      position,
      row: { maker: before[position]?.maker ?? '', price: 0, size: 0 },
    });
  }
  return changes;
}
