import { Worker } from 'node:worker_threads';
import { ToolError } from '../../shared/errors.ts';
import { abortError } from '../gateway/ending.ts';
import { Semaphore } from '../gateway/semaphore.ts';
import type { FlexJob, FlexReading } from './reader.ts';
import { threadUrl } from './thread-url.ts';

/** Enough for the largest statement that is taken, and far less than the container has. */
const maxHeapMb = 320;
/** Statements in memory at a time. */
const oneAtATime = new Semaphore(1);

/**
 * Reads a downloaded statement in a thread, so that nothing waits for it but its caller.
 * @throws ToolError `ib_error` when it is damaged, `result_too_large` when it does not fit into memory
 */
export function readInThread(job: FlexJob, signal: AbortSignal): Promise<FlexReading> {
  return oneAtATime.run(() => inThread(job, signal), signal);
}

async function inThread(job: FlexJob, signal: AbortSignal): Promise<FlexReading> {
  const worker = new Worker(threadUrl, {
    workerData: job,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  });
  const { promise, resolve, reject } = Promise.withResolvers<FlexReading>();
  const leave = () => reject(abortError(signal));
  signal.addEventListener('abort', leave, { once: true });
  worker.once('message', (answer: { reading: FlexReading } | { damaged: string }) =>
    'reading' in answer ? resolve(answer.reading) : reject(damaged(answer.damaged)),
  );
  worker.once('error', (error: NodeJS.ErrnoException) => reject(outOfMemory(error) ? tooLarge() : error));
  worker.once('exit', (code) => reject(new Error(`the thread that reads statements ended with code ${code}`)));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', leave);
    await worker.terminate();
  }
}

function outOfMemory({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ERR_WORKER_OUT_OF_MEMORY' || code === 'ERR_BUFFER_TOO_LARGE';
}

function damaged(message: string): ToolError {
  return new ToolError({
    code: 'ib_error',
    message,
    nextStep: 'Run the query again with refresh; its format in Client Portal must be XML.',
  });
}

function tooLarge(): ToolError {
  return new ToolError({
    code: 'result_too_large',
    message: 'The statement is too large to be read here.',
    nextStep: 'Ask for fewer days with from and to, or take sections and fields out of the query in Client Portal.',
  });
}
