import type { z } from 'zod';
import { alertsSync } from '../../../shared/alerts/sync.ts';
import { toToolErrorData } from '../../../shared/errors.ts';
import type { Operation } from '../../../shared/operation.ts';
import { AlertSync } from './alert-sync.ts';
import { Alerts, type RecordedFiring } from './alerts.ts';
import { Webhook, type WebhookView } from './webhook.ts';

/** What the dashboard shows of the user's alerts. */
export interface AlertsOverview {
  /** Newest first. */
  firings: RecordedFiring[];
  waiting: number;
  webhook?: WebhookView;
}

/** What alerts need of their Home. */
export interface AlertingOwner {
  /** Asks one relay and checks its answer. Rejects with a ToolError. */
  ask<Input extends z.ZodObject, Output extends z.ZodObject>(
    device: string,
    operation: Operation<Input, Output>,
    args: z.input<Input>,
  ): Promise<z.output<Output>>;
  isOnline(device: string): boolean;
  /** Messages wait for {@link Alerting.deliver}. */
  messagesWait(): void;
}

/** A user's alerts with all that belongs to them: the relays that watch them, and the webhook that is told. */
export class Alerting {
  readonly alerts: Alerts;
  readonly sync: AlertSync;
  readonly #webhook: Webhook;

  constructor(sql: SqlStorage, owner: AlertingOwner) {
    this.alerts = new Alerts(sql);
    this.#webhook = new Webhook(sql);
    this.sync = new AlertSync(this.alerts, {
      ask: (device, args) => owner.ask(device, alertsSync, args),
      isOnline: owner.isOnline,
      fired: (firings) => {
        this.#webhook.enqueue(firings);
        owner.messagesWait();
      },
    });
  }

  overview(): AlertsOverview {
    const webhook = this.#webhook.view();
    return {
      firings: this.alerts.firings(),
      waiting: this.alerts.waiting().length,
      ...(webhook ? { webhook } : {}),
    };
  }

  /** Host of the user's webhook. */
  get webhookHost(): string | undefined {
    return this.#webhook.view()?.host;
  }

  /**
   * Sets where fired alerts are told; an empty address ends it.
   * @param local whether this machine's own addresses are allowed
   * @returns the signing secret, or what is wrong with the address
   */
  setWebhook(url: string, local: boolean): { secret: string } | { problem: string } | undefined {
    if (url.trim() === '') {
      this.#webhook.remove();
      return undefined;
    }
    try {
      return { secret: this.#webhook.set(url.trim(), local) };
    } catch (thrown) {
      return { problem: toToolErrorData(thrown).message };
    }
  }

  /** A relay was removed; `heir` takes over what it watched. */
  relayRemoved(device: string, heir: string | undefined): void {
    this.alerts.reassign(device, heir);
    void this.sync.changed();
  }

  /** Sends the messages that are due. Never rejects. */
  deliver(): Promise<void> {
    return this.#webhook.deliver();
  }

  /** When the next message is due, epoch milliseconds. */
  nextDelivery(): number | undefined {
    return this.#webhook.nextDue();
  }
}
