import { IBApiTickType as TickType } from '@stoqey/ib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../connection/events/messages.ts';
import { isLivePrice, Ticker } from './ticker.ts';

const tick = (field: number, value: number | string | undefined, size?: number): Answer => ({
  type: 'tick',
  field,
  value,
  ...(size === undefined ? {} : { size }),
});
const announce = (value: number): Answer => ({ type: 'market-data-type', value });
const tickerAfter = (secType: string, ...answers: readonly Answer[]): Ticker =>
  answers.reduce((ticker, answer) => ticker.after(answer), new Ticker(secType));

describe('the price of a ticker', () => {
  it.each([
    ['STK', -1, 0, undefined],
    ['STK', 0, 0, undefined],
    ['STK', -1, 5, undefined],
    ['OPT', -1, 0, undefined],
    ['OPT', 0, 0, undefined],
    ['OPT', 0, 5, 0],
    ['BAG', -1, 5, -1],
    ['BAG', 0, 5, 0],
    ['BAG', -1, 0, undefined],
    ['BAG', 0, 0, undefined],
    ['FUT', -37.63, 0, -37.63],
    ['FUT', -1, 0, undefined],
    ['BAG', -1, undefined, undefined],
    ['STK', undefined, undefined, undefined],
  ])('%s at %s with a size of %s is %s', (secType, price, size, expected) => {
    const ticker = tickerAfter(secType, tick(TickType.BID, 10, 7), tick(TickType.BID, price, size));
    expect(ticker.bid).toBe(expected);
    expect(ticker.bidSize).toBe(expected === undefined ? undefined : size);
    expect(ticker.has('bid')).toBe(true);
  });

  it('that is withdrawn stays away when only its size is told again, and for a combination comes back with it', () => {
    const withdrawn = (secType: string) => tickerAfter(secType, tick(TickType.ASK, -1, 0), tick(TickType.ASK_SIZE, 4));
    expect(withdrawn('STK').ask).toBeUndefined();
    expect([withdrawn('BAG').ask, withdrawn('BAG').askSize]).toEqual([-1, 4]);
  });

  it('keeps its size when a price comes without one', () => {
    const { bid, bidSize } = tickerAfter('STK', tick(TickType.BID_SIZE, 4), tick(TickType.BID, 10));
    expect([bid, bidSize]).toEqual([10, 4]);
  });

  it('moves at once with its size', () => {
    const { last, lastSize } = tickerAfter('STK', tick(TickType.LAST, 10, 1), tick(TickType.LAST, 11, 2));
    expect([last, lastSize]).toEqual([11, 2]);
  });
});

describe('the kind of data', () => {
  it.each<[string, readonly Answer[], number]>([
    ['live, unannounced', [tick(1, 10, 1)], 1],
    ['announced as frozen', [announce(2), tick(1, 10, 1)], 2],
    ['announced as delayed, under the ids of live data', [announce(3), tick(1, 10, 1)], 3],
    ['delayed by its ids', [tick(66, 10, 1)], 3],
    ['delayed by its ids, whatever is announced', [tick(66, 10, 1), announce(1)], 3],
    ['delayed-frozen', [announce(4), tick(68, 10, 1)], 4],
    ['delayed while any price shown is', [tick(66, 10, 1), tick(67, 11, 1), tick(1, 10, 1)], 3],
    ['live again when every price shown is', [tick(66, 10, 1), tick(1, 10, 1), tick(2, 11, 1)], 1],
    ['live when the delayed price was withdrawn', [tick(66, 10, 1), tick(2, 11, 1), tick(1, -1, 0)], 1],
    ['delayed where only the close is told', [tick(75, 10)], 3],
    ['live with nothing told', [], 1],
  ])('is %s', (_, answers, expected) => expect(tickerAfter('STK', ...answers).dataType).toBe(expected));
});

