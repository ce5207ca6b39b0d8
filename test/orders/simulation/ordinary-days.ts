import { ask } from './assistants.ts';
import { GatewayModel } from './gateway.ts';
import { account, type PoolOrder, pool } from './orders.ts';
import { brokenPromises } from './promises.ts';
import { Random } from './random.ts';
import { World, type WorldOptions } from './world.ts';

/** What an ordinary day has to work with. */
interface DayAtWork {
  readonly world: World;
  readonly gateway: GatewayModel;
  /** Does something so many milliseconds after the beginning. */
  at(ms: number, run: () => void): void;
  /** Asks for an order, once. */
  order(ms: number, which: keyof typeof orders): void;
}

interface Day {
  readonly options?: Pick<WorldOptions, 'start' | 'beatMs' | 'ahead'>;
  /** How long it lasts. */
  readonly ms: number;
  readonly plan: (day: DayAtWork) => void;
}

const orders = { day: 0, sell: 1, lasting: 2, bracket: 3, market: 4 } as const;
const [seconds, minutes, hours] = [1_000, 60_000, 3_600_000];
const utc = (date: number, hour: number, minute = 0) => Date.UTC(2026, 10, date, hour, minute);
/** Long days are lived with fewer heartbeats. */
const beatMs = 5 * minutes;

const elsewhere = (orderId: number, client: number) => ({
  orderId,
  clientId: client,
  permId: 9_000_000 + orderId,
  account,
  orderRef: '',
  status: 'Submitted',
  contract: { conId: 265_598, secType: 'STK', symbol: 'AAPL', exchange: 'SMART', currency: 'USD', name: 'AAPL' },
  terms: {
    account,
    side: 'BUY' as const,
    quantity: '10',
    type: 'LMT' as const,
    limitPrice: '100',
    tif: 'GTC' as const,
    outsideRth: false,
  },
});

/** Days on which nothing is broken, though much happens: see “Ordinary days” in docs/order-safety.md. */
export const ordinaryDays = {
  'the first order ever': { ms: 5 * minutes, plan: ({ order }) => order(3 * seconds, 'day') },
  'a weekend': {
    options: { start: utc(21, 15), beatMs },
    ms: 48 * hours,
    plan: ({ at, order, gateway }) => {
      gateway.fillsAtOnce = false;
      order(3 * minutes, 'lasting');
      at(12 * hours, () => gateway.loseUpstream());
      at(12 * hours + 40 * minutes, () => gateway.regainUpstream());
      order(30 * hours, 'bracket');
      at(47.6 * hours, () => gateway.fillEverything());
    },
  },
  'paper without market data, and with 10197': {
    ms: 10 * minutes,
    plan: ({ at, order, gateway }) => {
      gateway.fillsAtOnce = false;
      for (const which of ['day', 'bracket', 'market'] as const) order(3 * seconds + orders[which] * 9_000, which);
      at(2 * minutes, () => gateway.complain(10_197, 'No market data during competing live session'));
      at(2.1 * minutes, () => gateway.complain(354, 'Requested market data is not subscribed.'));
      at(2.2 * minutes, () => gateway.complain(10_168, 'Delayed market data is not enabled.'));
      at(5 * minutes, () => gateway.fillEverything());
    },
  },
  'the nightly restart, and the login on Sunday with a bracket of last week': {
    options: { start: utc(20, 16), beatMs },
    ms: 72 * hours,
    plan: ({ at, order, gateway }) => {
      gateway.fillsAtOnce = false;
      order(6 * minutes, 'bracket');
      at(2 * hours, () => gateway.fillEntries());
      at(12.75 * hours, () => gateway.goDown(false));
      at(12.85 * hours, () => gateway.comeUp());
      at(40 * hours, () => gateway.goDown(true));
      at(52 * hours, () => gateway.comeUp());
      order(70 * hours, 'lasting');
      at(71 * hours, () => gateway.fillEverything());
    },
  },
  'a laptop that slept all night': {
    options: { start: utc(19, 20), beatMs },
    ms: 24 * hours,
    plan: ({ at, order, gateway, world }) => {
      gateway.fillsAtOnce = false;
      order(6 * minutes, 'lasting');
      const asleep = 11 * hours;
      at(1 * hours, () => {
        gateway.drop();
        if (world.relay) {
          world.relay.pausedUntil = world.timeline.now + asleep;
          world.relay.slept += asleep;
        }
        world.offsets.slept += asleep;
      });
      at(1 * hours + 2 * minutes, () => world.tunnel.cut());
      order(19 * hours, 'bracket');
      at(20 * hours, () => gateway.fillEverything());
    },
  },
  'an order, a change and a cancel on the phone': {
    ms: 20 * minutes,
    plan: ({ at, order, gateway }) => {
      gateway.fillsAtOnce = false;
      order(3 * seconds, 'day');
      order(12 * seconds, 'lasting');
      at(60 * seconds, () => gateway.placeElsewhere(elsewhere(0, 0)));
      // Whichever order it is, and whether it is changed or cancelled, is left to chance.
      for (const minute of [2, 3, 4]) at(minute * minutes, () => gateway.editElsewhere());
      order(6 * minutes, 'bracket');
      at(9 * minutes, () => gateway.editElsewhere());
    },
  },
  'a Worker that is one version ahead': {
    options: { ahead: 'home' },
    ms: 10 * minutes,
    plan: ({ at, order, world }) => {
      order(3 * seconds, 'day');
      at(60 * seconds, () => world.tunnel.cut());
      order(120 * seconds, 'bracket');
    },
  },
  'a relay that is one version ahead': {
    options: { ahead: 'relay' },
    ms: 10 * minutes,
    plan: ({ at, order, world }) => {
      order(3 * seconds, 'day');
      at(60 * seconds, () => world.tunnel.cut());
      order(120 * seconds, 'bracket');
    },
  },
  'a second relay in another home': {
    ms: 10 * minutes,
    plan: ({ at, order, world }) => {
      order(3 * seconds, 'day');
      const status = () => {
        const own = world.relay?.tradingStatus;
        return own && { ...own, journal: { generation: 'ffffffffffffffff', length: 0, hash: '0'.repeat(64) } };
      };
      const device = 'another-relay';
      at(30 * seconds, () => world.home.feed({ type: 'opened', device, status: status() }));
      order(60 * seconds, 'bracket');
      at(90 * seconds, () => world.home.feed({ type: 'status', device, status: status() }));
      order(120 * seconds, 'lasting');
    },
  },
  'a clock that drifted for a week': {
    options: { beatMs: 60 * seconds },
    ms: 3 * hours,
    plan: ({ at, order, world }) => {
      const drift = (ms: number) => {
        if (world.relay) world.relay.wallStep += ms;
        world.offsets.wallStep += ms;
      };
      drift(45 * seconds);
      for (let minute = 1; minute < 180; minute += 1) at(minute * minutes, () => drift(5));
      order(10 * seconds, 'day');
      order(90 * minutes, 'bracket');
      order(150 * minutes, 'lasting');
    },
  },
  'another API program with ids above 10⁹': {
    ms: 10 * minutes,
    plan: ({ at, order, gateway }) => {
      gateway.placeElsewhere(elsewhere(1_500_000_000, 3));
      order(3 * seconds, 'day');
      at(30 * seconds, () => gateway.placeElsewhere(elsewhere(2_000_000_123, 3)));
      at(40 * seconds, () => gateway.drop());
      order(60 * seconds, 'bracket');
    },
  },
} as const satisfies Record<string, Day>;

