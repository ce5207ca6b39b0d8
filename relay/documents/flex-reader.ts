import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { type AccountHistory, HistoryCollector } from './flex-history.ts';
import { type FlexPage, type FlexSelection, RowCollector } from './flex-rows.ts';
import { detached, type FlexListener, type StatementHead, StatementReader, unreadable } from './flex-statements.ts';
import { tooLarge } from './too-large.ts';

/** What there is in a statement, without its rows. */
export interface FlexDigest {
  readonly queryName: string;
  readonly type: string;
  readonly statements: (StatementHead & {
    /** Section → number of rows. */
    readonly sections: Record<string, number>;
  })[];
}

/** A downloaded statement. */
interface StatementFile {
  /** Gzipped XML. */
  readonly file: string;
  /** The unpacked size that is too much. */
  readonly maxBytes: number;
}

const pieceBytes = 65_536;

/**
 * What there is in a statement, and what it tells about the past.
 * @throws ToolError `ib_error` when it is damaged, `result_too_large`; what opening the file throws
 */
export async function readDigest(
  file: StatementFile,
): Promise<{ digest: FlexDigest; history: readonly AccountHistory[] }> {
  const digest = new DigestCollector();
  const history = new HistoryCollector();
  await read(file, digest, history);
  return { digest: digest.digest(), history: history.history() };
}

/** A page of a statement's rows. @throws as {@link readDigest} */
export async function readRows({
  selection,
  ...file
}: StatementFile & { selection: FlexSelection }): Promise<FlexPage> {
  const rows = new RowCollector(selection);
  await read(file, rows);
  return rows.page();
}

/** Reads the statement once, for all who listen; memory does not grow with it. */
async function read({ file, maxBytes }: StatementFile, ...listeners: readonly FlexListener[]): Promise<void> {
  const reader = new StatementReader(listeners);
  const packed = createReadStream(file);
  const unpacked = createGunzip({ chunkSize: pieceBytes });
  packed.once('error', (error) => unpacked.destroy(error)).pipe(unpacked);
  const decoder = new TextDecoder();
  let size = 0;
  try {
    for await (const piece of unpacked as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > maxBytes) throw tooLarge('statementRows', 'The statement is too large to be read here.');
      reader.write(decoder.decode(piece, { stream: true }));
    }
  } catch (error) {
    throw isZlib(error) ? unreadable('The statement’s file is damaged.') : error;
  } finally {
    packed.destroy();
  }
  reader.end();
}

class DigestCollector implements FlexListener {
  #query = { queryName: '', type: '' };
  readonly #statements: { head: StatementHead; sections: Map<string, number> }[] = [];
  #section = '';

  onQuery(queryName: string, type: string): void {
    this.#query = detached({ queryName, type });
  }

  onStatement(head: StatementHead): void {
    this.#statements.push({ head: detached(head), sections: new Map() });
  }

  onSection(name: string): void {
    this.#section = name;
    this.#count(0);
  }

  onRow(): void {
    this.#count(1);
  }

  digest(): FlexDigest {
    const statements = this.#statements.map(({ head, sections }) => ({
      ...head,
      sections: Object.fromEntries(sections),
    }));
    return { ...this.#query, statements };
  }

  #count(rows: number): void {
    const sections = this.#statements.at(-1)?.sections;
    sections?.set(this.#section, (sections.get(this.#section) ?? 0) + rows);
  }
}

function isZlib(error: unknown): boolean {
  return error instanceof Error && /^Z_/.test((error as NodeJS.ErrnoException).code ?? '');
}
