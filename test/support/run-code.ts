import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { compileCache } from './compile-cache.ts';

/** What a process was, once it has ended. */
export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a module given as text, relative to the repository, as a process of its own. */
export function startCode(
  code: string,
  {
    fileBlocks,
    user,
  }: { /** Its files may have as many blocks of 512 bytes. */ fileBlocks?: number; user?: number } = {},
): ChildProcess {
  const node = [process.execPath, '--no-warnings', '--input-type=module', '--eval', code];
  const limited = fileBlocks === undefined ? node : ['sh', '-c', `ulimit -f ${fileBlocks}; exec "$@"`, 'sh', ...node];
  const [command = '', ...args] = limited;
  return spawn(command, args, {
    cwd: join(import.meta.dirname, '../..'),
    env: { PATH: process.env.PATH, ...compileCache },
    ...(user !== undefined && { uid: user, gid: user }),
  });
}

/** Waits for the end of a process that `startCode` began. */
export async function endOf(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const [exitCode, signal] = await once(child, 'close');
  return { exitCode, signal, stdout, stderr };
}
