import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import type { Simulator } from '../server/server.ts';
import { type RestoreOptions, restoreState, StateError, saveState } from './state.ts';

/** A gateway's state on disk. It is replaced as a whole: whoever reads it sees the old one or the new one. */
export class StateFile {
  readonly #path: string;
  readonly #simulator: Simulator;
  /** One save at a time, in order. */
  #last: Promise<void> = Promise.resolve();

  constructor(path: string, simulator: Simulator) {
    this.#path = path;
    this.#simulator = simulator;
  }

  /**
   * Restores what the file holds.
   * @returns false when there is no such file yet
   * @throws {StateError} with a sentence when it cannot be read or does not fit
   */
  async restore(options: RestoreOptions = {}): Promise<boolean> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw new StateError(`The state file ${this.#path} cannot be read (${error.code ?? error.message}).`);
    });
    if (text === undefined) return false;
    try {
      restoreState(this.#simulator, JSON.parse(text), options);
    } catch (error) {
      const why = error instanceof StateError ? error.message : 'It is not JSON, or only the first part of it.';
      throw new StateError(`The state file ${this.#path} cannot be used. ${why} Move it away to start afresh.`);
    }
    return true;
  }

  /** Writes the state as it is now. @throws when the file cannot be written */
  save(): Promise<void> {
    const saving = this.#last.then(() => this.#write());
    this.#last = saving.catch(() => {});
    return saving;
  }

  async #write(): Promise<void> {
    const text = JSON.stringify(saveState(this.#simulator));
    const temporary = `${this.#path}.${randomUUID()}.tmp`;
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.#path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }
}
