/** How patiently IB Gateway is dealt with, milliseconds; see the settings of `session-state.ts`. */
export const connectionTimes = {
  handshakeMs: 10_000,
  loginMs: 20_000,
  heartbeatIdleMs: 15_000,
  heartbeatTimeoutMs: 10_000,
  reconnectMinMs: 1_000,
  reconnectMaxMs: 30_000,
  /** A connection that lasted this long was a good one: the next attempt need not wait for more than a moment. */
  stableMs: 60_000,
} as const;
