import { closeSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import type { SpareSpace } from '../orders/journal.ts';

const spareBytes = 1_048_576;

/** A file of zeros that stands for what a full disk must still take: outcomes of orders that were sent. */
export class SpareFile implements SpareSpace {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  release(): void {
    rmSync(this.#file, { force: true });
  }

  /** Whether the space is taken; it is tried again when it is not. While it is not, nothing new may be sent. */
  ready(): boolean {
    try {
      if (statSync(this.#file, { throwIfNoEntry: false })?.size === spareBytes) return true;
      const handle = openSync(this.#file, 'w', 0o600);
      try {
        const zeros = Buffer.alloc(spareBytes);
        if (writeSync(handle, zeros) !== spareBytes) return false;
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      return true;
    } catch {
      return false;
    }
  }
}
