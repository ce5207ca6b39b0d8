import { setTimeout as delay } from 'node:timers/promises';
import type { Arena } from './arena.ts';
import { atMoment, type Fault, type Laid } from './fault.ts';

/** What goes wrong with relay, Worker, the way between them, and with clients. */

/** @returns whether it was in memory; one that has left it by itself is as good */
async function evict({ worker, userId }: Arena, connections: 'close' | 'hibernate'): Promise<boolean> {
  try {
    await worker.evictHome(userId, connections);
    return true;
  } catch (error) {
    if (/not currently running/.test(String(error))) return false;
    throw error;
  }
}

/** The runtime takes no object out of memory that is in the middle of a call, so that it goes between two. */
async function betweenCalls(arena: Arena, connections: 'close' | 'hibernate'): Promise<Laid> {
  const evicted = await evict(arena, connections);
  return { hit: () => evicted };
}

/** What clients do on purpose: hit when orders were asked for at all. */
function byClients({ log }: Arena): Laid {
  const before = log.calls.length;
  return { hit: () => log.calls.slice(before).some(({ tool }) => tool === 'confirm') };
}

export const processFaults: readonly Fault[] = [
  {
    name: 'relay killed',
    lay: (arena, random) =>
      atMoment(arena, random, async () => {
        await arena.relay.kill('SIGKILL');
        arena.relay.start();
      }),
  },
  {
    name: 'relay suspended',
    lay: (arena, random) =>
      atMoment(arena, random, async () => {
        arena.relay.process.kill('SIGSTOP');
        await delay(random.between(300, 1_800));
        arena.relay.process.kill('SIGCONT');
      }),
  },
  {
    name: 'Worker restarted',
    lay: (arena, random) =>
      atMoment(arena, random, async () => {
        await arena.worker.redeploy();
        arena.dropClients();
      }),
  },
  { name: 'Home evicted, its connections closed', lay: (arena) => betweenCalls(arena, 'close') },
  { name: 'Home put to sleep', lay: (arena) => betweenCalls(arena, 'hibernate') },
  {
    name: 'tunnel cut',
    lay: (arena, random) =>
      atMoment(arena, random, async () => {
        arena.line.cut();
        await delay(random.between(0, 600));
        arena.line.mend();
      }),
  },
  { name: 'reply lost three times', needs: 'lost replies', lay: byClients },
  { name: 'two clients racing one ticket', needs: 'two clients', lay: byClients },
];
