import { setTimeout as delay } from 'node:timers/promises';
import { atMoment, type Fault, orderRead, rules } from './fault.ts';

/** What goes wrong at the gateway, on the way to it, and behind it. */

const orderMessages = ['openOrder', 'orderStatus', 'executionDetails'] as const;

export const gatewayFaults: readonly Fault[] = [
  {
    name: 'gateway lost before it had the order',
    lay: (arena, random) =>
      rules(arena, { ...orderRead, do: 'disconnect', acted: false, afterByte: random.pick([0, 1, 40]) }),
  },
  {
    name: 'gateway lost after it had the order',
    lay: (arena) => rules(arena, { ...orderRead, do: 'disconnect', acted: true }),
  },
  {
    name: 'second leg lost with the connection',
    needs: 'bracket',
    lay: (arena, random) => rules(arena, { ...orderRead, nth: 2, do: 'disconnect', acted: random.chance(0.5) }),
  },
  {
    name: 'restart that swallows orders',
    lay: (arena, random) => {
      const { hit } = rules(arena, { ...orderRead, do: 'ignore', times: 3 });
      const { strike } = atMoment(arena, random, () => arena.simulator.restart({ downMs: random.between(100, 600) }), [
        'read',
      ]);
      return { hit, ...(strike ? { strike } : {}) };
    },
  },
  {
    name: 'restart that forgets order ids',
    needs: 'change',
    lay: (arena, random) =>
      atMoment(arena, random, async () => {
        await arena.simulator.goDown();
        arena.simulator.world.exchange.scripts.forgetIds();
        await delay(random.between(100, 500));
        await arena.simulator.listen();
      }),
  },
  {
    name: 'gateway restarted',
    lay: (arena, random) =>
      atMoment(arena, random, () => arena.simulator.restart({ downMs: random.between(100, 600) })),
  },
  {
    name: 'messages twice',
    lay: (arena) => rules(arena, { on: 'out', message: [...orderMessages], do: 'duplicate', copies: 2, times: 6 }),
  },
  {
    name: 'messages late',
    lay: (arena, random) =>
      rules(arena, { on: 'out', message: [...orderMessages], do: 'delay', ms: random.between(50, 899), times: 4 }),
  },
  {
    name: 'messages out of order',
    lay: (arena, random) =>
      rules(arena, { on: 'out', message: [...orderMessages], do: 'reorder', by: random.between(1, 2), times: 2 }),
  },
  {
    name: 'gateway frozen',
    lay: (arena, random) =>
      atMoment(arena, random, async () => {
        arena.simulator.freeze(true);
        await delay(random.between(300, 1_800));
        arena.simulator.freeze(false);
      }),
  },
  {
    name: 'connection half open',
    lay: (arena, random) => atMoment(arena, random, async () => arena.simulator.halfOpen()),
  },
  {
    name: 'broker lost (1100)',
    lay: (arena, random) =>
      atMoment(arena, random, async () => {
        const { connectivity } = arena.simulator;
        connectivity.lose();
        await delay(random.between(200, 700));
        connectivity.restore({ dataLost: random.chance(0.5) });
      }),
  },
];
