import { Worker } from 'node:worker_threads';
import { ToolError } from '../../shared/errors.ts';
import { abortError } from '../async/abort.ts';
import { Semaphore } from '../async/semaphore.ts';
import type { Kind } from './kinds.ts';
import type { Job, Reading, Source, ThreadAnswer } from './readers.ts';
import { threadUrl } from './thread-url.ts';
import { tooLarge } from './too-large.ts';

/** Of one thread. With two of them the relay stays below 450 MB, whatever they read: containers have 512. */
const usualHeapMb = 96;
const maxYoungMb = 16;
/** A long statement must not keep an article waiting. */
const threads = new Semaphore(2);

/**
 * Reads a document in a thread, so that nothing waits for it but its caller. Few are read at a time, the others wait;
 * who leaves takes the thread along.
 * @param maxHeapMb memory that the thread may use
 * @throws ToolError the reader's own, or `result_too_large` when the document does not fit into memory; and what else
 *   the reader throws, with its `code`
 */
export function inThread<One extends Kind>(
  kind: One,
  source: Source<One>,
  signal: AbortSignal,
  maxHeapMb = usualHeapMb,
): Promise<Reading<One>> {
  return threads.run(() => run({ kind, source } as Job, maxHeapMb, signal), signal) as Promise<Reading<One>>;
}

async function run(job: Job, maxHeapMb: number, signal: AbortSignal): Promise<Reading<Kind>> {
  const worker = new Worker(threadUrl, {
    workerData: job,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: maxYoungMb },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Reading<Kind>>();
  const leave = () => reject(abortError(signal));
  signal.addEventListener('abort', leave, { once: true });
  worker.once('message', (answer: ThreadAnswer) =>
    'reading' in answer ? resolve(answer.reading) : reject(new ToolError(answer.refused)),
  );
  worker.once('error', (error: NodeJS.ErrnoException) =>
    reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge(job.kind) : error),
  );
  worker.once('exit', (code) => reject(new Error(`the thread that reads documents ended with code ${code}`)));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', leave);
    await worker.terminate();
  }
}
