import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TickPage, tickPage } from './tick-page.ts';

interface Tick {
  readonly time: number;
  readonly id: number;
}

/** Ticks with many of the same second, oldest first. */
const tape = fc
  .array(fc.integer({ min: 100, max: 180 }), { minLength: 1, maxLength: 120 })
  .map((times) => times.toSorted((a, b) => a - b).map((time, id): Tick => ({ id, time })));

/** What a gateway sends: as many as wanted, and either the rest of the second it is in, or not. */
function answerOf(
  all: readonly Tick[],
  edge: number,
  count: number,
  forward: boolean,
  completes: boolean,
  endsWithin = false,
): Tick[] {
  const before = ({ time }: Tick): boolean => time < edge || (endsWithin && time === edge);
  const order = forward ? all.filter(({ time }) => time >= edge) : all.filter(before).toReversed();
  const last = order[count - 1]?.time;
  const sent = order.filter(({ time }, index) => index < count || (completes && time === last));
  return forward ? sent : sent.toReversed();
}

describe('pages of ticks', () => {
  it('together are all ticks, each once, in either direction', () => {
    fc.assert(
      fc.property(tape, fc.integer({ min: 1, max: 20 }), fc.boolean(), fc.boolean(), (all, count, forward, within) => {
        const pages: (readonly Tick[])[] = [];
        let edge: number | undefined = forward ? 0 : 1_000;
        let asked = count;
        while (edge !== undefined) {
          expect(pages.length).toBeLessThanOrEqual(2 * all.length);
          const sent = answerOf(all, edge, asked, forward, true, within);
          const { ticks, next }: TickPage<Tick> = tickPage(sent, { edge, forward, count }, asked);
          asked = next === edge ? 1_000 : count;
          pages.push(ticks);
          edge = next;
        }
        expect((forward ? pages : pages.toReversed()).flat()).toEqual(all);
      }),
    );
  });

  it('have whole seconds only, and no more than wanted unless that is one second', () => {
    fc.assert(
      fc.property(
        tape,
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        fc.boolean(),
        (all, count, forward, completes) => {
          const edge = forward ? 0 : 1_000;
          const { ticks, next } = tickPage(answerOf(all, edge, count, forward, completes), { edge, forward, count });
          const seconds = new Set(ticks.map(({ time }) => time));
          if (seconds.size > 1) expect(ticks.length).toBeLessThanOrEqual(count);
          if (next === undefined) expect(ticks).toEqual(all);
          if (completes || seconds.size > 1) expect(ticks).toEqual(all.filter(({ time }) => seconds.has(time)));
        },
      ),
    );
  });

  it('leave out what lies beyond the edge', () => {
    const at = (time: number): Tick => ({ time, id: time });
    const sent = [at(8), at(9), at(10)];
    expect(tickPage(sent, { edge: 10, forward: false, count: 9 }).ticks).toEqual([at(8), at(9)]);
    expect(tickPage(sent, { edge: 9, forward: true, count: 9 }).ticks).toEqual([at(9), at(10)]);
  });

  it('go on where all that came lies beyond the edge, as long as there may be more', () => {
    const sent = [100, 100, 100].map((time, id): Tick => ({ time, id }));
    const wish = { edge: 100, forward: false, count: 3 };
    expect(tickPage(sent, wish)).toEqual({ ticks: [], next: 100 });
    expect(tickPage(sent, wish, 1_000)).toEqual({ ticks: [] });
  });

  it('are no longer than wanted where more was asked for', () => {
    const sent = [97, 98, 98, 99, 99, 100].map((time, id): Tick => ({ time, id }));
    const wish = { edge: 100, forward: false, count: 3 };
    expect(tickPage(sent, wish, 1_000)).toEqual({ ticks: sent.slice(3, 5), next: 99 });
    expect(tickPage(sent, { ...wish, count: 5 }, 1_000)).toEqual({ ticks: sent.slice(0, 5) });
  });
});
