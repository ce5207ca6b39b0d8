import { parentPort, workerData } from 'node:worker_threads';
import { tallySchedules } from './tally.ts';

/** Runs a share of the schedules in a thread of its own. */
const { from, step, wanted } = workerData as { from: number; step: number; wanted: number };
parentPort?.postMessage(tallySchedules(from, step, wanted));
