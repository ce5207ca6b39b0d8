import type { HomeTradingEffect, SentRequest, Ticket, TradingRelay } from '../../../shared/orders/home-model.ts';
import type { KeptTrading } from '../../../shared/orders/home-trading.ts';
import { type Policy, policySchema } from '../../../shared/orders/policy-fields.ts';
import { randomToken } from '../../edge/secrets.ts';
import { AuditLog } from './audit.ts';

/** What trading needs of a Durable Object's storage. */
export type TradingStorage = Pick<DurableObjectStorage, 'sql' | 'transactionSync' | 'sync'>;

/**
 * Where Home keeps its part of trading. Everything is text: ids and money must come back as they were, and the runtime
 * binds every number as a floating one.
 */
export class TradingStore {
  readonly audit: AuditLog;
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.audit = new AuditLog(sql);
  }

  static createTables(sql: SqlStorage): void {
    sql.exec('CREATE TABLE order_home (generation TEXT NOT NULL, question_key TEXT NOT NULL, policy TEXT NOT NULL)');
    sql.exec('CREATE TABLE order_ticket (id TEXT PRIMARY KEY, minted_at TEXT NOT NULL, body TEXT NOT NULL)');
    sql.exec('CREATE TABLE order_relay (device TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID');
    sql.exec('CREATE TABLE order_owner (account TEXT PRIMARY KEY, device TEXT NOT NULL) WITHOUT ROWID');
    sql.exec('CREATE TABLE order_request (id TEXT PRIMARY KEY, sent_at TEXT NOT NULL, body TEXT NOT NULL)');
    AuditLog.createTable(sql);
  }

  load(): KeptTrading {
    const { generation, policy } = this.#home();
    return {
      home: generation,
      policy: readPolicy(policy),
      relays: this.#bodies<TradingRelay>('SELECT body FROM order_relay'),
      owners: this.#sql
        .exec<{ account: string; device: string }>('SELECT account, device FROM order_owner')
        .toArray()
        .map(({ account, device }) => [account, device] as const),
      tickets: this.#bodies<Ticket>('SELECT body FROM order_ticket ORDER BY minted_at, rowid'),
      requests: this.#bodies<SentRequest>('SELECT body FROM order_request ORDER BY sent_at, rowid'),
    };
  }

  /** The secret with which questions to a human are sealed, 32 bytes in base64url. */
  questionKey(): string {
    return this.#home().question_key;
  }

  /** Whether anything of trading was ever kept. */
  isEmpty(): boolean {
    return this.#sql.exec('SELECT 1 FROM order_relay LIMIT 1').toArray().length === 0;
  }

  /** Keeps what a step has changed; to be called in a transaction. */
  write(effects: readonly HomeTradingEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'audit') this.audit.append(effect.entry);
      if (effect.type === 'save') this.#save(effect);
    }
  }

  #save(effect: Extract<HomeTradingEffect, { type: 'save' }>): void {
    switch (effect.what) {
      case 'ticket': {
        const { id, mintedAt } = effect.ticket;
        this.#put('order_ticket (id, minted_at, body)', id, instantText(mintedAt), effect.ticket);
        break;
      }
      case 'request':
        this.#put(
          'order_request (id, sent_at, body)',
          effect.request.id,
          instantText(effect.request.at),
          effect.request,
        );
        break;
      case 'relay':
        this.#sql.exec(
          'INSERT OR REPLACE INTO order_relay (device, body) VALUES (?, ?)',
          effect.relay.device,
          JSON.stringify(effect.relay),
        );
        break;
      case 'owner':
        this.#sql.exec(
          'INSERT OR REPLACE INTO order_owner (account, device) VALUES (?, ?)',
          effect.account,
          effect.device,
        );
        break;
      case 'forget-relay':
        this.#sql.exec('DELETE FROM order_relay WHERE device = ?', effect.device);
        this.#sql.exec('DELETE FROM order_owner WHERE device = ?', effect.device);
        break;
      case 'policy':
        this.#home();
        this.#sql.exec('UPDATE order_home SET policy = ?', JSON.stringify(effect.policy));
        break;
      case 'forget':
        for (const id of effect.tickets) this.#sql.exec('DELETE FROM order_ticket WHERE id = ?', id);
        for (const id of effect.requests) this.#sql.exec('DELETE FROM order_request WHERE id = ?', id);
    }
  }

  /** A row that is replaced keeps its place, so that tickets come back in the order in which they were made. */
  #put(into: string, id: string, at: string, body: object): void {
    this.#sql.exec(
      `INSERT INTO ${into} VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
      id,
      at,
      JSON.stringify(body),
    );
  }

  #bodies<Kept>(query: string): Kept[] {
    return this.#sql
      .exec<{ body: string }>(query)
      .toArray()
      .map(({ body }) => JSON.parse(body) as Kept);
  }

  /** Made with its random generation on the first use. */
  #home(): { generation: string; question_key: string; policy: string } {
    type Row = { generation: string; question_key: string; policy: string };
    const [row] = this.#sql.exec<Row>('SELECT generation, question_key, policy FROM order_home').toArray();
    if (row) return row;
    const made = { generation: hex(8), question_key: randomToken(32), policy: '{}' };
    this.#sql.exec(
      'INSERT INTO order_home (generation, question_key, policy) VALUES (?, ?, ?)',
      made.generation,
      made.question_key,
      made.policy,
    );
    return made;
  }
}

/** A policy that this version cannot read allows nothing that a person would have to approve in another way. */
function readPolicy(text: string): Policy {
  const parsed = policySchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : { approval: 'home' };
}

function instantText(at: number): string {
  return String(at).padStart(15, '0');
}

function hex(bytes: number): string {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
