import type { World } from './world.ts';

/**
 * Kills the relay, cuts its power or stops it for a while right before the effect of that number, counted from now; with
 * `atWrite` before the next write from there on.
 */
export function planCrash(world: World, effects: number, how: 'kill' | 'power' | 'stop', atWrite = false): void {
  const { random, timeline } = world;
  let left = effects;
  world.beforeEffect = (relay, effect) => {
    left -= 1;
    if (left > 0 || (atWrite && effect.type !== 'send')) return;
    world.beforeEffect = undefined;
    if (how === 'stop') {
      world.situation(effect.type === 'send' ? 'stopped before a write' : 'stopped between two effects');
      // The effects that follow are carried out when it goes on: time passes in between.
      timeline.now += random.between(1_000, 30_000);
      return;
    }
    world.situation(`${how === 'power' ? 'power cut' : 'killed'} before ${effect.type}`);
    world.killRelay(how === 'power');
    timeline.after(random.between(200, 8_000), () => world.restartRelay());
    relay.alive = false;
  };
}
