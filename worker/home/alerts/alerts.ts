import type { z } from 'zod';
import {
  type Alert,
  alertSchema,
  type Firing,
  firingSchema,
  maxAlerts,
  mayFire,
} from '../../../shared/alerts/alert.ts';
import type { Standing } from '../../../shared/alerts/standing.ts';
import {
  type AlertsPush,
  type AlertsReport,
  alertsVersion,
  type FiringKey,
  isLate,
} from '../../../shared/alerts/sync.ts';
import { ToolError } from '../../../shared/errors.ts';
import type { AlertView, manageAlerts } from '../../../shared/tools/manage_alerts.ts';
import { randomToken } from '../../edge/secrets.ts';

/** An alert as Home keeps it. */
export interface KeptAlert {
  readonly alert: Alert;
  readonly note?: string;
  /** The relay that watches it; null for none in particular. */
  readonly device: string | null;
  readonly createdAt: number;
  readonly seq: number;
  readonly lastDay?: string;
  readonly lastAt?: string;
  readonly problem?: string;
  /** Why it is not watched although it might fire: its user's wish, or its instrument trades no more. */
  readonly halted?: 'paused' | 'expired';
}

interface Row extends Record<string, SqlStorageValue> {
  id: string;
  definition: string;
  note: string | null;
  device: string | null;
  created_at: number;
  seq: number;
  last_day: string | null;
  last_at: string | null;
  problem: string | null;
  halted: string | null;
}

/** A firing with what a person needs to understand it later, even when its alert is gone. */
export const recordedFiringSchema = firingSchema.extend(
  alertSchema.pick({ kind: true, contract: true, account: true, above: true, below: true }).shape,
);

export type RecordedFiring = z.infer<typeof recordedFiringSchema> & { note?: string };

const keptFirings = 200;
const shownFirings = 50;
/** Alerts that have fired and will not again are kept so many at most. */
const keptDone = 100;

/**
 * A user's alerts, what fired, and which list of them the relays should have. A firing is recorded once, however often
 * it is reported.
 */
export class Alerts {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Counts every change of the alerts that relays should watch. */
  get revision(): number {
    return this.#sql.exec<{ revision: number }>('SELECT revision FROM alert_revision').one().revision;
  }

  /**
   * A relay has a newer list than there is: this storage is an older copy of itself. Its list counts on from there, so
   * that the relay takes it.
   */
  overtake(revision: number): void {
    if (isLate(this.revision, revision)) this.#sql.exec('UPDATE alert_revision SET revision = ?', revision + 1);
  }

  /** By device: the revision that a relay has, of those that can watch alerts. It outlives the object's memory. */
  relayRevisions(): ReadonlyMap<string, number> {
    const rows = this.#sql.exec<{ device: string; revision: number }>('SELECT device, revision FROM alert_relay');
    return new Map(rows.toArray().map(({ device, revision }) => [device, revision]));
  }

  /** The relay does not watch alerts (any more). */
  forgetRelay(device: string): void {
    this.#sql.exec('DELETE FROM alert_relay WHERE device = ?', device);
  }

  recordRevision(device: string, revision: number): void {
    if (this.relayRevisions().get(device) === revision) return;
    this.#sql.exec('INSERT OR REPLACE INTO alert_relay (device, revision) VALUES (?, ?)', device, revision);
  }

  /** In the order in which they were made. */
  all(): KeptAlert[] {
    return this.#sql.exec<Row>('SELECT * FROM alert ORDER BY created_at, id').toArray().map(fromRow);
  }

  /** Those that may still fire. */
  waiting(): KeptAlert[] {
    return this.all().filter((kept) => kept.halted === undefined && mayFire(kept.alert, kept));
  }

  /** The newest first. */
  firings(): RecordedFiring[] {
    return this.#sql
      .exec<{ body: string }>(
        'SELECT body FROM firing ORDER BY recorded_at DESC, alert, seq DESC LIMIT ?',
        shownFirings,
      )
      .toArray()
      .map(({ body }) => JSON.parse(body) as RecordedFiring);
  }

