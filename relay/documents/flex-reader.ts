import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { isAccountNumber, mainAccount } from './flex-accounts.ts';
import { DateOrderFinder, type DateReading, holdsDates } from './flex-dates.ts';
import { type AccountHistory, HistoryCollector, unclearDates } from './flex-history.ts';
import { finest, type Level, levelOf } from './flex-levels.ts';
import { type FlexPage, type FlexSelection, RowCollector } from './flex-rows.ts';
import {
  detached,
  type FlexListener,
  type FlexRow,
  type StatementHead,
  StatementReader,
  unreadable,
} from './flex-statements.ts';
import { tooLarge } from './too-large.ts';

/** What there is in a statement, without its rows. */
export interface FlexDigest {
  readonly queryName: string;
  readonly type: string;
  /** How its dates with slashes are read; absent when it has none. */
  readonly dates?: DateReading;
  /** One sentence about dates that cannot be read. */
  readonly datesProblem?: string;
  readonly statements: (StatementHead & {
    /** Section → number of rows, of the level that is counted. */
    readonly sections: Record<string, number>;
    /** Of these, rows of accounts that are not the statement's: section → account → number. */
    readonly others?: Record<string, Record<string, number>>;
    /** What it fails to tell of its account's past, a sentence each. */
    readonly gaps?: readonly string[];
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
 * @param fetched the day on which it came, `YYYY-MM-DD`
 * @throws ToolError `ib_error` when it is damaged, `result_too_large`; what opening the file throws
 */
export async function readDigest({
  fetched,
  ...file
}: StatementFile & { readonly fetched: string }): Promise<{ digest: FlexDigest; history: readonly AccountHistory[] }> {
  const digest = new DigestCollector();
  const history = new HistoryCollector();
  const finder = new DateOrderFinder();
  await read(file, digest, history, datesOf(finder));
  const dates = finder.reading(fetched);
  const told = history.statements(dates, finder.example);
  const whole = {
    ...digest.digest(told.map(({ gaps }) => gaps)),
    ...(dates && { dates }),
    ...(dates === 'unclear' && { datesProblem: unclearDates(finder.example) }),
  };
  return { digest: whole, history: told.flatMap(({ history }) => history ?? []) };
}

/** Hears every date of a document. */
function datesOf(finder: DateOrderFinder): FlexListener {
  const columns = new Map<string, boolean>();
  const isDate = (column: string): boolean => {
    const known = columns.get(column) ?? holdsDates(column);
    columns.set(column, known);
    return known;
  };
  return {
    onStatement: (head) => finder.hearPeriod(head),
    onSection: () => undefined,
    onRow: (row) => {
      for (const column in row) if (isDate(column)) finder.hear(row[column] ?? '');
    },
  };
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

/** Level → account, empty for the statement's own → number of rows. */
type Counts = Map<Level, Map<string, number>>;

class DigestCollector implements FlexListener {
  #query = { queryName: '', type: '' };
  readonly #statements: { head: StatementHead; sections: Map<string, Counts> }[] = [];
  #counts: Counts = new Map();

  onQuery(queryName: string, type: string): void {
    this.#query = detached({ queryName, type });
  }

  onStatement(head: StatementHead): void {
    this.#statements.push({ head: detached(head), sections: new Map() });
  }

  onSection(name: string): void {
    const sections = this.#statements.at(-1)?.sections;
    this.#counts = sections?.get(name) ?? new Map();
    sections?.set(name, this.#counts);
  }

  onRow(row: FlexRow, kind: string): void {
    const { accountId = '' } = row;
    const own = mainAccount(this.#statements.at(-1)?.head.account ?? '');
    const account = isAccountNumber(accountId) && mainAccount(accountId) !== own ? accountId : '';
    const level = levelOf(row, kind);
    const accounts = this.#counts.get(level) ?? new Map<string, number>();
    this.#counts.set(level, accounts);
    accounts.set(account, (accounts.get(account) ?? 0) + 1);
  }

  /** @param gaps of each statement */
  digest(gaps: readonly (readonly string[])[]): FlexDigest {
    const statements = this.#statements.map(({ head, sections }, index) => {
      const counted = [...sections].map(([name, levels]) => [name, levels.get(finest(levels.keys()) ?? '')] as const);
      const others = counted.flatMap(([name, accounts]) => {
        const foreign = [...(accounts ?? [])].filter(([account]) => account !== '');
        return foreign.length > 0 ? [[name, Object.fromEntries(foreign)] as const] : [];
      });
      return {
        ...head,
        sections: Object.fromEntries(counted.map(([name, accounts]) => [name, sumOf(accounts?.values() ?? [])])),
        ...(others.length > 0 && { others: detached(Object.fromEntries(others)) }),
        ...(gaps[index]?.length && { gaps: gaps[index] }),
      };
    });
    return { ...this.#query, statements };
  }
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

function isZlib(error: unknown): boolean {
  return error instanceof Error && /^Z_/.test((error as NodeJS.ErrnoException).code ?? '');
}
