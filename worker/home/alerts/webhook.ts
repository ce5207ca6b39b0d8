import { ToolError } from '../../../shared/errors.ts';
import { isLoopback } from '../../../shared/loopback.ts';
import type { RecordedFiring } from './alerts.ts';

/** What the dashboard shows of the webhook. */
export interface WebhookView {
  readonly host: string;
  /** Why the last message could not be delivered. */
  readonly problem?: string;
}

/** Further attempts follow after these pauses; then the message is given up, a day and a half after it was made. */
const pausesMs = [10_000, 60_000, 300_000, 1_800_000, 7_200_000, 21_600_000, 86_400_000];
const timeoutMs = 10_000;
const maxWaiting = 200;
const atOnce = 10;

/**
 * Tells an address of the user's choice about fired alerts. Messages wait in the database until they are delivered; each
 * may arrive more than once, with the same `webhook-id`. Headers and signature are those of Standard Webhooks.
 */
export class Webhook {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  view(): WebhookView | undefined {
    const row = this.#row();
    return row && { host: new URL(row.url).host, ...(row.problem === null ? {} : { problem: row.problem }) };
  }

  /**
   * Sets the address, in place of an earlier one.
   * @param local whether this machine's own addresses are allowed, for trying it out
   * @returns the new signing secret, which is shown once
   * @throws ToolError `invalid_arguments`
   */
  set(url: string, local: boolean): string {
    const { href } = webhookUrl(url, local);
    const secret = `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`;
    this.remove();
    this.#sql.exec('INSERT INTO webhook (url, secret) VALUES (?, ?)', href, secret);
    return secret;
  }

  remove(): void {
    this.#sql.exec('DELETE FROM webhook');
    this.#sql.exec('DELETE FROM delivery');
  }

  /** Lets messages wait for {@link deliver}; the oldest are given up when there are too many. */
  enqueue(firings: readonly RecordedFiring[]): void {
    if (!this.#row()) return;
    for (const firing of firings) {
      this.#sql.exec(
        'INSERT OR IGNORE INTO delivery (id, body, attempts, due_at) VALUES (?, ?, 0, ?)',
        `${firing.alert}.${firing.seq}`,
        JSON.stringify({ type: 'alert.fired', timestamp: firing.at, data: firing }),
        Date.now(),
      );
    }
    this.#sql.exec(
      'DELETE FROM delivery WHERE id IN (SELECT id FROM delivery ORDER BY due_at DESC, id LIMIT -1 OFFSET ?)',
      maxWaiting,
    );
  }

  /** When the next message is due, epoch milliseconds. */
  nextDue(): number | undefined {
    return (
      this.#sql.exec<{ due: number | null }>('SELECT min(due_at) AS due FROM delivery').toArray()[0]?.due ?? undefined
    );
  }

  /** Sends what is due. Never rejects. */
  async deliver(): Promise<void> {
    const due = this.#sql
      .exec<{ id: string; body: string; attempts: number }>(
        'SELECT id, body, attempts FROM delivery WHERE due_at <= ? ORDER BY due_at LIMIT ?',
        Date.now(),
        atOnce,
      )
      .toArray();
    await Promise.all(due.map((message) => this.#attempt(message)));
  }

  async #attempt({ id, body, attempts }: { id: string; body: string; attempts: number }): Promise<void> {
    const row = this.#row();
    const pause = pausesMs[attempts];
    // Counted before it is sent, so that a restart in between does not send for ever.
    if (pause === undefined || !row) this.#sql.exec('DELETE FROM delivery WHERE id = ?', id);
    else {
      this.#sql.exec(
        'UPDATE delivery SET attempts = attempts + 1, due_at = ? WHERE id = ?',
        Date.now() + pause * (0.8 + 0.4 * Math.random()),
        id,
      );
    }
    if (!row) return;
    const problem = await this.#post(row, id, body);
    if (problem === undefined) this.#sql.exec('DELETE FROM delivery WHERE id = ?', id);
    this.#sql.exec('UPDATE webhook SET problem = ? WHERE url = ?', problem ?? null, row.url);
  }

  /** @returns what went wrong, as a sentence */
  async #post({ url, secret }: { url: string; secret: string }, id: string, body: string): Promise<string | undefined> {
    const timestamp = Math.floor(Date.now() / 1_000);
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        // An address that was checked must not lead to one that was not.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': 'ibkr-remote-mcp',
          'webhook-id': id,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': await signature(secret, `${id}.${timestamp}.${body}`),
        },
      });
      await response.body?.cancel();
      return response.ok ? undefined : `It answered ${response.status}.`;
    } catch {
      return 'It could not be reached.';
    }
  }

  #row(): { url: string; secret: string; problem: string | null } | undefined {
    return this.#sql
      .exec<{ url: string; secret: string; problem: string | null }>('SELECT url, secret, problem FROM webhook')
      .toArray()[0];
  }
}

/**
 * Checks an address: https, by a public name. Numeric addresses are refused, and so are names that only mean something
 * in somebody's own network.
 * @throws ToolError `invalid_arguments`
 */
export function webhookUrl(text: string, local: boolean): URL {
  const refuse = (message: string): never => {
    throw new ToolError({
      code: 'invalid_arguments',
      message,
      nextStep: 'Give an address as in https://example.com/hook.',
    });
  };
  const url = URL.canParse(text) && text.length <= 500 ? new URL(text) : refuse('That is no address.');
  if (local && url.protocol === 'http:' && isLoopback(url.hostname)) return url;
  if (url.protocol !== 'https:') return refuse('A webhook needs https.');
  if (url.username !== '' || url.password !== '') return refuse('An address with a password is not kept.');
  const labels = url.hostname.replace(/\.$/, '').split('.');
  if (!url.hostname.includes('.') || url.hostname.startsWith('[') || /^\d+$/.test(labels.at(-1) ?? ''))
    return refuse('A webhook needs a public host name.');
  if (
    /(^|\.)(local|localhost|localdomain|internal|intranet|lan|home|corp|private|home\.arpa|test|invalid)$/.test(
      labels.join('.'),
    )
  )
    return refuse('That name belongs to a private network.');
  return url;
}

/** HMAC-SHA256 in the form of Standard Webhooks, `v1,<base64>`; the secret is `whsec_<base64>`. */
export async function signature(secret: string, text: string): Promise<string> {
  const key = await crypto.subtle.importKey(
    'raw',
    Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (character) => character.charCodeAt(0)),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  const digest = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text));
  return `v1,${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
