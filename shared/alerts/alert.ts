import { z } from 'zod';

/** Alerts: what the user's Home keeps, the relay watches, and both tell each other. Pure. */

export const alertKinds = ['price', 'change', 'volume', 'cushion', 'daily_pnl', 'time'] as const;

/** What an alert looks at: an instrument, an account or the clock. */
export const subjectOf = {
  price: 'contract',
  change: 'contract',
  volume: 'contract',
  cushion: 'account',
  daily_pnl: 'account',
  time: 'clock',
} as const satisfies Record<(typeof alertKinds)[number], string>;

export const repeats = ['once', 'daily'] as const;

/** How many alerts a user may have waiting. */
export const maxAlerts = 100;

export const alertIdSchema = z.string().regex(/^[\w-]{1,24}$/);

/** One alert, complete: its subject is resolved. */
export const alertSchema = z.object({
  id: alertIdSchema,
  kind: z.enum(alertKinds),
  conId: z.number().int().positive().optional(),
  /** Canonical contract string, for people. */
  contract: z.string().max(200).optional(),
  account: z.string().max(32).optional(),
  /** It fires at this value and beyond. Percent for `change`, a fraction for `cushion`, base currency for `daily_pnl`. */
  above: z.number().optional(),
  below: z.number().optional(),
  /** ISO 8601 with zone, for `time`. */
  at: z.string().max(40).optional(),
  repeat: z.enum(repeats),
  /** The last day on which its instrument trades, `YYYY-MM-DD`, where there is one. */
  expires: z.string().max(10).optional(),
  /** Firings before it was last changed: those do not keep it from firing. */
  armed: z.number().int().min(0).optional(),
});

export type Alert = z.infer<typeof alertSchema>;

/** One time that an alert fired. `alert` and `seq` name it for ever; `seq` counts from 1. */
export const firingSchema = z.object({
  alert: alertIdSchema,
  seq: z.number().int().min(1),
  /** When it was seen, ISO 8601. */
  at: z.string().max(40),
  /** The trading day that it counts for, `YYYY-MM-DD`. */
  day: z.string().max(10),
  /** What was seen; absent for `time`. */
  value: z.number().optional(),
  /** How fresh the data was, where it was not live. */
  dataType: z.string().max(20).optional(),
});

export type Firing = z.infer<typeof firingSchema>;

/** What is remembered of an alert's past, so that it fires once, or once a day. */
export interface AlertPast {
  /** Firings so far. */
  readonly seq: number;
  /** The day of the last one. */
  readonly lastDay?: string | undefined;
}

/** Whether an alert may fire (again), on a day where that is known. */
export function mayFire(
  { repeat, armed = 0 }: Pick<Alert, 'repeat' | 'armed'>,
  { seq, lastDay }: AlertPast,
  day?: string,
): boolean {
  return seq <= armed || (repeat === 'daily' && (day === undefined || lastDay === undefined || day > lastDay));
}

/** Whether a value is one that the alert waits for. */
export function reaches({ above, below }: Pick<Alert, 'above' | 'below'>, value: number): boolean {
  return (above !== undefined && value >= above) || (below !== undefined && value <= below);
}
