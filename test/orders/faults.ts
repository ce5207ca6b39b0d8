import { setTimeout as delay } from 'node:timers/promises';
import type { Arena } from './arena.ts';
import type { Random } from './simulation/random.ts';

/**
 * What goes wrong on purpose. A fault strikes while an order is on its way, and leaves behind nothing that `heal` does not mend.
 * `prepare` lays it out before the order is confirmed, `strike` happens a moment after that.
 */
export interface Fault {
  readonly name: string;
  readonly prepare?: (arena: Arena, random: Random) => void | Promise<void>;
  readonly strike?: (arena: Arena, random: Random) => Promise<void>;
}

const orderMessages = ['openOrder', 'orderStatus', 'executionDetails'] as const;
const pause = (random: Random, most: number): Promise<void> => delay(random.between(0, most - 1));

/** An object that has left memory by itself is as good. */
async function evict({ worker, userId }: Arena, connections: 'close' | 'hibernate'): Promise<void> {
  await worker.evictHome(userId, connections).catch((error: unknown) => {
    if (!/not currently running/.test(String(error))) throw error;
  });
}

export const faults: readonly Fault[] = [
  {
    name: 'relay killed',
    strike: async (arena, random) => {
      await pause(random, 60);
      await arena.relay.kill('SIGKILL');
      arena.relay.start();
    },
  },
  {
    name: 'relay suspended',
    strike: async (arena, random) => {
      await pause(random, 40);
      arena.relay.process.kill('SIGSTOP');
      await delay(300 + random.between(0, 1_499));
      arena.relay.process.kill('SIGCONT');
    },
  },
  { name: 'Worker restarted', strike: async ({ worker }, random) => pause(random, 60).then(() => worker.redeploy()) },
  {
    name: 'Home evicted, its connections closed',
    // The runtime takes no object out of memory that is in the middle of a call.
    prepare: (arena) => evict(arena, 'close'),
  },
  {
    name: 'Home put to sleep',
    prepare: (arena) => evict(arena, 'hibernate'),
  },
  {
    name: 'gateway lost before it had the order',
    prepare: ({ simulator }, random) => {
      const afterByte = random.pick([0, 1, 40]);
      simulator.addRule({ on: 'in', message: 'placeOrder', do: 'disconnect', acted: false, afterByte });
    },
  },
  {
    name: 'gateway lost after it had the order',
    prepare: ({ simulator }) => {
      simulator.addRule({ on: 'in', message: 'placeOrder', do: 'disconnect', acted: true });
    },
  },
  {
    name: 'the second leg of it lost, with the connection',
    prepare: ({ simulator }, random) => {
      simulator.addRule({
        on: 'in',
        message: 'placeOrder',
        nth: 2,
        do: 'disconnect',
        acted: random.between(0, 1) === 0,
      });
    },
  },
  {
    name: 'gateway restarted, the order swallowed',
    prepare: ({ simulator }) => {
      simulator.addRule({ on: 'in', message: 'placeOrder', do: 'ignore' });
    },
    strike: async ({ simulator }, random) => {
      await pause(random, 100);
      await simulator.restart({ downMs: 200 + random.between(0, 499) });
    },
  },
  {
    name: 'gateway restarted',
    strike: async ({ simulator }, random) => {
      await pause(random, 100);
      await simulator.restart({ downMs: 200 + random.between(0, 499) });
    },
  },
  {
    name: 'messages twice',
    prepare: ({ simulator }) => {
      simulator.addRule({ on: 'out', message: [...orderMessages], do: 'duplicate', copies: 2, times: 6 });
    },
  },
  {
    name: 'messages late',
    prepare: ({ simulator }, random) => {
      simulator.addRule({ on: 'out', message: [...orderMessages], do: 'delay', ms: random.between(0, 899), times: 4 });
    },
  },
  {
    name: 'messages out of order',
    prepare: ({ simulator }, random) => {
      simulator.addRule({
        on: 'out',
        message: [...orderMessages],
        do: 'reorder',
        by: 1 + random.between(0, 1),
        times: 2,
      });
    },
  },
  {
    name: 'gateway frozen',
    strike: async ({ simulator }, random) => {
      await pause(random, 40);
      simulator.freeze(true);
      await delay(300 + random.between(0, 1_499));
      simulator.freeze(false);
    },
  },
  {
    name: 'broker lost (1100)',
    strike: async ({ simulator }, random) => {
      await pause(random, 40);
      simulator.connectivity.lose();
      await delay(200 + random.between(0, 499));
      simulator.connectivity.restore({ dataLost: random.between(0, 1) === 0 });
    },
  },
  {
    name: 'connection half open',
    strike: async ({ simulator }, random) => {
      await pause(random, 40);
      simulator.halfOpen();
    },
  },
];
