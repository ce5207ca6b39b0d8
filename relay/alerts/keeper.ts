import { type Alert, type Firing, mayFire, reaches } from '../../shared/alerts/alert.ts';
import {
  type AlertsPush,
  type AlertsReport,
  type AlertsStatus,
  alertsVersion,
  isLate,
  maxPendingFirings,
  type WatchedAlert,
} from '../../shared/alerts/sync.ts';
import type { AlertState, AlertStore } from './alert-file.ts';

/** What was seen of an alert's subject. */
export interface Sighting {
  /** Absent for the clock, which only strikes. */
  readonly value?: number;
  /** When, epoch milliseconds. */
  readonly at: number;
  /** The trading day that it counts for, `YYYY-MM-DD`. */
  readonly day: string;
  /** How fresh it is, where it is not live. */
  readonly dataType?: string;
}

/**
 * The alerts that this relay watches, what they did before, and the firings that Home has not acknowledged. A firing is
 * on disk before anybody hears of it, so that it is neither lost nor repeated.
 */
export class AlertKeeper {
  readonly #store: AlertStore;
  readonly #onChange: () => void;
  readonly #problems = new Map<string, { readonly message: string; readonly over?: boolean }>();
  #state: AlertState;

  /**
   * @param home id of the user's Home; what was kept for another one is forgotten
   * @param onChange told after every change of the list or the firings
   */
  constructor(store: AlertStore, home: string, onChange: () => void) {
    this.#store = store;
    this.#onChange = onChange;
    const kept = store.load();
    this.#state = kept?.home === home ? kept : { version: 1, home, revision: 0, alerts: [], pending: [] };
  }

  /** Those that may still fire. */
  get waiting(): readonly Alert[] {
    return this.#state.alerts.filter((alert) => mayFire(alert, alert));
  }

  status(): AlertsStatus {
    const { revision, pending } = this.#state;
    return { version: alertsVersion, revision, pending: pending.length };
  }

  /** Takes Home's list, unless it is one from before the one here that comes late, and gives back what Home should know. */
  sync({ revision, alerts, acknowledged }: AlertsPush): AlertsReport {
    const known = new Set(acknowledged.map(({ alert, seq }) => `${alert}.${seq}`));
    const before = this.#state;
    const stale = isLate(revision, before.revision);
    const list = stale ? before.alerts : alerts.map((alert) => withPast(alert, before.alerts));
    const pending = before.pending.filter(({ alert, seq }) => !known.has(`${alert}.${seq}`));
    const next: AlertState = { ...before, revision: stale ? before.revision : revision, alerts: list, pending };
    if (JSON.stringify(next) !== JSON.stringify(before)) this.#change(next);
    for (const id of this.#problems.keys()) if (!list.some((alert) => alert.id === id)) this.#problems.delete(id);
    return {
      version: alertsVersion,
      revision: this.#state.revision,
      firings: this.#state.pending,
      problems: [...this.#problems].map(([alert, problem]) => ({ alert, ...problem })),
    };
  }

  /** Something was seen; the alert fires if that is what it waits for and it may. @returns whether it fired */
  see(id: string, { value, at, day, dataType }: Sighting): boolean {
    const alert = this.#state.alerts.find((candidate) => candidate.id === id);
    if (!alert || !mayFire(alert, alert, day) || this.#state.pending.length >= maxPendingFirings) return false;
    if (value !== undefined && !reaches(alert, value)) return false;
    const firing: Firing = {
      alert: id,
      seq: alert.seq + 1,
      at: new Date(at).toISOString(),
      day,
      ...(value === undefined ? {} : { value }),
      ...(dataType === undefined ? {} : { dataType }),
    };
    const fired = { ...alert, seq: firing.seq, lastDay: day };
    this.#change({
      ...this.#state,
      alerts: this.#state.alerts.map((one) => (one === alert ? fired : one)),
      pending: [...this.#state.pending, firing],
    });
    return true;
  }

  /** Why an alert cannot be watched at the moment; undefined when it can. */
  setProblem(id: string, message: string | undefined): void {
    if (message === undefined) this.#problems.delete(id);
    else this.#problems.set(id, { message: message.slice(0, 500) });
  }

  /** The alert can never be watched again; Home ends it when it hears of it. */
  setOver(id: string, message: string): void {
    this.#problems.set(id, { message: message.slice(0, 500), over: true });
  }

  #change(next: AlertState): void {
    this.#store.save(next);
    this.#state = next;
    this.#onChange();
  }
}

/** Home may not have heard yet of what happened here, and this relay may have forgotten what Home knows. */
function withPast(alert: WatchedAlert, before: readonly WatchedAlert[]): WatchedAlert {
  const mine = before.find(({ id }) => id === alert.id);
  if (!mine || mine.seq <= alert.seq) return alert;
  return { ...alert, seq: mine.seq, ...(mine.lastDay === undefined ? {} : { lastDay: mine.lastDay }) };
}
