import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { type DeltaReader, nearestDelta, withinDeltas } from './option-deltas.ts';

function optionAt(strike: number, right: 'C' | 'P'): Instrument {
  const contract = { conId: strike, strike, right };
  return { conId: strike, details: { contract } } as unknown as Instrument;
}

/** Options with these absolute deltas, undefined where none is told, and what has been read of them. */
class Chain implements DeltaReader {
  readonly options: readonly Instrument[];
  readonly #deltas: ReadonlyMap<number, number | undefined>;
  readonly known = new Set<number>();

  constructor(falling: readonly (number | undefined)[], right: 'C' | 'P') {
    const deltas = right === 'C' ? falling : falling.toReversed();
    this.options = deltas.map((_, index) => optionAt(index + 1, right));
    this.#deltas = new Map(deltas.map((delta, index) => [index + 1, delta]));
  }

  async read(options: readonly Instrument[]): Promise<void> {
    for (const { conId } of options) this.known.add(conId);
  }

  has({ conId }: Instrument): boolean {
    return this.known.has(conId);
  }

  delta({ conId }: Instrument): number | undefined {
    return this.known.has(conId) ? this.truth(conId) : undefined;
  }

  truth(conId: number): number | undefined {
    return this.#deltas.get(conId);
  }

  /** All deltas that are told. */
  get told(): number[] {
    return this.options.flatMap(({ conId }) => this.truth(conId) ?? []);
  }
}

const delta = fc.integer({ min: 0, max: 1_000 }).map((value) => value / 1_000);
const falling = fc.array(delta, { minLength: 1, maxLength: 300 }).map((deltas) => deltas.toSorted((a, b) => b - a));
const right = fc.constantFrom('C' as const, 'P' as const);

describe('the nearest delta', () => {
  it('is really the nearest of all', () =>
    fc.assert(
      fc.asyncProperty(falling, right, delta, async (deltas, side, wanted) => {
        const chain = new Chain(deltas, side);
        const found = await nearestDelta(chain.options, wanted, chain);
        const best = Math.min(...deltas.map((each) => Math.abs(each - wanted)));
        expect(Math.abs((chain.truth(found?.conId ?? 0) ?? 9) - wanted)).toBe(best);
      }),
    ));

  it('takes four rounds of eight at most, however long the chain', () =>
    fc.assert(
      fc.asyncProperty(falling, right, delta, async (deltas, side, wanted) => {
        const chain = new Chain(deltas, side);
        await nearestDelta(chain.options, wanted, chain);
        expect(chain.known.size).toBeLessThanOrEqual(32);
      }),
    ));

  it('is found between the ends of a chain that tell none', async () => {
    const silent = Array.from({ length: 40 }, () => undefined);
    const told = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05];
    const chain = new Chain([...silent, ...told, ...silent.slice(20)], 'P');
    for (const wanted of [0.95, 0.68, 0.12, 0.01]) {
      const { conId = 0 } = (await nearestDelta(chain.options, wanted, chain)) ?? {};
      const best = Math.min(...chain.told.map((each) => Math.abs(each - wanted)));
      expect(Math.abs((chain.truth(conId) ?? 9) - wanted)).toBe(best);
    }
  });

  it('is none where none is told, after one round', async () => {
    const chain = new Chain(
      Array.from({ length: 200 }, () => undefined),
      'C',
    );
    expect(await nearestDelta(chain.options, 0.5, chain)).toBeUndefined();
    expect(chain.known.size).toBe(8);
  });
});

describe('the options within a range of deltas', () => {
  const range = fc.oneof(
    fc.record({ min: delta, max: fc.constant(undefined) }),
    fc.record({ min: fc.constant(undefined), max: delta }),
    fc.tuple(delta, delta).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) })),
  );

  it('are all that fit, and no others', () =>
    fc.assert(
      fc.asyncProperty(falling, right, range, async (deltas, side, { min, max }) => {
        const chain = new Chain(deltas, side);
        const [found] = await withinDeltas([chain.options], { min, max }, chain);
        const fits = ({ conId }: Instrument): boolean => {
          const each = chain.truth(conId) ?? -1;
          return each >= (min ?? 0) && each <= (max ?? 1);
        };
        expect(found).toEqual(chain.options.filter(fits));
      }),
    ));
});
