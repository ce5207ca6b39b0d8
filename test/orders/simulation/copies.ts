import { device, type StoredHome } from './home-process.ts';
import type { World } from './world.ts';

/**
 * Copies that are put back, and the gap that they leave: what one side wrote after its copy, and of which no word had
 * reached the other side. Whatever the other side has heard of has to be noticed, and nothing is traded from then on.
 */

const tellsOfTicket: ReadonlySet<string> = new Set(['taken', 'refused', 'doubt']);

/** Puts back what was on the relay's disk; @returns false when that is what is there */
export function restoreRelay(world: World, copy: World['disk']): boolean {
  const { disk, home } = world;
  const { length } = copy.entries;
  if (length === disk.entries.length) return false;
  world.killRelay(false);
  const tail = disk.entries.slice(length);
  Object.assign(disk, copy);
  world.lost.push({
    isUnheard: () => (home.state.relays.get(device)?.journal?.length ?? 0) <= length,
    tickets: tail.flatMap((entry) => ('ticket' in entry && tellsOfTicket.has(entry.type) ? [entry.ticket] : [])),
    stop: tail.some(({ type }) => type === 'stopped'),
  });
  forget(world);
  world.restartRelay();
  return true;
}

/** Puts back what Home had stored. */
export function restoreHome(world: World, copy: StoredHome): void {
  const { home, disk } = world;
  world.tunnel.cut();
  const consumed = copy.relays.get(device)?.consumed ?? 0;
  const heard = () => Math.max(0, ...disk.entries.map((entry) => ('consumed' in entry ? (entry.consumed ?? 0) : 0)));
  world.lost.push({
    isUnheard: () => Math.max(world.relay?.state.consumed ?? 0, heard()) <= consumed,
    tickets: [...home.state.tickets.values()]
      .filter(({ id, state }) => copy.tickets.get(id)?.state !== state)
      .map(({ id }) => id),
    stop: false,
  });
  home.restore(copy);
  forget(world);
}

function forget({ lost, forgotten }: World): void {
  for (const { isUnheard, tickets, stop } of lost) {
    if (!isUnheard()) continue;
    for (const ticket of tickets) forgotten.tickets.add(ticket);
    forgotten.stop ||= stop;
  }
}
