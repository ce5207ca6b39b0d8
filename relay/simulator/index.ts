export type { IgnoreRule } from './faults.ts';
export type { Logger } from './logger.ts';
export type { Request, RequestName } from './protocol/requests.ts';
export {
  type ActiveSubscription,
  type ReceivedRequest,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from './server.ts';
export type { SubscriptionKind } from './subscriptions.ts';
