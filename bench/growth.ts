import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorkerRuntime } from '../scripts/worker-runtime.ts';
import type { RelayStatus } from '../shared/status.ts';
import { Browser } from '../test/support/browser.ts';
import { connectClient } from '../test/support/clients.ts';
import { callTool } from './call-tool.ts';
import type { BenchRequest } from './growth-worker.ts';
import { measure, median, type Sample } from './statistics.ts';

/**
 * What a request costs when much is stored, on the bare Workers runtime: each size is a person of their own, filled
 * beforehand, and all sizes are asked in turn, because only ratios within one run mean anything on a shared machine.
 */

const sizes = [1, 10, 100, 1_000, 10_000];

/** A ratio to the smallest size that noise does not explain. */
const notable = 1.5;

/** A person with so much stored, and a client of theirs. */
interface Person {
  userId: string;
  browser: Browser;
  token: string;
}

/** Something that a Home keeps many of. */
interface Thing {
  name: string;
  /** No more of it is ever kept. */
  bound: number;
  /** Statements that each put in `?1` more. */
  fill: readonly string[];
  /** How many a person has before it is filled. */
  there: number;
  questions: readonly Question[];
}

interface Question {
  name: string;
  /** How often each person asks. */
  rounds: number;
  ask: (person: Person) => Promise<unknown>;
  /** How many answers one asking gives. */
  perCall?: number;
}

const status: RelayStatus = {
  version: '0.1.0',
  gateway: { state: 'ready', since: new Date().toISOString(), serverVersion: 193 },
  farms: ['usfarm', 'eufarm', 'ushmds', 'secdefil'].map((name) => ({ name, state: 'ok' })),
  accounts: [{ account: 'U1234567', kind: 'live' }],
  trading: 'read-only',
};
const alert = { kind: 'price', conId: 265_598, contract: 'AAPL {265598}', above: 1_000, repeat: 'once' };

/** Numbers from 1 to `?1`. */
const counted = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)';
const inAnHour = Date.now() + 3_600_000;
const listTimes = 200;

const call: Question = {
  name: 'a call',
  rounds: 150,
  ask: (person) => callTool({ origin, ...person }, 'manage_watchlists', { action: 'list' }),
};
const page: Question = { name: 'the dashboard', rounds: 20, ask: openDashboard };

const things: readonly Thing[] = [
  {
    name: 'apps (a grant and a token each)',
    bound: 10_000,
    there: 1,
    // Copies of the person's own records, named so that they come after them.
    fill: [
      `${counted} INSERT INTO kv SELECT
      substr(key, 1, instr(key, ':') + 23) || '~' || i || iif(key LIKE 'token:%', ':' || hex(randomblob(32)), ''),
      value, metadata, expires_at FROM n, kv WHERE key LIKE 'grant:%' OR key LIKE 'token:%'`,
    ],
    questions: [call, { name: 'tokens of one app', rounds: 30, perCall: listTimes, ask: listOwnTokens }, page],
  },
  {
    name: 'browser sessions',
    bound: 100,
    there: 1,
    fill: [
      `${counted} INSERT INTO session SELECT hex(randomblob(32)), '', '', '', 0, ${inAnHour}, 0, ${inAnHour} FROM n`,
    ],
    questions: [call, page],
  },
  {
    name: 'paired relays',
    bound: 10,
    there: 0,
    fill: [
      `${counted} INSERT INTO device (id, name, public_key, created_at, connected_at, seen_at, status)
      SELECT 'relay' || i, 'Relay ' || i, hex(randomblob(32)), i, i, i, ${quoted(status)} FROM n`,
    ],
    questions: [
      call,
      { name: 'get_status', rounds: 150, ask: (person) => callTool({ origin, ...person }, 'get_status', {}) },
    ],
  },
  {
    name: 'alerts, 100 that wait and 100 that are over',
    bound: 200,
    there: 0,
    fill: [
      `${counted} INSERT INTO alert (id, definition, created_at, halted)
        SELECT 'alert' || i, ${quoted(alert)}, i, iif(i > 100, 'expired', NULL) FROM n`,
    ],
    questions: [
      call,
      {
        name: 'manage_alerts list',
        rounds: 150,
        ask: (person) => callTool({ origin, ...person }, 'manage_alerts', { action: 'list' }),
      },
    ],
  },
  {
    name: 'watched instruments, 200 in each of 50 lists',
    bound: 10_000,
    there: 0,
    fill: [
      `${counted} INSERT INTO watchlist SELECT 'list' || (i % 50), 'List ' || i, i FROM n LIMIT 50`,
      `${counted} INSERT INTO watched SELECT 'list' || (i % 50), i, 'AAPL {' || i || '}', 'USD', i FROM n`,
    ],
    questions: [{ ...call, name: 'manage_watchlists list' }],
  },
];

