import type { Process } from '../market/instruments.ts';
import { hashText, mix } from '../market/noise.ts';
import type { PriceModel } from '../market/prices.ts';

/** A path of the market that nothing is traded on: where it stands on a day tells one seed from another. */
const probe: Process = { path: 'research', base: 1, volatility: 1, beta: 0, drift: 0, volume: 0, octaves: 8, gap: 0 };
const probeDay = 1;

const seeds = new WeakMap<PriceModel, number>();

function seedOf(model: PriceModel): number {
  const known = seeds.get(model);
  if (known !== undefined) return known;
  const seed = hashText(String(model.levelOf(probe, probeDay)));
  seeds.set(model, seed);
  return seed;
}

/** A key for noise that is the same in every market of the same seed, and differs from one name to the next. */
export function researchKey(model: PriceModel, name: string): number {
  return mix(seedOf(model), hashText(name));
}

/** The member of a list that a number in [0, 1) falls on. @throws {RangeError} when the list is empty */
export function pick<T>(list: readonly T[], at: number): T {
  const found = list[Math.floor(at * list.length)];
  if (found === undefined) throw new RangeError('nothing to choose from');
  return found;
}
