import { DurableObject } from 'cloudflare:workers';
import type { Env } from '../env.ts';
import { type KvListOptions, type KvListResult, type KvPutOptions, KvTable } from '../storage/kv-table.ts';

const sweepIntervalMs = 6 * 3_600_000;

/** A shard of the OAuth records that carry no user id: registered clients, consent transactions. */
export class AuthStore extends DurableObject<Env> {
  readonly #kv: KvTable;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#kv = new KvTable(ctx.storage.sql);
    KvTable.createTable(ctx.storage.sql);
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
