import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { brotliDecompressSync } from 'node:zlib';

/** What a release left behind; see test/fixtures/v0.1.0/README.md. */
export const releaseFolder = resolve(import.meta.dirname, '../fixtures/v0.1.0');

/** What clients of that release have in their hands. */
export interface ReleaseCredentials {
  /** The origin to which its tokens are bound. */
  origin: string;
  /** Epoch milliseconds. */
  madeAt: number;
  userId: string;
  session: string;
  clientId: string;
  accessToken: string;
  refreshToken: string;
}

export async function releaseCredentials(): Promise<ReleaseCredentials> {
  return JSON.parse(await readFile(join(releaseFolder, 'credentials.json'), 'utf8')) as ReleaseCredentials;
}

/** A program of that release: `worker.js` or `relay.mjs`. */
export async function releaseBundle(name: string): Promise<Buffer> {
  return brotliDecompressSync(await readFile(join(releaseFolder, `${name}.br`)));
}

/** A database as SQL text: every table with its rows, in an order that does not change. */
export function dumpDatabase(file: string): string {
  const db = new DatabaseSync(file);
  try {
    const entries = db
      .prepare("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type = 'index', name")
      .all() as { type: string; name: string; sql: string }[];
    const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    const head = version === 0 ? [] : [`PRAGMA user_version = ${version};`];
    const tables = entries
      .filter(({ name }) => !name.startsWith('sqlite_'))
      .flatMap(({ type, name, sql }) => [
        `${sql.replace(/\s+/g, ' ')};`,
        ...(type === 'table' ? rowsOf(db, name) : []).map(
          (row) => `INSERT INTO ${name} VALUES (${Object.values(row).map(literal).join(', ')});`,
        ),
      ]);
    return [...head, ...tables].join('\n');
  } finally {
    db.close();
  }
}

function rowsOf(db: DatabaseSync, table: string): Record<string, SQLOutputValue>[] {
  const statement = db.prepare(`SELECT * FROM ${table}`);
  // The runtime keeps nanoseconds.
  statement.setReadBigInts(true);
  return statement.all();
}

function literal(value: SQLOutputValue): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString('hex')}'`;
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

/**
 * Puts the storage of the release where a runtime finds it, as if it had been made just now: sessions and tokens last
 * days or an hour, and the fixture is older.
 */
export async function restoreObjects(directory: string): Promise<void> {
  const { madeAt } = await releaseCredentials();
  const objects = join(releaseFolder, 'objects');
  for (const name of await readdir(objects, { recursive: true })) {
    if (!name.endsWith('.sql')) continue;
    const file = join(directory, 'storage', name.replace(/\.sql$/, '.sqlite'));
    await mkdir(dirname(file), { recursive: true });
    const db = new DatabaseSync(file);
    db.exec('PRAGMA journal_mode = WAL');
    db.exec(laterBy(Date.now() - madeAt, madeAt, await readFile(join(objects, name), 'utf8')));
    db.close();
  }
}

/** Moves every moment within a hundred days of when the fixture was made: seconds, milliseconds, and nothing else. */
function laterBy(ms: number, madeAt: number, text: string): string {
  const near = (moment: number) => Math.abs(moment - madeAt) < 100 * 86_400_000;
  return text.replace(/(?<![\w.-])\d{10}(\d{3})?(?![\w.-])/g, (digits, milliseconds) => {
    const moment = Number(digits) * (milliseconds === undefined ? 1_000 : 1);
    if (!near(moment)) return digits;
    return String(Math.round((moment + ms) / (milliseconds === undefined ? 1_000 : 1)));
  });
}

/** Writes text files of the fixture. */
export async function writeFixture(name: string, content: string | Uint8Array): Promise<void> {
  const file = join(releaseFolder, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

/** Puts the data folder of the release's relay into `data`, as if it had been paired at that origin. */
export async function restoreRelay(data: string, origin: string): Promise<void> {
  await cp(join(releaseFolder, 'relay'), data, { recursive: true });
  // Git keeps no such permissions.
  await chmod(data, 0o700);
  const key = join(data, 'device-key.json');
  await writeFile(key, JSON.stringify({ ...(JSON.parse(await readFile(key, 'utf8')) as object), url: origin }));
  await chmod(key, 0o600);
  const text = join(data, 'performance.sqlite.sql');
  const db = new DatabaseSync(join(data, 'performance.sqlite'));
  db.exec(await readFile(text, 'utf8'));
  db.close();
  await rm(text);
}
