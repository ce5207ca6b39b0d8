import type { z } from 'zod';
import {
  type AlertsReport,
  alertsStatusSchema,
  type alertsSync,
  alertsVersion,
  isLate,
} from '../../../shared/alerts/sync.ts';
import { ToolError } from '../../../shared/errors.ts';
import type { Alerts, RecordedFiring } from './alerts.ts';

/** What the exchange needs of its Home. */
export interface AlertSyncOwner {
  /** Asks one relay. Rejects with a ToolError. */
  ask(device: string, args: z.input<typeof alertsSync.input>): Promise<AlertsReport>;
  isOnline(device: string): boolean;
  /** Firings that have just been recorded. */
  fired(firings: readonly RecordedFiring[]): void;
}

interface Run {
  done: Promise<void>;
  again: boolean;
}

/** A relay that reports something new in every round is not believed for ever. */
const maxRounds = 20;
/** How long a person waits for the relays to be told; they are told in any case. */
const patienceMs = 3_000;
const retryMs = 5_000;
const maxRetries = 6;

/**
 * Keeps the relays' lists of alerts equal to Home's and brings their firings home. One exchange with a relay at a time;
 * what a firing says is recorded before it is acknowledged.
 */
export class AlertSync {
  readonly #alerts: Alerts;
  readonly #owner: AlertSyncOwner;
  readonly #running = new Map<string, Run>();
  readonly #retries = new Map<string, number>();

  constructor(alerts: Alerts, owner: AlertSyncOwner) {
    this.#alerts = alerts;
    this.#owner = owner;
  }

  /** Whether the relay is connected and has the newest list. */
  isCurrent(device: string | null): boolean {
    return (
      device !== null &&
      this.#owner.isOnline(device) &&
      this.#alerts.relayRevisions().get(device) === this.#alerts.revision
    );
  }

  /** A relay's status has come: on connect, and when something there has changed. */
  onStatus(device: string, status: unknown): void {
    const parsed = alertsStatusSchema.safeParse((status as { alerts?: unknown } | null)?.alerts).data;
    if (parsed?.version !== alertsVersion) {
      this.#alerts.forgetRelay(device);
      return;
    }
    this.#alerts.adopt(device);
    this.#alerts.overtake(parsed.revision);
    this.#alerts.recordRevision(device, parsed.revision);
    if (parsed.revision === this.#alerts.revision && parsed.pending === 0) return;
    // Not within the step of the tunnel's machine that told us.
    queueMicrotask(() => void this.sync(device));
  }

  /** The list has changed. Resolves when the connected relays have it, could not be told, or take too long. */
  async changed(): Promise<void> {
    const connected = [...this.#alerts.relayRevisions().keys()].filter((device) => this.#owner.isOnline(device));
    let timer: ReturnType<typeof setTimeout> | null = null;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([patience, Promise.all(connected.map((device) => this.sync(device)))]);
    clearTimeout(timer);
  }

  /** Brings one relay up to date. Never rejects. */
  sync(device: string): Promise<void> {
    const running = this.#running.get(device);
    if (running) {
      running.again = true;
      return running.done;
    }
    const run: Run = { again: false, done: Promise.resolve() };
    this.#running.set(device, run);
    run.done = this.#exchange(device, run)
      .then(() => void this.#retries.delete(device))
      .catch((error: unknown) => this.#retryLater(device, error))
      .finally(() => this.#running.delete(device));
    return run.done;
  }

  async #exchange(device: string, run: Run): Promise<void> {
    let acknowledged: AlertsReport['firings'] = [];
    for (let round = 0; round < maxRounds; round++) {
      run.again = false;
      const push = this.#alerts.pushFor(
        device,
        acknowledged.map(({ alert, seq }) => ({ alert, seq })),
      );
      const report = await this.#owner.ask(device, push);
      const fresh = this.#alerts.record(device, report);
      if (fresh.length > 0) this.#owner.fired(fresh);
      this.#alerts.recordRevision(device, report.revision);
      this.#alerts.overtake(report.revision);
      acknowledged = report.firings;
      const isSettled = acknowledged.length === 0 && !run.again;
      if (isSettled && !isLate(push.revision, report.revision)) return;
    }
  }

  /** The next status or connect brings it too; this is for a relay that was only busy. */
  #retryLater(device: string, error: unknown): void {
    const tries = (this.#retries.get(device) ?? 0) + 1;
    this.#retries.set(device, tries);
    console.warn('alerts could not be synchronised', error instanceof ToolError ? error.code : error);
    if (tries > maxRetries || !this.#owner.isOnline(device)) return;
    setTimeout(() => void this.sync(device), retryMs * 2 ** (tries - 1));
  }
}
