export { ControlClient, ControlError } from './control/client.ts';
export { type ControlServer, startControl } from './control/control-server.ts';
export type { Execution } from './exchange/model.ts';
export type { FarmName, FarmState } from './faults/farms.ts';
export type { IgnoreRule } from './faults/faults.ts';
export type { LinkSettings } from './faults/link.ts';
export type { PacingMode } from './faults/request-pacing.ts';
export type { Rule } from './faults/rules.ts';
export { type FlexService, flexQuery, flexToken, startFlexService } from './flex/service.ts';
export type { Request, RequestName } from './protocol/requests.ts';
export { ScenarioDesk } from './scenarios/desk.ts';
export { loadScenario, ScenarioFileError } from './scenarios/scenario-file.ts';
export type { ReceivedRequest } from './server/dispatcher.ts';
export {
  type ActiveSubscription,
  type ConnectedClient,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from './server/server.ts';
export type { SubscriptionKind } from './session/subscriptions.ts';
export { StateError } from './state/state.ts';
export { StateFile } from './state/state-file.ts';
export { type ClockSettings, type ClockState, WorldClock } from './world/clock.ts';
export type { Logger } from './world/logger.ts';
export type { LedgerEntry } from './world/order-ledger.ts';
export { latestMidday, nextTrading } from './world/trading-day.ts';
