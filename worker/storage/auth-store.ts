import { DurableObject } from 'cloudflare:workers';
import { type KvListOptions, type KvListResult, type KvPutOptions, KvTable } from './kv-table.ts';
import { type Migration, openSchema } from './migrations.ts';

const sweepIntervalMs = 6 * 3_600_000;

/** Of eight shards; registering is also counted by address. */
const maxKeys = 50_000;

/** Never edit a step that has shipped; add another. */
const migrations: readonly Migration[] = [
  // It may be there: the first release made it and wrote no version.
  (sql) => KvTable.createTable(sql),
];

/** A shard of the OAuth records that carry no user id: registered clients, consent transactions. */
export class AuthStore extends DurableObject {
  readonly #kv: KvTable;

  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    openSchema(ctx.storage, migrations);
    this.#kv = new KvTable(ctx.storage.sql, maxKeys);
  }

  kvGet(key: string): string | null {
    return this.#kv.get(key);
  }

  async kvPut(key: string, value: string, options?: KvPutOptions): Promise<void> {
    this.#kv.put(key, value, options);
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + sweepIntervalMs);
  }

  kvDelete(key: string): void {
    this.#kv.delete(key);
  }

  kvList(options?: KvListOptions): KvListResult {
    return this.#kv.list(options);
  }

  override async alarm(): Promise<void> {
    if (this.#kv.sweep()) await this.ctx.storage.setAlarm(Date.now() + sweepIntervalMs);
  }
}
