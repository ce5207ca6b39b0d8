import './settable-clock.ts';
import { connectionTimes } from '../../relay/gateway/connection/connection-times.ts';
import { type WaitingTimes, waitingTimes } from '../../shared/orders/waiting-times.ts';
import { reconnectTimes } from '../../shared/tunnel/reconnect.ts';

/**
 * The relay's program with the waiting times of orders divided, for tests with real processes. The product has no such switch:
 * this changes the tables before the program reads them. What requests need, and a day, stay as they are.
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
  'lookHolds',
  'clocksAgree',
  'policyWindow',
]);

type Changeable<Table> = { -readonly [Name in keyof Table]: number };

const times = waitingTimes as Changeable<WaitingTimes>;
for (const name of Object.keys(times) as (keyof WaitingTimes)[]) {
  if (!asTheyAre.has(name)) times[name] = Math.max(least, Math.ceil(times[name] / divisor));
}
times.unprotected = leastProtected;

// Here connections break every few seconds, which is no reason to wait for longer and longer.
Object.assign(reconnectTimes as Changeable<typeof reconnectTimes>, {
  ...{ first: 100, brief: 300, longest: 1_500 },
  healthyAfter: 2_000,
});
Object.assign(connectionTimes as Changeable<typeof connectionTimes>, {
  heartbeatIdleMs: 2_000,
  ...{ reconnectMinMs: 200, reconnectMaxMs: 1_500 },
  stableMs: 2_000,
});

await import('../../relay/main.ts');
