import { type WaitingTimes, waitingTimes } from '../../shared/orders/waiting-times.ts';

/** The product's Worker, which waits less long for the end of an order that works already. */
const times = waitingTimes as { -readonly [Name in keyof WaitingTimes]: number };
times.quickEnd = 300;

export { AuthStore, Directory, default, Home } from '../../worker/index.ts';