const folder = await mkdtemp(join(tmpdir(), 'growth-'));
const runtime = await startWorkerRuntime({
  main: 'bench/growth-worker.ts',
  directory: folder,
  vars: { LOCAL_MODE: '1' },
});
const origin = `http://127.0.0.1:${runtime.port}`;
try {
  for (const thing of things) await measureThing(thing);
} finally {
  await runtime.close();
  await rm(folder, { recursive: true, force: true });
}

async function measureThing(thing: Thing): Promise<void> {
  const possible = [...new Set([...sizes, thing.bound])].filter((size) => size <= thing.bound).sort((a, b) => a - b);
  const people = new Map<number, Person>();
  for (const size of possible) people.set(size, await personWith(thing, size));
  console.log(`\n${thing.name}, at most ${thing.bound.toLocaleString('en-US')}`);
  const rows: Record<string, Record<string, string>> = {};
  for (const question of thing.questions) {
    const medians = await measureSizes(question, people);
    const least = medians.get(possible[0] as number)?.p50 ?? 0;
    rows[question.name] = Object.fromEntries(
      [...medians].map(([size, { p50 }]) => [
        size.toLocaleString('en-US'),
        `${(p50 / (question.perCall ?? 1)).toPrecision(3)} ms ×${(p50 / least).toFixed(2)}${p50 > notable * least ? ' !' : ''}`,
      ]),
    );
  }
  console.table(rows);
}

/** Nobody always comes first: each round begins with the next person. */
async function measureSizes(
  { ask, rounds }: Question,
  people: ReadonlyMap<number, Person>,
): Promise<Map<number, Sample>> {
  const samples = [...people].map(([size, person]) => ({ size, once: () => ask(person), list: [] as Sample[] }));
  for (const { once } of samples) await measure(once, { calls: Math.ceil(rounds / 10), inFlight: 1 });
  for (let round = 0; round < rounds; round++) {
    for (const { once, list } of samples) list.push(await measure(once, { calls: 1, inFlight: 1 }));
    samples.push(...samples.splice(0, 1));
  }
  return new Map(samples.sort((a, b) => a.size - b.size).map(({ size, list }) => [size, median(list)]));
}

/** A person of their own who has an app connected, and so many things stored. */
async function personWith({ name, there, fill }: Thing, size: number): Promise<Person> {
  const secret = randomBytes(32).toString('base64url');
  const userId = await ask<string>({
    do: 'sign-in',
    subject: `${name} ${size}`,
    sessionHash: createHash('sha256').update(secret).digest('base64url'),
  });
  const browser = new Browser();
  browser.setCookie('session', `${userId}.${secret}`);
  const client = await connectClient({ era: '2026-07-28', url: new URL('/mcp', origin), browser });
  await client.close();
  const more = size - there;
  for (const statement of more > 0 ? fill : []) await ask({ do: 'execute', userId, statement, bindings: [more] });
  return { userId, browser, token: client.auth.stored?.access_token ?? '' };
}

/** The token that the person's client holds is the only one of its grant; those of all other apps come after it. */
async function listOwnTokens({ userId, token }: Person): Promise<void> {
  const grant = token.split(':')[1];
  const found = await ask({ do: 'list', userId, prefix: `token:${userId}:${grant}:`, times: listTimes });
  if (found !== 1) throw new Error(`${found} tokens instead of one`);
}

async function openDashboard({ browser }: Person): Promise<void> {
  const { response, url } = await browser.open(origin);
  if (!response.ok || url.pathname !== '/') throw new Error(`${url}: ${response.status}`);
}

async function ask<Answer>(request: BenchRequest): Promise<Answer> {
  const response = await fetch(`${origin}/bench`, { method: 'POST', body: JSON.stringify(request) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${request.do}: ${response.status} ${text.slice(0, 300)}`);
  return JSON.parse(text) as Answer;
}

function quoted(value: object): string {
  return `'${JSON.stringify(value)}'`;
}
