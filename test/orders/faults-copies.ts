import { randomUUID } from 'node:crypto';
import { cp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, stopProcess } from '../../scripts/processes.ts';
import type { Arena } from './arena.ts';
import { atMoment, type Fault } from './fault.ts';

/** Copies that are put back, and two relays where there should be one. */

/** The relay's way of saying that another one took over. */
const tookOver = 69;
const newFolder = (): string => join(tmpdir(), `copy-${randomUUID()}`);

/** A folder's files; sockets are none. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  await cp(from, to, { recursive: true, filter: (path) => !path.endsWith('.sock') });
}

const accepted = ({ ledger }: Arena): number => ledger.read().orders.length;

/** Believed again by somebody at home, who closes what neither side knows any more. */
async function believe({ owner }: Arena, withinMs: number): Promise<void> {
  await owner.trust(withinMs);
  await owner.tidy();
}

export const copyFaults: readonly Fault[] = [
  {
    name: 'restored data volume',
    lay: async (arena) => {
      const { relay, log } = arena;
      const copy = newFolder();
      await relay.kill('SIGKILL');
      await copyFolder(relay.data, copy);
      relay.start();
      await arena.works();
      const before = accepted(arena);
      return {
        // A copy from before an order that both sides know of; within the moments of a write the docs name a gap.
        strike: async () => {
          await log.next('over');
          await relay.kill('SIGKILL');
          await copyFolder(copy, relay.data);
          await rm(copy, { recursive: true });
          relay.start();
        },
        hit: () => accepted(arena) > before,
        mend: () => believe(arena, 10_000),
      };
    },
  },
  {
    name: 'restored Home',
    lay: async (arena) => {
      const { worker, storage, log } = arena;
      const home = join(storage, 'do', 'ibkr-remote-mcp-Home');
      const copy = newFolder();
      await worker.stopFor(() => copyFolder(home, copy));
      await arena.works();
      const before = accepted(arena);
      return {
        strike: async () => {
          await log.next('over');
          await worker.stopFor(() => copyFolder(copy, home));
          await rm(copy, { recursive: true });
        },
        hit: () => accepted(arena) > before,
        mend: () => believe(arena, 10_000),
      };
    },
  },
  {
    name: 'two relays with one key',
    lay: (arena, random) => {
      const { relay } = arena;
      const strikes = atMoment(arena, random, async () => {
        const copy = newFolder();
        relay.process.kill('SIGSTOP');
        await copyFolder(relay.data, copy);
        relay.process.kill('SIGCONT');
        const twin = relay.another({ RELAY_DATA_DIR: copy, RELAY_HEALTH_PORT: String(await freePort()) });
        const deadline = Date.now() + 30_000;
        while (relay.process.exitCode === null && Date.now() < deadline) await delay(50);
        await delay(random.between(0, 2_000));
        await stopProcess(twin, 0);
        await rm(copy, { recursive: true, force: true });
      });
      return {
        ...strikes,
        hit: () => strikes.hit() && relay.process.exitCode === tookOver,
        mend: () => believe(arena, 1_500),
      };
    },
  },
];
