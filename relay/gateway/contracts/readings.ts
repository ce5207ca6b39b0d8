import { AsyncLocalStorage } from 'node:async_hooks';

/** A name that was taken for something that it does not spell exactly, and what it was taken for. */
export interface ReadName {
  readonly given: string;
  /** The contract string of the instrument. */
  readonly contract: string;
}

const collecting = new AsyncLocalStorage<Map<string, string>>();

/** Runs some work and tells which names were read otherwise than they are written during it. */
export async function withReadings<T>(work: () => Promise<T>): Promise<{ result: T; readings: readonly ReadName[] }> {
  const found = new Map<string, string>();
  const result = await collecting.run(found, work);
  // Look-ups end in any order; what is told of them has one.
  const readings = [...found].sort(([one], [other]) => (one < other ? -1 : 1));
  return { result, readings: readings.map(([given, contract]) => ({ given, contract })) };
}

/** Says how a name was read, to the work that asked for it. */
export function noteReading(given: string, contract: string): void {
  collecting.getStore()?.set(given, contract);
}
