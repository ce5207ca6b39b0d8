import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DurableKv, durableKv } from '../worker/oauth/durable-kv.ts';
import { startWorker, type TestWorker } from './support/worker.ts';

/** The OAuth library's storage must behave as Workers KV does: every sequence is run against both. */

let worker: TestWorker;
let kv: DurableKv;
let durable: DurableKv;
const user = 'u'.repeat(22);

beforeAll(async () => {
  worker = await startWorker({ kv: ['KV'] });
  const env = await worker.bindings<Record<string, never>>();
  kv = env.KV as unknown as DurableKv;
  durable = durableKv(env as never);
  await (env.HOME as unknown as { getByName(name: string): { initialise(id: string): Promise<void> } })
    .getByName(user)
    .initialise(user);
});

afterAll(() => worker.close());

const both = async <Value>(run: (store: DurableKv) => Promise<Value>): Promise<[Value, Value]> => [
  await run(durable),
  await run(kv),
];

async function listAll(store: DurableKv, prefix: string, limit?: number) {
  const keys: { name: string; metadata?: unknown }[] = [];
  let pages = 0;
  let cursor: string | undefined;
  do {
    const page: KVNamespaceListResult<unknown> = await store.list({
      prefix,
      ...(limit ? { limit } : {}),
      ...(cursor ? { cursor } : {}),
    });
    keys.push(
      ...page.keys.map(({ name, metadata }) =>
        metadata === undefined || metadata === null ? { name } : { name, metadata },
      ),
    );
    cursor = page.list_complete ? undefined : page.cursor;
    pages++;
  } while (cursor !== undefined && pages < 200);
  return keys.sort((a, b) => (a.name < b.name ? -1 : 1));
}

describe.each([
  ['records of a user', `grant:${user}:`],
  ['records of nobody', 'client:'],
])('%s', (_, prefix) => {
  test('any sequence of put, delete, get and list answers as Workers KV does', async () => {
    const key = fc.constantFrom('a', 'b', 'c', 'ä', '%', '_').map((name) => `${prefix}${name}`);
    const command = fc.oneof(
      fc.record({
        op: fc.constant('put' as const),
        key,
        value: fc.string(),
        metadata: fc.option(fc.record({ n: fc.integer() }, { noNullPrototype: true }), { nil: undefined }),
      }),
      fc.record({ op: fc.constant('delete' as const), key }),
      fc.record({ op: fc.constant('get' as const), key }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 12 }), async (commands) => {
        for (const step of commands) {
          if (step.op === 'put')
            await both((store) => store.put(step.key, step.value, step.metadata ? { metadata: step.metadata } : {}));
          else if (step.op === 'delete') await both((store) => store.delete(step.key));
          else {
            const [ours, theirs] = await both((store) => store.get(step.key));
            expect(ours).toBe(theirs);
          }
        }
        const [ours, theirs] = await both((store) => listAll(store, prefix));
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 15 },
    );
  });

  test('lists page by page, each key once', async () => {
    for (let index = 0; index < 23; index++) await both((store) => store.put(`${prefix}page-${index}`, String(index)));
    const [ours, theirs] = await both((store) => listAll(store, `${prefix}page-`, 5));
    expect(ours).toHaveLength(23);
    expect(ours).toEqual(theirs);
  });

  test('reads JSON, and null for what is not there', async () => {
    await both((store) => store.put(`${prefix}json`, '{"a":[1,"ü"]}'));
    const [ours, theirs] = await both((store) => store.get(`${prefix}json`, { type: 'json' }));
    expect(ours).toEqual(theirs);
    expect(await both((store) => store.get(`${prefix}absent`, { type: 'json' }))).toEqual([null, null]);
  });

  test('an expired key is gone at once', async () => {
    const past = Math.floor(Date.now() / 1_000) - 10;
    await durable.put(`${prefix}expired`, 'x', { expiration: past });
    expect(await durable.get(`${prefix}expired`)).toBeNull();
    expect((await listAll(durable, `${prefix}expired`)).length).toBe(0);
  });

  test('a write is seen by the next read, always', async () => {
    for (let round = 0; round < 20; round++) {
      await durable.put(`${prefix}race`, String(round));
      expect(await durable.get(`${prefix}race`)).toBe(String(round));
    }
  });
});

test('a token of a user nobody created reads as absent and cannot be stored', async () => {
  const stranger = 's'.repeat(22);
  expect(await durable.get(`token:${stranger}:g:t`)).toBeNull();
  await expect(durable.put(`token:${stranger}:g:t`, 'x')).rejects.toThrow();
});
