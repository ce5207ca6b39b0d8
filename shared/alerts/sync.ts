import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { alertIdSchema, alertSchema, firingSchema, maxAlerts } from './alert.ts';

/** How Home and relay keep each other informed about alerts; prose in docs/tunnel-protocol.md. */

/** The version of this exchange, apart from the tunnel's own. */
export const alertsVersion = 1;

/** At most so many firings wait for Home at a relay; an alert that would exceed them waits too. */
export const maxPendingFirings = 200;

/** A whole number that survives JSON. */
const count = z.number().int().min(0);

/** The part of a relay's status that says where it stands. A relay without it does not watch alerts. */
export const alertsStatusSchema = z.object({
  version: z.number().int().min(1),
  /** The newest list of alerts that it has. */
  revision: count,
  /** Firings that Home has not acknowledged. */
  pending: count,
});

export type AlertsStatus = z.infer<typeof alertsStatusSchema>;

export const firingKeySchema = firingSchema.pick({ alert: true, seq: true });

export type FiringKey = z.infer<typeof firingKeySchema>;

/** An alert with what Home knows of its past. */
export const watchedAlertSchema = alertSchema.extend({ seq: count, lastDay: z.string().max(10).optional() });

export type WatchedAlert = z.infer<typeof watchedAlertSchema>;

/** Hands the relay the whole list, acknowledges firings, and collects those that are new. May be repeated. */
export const alertsSync = defineOperation({
  name: 'alerts.sync',
  input: z.object({
    version: z.literal(alertsVersion),
    revision: count,
    alerts: z.array(watchedAlertSchema).max(maxAlerts),
    acknowledged: z.array(firingKeySchema).max(maxPendingFirings),
  }),
  output: z.object({
    version: z.literal(alertsVersion),
    /** The revision in force: the one just given, or a newer one. */
    revision: count,
    /** Not acknowledged yet, oldest first. */
    firings: z.array(firingSchema).max(maxPendingFirings),
    /** Alerts that cannot be watched at the moment, or ever again (`over`), and why. */
    problems: z
      .array(z.object({ alert: alertIdSchema, message: z.string().max(500), over: z.boolean().optional() }))
      .max(maxAlerts),
  }),
  timeoutMs: 10_000,
});

/** No repeated push is later than this many changes of the list. */
const lateRevisions = 1_000;

/**
 * Whether a list is only an older one that comes late. One that is behind by more was counted by somebody else (a Home
 * that was restored, a number that made no sense) and is as good as new.
 */
export function isLate(revision: number, known: number): boolean {
  return revision < known && known - revision <= lateRevisions;
}

export type AlertsPush = z.input<(typeof alertsSync)['input']>;
export type AlertsReport = z.output<(typeof alertsSync)['output']>;
