import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Packages of other languages that client programs need, kept in a folder that git ignores. */

/** Where everything is kept. */
export const root = join(import.meta.dirname, '..', '..', '.local-clients');

/** Runs a program to its end. @returns what it printed @throws Error with the end of what it complained of */
export async function run(
  program: string,
  args: readonly string[],
  { env = {}, cwd, timeoutMs }: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string; readonly timeoutMs: number },
): Promise<string> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.timeout(timeoutMs),
  });
  let [out, complaint] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${complaint || out.slice(-2000)}`);
  return out;
}

/** A Python that is at least of this minor version of 3. @throws Error that says what is missing */
export async function findPython(minor: number): Promise<string> {
  const newer = [13, 12, 14, 11, 10].filter((each) => each >= minor).map((each) => `python3.${each}`);
  for (const candidate of [process.env.CLIENTS_PYTHON ?? 'python3', ...newer]) {
    const check = `import sys, pip; sys.exit(sys.version_info < (3, ${minor}))`;
    const found = await run(candidate, ['-c', check], { timeoutMs: 10_000 }).then(
      () => true,
      () => false,
    );
    if (found) return candidate;
  }
  throw new Error(
    `The clients written in Python need Python 3.${minor} or newer with pip, as python3 or in CLIENTS_PYTHON; none was found.`,
  );
}

/**
 * A folder with these packages of these exact versions, installed when it is not there yet. With `whatTheyNeed` their
 * own dependencies come as well, in the newest versions that fit.
 */
export async function pythonPackages(
  python: string,
  packages: readonly string[],
  { whatTheyNeed = false }: { readonly whatTheyNeed?: boolean } = {},
): Promise<string> {
  const name = createHash('sha256')
    .update([python, ...packages].join(' '))
    .digest('hex')
    .slice(0, 16);
  const folder = join(root, `${packages[0]?.replace(/[^\w.-]/g, '-')}-${name}`);
  const known = await access(folder).then(
    () => true,
    () => false,
  );
  if (known) return folder;
  await mkdir(root, { recursive: true });
  // In a folder of its own until it is complete, so that an installation that was cut off is not taken for one.
  const made = await mkdtemp(join(root, 'installing-'));
  try {
    const own = whatTheyNeed ? [] : ['--no-deps'];
    const options = ['--quiet', ...own, '--no-compile', '--disable-pip-version-check', '--target', made];
    await run(python, ['-m', 'pip', 'install', ...options, ...packages], { timeoutMs: 600_000 });
    await rename(made, folder);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
  return folder;
}
