import { isDeepStrictEqual } from 'node:util';
import { type Simulator, startSimulator } from '../../simulator/index.ts';
import { anyContract } from '../../simulator/market/catalogue.ts';
import type { Instrument } from '../../simulator/market/instruments.ts';
import { previousCloseAt, quoteAt } from '../../simulator/market/quotes.ts';
import { minTickOf } from '../../simulator/market/rules.ts';
import { dayOf } from '../../simulator/market/zone.ts';

/** What client programs were told in a conversation, beside what the simulated world has. */

/** A Friday noon in New York, at which the world stands still. */
const instant = Date.parse('2026-11-20T17:00:00Z');

/** What a client tells of its conversation; members that it did not ask for are missing. */
export interface Told {
  readonly version: string;
  readonly serverVersion?: number;
  /** What its decoder or the gateway complained of. */
  readonly complaints: readonly string[];
  readonly [fact: string]: unknown;
}

export interface Conversation {
  readonly told: Told;
  /** How many facts were compared. */
  readonly compared: number;
  /** What the client has otherwise than the world. */
  readonly differences: readonly string[];
}

function instrumentOf({ world }: Simulator, query: object): Instrument {
  const [found] = world.catalogue.find({ ...anyContract, ...query }, world.today());
  if (!found) throw new Error(`the simulator lists no ${JSON.stringify(query)}`);
  return found;
}

/** What is there before anybody trades. */
function standingFacts(sim: Simulator): Record<string, unknown> {
  const { world } = sim;
  const stock = instrumentOf(sim, { symbol: 'AAPL', secType: 'STK', currency: 'USD' });
  const future = instrumentOf(sim, { symbol: 'ES', secType: 'FUT', expiry: '202612' });
  const { bid, ask, last } = quoteAt(world.model, stock, world.now());
  const [account] = world.accounts;
  return {
    accounts: world.accounts.map(({ id }) => id),
    positions: Object.fromEntries(
      account?.holdings.map(({ instrument, quantity, averageCost }) => [
        String(instrument.conId),
        [quantity.toNumber(), averageCost.toNumber()],
      ]) ?? [],
    ),
    quantities: Object.fromEntries(
      account?.holdings.map(({ instrument, quantity }) => [String(instrument.conId), quantity.toNumber()]) ?? [],
    ),
    stock: [stock.conId, stock.longName, minTickOf(stock.rule)],
    future: [future.conId, future.expiry, future.multiplier],
    quote: [bid, ask, last],
    lastClose: [
      dayOf(world.model.schedule(stock).previous(world.today() - 1).day),
      previousCloseAt(world.model, stock, world.now()),
    ],
  };
}

/** What trading has left. */
function tradedFacts({ world }: Simulator): Record<string, unknown> {
  const [fill] = world.exchange.executions();
  return {
    resting: ['Submitted', 100, 3],
    cancelled: 'Cancelled',
    filled: [7, fill?.price],
    commission: fill?.commission.toNumber(),
    completed: ['Cancelled', 'Filled'],
  };
}

/** Lets a client talk to a simulated gateway of its own, and compares what it was told. */
export async function converse(client: (port: number) => Promise<Told>): Promise<Conversation> {
  const sim = await startSimulator({ clock: () => new Date(instant) });
  try {
    const standing = standingFacts(sim);
    const told = await client(sim.port);
    const facts = { ...standing, ...tradedFacts(sim) };
    const asked = Object.entries(facts).filter(([name]) => name in told);
    const differences = asked
      .filter(([name, fact]) => !isDeepStrictEqual(told[name], fact))
      .map(([name, fact]) => `${name}: told ${JSON.stringify(told[name])}, is ${JSON.stringify(fact)}`);
    return { told, compared: asked.length, differences };
  } finally {
    await sim.close();
  }
}
