import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type AccountHistory, historyOf } from './history.ts';
import { type FlexPage, type FlexSelection, selectRows } from './rows.ts';
import { parseStatement } from './statements.ts';

/** What there is in a statement, without its rows. */
export interface FlexDigest {
  readonly queryName: string;
  readonly type: string;
  readonly statements: {
    readonly account: string;
    readonly from: string;
    readonly to: string;
    readonly generated: string;
    /** Section → number of rows. */
    readonly sections: Record<string, number>;
  }[];
}

/** What to read from a downloaded statement. */
export interface FlexJob {
  readonly file: string;
  /** The unpacked size that is too much. */
  readonly maxBytes: number;
  readonly selection?: FlexSelection;
}

export interface FlexReading {
  readonly digest: FlexDigest;
  readonly history: readonly AccountHistory[];
  readonly page?: FlexPage;
}

/**
 * Reads a gzipped statement. Large ones take seconds, so this runs in a thread of its own.
 * @throws FlexFormatError when it is damaged; what reading and unpacking throw
 */
export function readStatement({ file, maxBytes, selection }: FlexJob): FlexReading {
  const document = parseStatement(gunzipSync(readFileSync(file), { maxOutputLength: maxBytes }).toString('utf8'));
  return {
    digest: {
      queryName: document.queryName,
      type: document.type,
      statements: document.statements.map(({ sections, ...statement }) => ({
        ...statement,
        sections: Object.fromEntries([...sections].map(([name, rows]) => [name, rows.length])),
      })),
    },
    history: historyOf(document),
    ...(selection && { page: selectRows(document, selection) }),
  };
}
