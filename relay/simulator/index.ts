export { type ClockSettings, type ClockState, WorldClock } from './clock.ts';
export { ControlClient, ControlError } from './control/client.ts';
export { type ControlServer, startControl } from './control/control-server.ts';
export type { ReceivedRequest } from './dispatcher.ts';
export type { FarmName, FarmState } from './faults/farms.ts';
export type { LinkSettings } from './faults/link.ts';
export type { PacingMode } from './faults/request-pacing.ts';
export type { Rule } from './faults/rules.ts';
export type { IgnoreRule } from './faults.ts';
export type { Logger } from './logger.ts';
export type { Request, RequestName } from './protocol/requests.ts';
export { ScenarioDesk } from './scenarios/desk.ts';
export { loadScenario, ScenarioFileError } from './scenarios/scenario-file.ts';
export {
  type ActiveSubscription,
  type ConnectedClient,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from './server.ts';
export { StateError } from './state/state.ts';
export { StateFile } from './state/state-file.ts';
export type { SubscriptionKind } from './subscriptions.ts';
