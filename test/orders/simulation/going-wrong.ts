import { restoreHome, restoreRelay } from './copies.ts';
import { planCrash } from './crashes.ts';
import type { Trouble } from './troubles.ts';
import type { World } from './world.ts';

/** Plans a trouble for some moment. */
export function planTrouble(world: World, trouble: Trouble): undefined {
  const { random, timeline, gateway, disk, home, tunnel } = world;
  const later = (run: () => void): undefined => {
    timeline.after(random.between(0, 32_000), run);
  };
  const restartSoon = () => timeline.after(random.between(200, 8_000), () => world.restartRelay());
  switch (trouble) {
    case 'relay killed':
      return later(() => {
        world.killRelay(false);
        restartSoon();
      });
    case 'relay killed at an effect':
    case 'power cut at an effect':
    case 'relay stopped between two effects': {
      const how =
        trouble === 'relay killed at an effect' ? 'kill' : trouble === 'power cut at an effect' ? 'power' : 'stop';
      planCrash(world, random.between(1, 60), how, random.chance(0.25));
      return;
    }
    case 'machine slept':
      return later(() => {
        world.situation('machine slept');
        const ms = random.between(3_000, 20_000);
        if (world.relay) {
          world.relay.pausedUntil = timeline.now + ms;
          world.relay.slept += ms;
          world.offsets.slept += ms;
        }
      });
    case 'wall clock set':
      return later(() => {
        world.situation('wall clock set');
        const ms = random.pick([-86_400_000, 86_400_000, -5_000, 5_000]);
        if (world.relay) world.relay.wallStep += ms;
        world.offsets.wallStep += ms;
      });
    case 'tunnel cut':
      for (let index = 0; index < 3; index += 1)
        later(() => {
          world.situation('tunnel cut');
          tunnel.cut();
        });
      return;
    case 'tunnel silent':
      return later(() => {
        if (tunnel.goSilent()) world.situation('tunnel silent');
      });
    case 'home hibernated':
      for (let index = 0; index < 3; index += 1)
        later(() => {
          if (!home.isIdle) return;
          world.situation('home hibernated');
          home.restart(true);
        });
      return;
    case 'home restarted':
      return later(() => {
        world.situation('home restarted');
        tunnel.cut();
        home.restart();
      });
    case 'home restored from a copy': {
      const copy = random.chance(0.5) ? home.copy() : undefined;
      return later(() => {
        const old = copy ?? home.copy();
        timeline.after(random.between(1_000, 20_000), () => {
          world.situation('home restored from a copy');
          restoreHome(world, old);
        });
      });
    }
    case 'relay restored from a copy':
      return later(() => {
        const copy = structuredClone(disk);
        timeline.after(random.between(1_000, 20_000), () => {
          if (restoreRelay(world, copy)) world.situation('relay restored from a copy');
        });
      });
    case 'gateway dropped before receipt':
      gateway.dropsWithNextOrder = 'before';
      return;
    case 'gateway dropped after receipt':
      gateway.dropsWithNextOrder = 'after';
      return;
    case 'gateway restarted':
    case 'gateway restarted and forgot its ids':
      return later(() => {
        world.situation(trouble);
        gateway.goDown(trouble !== 'gateway restarted');
        timeline.after(random.between(1_000, 15_000), () => gateway.comeUp());
      });
    case 'upstream lost':
      return later(() => {
        world.situation('upstream lost');
        gateway.loseUpstream();
        timeline.after(random.between(1_000, 15_000), () => gateway.regainUpstream());
      });
    case 'orders swallowed':
      return later(() => {
        gateway.swallowing = true;
        timeline.after(random.between(1_000, 15_000), () => {
          gateway.goDown(random.chance(0.5));
          timeline.after(5_000, () => gateway.comeUp());
        });
      });
    case 'window at home':
      gateway.openWindow();
      timeline.after(random.between(10_000, 55_000), () => gateway.answerDialog());
      return;
    case 'late bytes':
      gateway.lateBytesAfter = random.between(100, 3_000);
      timeline.after(random.between(0, 32_000), () => gateway.drop());
      return later(() => gateway.drop());
    case 'lists behind':
      gateway.listedAfter = random.between(3_000, 25_000);
      return later(() => gateway.drop());
    case 'forked change':
      gateway.forksNextChange = true;
      return;
    case 'rejection':
      gateway.rejectsNext = true;
      return;
    case 'changed elsewhere':
      return later(() => gateway.editElsewhere());
    case 'disk full':
      return later(() => {
        disk.full = true;
        timeline.after(random.between(1_000, 15_000), () => {
          disk.full = false;
          world.restartRelay();
        });
      });
    case 'trading stopped at home':
      return later(() => {
        world.situation('trading stopped at home');
        const command = {
          name: 'stop-trading' as const,
          reason: 'test',
          protect: true,
          everything: false,
          cancelOwn: true,
        };
        world.relay?.feed({ type: 'command', id: 'c1', command });
        if (world.relay?.alive && world.relay.pausedUntil <= timeline.now) world.stopAcknowledged ??= timeline.now;
      });
  }
}

/** Everything that was broken works again. */
export function heal(world: World): void {
  const { gateway, disk } = world;
  gateway.dropsWithNextOrder = undefined;
  gateway.lateBytesAfter = undefined;
  gateway.listedAfter = 0;
  gateway.forksNextChange = false;
  gateway.rejectsNext = false;
  gateway.answerDialog();
  gateway.swallowing = false;
  disk.full = false;
  world.restartRelay();
  world.beforeEffect = undefined;
}