  /**
   * Keeps a new alert; the same one that still waits is taken for it.
   * @param device the relay that is to watch it
   * @throws ToolError when there are too many
   */
  create(definition: Omit<Alert, 'id'>, device: string | null, note: string | undefined): KeptAlert {
    // A letter first: clients and shells take what begins with a hyphen for a flag.
    const alert = alertSchema.parse({ id: `a${randomToken(6)}`, ...definition });
    const waiting = this.waiting();
    const bare = (kept: KeptAlert) => JSON.stringify({ ...kept.alert, id: alert.id, armed: undefined });
    const same = waiting.find((kept) => bare(kept) === JSON.stringify(alert));
    if (same && same.note === note) return same;
    this.#checkRoom();
    const { id, ...rest } = alert;
    this.#sql.exec(
      'INSERT INTO alert (id, definition, note, device, created_at) VALUES (?, ?, ?, ?, ?)',
      id,
      JSON.stringify(rest),
      note ?? null,
      device,
      Date.now(),
    );
    this.#changed();
    return this.find(id) as KeptAlert;
  }

  find(id: string): KeptAlert | undefined {
    return this.#sql.exec<Row>('SELECT * FROM alert WHERE id = ?', id).toArray().map(fromRow)[0];
  }

  /** Pauses an alert, or lets it wait again with its past. */
  pause(id: string, paused: boolean): void {
    this.#sql.exec('UPDATE alert SET halted = ?, problem = NULL WHERE id = ?', paused ? 'paused' : null, id);
    this.#changed();
  }

  /**
   * Changes what an alert waits for, which arms it anew: earlier firings do not keep it from firing.
   * @throws ToolError when there are too many
   */
  change({ alert: { id, ...before }, seq, lastDay }: KeptAlert, definition: Partial<Alert>): void {
    const after = alertSchema.omit({ id: true }).parse({ ...before, ...definition });
    if (JSON.stringify(after) === JSON.stringify(before)) return;
    if (!mayFire(before, { seq, lastDay })) this.#checkRoom();
    this.#sql.exec('UPDATE alert SET definition = ? WHERE id = ?', JSON.stringify({ ...after, armed: seq }), id);
    this.#changed();
  }

  /** Changes what its user has written about an alert. */
  annotate(id: string, note: string): void {
    this.#sql.exec('UPDATE alert SET note = ? WHERE id = ?', note, id);
  }

  /** Paused alerts take room, too: they may wait again at any time. */
  #checkRoom(): void {
    if (this.all().filter((kept) => !isDone(kept)).length < maxAlerts) return;
    throw new ToolError({
      code: 'invalid_arguments',
      message: `There are ${maxAlerts} alerts waiting or paused already.`,
      nextStep: 'Delete one that is no longer needed.',
    });
  }

  /** @returns whether there was one */
  delete(id: string): boolean {
    const gone = this.#sql.exec('DELETE FROM alert WHERE id = ? RETURNING id', id).toArray().length > 0;
    if (gone) this.#changed();
    return gone;
  }

  /** The alerts of a relay that was removed go to another one, or wait for the next. */
  reassign(from: string, to: string | undefined): void {
    this.forgetRelay(from);
    this.#sql.exec('UPDATE alert SET device = ? WHERE device = ?', to ?? null, from);
    this.#changed();
  }

  /** A relay takes over what waits for one. */
  adopt(device: string): void {
    const adopted = this.#sql.exec('UPDATE alert SET device = ? WHERE device IS NULL RETURNING id', device).toArray();
    if (adopted.length > 0) this.#changed();
  }

  /** What a relay is to know. */
  pushFor(device: string, acknowledged: readonly FiringKey[]): AlertsPush {
    const mine = this.waiting().filter((kept) => kept.device === device);
    return {
      version: alertsVersion,
      revision: this.revision,
      alerts: mine.map(({ alert, seq, lastDay }) => ({ ...alert, seq, ...(lastDay === undefined ? {} : { lastDay }) })),
      acknowledged: [...acknowledged],
    };
  }

  /**
   * Takes a relay's report. It is believed about its own alerts only.
   * @returns the firings that were not known yet
   */
  record(device: string, { firings, problems }: AlertsReport): RecordedFiring[] {
    const fresh = firings.flatMap((firing) => this.#recordFiring(device, firing) ?? []);
    this.#sql.exec(
      'UPDATE alert SET problem = NULL WHERE device = ? AND problem IS NOT NULL AND halted IS NULL',
      device,
    );
    for (const { alert, message, over } of problems) {
      this.#sql.exec('UPDATE alert SET problem = ? WHERE id = ? AND device = ?', message, alert, device);
      // The relay has ended it by itself, so that its list is as good as a new one.
      if (over) this.#sql.exec("UPDATE alert SET halted = 'expired' WHERE id = ? AND device = ?", alert, device);
    }
    if (fresh.length > 0 || problems.some(({ over }) => over)) this.#prune();
    return fresh;
  }

  #recordFiring(device: string, firing: Firing): RecordedFiring | undefined {
    const kept = this.find(firing.alert);
    if (!kept || kept.device !== device || firing.seq <= kept.seq) return undefined;
    const { kind, contract, account, above, below } = kept.alert;
    const recorded: RecordedFiring = {
      ...recordedFiringSchema.parse({ ...firing, kind, contract, account, above, below }),
      ...(kept.note === undefined ? {} : { note: kept.note }),
    };
    this.#sql.exec(
      'INSERT OR IGNORE INTO firing (alert, seq, body, recorded_at) VALUES (?, ?, ?, ?)',
      firing.alert,
      firing.seq,
      JSON.stringify(recorded),
      Date.now(),
    );
    this.#sql.exec(
      'UPDATE alert SET seq = ?, last_day = ?, last_at = ? WHERE id = ?',
      firing.seq,
      firing.day,
      firing.at,
      firing.alert,
    );
    return recorded;
  }

  #prune(): void {
    this.#sql.exec(
      'DELETE FROM firing WHERE (alert, seq) IN (SELECT alert, seq FROM firing ORDER BY recorded_at DESC, alert, seq LIMIT -1 OFFSET ?)',
      keptFirings,
    );
    const done = this.all().filter(isDone);
    for (const { alert } of done.slice(0, -keptDone)) this.#sql.exec('DELETE FROM alert WHERE id = ?', alert.id);
  }

  #changed(): void {
    this.#sql.exec('UPDATE alert_revision SET revision = revision + 1');
  }
}

