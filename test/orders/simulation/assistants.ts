import type { Asker } from '../../../shared/orders/home-model.ts';
import { device } from './home-process.ts';
import { changeOf, type PoolOrder, pool, prepared } from './orders.ts';
import type { World } from './world.ts';

/** What people and assistants do: they ask for orders, confirm, ask again, change and cancel. */

const asker: Asker = { grant: 'g1', client: 'assistant', canAsk: false };

/** How many orders are asked for. What two of them do to each other is most of what any number does. */
const counts = [2, 2, 2, 2, 3, 4];

/** Plans the calls of a schedule. */
export function planCalls(world: World): void {
  const { random, timeline } = world;
  const count = random.pick(counts);
  const first = random.between(0, pool.length - 1);
  for (let index = 0; index < count; index += 1) {
    // The second is another order than the first, which would be answered with the same ticket.
    const order = index === 1 ? pool[(first + random.between(1, pool.length - 1)) % pool.length] : random.pick(pool);
    const asked = index === 0 ? pool[first] : order;
    if (asked) timeline.after(random.between(0, 30_000), () => ask(world, asked, `ask-${index}`));
  }
  if (random.chance(0.5)) timeline.after(random.between(5_000, 40_000), () => change(world));
  if (random.chance(0.5)) timeline.after(random.between(5_000, 50_000), () => cancel(world));
  for (const at of [15_000, 35_000, 90_000]) timeline.after(at, () => world.gateway.trade());
}

export function ask(world: World, order: PoolOrder, requestId: string, retries = 2): void {
  const { random, timeline, home } = world;
  const mode = random.chance(0.6) ? 'none' : 'ticket';
  const generation = home.state.relays.get(device)?.journal?.generation;
  const later = () => {
    if (retries > 0) timeline.after(random.between(3_000, 9_000), () => ask(world, order, requestId, retries - 1));
  };
  if (generation === undefined) {
    later();
    return;
  }
  const answer = home.feed({
    type: 'prepared',
    id: random.hex(16),
    nonce: random.hex(16),
    device,
    tool: order.order.kind === 'modify' ? 'modify' : 'place',
    asker,
    previewOnly: false,
    online: world.tunnel.isOpen,
    argumentsHash: order.hash,
    ...(world.planted === 'a repeated call is a new order' ? { requestId: random.hex(8) } : { requestId }),
    prepared: prepared(order, generation, timeline.now, mode),
  });
  if (answer?.kind !== 'ticket') {
    later();
    return;
  }
  const { ticket } = answer;
  if (order.order.kind === 'place') world.asked.push({ order, ticket: ticket.id, requestId });
  if (ticket.state === 'awaiting_approval') {
    timeline.after(random.between(10, 5_000), () => confirm(world, ticket.id));
    if (random.chance(0.5)) {
      timeline.after(random.between(10, 5_000), () => {
        world.situation('two clients race one ticket');
        confirm(world, ticket.id);
      });
    }
  }
  if (retries > 0 && random.chance(0.4)) {
    timeline.after(random.between(50, 8_000), () => {
      world.situation('the same call again');
      ask(world, order, requestId, retries - 1);
    });
  }
}

function confirm({ home, random, tunnel }: World, ticket: string): void {
  home.feed({
    type: 'confirm',
    ...{ ticket, nonce: random.hex(16), argumentsHash: ticket, online: tunnel.isOpen, asker },
  });
}

function change(world: World): void {
  const working = world.gateway.taken.find(({ status, message }) => status === 'Submitted' && message.parentId === 0);
  const found = world.asked.find(({ ticket }) => working?.orderRef.includes(ticket));
  if (!working || !found || found.order.order.kind !== 'place' || found.order.order.entry.type !== 'LMT') return;
  world.situation('a change is asked for');
  ask(world, changeOf(found.order.order, working), 'change');
}

function cancel(world: World): void {
  const { random, timeline, home } = world;
  const { ticket } = random.pick(world.asked) ?? {};
  if (ticket === undefined) return;
  world.situation('a cancel is asked for');
  world.cancelled.add(ticket);
  const what = { kind: 'ticket' as const, ticket };
  home.feed({
    type: 'cancel',
    device,
    cancel: { request: random.hex(16), what, by: 'assistant', at: timeline.now },
  });
}
