import { join } from 'node:path';
import { FillJournal } from '../fills/fill-journal.ts';
import { FlexDesk, type FlexOptions } from '../flex/index.ts';
import { PerformanceJournal } from './journal.ts';

/** What the relay remembers of the past, in files of its data folder. */
export interface Records {
  readonly flex: FlexDesk;
  /** The journal of daily values, opened at its first use. */
  performance(): PerformanceJournal;
  /** The journal of fills, opened at its first use. */
  fills(): FillJournal;
  close(): void;
}

/** Opens the records in a data folder; nothing is written before there is something to keep. */
export function openRecords(dataDir: string, flex: Pick<FlexOptions, 'tokens' | 'baseUrl' | 'limits'>): Records {
  let journal: PerformanceJournal | undefined;
  let fills: FillJournal | undefined;
  let closed = false;
  const assertOpen = () => {
    if (closed) throw new Error('the records are closed');
  };
  const performance = () => {
    assertOpen();
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
    fills() {
      assertOpen();
      fills ??= new FillJournal(join(dataDir, 'fills.sqlite'));
      return fills;
    },
    close() {
      closed = true;
      journal?.close();
      fills?.close();
    },
  };
}
