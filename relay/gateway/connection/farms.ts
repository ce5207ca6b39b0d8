import type { RelayStatus } from '../../../shared/status.ts';

/** One of IB's data farms: market data, history (HMDS) or security definitions. */
export type Farm = RelayStatus['farms'][number];

const states: Readonly<Record<number, Farm['state']>> = {
  2103: 'broken',
  2104: 'ok',
  2105: 'broken',
  2106: 'ok',
  2107: 'inactive',
  2108: 'inactive',
  2119: 'inactive',
  2157: 'broken',
  2158: 'ok',
};

const maxFarms = 40;

/** IB puts the name behind a colon, in 2107 and 2108 behind the full stop of “available upon demand.”. */
const farmName = /(?::|upon demand\.)\s*([\w.-]{1,40})\s*$/;

/** The farm that a notice speaks of, or undefined when it speaks of none. */
export function farmOf(code: number, text: string): Farm | undefined {
  const state = states[code];
  const name = farmName.exec(text)?.[1];
  return state === undefined || name === undefined ? undefined : { name, state };
}

/** The farms after one more notice, in order of first mention. */
export function withFarm(farms: readonly Farm[], farm: Farm): readonly Farm[] {
  const others = farms.filter((other) => other.name !== farm.name);
  if (others.length === farms.length) return [...farms, farm].slice(0, maxFarms);
  return farms.map((other) => (other.name === farm.name ? farm : other));
}
