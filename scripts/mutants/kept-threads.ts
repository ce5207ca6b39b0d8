import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PoolOptions, PoolRunnerInitializer, PoolWorker } from 'vitest/node';

/** Bounds what one change could leave behind for the next, and the listeners that each run adds. */
const runsPerThread = 100;

interface Kept {
  readonly thread: Worker;
  runs: number;
}

let kept: Kept | undefined;

function startThread({ distPath, env, execArgv }: PoolOptions): Kept {
  const entry = join(distPath, 'workers/threads.js');
  const thread = new Worker(entry, { env: env as NodeJS.ProcessEnv, execArgv, stdout: true, stderr: true });
  thread.stdout.resume();
  thread.stderr.resume();
  thread.setMaxListeners(0);
  thread.once('exit', () => {
    if (kept?.thread === thread) kept = undefined;
  });
  return { thread, runs: 0 };
}

function takeThread(options: PoolOptions): Worker {
  if (kept && kept.runs >= runsPerThread) {
    void kept.thread.terminate();
    kept = undefined;
  }
  kept ??= startThread(options);
  kept.runs += 1;
  return kept.thread;
}

/**
 * Vitest's thread, which outlives a run. Vitest ends its own after each, and half a second of loading the same modules
 * again is twenty times what most changes need; test files are evaluated again in any case. A change is only looked at
 * while a function runs, so that modules that were loaded before it are the right ones.
 */
function createPoolWorker(options: PoolOptions): PoolWorker {
  const listeners: [event: string, callback: (message: unknown) => void][] = [];
  let thread: Worker | undefined;
  return {
    name: 'kept-threads',
    async start() {
      thread = takeThread(options);
    },
    async stop() {
      for (const [event, callback] of listeners) thread?.off(event, callback);
    },
    on(event, callback) {
      listeners.push([event, callback]);
      thread?.on(event, callback);
    },
    off(event, callback) {
      thread?.off(event, callback);
    },
    send(message) {
      if (!('type' in message) || message.type !== 'stop') return thread?.postMessage(message);
      for (const [event, callback] of listeners) {
        if (event === 'message') callback({ type: 'stopped', __vitest_worker_response__: true });
      }
    },
    deserialize: (message) => message,
    canReuse: () => true,
  };
}

export const keptThreads: PoolRunnerInitializer = { name: 'kept-threads', createPoolWorker };