export type OrdinaryDay = keyof typeof ordinaryDays;

/** What was wrong at the end of such a day; with `spoil` it is none. */
export function livedThrough(
  name: OrdinaryDay,
  seed: number,
  spoil?: (world: World, gateway: GatewayModel) => void,
): readonly string[] {
  const { ms, plan, ...rest }: Day = ordinaryDays[name];
  const world = new World(new Random(seed), rest.options ?? {});
  const { gateway, timeline } = world;
  if (!(gateway instanceof GatewayModel)) throw new Error('an ordinary day is lived with the small model');
  const at = (after: number, run: () => void) => timeline.after(after, run);
  let wanted = 0;
  const order = (after: number, which: keyof typeof orders) => {
    wanted += 1;
    at(after, () => ask(world, pool[orders[which]] as PoolOrder, `${name} ${which}`, 0));
  };
  plan({ world, gateway, at, order });
  spoil?.(world, gateway);
  world.runUntil(ms);
  return [...wrongWith(world, wanted)];
}

const placed: ReadonlySet<string> = new Set(['submitted', 'working', 'final']);

function* wrongWith(world: World, wanted: number): Generator<string> {
  const { asked, home, heard, relay } = world;
  if (asked.length !== wanted) yield `${asked.length} tickets for ${wanted} orders`;
  for (const { ticket, order } of asked) {
    const { state, trouble } = home.state.tickets.get(ticket) ?? {};
    if (state === undefined || !placed.has(state)) {
      yield `${order.order.kind} of ${order.order.contract.symbol} ended ${state}: ${trouble?.message ?? ''}`;
    }
    if (heard.get(ticket)?.has('unknown')) yield `${order.order.contract.symbol} was told as unknown`;
  }
  for (const [where, stop] of Object.entries(relay?.state.stops ?? {})) yield `stopped by ${where}: ${stop?.reason}`;
  if (home.distrusted) yield 'a person was asked for `relay trust`';
  yield* brokenPromises(world, []);
}
