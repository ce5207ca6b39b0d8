import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Lets a test set the wall clock of a relay's process, as its program reads it: the file `clock-offset` in its data folder holds
 * milliseconds, and SIGUSR2 says that it was written. No process can be given a wall clock of its own by the system.
 */
const file = join(process.env.RELAY_DATA_DIR ?? '.', 'clock-offset');
const MachineDate = Date;
let offsetMs = 0;

function readOffset(): void {
  try {
    offsetMs = Number(readFileSync(file, 'utf8'));
  } catch {
    offsetMs = 0;
  }
}

class SettableDate extends MachineDate {
  constructor(...given: readonly [] | readonly [number | string | Date]) {
    super(given.length === 0 ? SettableDate.now() : given[0]);
  }

  static override now(): number {
    return MachineDate.now() + offsetMs;
  }
}

readOffset();
process.on('SIGUSR2', readOffset);
globalThis.Date = SettableDate as DateConstructor;
