import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, writeFileSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Arena } from './arena.ts';
import { atMoment, type Fault } from './fault.ts';
import { copyFolder } from './faults-copies.ts';

/** Clocks, disks, and tickets that run out. */

const dayMs = 86_400_000;
/** What is left on the small disk beside what the relay's folder holds, the space that it reserves included. */
const spareKilobytes = 3_072;

function mount(folder: string): void {
  const [used] = execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t');
  const size = `size=${Number(used) + spareKilobytes}k`;
  execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', folder], { stdio: 'ignore' });
}
const unmount = (folder: string): void => {
  // A process may still have something open there.
  execFileSync('umount', ['--lazy', folder], { stdio: 'ignore' });
};

/** Whether this user may mount a small disk. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'disk-'));
  try {
    mount(folder);
    unmount(folder);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}

/** The relay's folder moves; it is down meanwhile. */
async function move({ relay }: Arena, change: () => void): Promise<void> {
  const copy = `${relay.data}-moved`;
  await relay.kill('SIGKILL');
  await copyFolder(relay.data, copy);
  change();
  await copyFolderInto(copy, relay.data);
  await rm(copy, { recursive: true });
  relay.start();
}

/** Into a folder that stays, for it is where a disk is mounted. */
async function copyFolderInto(from: string, to: string): Promise<void> {
  execFileSync('cp', ['-a', `${from}/.`, to]);
}

/** Writes until nothing fits. */
function fill(folder: string): void {
  const handle = openSync(join(folder, 'filler'), 'w');
  try {
    for (const size of [65_536, 4_096, 512]) {
      const block = Buffer.alloc(size);
      try {
        while (writeSync(handle, block) === size);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(handle);
  }
}

/** Sets the clock of the relay's machine, as its program reads it. */
function setRelayClock({ relay }: Arena, offsetMs: number): void {
  writeFileSync(join(relay.data, 'clock-offset'), String(offsetMs));
  relay.process.kill('SIGUSR2');
}

const diskFull: Fault = {
  name: 'disk full',
  lay: async (arena, random) => {
    const { relay, log } = arena;
    let isMounted = false;
    const release = (): void => {
      if (isMounted) unmount(relay.data);
      isMounted = false;
    };
    arena.atEnd(release);
    await move(arena, () => {
      mount(relay.data);
      isMounted = true;
    });
    await arena.works();
    const { strike, hit } = atMoment(arena, random, async () => fill(relay.data), ['asked', 'read']);
    return {
      hit,
      strike: async () => {
        const over = log.next('over');
        await strike?.();
        await over;
        await rm(join(relay.data, 'filler'), { force: true });
      },
      mend: async () => {
        if (isMounted) await move(arena, release);
        await arena.works();
      },
    };
  },
};

export const machineFaults: readonly Fault[] = [
  {
    name: 'clock of the gateway a day on',
    lay: (arena, random) => ({
      ...atMoment(arena, random, async () => {
        const { clock } = arena.simulator;
        arena.simulator.setClock({ at: clock.now() + dayMs });
      }),
      // The relay learns of it with its next connection: one that breaks in a later schedule would move that to another day.
      mend: async () => {
        arena.simulator.dropConnections();
        await arena.works();
      },
      // The lists of a new day say nothing of what was sent before.
      closes: true,
    }),
  },
  {
    name: 'clock of the relay a day off',
    lay: (arena, random) => {
      const { log } = arena;
      const { strike, hit } = atMoment(arena, random, async () => setRelayClock(arena, random.pick([-dayMs, dayMs])));
      return {
        hit,
        strike: async () => {
          const over = log.next('over');
          await strike?.();
          await over;
          setRelayClock(arena, 0);
        },
        mend: async () => undefined,
      };
    },
  },
  {
    name: 'approval and expiry at once',
    lay: async (arena, _random, tickets) => {
      const { worker, userId, calls } = arena;
      const at = Date.now() + 3_000;
      // As if they had been asked for ten minutes ago; Home reads it when it comes back into memory.
      const statement = "UPDATE order_ticket SET body = json_set(body, '$.expiresAt', ?) WHERE id = ?";
      for (const ticket of tickets.slice(1)) await worker.sql('Home', userId, statement, at, ticket);
      await worker.evictHome(userId, 'hibernate').catch(() => undefined);
      const begun = calls.length;
      return {
        confirmAt: at,
        hit: () => calls.slice(begun).some(({ tool, at: asked }) => tool === 'confirm' && Math.abs(asked - at) < 100),
      };
    },
  },
  ...(canMount() ? [diskFull] : []),
];

/** What cannot be made to happen here, and why. */
export const impossibleHere: readonly string[] = machineFaults.includes(diskFull)
  ? []
  : ['disk full: this user may not mount a small disk'];
