export type { IgnoreRule } from './faults.ts';
export type { Logger } from './logger.ts';
export {
  type ActiveSubscription,
  type ReceivedRequest,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from './server.ts';
