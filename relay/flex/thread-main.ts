import { parentPort, workerData } from 'node:worker_threads';
import { type FlexJob, readStatement } from './reader.ts';
import { FlexFormatError } from './statements.ts';

/** The thread's side: reads the one statement it was started for and answers. */
try {
  parentPort?.postMessage({ reading: readStatement(workerData as FlexJob) });
} catch (error) {
  if (!(error instanceof FlexFormatError)) throw error;
  parentPort?.postMessage({ damaged: error.message });
}
