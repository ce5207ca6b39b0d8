import './settable-clock.ts';
import { type WaitingTimes, waitingTimes } from '../../shared/orders/waiting-times.ts';

/**
 * The relay's program with the waiting times of orders divided, for tests with real processes. The product has no such switch:
 * this changes the table before the program reads it. What requests need, and a day, stay as they are.
 */
const divisor = 30;
/** On a machine that is busy with tests even what is well takes so long. */
const least = 1_000;
const leastProtected = 5_000;
const asTheyAre: ReadonlySet<string> = new Set([
  'placeWithin',
  'instructWithin',
  'queryWithin',
  'previewWithin',
  'clocksAgree',
  'policyWindow',
]);

const times = waitingTimes as { -readonly [Name in keyof WaitingTimes]: number };
for (const name of Object.keys(times) as (keyof WaitingTimes)[]) {
  if (!asTheyAre.has(name)) times[name] = Math.max(least, Math.ceil(times[name] / divisor));
}
times.unprotected = leastProtected;

await import('../../relay/main.ts');
