import { z } from 'zod';
import { researchStateSchema, restoreResearch, saveResearch } from '../research/research-state.ts';
import type { Simulator } from '../server/server.ts';

/** What survives the end of a process. */
const savedState = z.object({
  format: z.literal(1),
  seed: z.number(),
  accounts: z.array(z.string()),
  clock: z.object({ now: z.number(), speed: z.number(), frozen: z.boolean(), real: z.boolean() }),
  book: z.unknown(),
  exchange: z.unknown(),
  /** Not in states of older versions. */
  research: researchStateSchema.optional(),
});

export type SavedState = z.output<typeof savedState>;

/** A saved state that cannot be used; the message is a sentence for people. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

/** A clock that is at most so far off and runs at normal speed shows the real time. */
const realWithinMs = 5000;

/** Orders, positions, order ids, the clock and what the login is subscribed to, as a value that survives `JSON.stringify`. */
export function saveState({ world, clock, seed }: Simulator): SavedState {
  const { now, speed, frozen } = clock.state;
  const real = !frozen && speed === 1 && Math.abs(now - Date.now()) < realWithinMs;
  return {
    format: 1,
    seed,
    accounts: world.accounts.map(({ id }) => id),
    clock: { now, speed, frozen, real },
    book: world.book.save(),
    exchange: world.exchange.save(),
    research: saveResearch(world),
  };
}

export interface RestoreOptions {
  /** Whether the clock goes on where it was, unless it showed the real time. True by default. */
  readonly withClock?: boolean;
}

/**
 * Puts a gateway into a saved state. It must have the same seed and accounts.
 * @throws {StateError} when the state does not fit, in which case the gateway may have been changed in part
 */
export function restoreState(simulator: Simulator, saved: unknown, { withClock = true }: RestoreOptions = {}): void {
  const parsed = savedState.safeParse(saved);
  if (!parsed.success) throw new StateError('This is no state that a simulated gateway has saved.');
  const { seed, accounts, clock, book, exchange, research } = parsed.data;
  const { world } = simulator;
  if (seed !== simulator.seed) {
    throw new StateError(`The state belongs to seed ${seed}, and this gateway has seed ${simulator.seed}.`);
  }
  const own = world.accounts.map(({ id }) => id);
  if (own.join() !== accounts.join()) {
    throw new StateError(`The state is of the accounts ${accounts.join(', ')}; this gateway has ${own.join(', ')}.`);
  }
  if (withClock && !clock.real) simulator.clock.set({ at: clock.now, speed: clock.speed, frozen: clock.frozen });
  try {
    world.book.restore(book);
    world.exchange.restore(exchange);
    if (research) restoreResearch(world, research);
  } catch (error) {
    throw new StateError(`The state cannot be restored: ${error instanceof Error ? error.message : String(error)}`);
  }
}
