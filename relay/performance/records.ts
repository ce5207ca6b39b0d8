import { join } from 'node:path';
import { FlexDesk, type FlexOptions } from '../flex/index.ts';
import { PerformanceJournal } from './journal.ts';

/** What the relay remembers of the past, in files of its data folder. */
export interface Records {
  readonly flex: FlexDesk;
  /** The journal of daily values, opened at its first use. */
  performance(): PerformanceJournal;
  close(): void;
}

/** Opens the records in a data folder; nothing is written before there is something to keep. */
export function openRecords(dataDir: string, flex: Pick<FlexOptions, 'tokens' | 'baseUrl' | 'limits'>): Records {
  let journal: PerformanceJournal | undefined;
  let closed = false;
  const performance = () => {
    if (closed) throw new Error('the records are closed');
    journal ??= new PerformanceJournal(join(dataDir, 'performance.sqlite'));
    return journal;
  };
  return {
    flex: new FlexDesk({
      ...flex,
      folder: join(dataDir, 'flex'),
      onHistory: (history) => {
        if (history.length > 0) performance().learn(history, Date.now());
      },
    }),
    performance,
    close() {
      closed = true;
      journal?.close();
    },
  };
}
