import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../scripts/processes.ts';
import { costs } from './call-cost.cases.ts';
import { Browser } from './support/browser.ts';
import { connectClient, type Era, eras, type TestClient } from './support/clients.ts';
import type { Counters } from './support/counters.ts';
import type { WorkerCounters } from './support/counting-worker.ts';
import { clockFrom, fridayNoon } from './support/simulator/client.ts';
import { startRelay, type TestRelay } from './support/system.ts';
import { signInDemo } from './support/users.ts';
import { startWorker, type TestWorker } from './support/worker.ts';

/** What a call costs, on the real runtime and a real relay process: each counts what it does, see call-cost.cases.ts. */

let worker: TestWorker;
let relay: TestRelay;
let countersPort: number;
const clients = new Map<Era, TestClient>();
const browser = new Browser();

beforeAll(async () => {
  worker = await startWorker({ main: 'test/support/counting-worker.ts' });
  await signInDemo(worker, browser);
  countersPort = await freePort();
  relay = await startRelay(
    worker,
    browser,
    { clock: clockFrom(fridayNoon) },
    { COUNTERS_PORT: String(countersPort), RELAY_LOG_LEVEL: 'info' },
    resolve(import.meta.dirname, 'support/counting-relay.ts'),
  );
  await relay.ready();
  for (const era of eras) clients.set(era, await connectClient({ era, url: worker.mcp, browser }));
});
afterAll(async () => {
  for (const client of clients.values()) await client.close();
  await relay.close();
  await worker.close();
});

const argsOf: Readonly<Record<string, Record<string, unknown>>> = {
  manage_watchlists: { action: 'list' },
  get_quotes: { contracts: ['AAPL'] },
};

/** What two countings differ by, as one table of numbers. */
type Cost = Readonly<Record<string, number>>;

async function counted(): Promise<Cost> {
  const [there, here] = await Promise.all([
    fetch(new URL('/test/counters', worker.origin)).then((answer) => answer.json() as Promise<WorkerCounters>),
    fetch(`http://127.0.0.1:${countersPort}`).then((answer) => answer.json() as Promise<Counters>),
  ]);
  const { calls, sql, ...rest } = there;
  return { ...calls, ...named('SQL', sql), ...named('Worker', rest), ...named('relay', here) };
}

const named = (where: string, counts: object): Cost =>
  Object.fromEntries(Object.entries(counts).map(([name, n]) => [`${where} ${name}`, n as number]));

/** The least of three: a heartbeat or a status that falls into one of them is not the call's. */
async function leastCost(call: () => Promise<unknown>): Promise<Cost> {
  const all: Cost[] = [];
  for (let round = 0; round < 3; round++) {
    const before = await counted();
    await call();
    const after = await counted();
    all.push(Object.fromEntries(Object.entries(after).map(([name, n]) => [name, n - (before[name] ?? 0)])));
  }
  const least = Object.keys(all[0] ?? {}).map(
    (name) => [name, Math.min(...all.map((cost) => cost[name] ?? 0))] as const,
  );
  return Object.fromEntries(least.filter(([, n]) => n > 0));
}

test.each(costs)('%s by a client of %s costs what it did', async (name, era, objects, inWorker, atRelay) => {
  const client = clients.get(era) as TestClient;
  const call = async () => {
    if (name === 'tools/list') return void (await client.listTools());
    const result = await client.call(name, argsOf[name]);
    expect(result.isError, result.content[0]?.text).toBeFalsy();
  };
  await call();
  const [sql, encodings, decodings, timers] = inWorker;
  const expected = {
    ...Object.fromEntries(objects.map((method) => [`Home.${method}`, 1])),
    'SQL Home': sql,
    ...named('Worker', { encodings, decodings, timers }),
    ...named('relay', { encodings: atRelay[0], decodings: atRelay[1], timers: atRelay[2] }),
  };
  expect(await leastCost(call)).toEqual(Object.fromEntries(Object.entries(expected).filter(([, n]) => n > 0)));
});
