import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { stopTimes } from '../relay/stop-times.ts';

const relayMain = resolve(import.meta.dirname, '../relay/main.ts');

export interface RelayProcessOptions {
  args: readonly string[];
  /** The program; default: this project's relay. */
  main?: string;
  env?: Readonly<Record<string, string>>;
  /** Receives each line it prints; default: discarded. */
  log?: (line: string) => void;
}

/**
 * Starts `relay/main.ts` as its own process. It gets nothing of this process's environment but PATH, and stops by itself
 * when this process is gone, however that happened.
 */
export function startRelayProcess({ args, main = relayMain, env = {}, log }: RelayProcessOptions): ChildProcess {
  const child = spawn(process.execPath, [main, ...args, '--exit-with-parent'], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream as Readable }).on('line', (line) => log?.(line));
  }
  return child;
}

/** Asks a child to stop, and after `patienceMs` makes it: later than a relay ends by itself, whatever it has under way. */
export async function stopProcess(child: ChildProcess, patienceMs = stopTimes.processMs + 5_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await exited;
  clearTimeout(timer);
}

/** A TCP port that was free on loopback a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether a TCP port can be listened on. */
export async function isPortFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** Tries `probe` until it gives a value, or throws after `timeoutMs`. */
export async function eventually<Value>(
  what: string,
  probe: () => Promise<Value | undefined | false>,
  timeoutMs = 30_000,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  let failure: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      failure = error;
    }
    await delay(50);
  }
  throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`, { cause: failure });
}

/** Whether a page answers with 2xx. Its body is read: Node may end with a server that closes over an unread one. */
export async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  await response.arrayBuffer();
  return response.ok;
}
