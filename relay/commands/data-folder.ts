import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { FileError, makeFolder, writeFileAtomic } from '../files.ts';
import { CommandError, exitCodes } from './exit.ts';

/** SQLite's code for a file that somebody else has locked. */
const busyCode = 5;
/** Larger than anything that pairing writes. */
const trialBytes = 8_192;

/** A data folder that no other process can take until it is released, or this process is gone in whatever way. */
export interface HeldFolder {
  /** Can be called again. */
  release(): void;
}

/**
 * Takes a data folder for this process, and makes it when it is missing. The lock is SQLite's on an empty database: the
 * kernel gives it back with the process, so that nothing needs to be cleaned up after a kill.
 *
 * @throws {CommandError} when another process has it, or it cannot be used
 */
export function holdDataFolder(dataDir: string): HeldFolder {
  const file = join(dataDir, 'relay.lock');
  const db = open(dataDir, file);
  try {
    // Nothing is ever written, so the journal need not be on disk.
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;');
  } catch (error) {
    db.close();
    throw (error as { errcode?: number }).errcode === busyCode ? inUse(dataDir) : cannotLock(dataDir, error);
  }
  return {
    release() {
      if (db.isOpen) db.close();
    },
  };
}

/** Finds out by trying whether something can be kept in a data folder. @throws {FileError} */
export function tryWriting(dataDir: string): void {
  const file = join(dataDir, 'trial');
  writeFileAtomic(file, ' '.repeat(trialBytes));
  rmSync(file);
}

/** What is wrong with a file of the data folder and what to do, for a person at this machine. */
export function cannotKeep(dataDir: string, error: unknown): CommandError {
  const why = error instanceof FileError ? `${error.message} ${error.data.nextStep}` : (error as Error).message;
  return new CommandError({ reason: `Nothing can be kept in ${dataDir}. ${why}`, exitCode: exitCodes.config });
}

function open(dataDir: string, file: string): DatabaseSync {
  try {
    makeFolder(dataDir);
    createPrivately(file);
    return new DatabaseSync(file, { timeout: 0 });
  } catch (error) {
    throw cannotKeep(dataDir, error);
  }
}

/**
 * SQLite would make it readable by all. One that exists is not opened: closing any handle of a file gives up the locks
 * that this process has on it.
 */
function createPrivately(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new FileError(file, error);
  }
}

function inUse(dataDir: string): CommandError {
  const reason = `Another relay is using the data folder ${dataDir}. Stop that one first, or give this one a folder and a pairing of its own with RELAY_DATA_DIR.`;
  return new CommandError({ reason, exitCode: exitCodes.inUse });
}

function cannotLock(dataDir: string, error: unknown): CommandError {
  const reason = `The data folder ${dataDir} cannot be locked (${(error as Error).message}). It must be on a disk of this machine, and relay.lock in it must be the relay’s own file.`;
  return new CommandError({ reason, exitCode: exitCodes.config });
}
