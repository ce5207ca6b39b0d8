import { parentPort, workerData } from 'node:worker_threads';
import { ToolError } from '../../shared/errors.ts';
import { type Job, readWith, type ThreadAnswer } from './readers.ts';

/** The thread's side: reads what it was started for, and answers. */
async function answer({ kind, source }: Job): Promise<ThreadAnswer> {
  try {
    return { reading: await readWith(kind, source) };
  } catch (error) {
    if (error instanceof ToolError) return { refused: error.data };
    throw error;
  }
}

parentPort?.postMessage(await answer(workerData as Job));
