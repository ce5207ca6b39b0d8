import type { ToolErrorData } from '../../../shared/errors.ts';
import type { RelayStatus } from '../../../shared/status.ts';
import type { Farm } from './farms.ts';

/** What the machine of `session.ts` knows, hears and decides. Instants are milliseconds of a clock that is never set. */

export interface SessionSettings {
  readonly host: string;
  readonly port: number;
  readonly clientId: number;
  /** From dialling to the server's version. */
  readonly handshakeMs: number;
  /** From the server's version to nextValidId and managedAccounts. */
  readonly loginMs: number;
  /** Silence after which the gateway is asked for its clock. */
  readonly heartbeatIdleMs: number;
  /** Silence after that question which means that the gateway is dead. */
  readonly heartbeatTimeoutMs: number;
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
}

export type TimerName = 'reconnect' | 'handshake' | 'login' | 'heartbeat' | 'outage' | 'competition';

export type SessionEvent =
  | { readonly type: 'start' | 'stop' | 'tcp-open' | 'time-answered' | 'protocol-broken' }
  /** The connection is to be made anew on purpose. */
  | { readonly type: 'reconnect' }
  /** Another login of the same user has taken the live data, or live data has come. */
  | { readonly type: 'data-taken' | 'data-live' }
  | { readonly type: 'timer'; readonly timer: TimerName; readonly lastInboundAt: number }
  | { readonly type: 'server-version'; readonly version: number }
  | { readonly type: 'next-valid-id'; readonly orderId: number }
  | { readonly type: 'managed-accounts'; readonly accounts: readonly string[] }
  | { readonly type: 'closed'; readonly reason?: string }
  | { readonly type: 'notice'; readonly code: number; readonly text: string };

export type SessionEffect =
  | { readonly type: 'open'; readonly port: number }
  /** `review-streams`: data that had stopped should flow again, so a stream that stays silent is dead. */
  | { readonly type: 'close' | 'ask-time' | 'restore-subscriptions' | 'review-streams' }
  | { readonly type: 'start-timer'; readonly timer: TimerName; readonly ms: number }
  | { readonly type: 'stop-timer'; readonly timer: TimerName }
  /** Fails what waits for an answer; `streamsKept` while the connection, and so its subscriptions, live on. */
  | { readonly type: 'fail-pending'; readonly error: ToolErrorData; readonly streamsKept: boolean };

export type GatewayState = RelayStatus['gateway']['state'];

/** Why there is no working connection, in words for the person who can help. */
export interface ConnectivityProblem {
  readonly state: GatewayState;
  readonly problem: string;
  readonly nextStep: string;
}

export interface SessionState {
  /** `idle` waits for the next attempt, `login` for nextValidId and accounts, `proving` for the first heartbeat. */
  readonly phase: 'stopped' | 'idle' | 'connecting' | 'handshaking' | 'login' | 'proving' | 'up';
  /** When the public state last changed. */
  readonly since: number;
  /** Connections in a row that failed or did not last. */
  readonly failures: number;
  readonly port: number;
  /** When the connection came up or, while there is none, when the last one went. */
  readonly lastUpAt?: number;
  readonly serverVersion?: number;
  readonly nextOrderId?: number;
  readonly accounts: readonly string[];
  /** When the gateway was asked for its clock without an answer so far. */
  readonly askedAt?: number;
  /** When its clock was last asked for, for whatever reason. */
  readonly clockAt?: number;
  /** The gateway's own connection to IB: `healing` after 2110, `lost` after 1100. */
  readonly upstream: 'ok' | 'healing' | 'lost';
  /** Another login of the same user has the live data. */
  readonly competed: boolean;
  readonly farms: readonly Farm[];
  /** Why the connection is not up; kept across attempts until it is. */
  readonly trouble?: ConnectivityProblem;
}

export interface SessionStep {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}

export function initialSession(settings: SessionSettings, now: number): SessionState {
  const nothing = { accounts: [], upstream: 'ok', competed: false, farms: [] } as const;
  return { phase: 'stopped', since: now, failures: 0, port: settings.port, ...nothing };
}
