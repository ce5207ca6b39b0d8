import type { Floor } from './floor.ts';
import type { IdState } from './ids.ts';
import { pack, unpack } from './json.ts';
import type { LiquidityState } from './liquidity.ts';
import type { Notice } from './messages.ts';
import type { RegistryState } from './registry.ts';

interface FloorState {
  readonly version: 1;
  readonly at: number;
  readonly through: number;
  readonly ids: IdState;
  readonly halted: boolean;
  readonly nextRejection?: Notice;
  readonly liquidity: LiquidityState;
  readonly registry: RegistryState;
}

const isState = (value: unknown): value is FloorState =>
  typeof value === 'object' && value !== null && 'version' in value && value.version === 1 && 'registry' in value;

export function saveFloor(floor: Floor): unknown {
  const { at, through, ids, halted, nextRejection, liquidity, registry } = floor;
  return pack({
    version: 1,
    at,
    through,
    ids,
    halted,
    nextRejection,
    liquidity: liquidity.save(),
    registry: registry.save(),
  });
}

/** @throws {TypeError} when it was not saved by this version */
export function restoreFloor(floor: Floor, saved: unknown): void {
  const state = unpack(saved);
  if (!isState(state)) throw new TypeError('not a saved exchange of this version');
  floor.at = state.at;
  floor.through = state.through;
  floor.ids = state.ids;
  floor.halted = state.halted;
  floor.nextRejection = state.nextRejection;
  floor.liquidity.restore(state.liquidity);
  floor.registry.restore(state.registry);
}
