/** Every waiting time of the order path, milliseconds unless the name says otherwise. A test-only build divides them. */
export const waitingTimes = {
  /** From the consumption of a ticket at Home to its write at the gateway, in Home's time. */
  placeWithin: 10_000,
  /** By so much the two clocks of the relay's machine may differ since the last heartbeat; beyond, it slept. */
  clocksAgree: 2_000,
  /** After the upstream came back, before anything new leaves. */
  settleAfterOutage: 10_000,
  /** Before the gateway's own configured restart nothing new leaves. */
  beforeRestart: 120_000,
  /** Clock skew against the gateway that matters, and for how long it may last. */
  skew: 10_000,
  skewFor: 60_000,
  /** Silence after a write that says that a window may be open at home. */
  silentAfterWrite: 5_000,
  /** A live parent may be without its approved protection for so long. */
  unprotected: 30_000,
  /** Between two rounds of reconciliation that count. */
  betweenRounds: 30_000,
  /** From the client id's acceptance to the end of automatic reconciliation. */
  reconcileWithin: 90_000,
  /** One look at the gateway's lists. */
  queryWithin: 10_000,
  /** What was found out about an order holds for so long, until it is sent. */
  lookHolds: 20_000,
  /** A what-if. */
  previewWithin: 8_000,
  /** A ticket that its asker confirms, and one that a person approves, at Home. */
  confirmWithin: 600_000,
  approveWithin: 900_000,
  /** In which the same order of the same grant is the same order. */
  sameOrderWithin: 600_000,
  /** How long a caller waits for the first word about its order, and for its end once it works. */
  firstWord: 20_000,
  quickEnd: 2_500,
  /** How long Home waits for the relay's word on a frame. */
  instructWithin: 12_000,
  /** The breaker's window, and that of policy. */
  rejectionsWithin: 3_600_000,
  policyWindow: 86_400_000,
} as const;

export type WaitingTimes = { readonly [Name in keyof typeof waitingTimes]: number };
