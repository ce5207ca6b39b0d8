import { join } from 'node:path';
import { Outbox } from '../hub/outbox.ts';
import { Journal, JournalError } from '../orders/journal.ts';
import { AuditFile } from './audit-file.ts';
import { SpareFile } from './spare-space.ts';

/** What a trading desk keeps in a data folder. */
export interface DeskFiles {
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly audit: AuditFile;
  readonly spare: SpareFile;
  /** Can be called again. */
  close(): void;
}

/** Where it is. */
export function deskFilesIn(dataDir: string) {
  return {
    journal: join(dataDir, 'orders.sqlite'),
    outbox: join(dataDir, 'outbox.sqlite'),
    audit: join(dataDir, 'audit.sqlite'),
    spare: join(dataDir, 'orders-spare'),
    killFile: join(dataDir, 'STOP'),
  };
}

/**
 * Opens all of it for this process alone, or nothing.
 * @throws {JournalError} also for what is wrong with the others: without them nothing can be traded
 */
export function openDeskFiles(dataDir: string, now: () => number): DeskFiles {
  const files = deskFilesIn(dataDir);
  const spare = new SpareFile(files.spare);
  const journal = Journal.open({ file: files.journal, spare, now });
  let outbox: Outbox | undefined;
  try {
    outbox = new Outbox(files.outbox);
    const audit = new AuditFile(files.audit, now);
    const opened = [journal, outbox, audit];
    const close = once(() => {
      for (const each of opened) each.close();
    });
    return { journal, outbox, audit, spare, close };
  } catch (error) {
    outbox?.close();
    journal.close();
    const why = (error as Error).message;
    throw new JournalError('failed', `What happens to orders cannot be kept in ${dataDir} (${why}).`, error);
  }
}

/** Writes into the audit what happens while no desk has it open. Never throws: what happened does not depend on it. */
export function recordAlone(dataDir: string, now: () => number, entry: Readonly<Record<string, unknown>>): void {
  let audit: AuditFile | undefined;
  try {
    audit = new AuditFile(deskFilesIn(dataDir).audit, now);
    audit.add(entry);
  } catch {
    // A file that cannot be opened says so when somebody verifies it.
  } finally {
    audit?.close();
  }
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}
