import { StorageError } from './errors.ts';

/** Brings a database from one version of its schema to the next. */
export type Migration = (sql: SqlStorage) => void;

/** Whether the database has the table that tells its schema's version. */
export function hasSchema(sql: SqlStorage): boolean {
  return sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'").toArray().length > 0;
}

/**
 * Brings a database up to date: each missing step with its number in one transaction, so that a step which fails leaves
 * the version before it. For the constructor of a Durable Object, which no request can come into.
 *
 * @param steps all that ever were, in order; one that has shipped is never edited
 * @throws StorageError `storage_newer` when a newer version has written here
 */
export function migrate(storage: DurableObjectStorage, steps: readonly Migration[]): void {
  const { sql } = storage;
  const { schema_version: from } = sql.exec<{ schema_version: number }>('SELECT schema_version FROM meta').one();
  if (from > steps.length) {
    throw new StorageError(
      'storage_newer',
      `This storage was written by a newer version of the server: its schema is ${from}, and this version knows ${steps.length}. Deploy that version again.`,
    );
  }
  steps.slice(from).forEach((step, index) => {
    storage.transactionSync(() => {
      step(sql);
      sql.exec('UPDATE meta SET schema_version = ?', from + index + 1);
    });
  });
}

/** As {@link migrate}, for an object that has storage from its first use on. */
export function openSchema(storage: DurableObjectStorage, steps: readonly Migration[]): void {
  if (!hasSchema(storage.sql)) {
    storage.transactionSync(() => {
      storage.sql.exec('CREATE TABLE meta (schema_version INTEGER NOT NULL)');
      storage.sql.exec('INSERT INTO meta (schema_version) VALUES (0)');
    });
  }
  migrate(storage, steps);
}
