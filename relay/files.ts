import {
  chmodSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { ToolError } from '../shared/errors.ts';

/** Why a file of the data folder cannot be written. */
export type FileProblem = 'full' | 'read_only' | 'not_permitted' | 'failed';

const problems: Readonly<Record<string, FileProblem>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EROFS: 'read_only',
  EACCES: 'not_permitted',
  EPERM: 'not_permitted',
};

/**
 * A file of the data folder cannot be written. The message names the file without its folder,
 * because it may travel to an assistant.
 */
export class FileError extends ToolError {
  readonly problem: FileProblem;

  constructor(path: string, cause: unknown) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
    const problem = problems[code] ?? 'failed';
    const message = `The relay cannot write ${basename(path)}: ${meaningOf[problem]} (${code}).`;
    super({ code: 'internal', message, nextStep: nextStepOf(problem, dirname(path)) });
    this.cause = cause;
    this.problem = problem;
  }
}

const meaningOf: Readonly<Record<FileProblem, string>> = {
  full: 'there is no space left for it in the data folder',
  read_only: 'the data folder is on a read-only volume',
  not_permitted: 'the relay’s user may not write in the data folder',
  failed: 'the disk of the data folder refuses it',
};

function nextStepOf(problem: FileProblem, folder: string): string {
  if (problem === 'full') return 'Free some space on the disk of the relay’s data folder, or raise its quota.';
  if (problem === 'read_only') return 'Mount the volume of the relay’s data folder writable.';
  if (problem === 'failed') return 'Check the disk of the relay’s data folder.';
  const owner = ownerOf(folder);
  const whose = owner === undefined ? '' : ` It belongs to user ${owner}; the relay runs as ${process.getuid?.()}.`;
  return `Give the relay’s data folder to the user that the relay runs as (chown).${whose}`;
}

function ownerOf(folder: string): number | undefined {
  try {
    return statSync(folder).uid;
  } catch {
    return undefined;
  }
}

/**
 * Replaces a file as a whole, with mode 0600: whoever reads it, also after a power cut, finds the old or the new one.
 * Returns when the new one is on disk, its name included. What a crash left behind goes with the next write. Blocks the
 * event loop for two flushes of the disk, so it is for small files that change seldom.
 *
 * @throws {FileError} the old file is as it was; where only the folder could not be flushed, the new one is there, but may
 *   not outlast a power cut
 */
export function writeFileAtomic(path: string, text: string): void {
  const folder = dirname(path);
  const temporary = `${path}.tmp`;
  makeFolder(folder);
  try {
    rmSync(temporary, { force: true });
    writeFlushed(temporary, text);
    renameSync(temporary, path);
    flushFolder(folder);
  } catch (error) {
    removeIfPossible(temporary);
    throw new FileError(path, error);
  }
}

/**
 * Makes a folder for its owner alone. One that exists is left as it is, because it may be shared with other things.
 *
 * @throws {FileError}
 */
export function makeFolder(folder: string): void {
  try {
    const created = mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (created === undefined) return;
    // The umask may have removed bits that the owner needs.
    chmodSync(folder, 0o700);
    flushFolder(dirname(created));
  } catch (error) {
    throw new FileError(folder, error);
  }
}

/** Whether an error is the disk's, not the network's: of a stream into a file it may be either. */
export function isDiskError(error: unknown): boolean {
  return String((error as NodeJS.ErrnoException | undefined)?.code) in problems;
}

function writeFlushed(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    fchmodSync(file, 0o600);
    // Goes on after a short write, which is how a disk that is nearly full answers.
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes the names in a folder last. Windows and some network file systems cannot, and need not. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EINVAL', 'ENOTSUP', 'ENOSYS'].includes(code)) throw error;
  } finally {
    closeSync(handle);
  }
}

function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The next write tries again.
  }
}
