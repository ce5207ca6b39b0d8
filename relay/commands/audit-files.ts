import { existsSync, readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import type { AuditLine } from '../../shared/orders/audit-chain.ts';
import { keyFileIn } from '../config.ts';
import { readDeviceKey } from '../hub/device-key.ts';
import { sortedJson } from '../orders/hash-chain.ts';
import { type Comparison, checkExported, checkOwnAudit } from '../trading/audit-check.ts';
import { AuditFile } from '../trading/audit-file.ts';
import { deskFilesIn } from '../trading/desk-files.ts';
import { CommandError, exitCodes } from './exit.ts';

/** Far above 20,000 lines of Home's, and above what a relay writes in 400 days of much trading. */
const maxBytes = 1_073_741_824;

interface AtHome {
  readonly dataDir: string;
}

/** Prints everything that was recorded about orders, one line of JSON an entry. Reads beside a relay that runs. */
export function exportAudit({ dataDir }: AtHome, print: (line: string) => void): number {
  const { audit: file } = deskFilesIn(dataDir);
  if (!existsSync(file)) {
    const reason = `No relay that uses the data folder ${dataDir} has ever traded.`;
    throw new CommandError({ reason, exitCode: exitCodes.unreachable });
  }
  withAudit(file, (audit) => {
    for (const line of audit.lines()) print(line);
  });
  return exitCodes.ok;
}

const homeLine = z.object({ line: z.string(), hash: z.string() });
const ownLine = z.object({ number: z.int(), hash: z.string(), entry: z.record(z.string(), z.unknown()) });

/**
 * Checks an exported audit, of the server or of a relay, without either of them. That of the server is compared with the
 * audit of the relay whose data folder is at hand.
 * @param path `-` is standard input
 * @returns the exit code: 0 when everything holds together and agrees
 */
export async function verifyAudit({ dataDir }: AtHome, path: string, print: (line: string) => void): Promise<number> {
  const lines = readLines(path);
  if (lines.length > 0 && lines.every((line) => ownLine.safeParse(line).success)) return verifyOwn(lines, print);
  return verifyHomes(lines, dataDir, print);
}

function verifyOwn(lines: readonly unknown[], print: (line: string) => void): number {
  const rows = lines.map((line) => {
    const { number, hash, entry } = ownLine.parse(line);
    return { number, hash, body: sortedJson(entry) };
  });
  const { entries, head, broken } = checkOwnAudit(rows);
  if (broken !== undefined) {
    print(`The relay’s audit does not hold together: entry ${broken} is not as it was written, or does not follow.`);
    return exitCodes.failure;
  }
  print(`The relay’s audit holds together: ${entries} entries, the last ${head.length} with ${head.hash}.`);
  return exitCodes.ok;
}

async function verifyHomes(lines: readonly unknown[], dataDir: string, print: (line: string) => void): Promise<number> {
  // What is no line is found at its place.
  const exported = lines.map((line): AuditLine => homeLine.safeParse(line).data ?? { line: '', hash: '' });
  const { audit: file } = deskFilesIn(dataDir);
  const device = await readDeviceKey(keyFileIn(dataDir)).then(
    (key) => key.device,
    () => undefined,
  );
  const isAtHand = device !== undefined && existsSync(file);
  const { verdict, comparison } = isAtHand
    ? withAudit(file, (audit) => checkExported(exported, { device, rows: audit.rows() }))
    : checkExported(exported);
  const { first, head, broken } = verdict;
  if (broken) {
    print(`The server’s audit does not hold together from line ${broken.seq} on: ${broken.why}.`);
    return exitCodes.failure;
  }
  if (!first) {
    print('The file holds no line of an audit.');
    return exitCodes.failure;
  }
  const range = `lines ${first.seq} (${first.at}) to ${head.length}`;
  print(`The server’s audit holds together: ${range}, the last with ${head.hash}.`);
  return explain(comparison, dataDir, print);
}

function explain(comparison: Comparison | undefined, dataDir: string, print: (line: string) => void): number {
  if (!comparison) {
    print(`It was not compared with a relay’s own: the data folder ${dataDir} has none.`);
    return exitCodes.ok;
  }
  for (const sentence of comparison.differing) print(sentence);
  if (comparison.differing.length > 0) return exitCodes.failure;
  print(`It agrees with this relay’s own: ${comparison.agreeing} heads that one of them told the other are in both.`);
  return exitCodes.ok;
}

function withAudit<Result>(file: string, work: (audit: AuditFile) => Result): Result {
  const audit = new AuditFile(file, () => 0);
  try {
    return work(audit);
  } finally {
    audit.close();
  }
}

function readLines(path: string): readonly unknown[] {
  try {
    if (path !== '-' && statSync(path).size > maxBytes) throw new Error('it is larger than an audit can be');
    const texts = readFileSync(path === '-' ? 0 : path, 'utf8').split('\n');
    return texts.filter((text) => text.trim() !== '').map(parsed);
  } catch (error) {
    const reason = `The file ${path} cannot be read (${(error as Error).message}).`;
    throw new CommandError({ reason, exitCode: exitCodes.usage });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