describe('a ticker', () => {
  it('has every field of IB’s under its name', () => {
    const ticker = tickerAfter(
      'STK',
      tick(TickType.OPEN, 1),
      tick(TickType.DELAYED_HIGH, 2),
      tick(TickType.LOW, 3),
      tick(TickType.CLOSE, 4),
      tick(TickType.DELAYED_VOLUME, 5),
      tick(TickType.DELAYED_LAST_TIMESTAMP, '1700000000'),
      tick(TickType.MARK_PRICE, 6),
      tick(TickType.LOW_52_WEEK, 7),
      tick(TickType.HIGH_52_WEEK, 8),
      tick(TickType.AVG_VOLUME, 9),
      tick(TickType.SHORTABLE, 3),
      tick(TickType.SHORTABLE_SHARES, 10),
      tick(TickType.OPTION_HISTORICAL_VOL, 0.2),
      tick(TickType.OPTION_IMPLIED_VOL, 0.3),
      tick(TickType.OPTION_CALL_OPEN_INTEREST, 11),
      tick(TickType.OPTION_PUT_OPEN_INTEREST, 12),
      tick(TickType.FUNDAMENTAL_RATIOS, 'A=1'),
      tick(TickType.IB_DIVIDENDS, '1,2,20260101,0.5'),
      tick(TickType.DELAYED_HALTED, 2),
    );
    expect(ticker).toMatchObject({
      ...{ open: 1, high: 2, low: 3, close: 4, volume: 5, lastTime: 1_700_000_000_000, mark: 6, low52: 7, high52: 8 },
      ...{ averageVolume: 9, shortable: 'available', shortableShares: 10, historicalVolatility: 0.2 },
      ...{ impliedVolatility: 0.3, openInterest: 23, ratios: 'A=1', dividends: '1,2,20260101,0.5', halted: true },
    });
    expect(tickerAfter('FUT', tick(TickType.FUTURES_OPEN_INTEREST, 4)).openInterest).toBe(4);
  });

  it('knows a halt, its end, and when IB does not know', () => {
    expect([1, 0, -1].map((value) => tickerAfter('STK', tick(49, value)).halted)).toEqual([true, false, undefined]);
  });

  it('shows the model’s Greeks before others, delayed or not, without what IB leaves out', () => {
    const greeks = (field: number, delta: number): Answer => ({
      type: 'option-tick',
      field,
      delta,
      iv: Number.MAX_VALUE,
    });
    expect(tickerAfter('OPT', greeks(80, 0.1)).greeks).toMatchObject({ delta: 0.1, iv: undefined });
    expect(tickerAfter('OPT', greeks(83, 0.3), greeks(12, 0.2)).greeks?.delta).toBe(0.3);
  });

  it('is the same one when nothing new was said', () => {
    const greeks: Answer = { type: 'option-tick', field: 13, delta: 0.5 };
    const ticker = tickerAfter('OPT', tick(1, 10, 5), announce(1), greeks);
    for (const answer of [tick(1, 10, 5), tick(0, 5), announce(1), { ...greeks }, tick(48, 'x'), tick(9_999, 1)]) {
      expect(ticker.after(answer)).toBe(ticker);
    }
    expect(ticker.after(tick(66, 10, 5))).not.toBe(ticker);
  });
});

describe('any order of live and delayed ticks', () => {
  const sides = [
    { live: TickType.BID, delayed: TickType.DELAYED_BID, name: 'bid' },
    { live: TickType.ASK, delayed: TickType.DELAYED_ASK, name: 'ask' },
    { live: TickType.LAST, delayed: TickType.DELAYED_LAST, name: 'last' },
  ] as const;
  const message = fc.record({
    side: fc.constantFrom(...sides),
    isDelayed: fc.boolean(),
    price: fc.oneof(fc.constantFrom(-1, 0), fc.integer({ min: 1, max: 1_000 })),
    size: fc.integer({ min: 0, max: 3 }),
  });
  const kinds = fc.constantFrom('STK', 'OPT', 'BAG', 'FUT', 'CASH');
  type Message = typeof message extends fc.Arbitrary<infer Value> ? Value : never;
  const answerOf = ({ side, isDelayed, price, size }: Message): Answer =>
    tick(isDelayed ? side.delayed : side.live, price, size);

  it('shows the newest of each price, nothing of what was withdrawn, and live only what is', () => {
    fc.assert(
      fc.property(kinds, fc.array(message, { maxLength: 30 }), (secType, messages) => {
        const ticker = tickerAfter(secType, ...messages.map(answerOf));
        const newest = sides.map(({ name }) => messages.findLast(({ side }) => side.name === name));
        for (const [index, one] of newest.entries()) {
          const { name } = sides[index] as (typeof sides)[number];
          const isNone = one === undefined || (one.price <= 0 && one.size === 0);
          if (isNone) expect(ticker[name]).toBeUndefined();
          else if (one.price > 0) expect(ticker[name]).toBe(one.price);
          else expect([undefined, one.price]).toContain(ticker[name]);
        }
        const shown = newest.filter((one) => one && ticker[one.side.name] !== undefined);
        if (shown.length > 0) expect(ticker.dataType).toBe(shown.some((one) => one?.isDelayed) ? 3 : 1);
      }),
    );
  });

  it('comes to the same, however the prices of different sides mix', () => {
    const parts = fc.tuple(...sides.map(() => fc.array(message, { maxLength: 6 })));
    fc.assert(
      fc.property(kinds, parts, fc.infiniteStream(fc.nat(2)), (secType, given, choices) => {
        const queues = given.map((part, index) =>
          part.map((one): Message => ({ ...one, side: sides[index] ?? one.side })),
        );
        const inOrder = tickerAfter(secType, ...queues.flat().map(answerOf));
        const mixed: Answer[] = [];
        const left = queues.map((queue) => [...queue]);
        while (left.some((queue) => queue.length > 0)) {
          const queue = left[choices.next().value as number];
          const one = (queue?.length ? queue : left.find(({ length }) => length > 0))?.shift();
          if (one) mixed.push(answerOf(one));
        }
        const shown = ({ bid, ask, last, bidSize, askSize, lastSize, dataType }: Ticker) => ({
          bid,
          ask,
          last,
          bidSize,
          askSize,
          lastSize,
          dataType,
        });
        expect(shown(tickerAfter(secType, ...mixed))).toEqual(shown(inOrder));
      }),
    );
  });
});

it('isLivePrice knows prices that are neither delayed nor withdrawn', () => {
  expect([tick(1, 10), tick(66, 10), tick(1, -1), tick(0, 10), announce(1)].map(isLivePrice)).toEqual([
    ...[true, false, false, false, false],
  ]);
});
