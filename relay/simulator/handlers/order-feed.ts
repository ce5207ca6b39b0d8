import type { ClientSession } from '../client-session.ts';
import type { World } from '../world.ts';
import type { Context } from './handler.ts';

/** Tells every client that is to know about an order what the exchange does with it. To be called once. */
export function attachOrderFeed(_world: World, _sessions: () => readonly ClientSession[]): void {}

/** Tells a client that has just started its orders from before; nothing when there are none. */
export function announceOpenOrders(_context: Context): void {}