function fromRow(row: Row): KeptAlert {
  const { id, definition, note, device, created_at, seq, last_day, last_at, problem, halted } = row;
  return {
    alert: alertSchema.parse({ id, ...(JSON.parse(definition) as object) }),
    device,
    createdAt: created_at,
    seq,
    ...(note === null ? {} : { note }),
    ...(last_day === null ? {} : { lastDay: last_day }),
    ...(last_at === null ? {} : { lastAt: last_at }),
    ...(problem === null ? {} : { problem }),
    ...(halted === 'paused' || halted === 'expired' ? { halted } : {}),
  };
}

/** Whether it will not fire again unless it is changed. */
function isDone({ alert, halted, seq, lastDay }: KeptAlert): boolean {
  return halted === 'expired' || !mayFire(alert, { seq, lastDay });
}

/**
 * An alert as the user sees it.
 * @param watched whether its relay is connected and knows of it
 * @param now how it stands, where that is known
 */
export function alertView(kept: KeptAlert, watched: boolean, now?: Standing) {
  const { note, createdAt, seq, lastDay, lastAt, problem, halted } = kept;
  const { armed: _, expires: __, ...alert } = kept.alert;
  const waits = mayFire(kept.alert, { seq, lastDay });
  return {
    ...alert,
    ...(note === undefined ? {} : { note }),
    created: new Date(createdAt).toISOString(),
    state: waits ? (halted ?? (watched ? 'watching' : 'waiting')) : 'fired',
    ...(now !== undefined && waits ? { now } : {}),
    ...(problem !== undefined && waits ? { problem } : {}),
    fired: seq,
    ...(lastAt === undefined ? {} : { lastFired: lastAt }),
  } satisfies AlertView;
}

export type AlertsResult = z.input<typeof manageAlerts.output>;
