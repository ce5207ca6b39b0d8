import { Attempts } from '../edge/attempts.ts';
import { KvTable } from '../storage/kv-table.ts';
import { hasSchema, type Migration, migrate } from '../storage/migrations.ts';
import { ApproverKeys } from './approvers/approver-keys.ts';
import { ApproverRelays } from './approvers/approver-relays.ts';
import { TradingStore } from './orders/trading-store.ts';
import { Passkeys } from './passkeys.ts';
import { Refreshes } from './refreshes.ts';
import { RelayEvents } from './relays/relay-events.ts';
import { Sessions } from './sessions.ts';

/** Steps that bring a Home's database up to date, in order. Never edit one that has shipped; add another. */
const migrations: readonly Migration[] = [
  (sql) => {
    sql.exec('CREATE TABLE session (hash TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID');
    sql.exec('CREATE TABLE pairing (hash TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID');
    sql.exec(`CREATE TABLE device (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, public_key TEXT NOT NULL, created_at INTEGER NOT NULL,
      connected_at INTEGER, seen_at INTEGER, status TEXT
    ) WITHOUT ROWID`);
    sql.exec('CREATE TABLE nonce (nonce TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID');
    Attempts.createTable(sql);
    KvTable.createTable(sql);
  },
  (sql) => {
    sql.exec('CREATE TABLE watchlist (key TEXT PRIMARY KEY, name TEXT NOT NULL, updated_at INTEGER NOT NULL)');
    sql.exec(`CREATE TABLE watched (
      list TEXT NOT NULL, con_id INTEGER NOT NULL, contract TEXT NOT NULL, currency TEXT, position INTEGER NOT NULL,
      PRIMARY KEY (list, con_id)
    ) WITHOUT ROWID`);
    sql.exec(`CREATE TABLE alert (
      id TEXT PRIMARY KEY, definition TEXT NOT NULL, note TEXT, device TEXT, created_at INTEGER NOT NULL,
      seq INTEGER NOT NULL DEFAULT 0, last_day TEXT, last_at TEXT, problem TEXT
    ) WITHOUT ROWID`);
    sql.exec(`CREATE TABLE firing (
      alert TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, recorded_at INTEGER NOT NULL,
      PRIMARY KEY (alert, seq)
    ) WITHOUT ROWID`);
    sql.exec('CREATE TABLE alert_relay (device TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID');
    sql.exec('CREATE TABLE alert_revision (revision INTEGER NOT NULL)');
    sql.exec('INSERT INTO alert_revision (revision) VALUES (1)');
    sql.exec('CREATE TABLE webhook (url TEXT NOT NULL, secret TEXT NOT NULL, problem TEXT)');
    sql.exec(`CREATE TABLE delivery (
      id TEXT PRIMARY KEY, body TEXT NOT NULL, attempts INTEGER NOT NULL, due_at INTEGER NOT NULL
    ) WITHOUT ROWID`);
  },
  (sql) => {
    sql.exec('ALTER TABLE alert ADD COLUMN halted TEXT');
  },
  (sql) => {
    RelayEvents.createTable(sql);
  },
  (sql) => {
    Refreshes.createTable(sql);
  },
  (sql) => {
    TradingStore.createTables(sql);
  },
  (sql) => {
    Sessions.createTable(sql);
    Passkeys.createTable(sql);
  },
  (sql) => {
    ApproverKeys.createTables(sql);
    ApproverRelays.createTable(sql);
  },
  (sql) => {
    // Codes are the Directory's now, which finds the person by them.
    sql.exec('DROP TABLE pairing');
    for (const column of [
      'next_public_key TEXT',
      'host TEXT',
      'version TEXT',
      'address TEXT',
      'taken_over_at INTEGER',
    ]) {
      sql.exec(`ALTER TABLE device ADD COLUMN ${column}`);
    }
  },
];

/** Whether this Home belongs to a user. A Home that nobody created holds nothing and writes nothing. */
export function isInitialised({ sql }: DurableObjectStorage): boolean {
  return hasSchema(sql);
}

/** Creates the Home of a user; a second call changes nothing. */
export function initialise(storage: DurableObjectStorage, userId: string): void {
  if (isInitialised(storage)) return;
  storage.transactionSync(() => {
    storage.sql.exec('CREATE TABLE meta (user_id TEXT NOT NULL, schema_version INTEGER NOT NULL)');
    storage.sql.exec('INSERT INTO meta (user_id, schema_version) VALUES (?, 0)', userId);
    migrateHome(storage);
  });
}

/** @throws StorageError when a newer version has written here */
export function migrateHome(storage: DurableObjectStorage): void {
  migrate(storage, migrations);
}
