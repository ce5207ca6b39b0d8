import type { Env } from '../env.ts';
import type { KvListOptions, KvListResult, KvPutOptions } from '../storage/kv-table.ts';

/** Shards for records that carry no user id. Changing it orphans registered clients. */
const shards = 8;

/** The four operations that the OAuth library uses of a KV namespace. */
export type DurableKv = Pick<KVNamespace, 'get' | 'put' | 'delete' | 'list'>;

/** An object that stores keys; both Home and AuthStore are such objects. */
interface KvObject {
  kvGet(key: string): Promise<string | null>;
  kvPut(key: string, value: string, options?: KvPutOptions): Promise<void>;
  kvDelete(key: string): Promise<void>;
  kvList(options?: KvListOptions): Promise<KvListResult>;
}

/**
 * The OAuth library's storage on Durable Objects instead of eventually consistent KV. Keys with a user id
 * (`grant:{user}:…`, `token:{user}:…`) live in that user's Home, all others in a shard of AuthStore. Only this file knows;
 * it can be replaced when the library ships its own adapter.
 */
export function durableKv(env: Env): DurableKv {
  const objectFor = (key: string): KvObject => {
    const userId = userOf(key);
    return userId === undefined ? shard(env, shardOf(key)) : (env.HOME.getByName(userId) as unknown as KvObject);
  };
  const kv = {
    async get(key: string, options?: 'text' | 'json' | { type?: 'text' | 'json' }) {
      const value = await objectFor(key).kvGet(key);
      const type = typeof options === 'string' ? options : options?.type;
      return value !== null && type === 'json' ? (JSON.parse(value) as unknown) : value;
    },
    async put(key: string, value: string, options?: KvPutOptions) {
      await objectFor(key).kvPut(key, value, options);
    },
    async delete(key: string) {
      await objectFor(key).kvDelete(key);
    },
    async list(options: KvListOptions = {}) {
      const userId = userOf(options.prefix ?? '');
      if (userId !== undefined) return (env.HOME.getByName(userId) as unknown as KvObject).kvList(options);
      return listShards(env, options);
    },
  };
  return kv as unknown as DurableKv;
}

function shard(env: Env, index: number): KvObject {
  return env.AUTH_STORE.getByName(`shard-${index}`) as unknown as KvObject;
}

/** The user id in a key or complete key prefix such as `grant:{user}:`. */
function userOf(key: string): string | undefined {
  return /^(?:grant|token):([^:]+):/.exec(key)?.[1];
}

/** FNV-1a over the key's UTF-16 units: cheap and stable. */
function shardOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % shards;
}

/** Lists one shard after the other; the cursor names the shard and its own cursor. */
async function listShards(env: Env, { prefix, limit, cursor }: KvListOptions): Promise<KvListResult> {
  const [, index = '0', inner] = /^(\d+)\|(.*)$/s.exec(cursor ?? '') ?? [];
  const current = Number(index);
  const page = await shard(env, current).kvList({ prefix, limit, cursor: inner });
  if (!page.list_complete) return { ...page, cursor: `${current}|${page.cursor}` };
  return current + 1 < shards
    ? { keys: page.keys, list_complete: false, cursor: `${current + 1}|` }
    : { keys: page.keys, list_complete: true };
}
