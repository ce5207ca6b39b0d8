import type { z } from 'zod';
import { alertsSync } from '../../../shared/alerts/sync.ts';
import { ToolError, toToolErrorData } from '../../../shared/errors.ts';
import type { Operation } from '../../../shared/operation.ts';
import { manageAlerts } from '../../../shared/tools/manage_alerts.ts';
import { manageWatchlists } from '../../../shared/tools/manage_watchlists.ts';
import { AlertSync } from '../alerts/alert-sync.ts';
import { Alerts, type RecordedFiring } from '../alerts/alerts.ts';
import { Webhook, type WebhookView } from '../alerts/webhook.ts';
import type { CallProgress, CallRequest } from '../relays/relay-link.ts';
import { routeCall } from '../relays/routing.ts';
import type { RelayView } from '../relays/status.ts';
import { Watchlists } from '../watchlists/watchlists.ts';
import { answerAlerts } from './manage_alerts.ts';
import { type AskRelay, answerWatchlists } from './manage_watchlists.ts';

/** What the dashboard shows of the user's alerts. */
export interface AlertsOverview {
  /** Newest first. */
  firings: RecordedFiring[];
  waiting: number;
  webhook?: WebhookView;
}

/** What the user's own lists need of their Home. */
export interface PersonalOwner {
  /**
   * Asks one relay and checks its answer. Rejects with a ToolError.
   * @param whole the client's call of which this is a part, and with which it is cancelled
   */
  ask<Input extends z.ZodObject, Output extends z.ZodObject>(
    device: string,
    operation: Operation<Input, Output>,
    args: z.input<Input>,
    whole?: CallRequest,
  ): Promise<z.output<Output>>;
  relays(): readonly RelayView[];
  isOnline(device: string): boolean;
  /** Messages wait for {@link Personal.deliver}. */
  messagesWait(): void;
}

/** What this server keeps for its user: watchlists, alerts and where those are told. */
export class Personal {
  readonly #owner: PersonalOwner;
  readonly #watchlists: Watchlists;
  readonly #alerts: Alerts;
  readonly #sync: AlertSync;
  readonly #webhook: Webhook;

  constructor(sql: SqlStorage, owner: PersonalOwner) {
    this.#owner = owner;
    this.#watchlists = new Watchlists(sql);
    this.#alerts = new Alerts(sql);
    this.#webhook = new Webhook(sql);
    this.#sync = new AlertSync(this.#alerts, {
      ask: (device, args) => owner.ask(device, alertsSync, args),
      isOnline: owner.isOnline,
      fired: (firings) => {
        this.#webhook.enqueue(firings);
        owner.messagesWait();
      },
    });
  }

  /** Carries out one of the tools. Rejects with a ToolError. */
  async answer(request: CallRequest, onProgress?: (progress: CallProgress) => void): Promise<object> {
    const { op, args } = request;
    const relays = this.#owner.relays();
    const ask: AskRelay = async (operation, input) => {
      const route = routeCall({ op: operation.name, kind: 'read', args: {} }, relays);
      if ('error' in route) throw new ToolError(route.error);
      return this.#owner.ask(route.relays[0]?.id ?? '', operation, input, request);
    };
    switch (op) {
      case manageWatchlists.name: {
        const tell = (progress: number, total: number, message: string) => onProgress?.({ progress, total, message });
        return answerWatchlists(args, this.#watchlists, ask, tell);
      }
      case manageAlerts.name:
        return answerAlerts(args, {
          alerts: this.#alerts,
          sync: this.#sync,
          relays,
          ask,
          marketRelay: (relays.find(({ online }) => online) ?? relays[0])?.id,
          webhook: this.#webhook.view()?.host,
        });
      default:
        throw new ToolError({ code: 'unsupported', message: 'Home has no such tool.', nextStep: 'List the tools.' });
    }
  }

  overview(): AlertsOverview {
    const webhook = this.#webhook.view();
    return {
      firings: this.#alerts.firings(),
      waiting: this.#alerts.waiting().length,
      ...(webhook ? { webhook } : {}),
    };
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

  /** A relay's status has come. */
  onStatus(device: string, status: unknown): void {
    this.#sync.onStatus(device, status);
  }

  /** A relay was removed; `heir` takes over what it watched. */
  relayRemoved(device: string, heir: string | undefined): void {
    this.#alerts.reassign(device, heir);
    void this.#sync.changed();
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
