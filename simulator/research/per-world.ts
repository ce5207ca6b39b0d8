import type { World } from '../world/world.ts';

/**
 * State that belongs to one world and is made when it is first asked for. It lives as long as the world does.
 * @returns the state of a world
 */
export function perWorld<T>(create: (world: World) => T): (world: World) => T {
  const states = new WeakMap<World, T>();
  return (world) => {
    const known = states.get(world);
    if (known !== undefined) return known;
    const created = create(world);
    states.set(world, created);
    return created;
  };
}
