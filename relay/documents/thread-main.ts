import { parentPort, workerData } from 'node:worker_threads';
import { ToolError } from '../../shared/errors.ts';
import { type Answer, type Job, readWith } from './readers.ts';

/** The thread's side: reads what it was started for, and answers. */
async function answer({ kind, source }: Job): Promise<Answer> {
  try {
    return { reading: await readWith(kind, source) };
  } catch (error) {
    if (error instanceof ToolError) return { refused: error.data };
    throw error;
  }
}

parentPort?.postMessage(await answer(workerData as Job));
