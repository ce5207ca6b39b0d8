import { isAllowed } from './flex-accounts.ts';
import { type DateReading, flexMoment, holdsDates } from './flex-dates.ts';
import { finest, type Level, levelName, levelOf } from './flex-levels.ts';
import { detached, type FlexListener, type FlexRow, type StatementHead } from './flex-statements.ts';

/** A condition on one column: `=` equal, `~` contains, `>=` and `<=` by day or number where both are, else by text. */
export interface FlexFilter {
  readonly column: string;
  readonly operator: '=' | '~' | '>=' | '<=';
  readonly value: string;
}

/** Which rows of a statement are wanted. */
export interface FlexSelection {
  readonly section: string;
  readonly filters: readonly FlexFilter[];
  /** Only these columns; all that hold anything when absent. */
  readonly columns?: readonly string[] | undefined;
  /** Only statements and rows of these accounts and their segments; all when absent. */
  readonly accounts?: readonly string[] | undefined;
  /** How the document's dates with slashes are read. */
  readonly dates?: DateReading | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** A page of rows, or what there is to choose from when a name is unknown. */
export interface FlexPage {
  readonly columns: string[];
  readonly rows: (string | number)[][];
  /** Rows that fit. */
  readonly total: number;
  /** The section's columns, when a chosen or filtered one is not among them. */
  readonly unknownColumn?: { readonly name: string; readonly known: readonly string[] };
  /** A condition that compares days with something else, and a day as the column has it. */
  readonly notADay?: { readonly filter: FlexFilter; readonly example: string };
  /** How many rows tell again what these tell, by the condition that asks for them: orders, lots, sums. */
  readonly leftOut?: Readonly<Record<string, number>>;
  /** Rows that fit no condition on a day because they have none of their own, as `MULTI`. */
  readonly withoutDay?: number;
}

/** Reads `column=value`, `column~part`, `column>=n` or `column<=n`; undefined when it is none. */
export function parseFilter(text: string): FlexFilter | undefined {
  const match = /^\s*([\w.-]+)\s*(>=|<=|=|~)\s*(.*?)\s*$/s.exec(text);
  if (!match) return undefined;
  const [, column = '', operator, value = ''] = match;
  return { column, operator: operator as FlexFilter['operator'], value };
}

/** The name under which rows say their kind, where a section has several: trades with their orders and lots. */
const kindColumn = 'rowType';
const levelColumn = 'levelOfDetail';
/** Where a condition chooses among the levels, all rows that fit are counted. */
const anyLevel: Level = '*';

/** The rows of one level that have come. */
interface Bucket {
  /** The page of those that fit. */
  readonly rows: ReadonlyMap<string, string>[];
  readonly kinds: Set<string>;
  /** The condition that asks for them. */
  readonly filter: string;
  heard: number;
  total: number;
  withoutDay: number;
}

/**
 * Hears a document and keeps the page of a section's rows that a selection asks for; names of columns and sections are
 * compared without regard to case. Of rows that tell the same money several times one telling is counted, unless a
 * condition chooses among them.
 */
export class RowCollector implements FlexListener {
  readonly #selection: FlexSelection;
  readonly #choosesLevel: boolean;
  readonly #columns = new Set<string>();
  readonly #kinds = new Set<string>();
  readonly #buckets = new Map<Level, Bucket>();
  readonly #spellings = new Map<string, string>();
  #notADay: FlexPage['notADay'];
  /** The statement is of an account that is wanted. */
  #wanted = false;
  /** What the section is called in this statement, once it has come. */
  #name: string | undefined;
  #inside = false;

  constructor(selection: FlexSelection) {
    this.#selection = selection;
    this.#choosesLevel = selection.filters.some(({ column }) => same(column, kindColumn) || same(column, levelColumn));
  }

  onStatement({ account }: StatementHead): void {
    this.#wanted = isAllowed(account, this.#selection.accounts);
    this.#name = undefined;
    this.#inside = false;
  }

  onSection(name: string): void {
    if (this.#wanted && same(name, this.#selection.section)) this.#name ??= name;
    this.#inside = this.#wanted && name === this.#name;
  }

  onRow(row: FlexRow, element: string): void {
    if (!this.#inside || !this.#isWanted(row)) return;
    const level = levelOf(row, element);
    const kind = levelName(level) ?? element;
    const bucket = this.#bucketOf(row, level, kind);
    bucket.heard += 1;
    bucket.kinds.add(kind);
    this.#kinds.add(kind);
    for (const column in row) this.#columns.add(column);
    if (!this.#fits(row, kind, bucket)) return;
    const { offset, limit } = this.#selection;
    if (bucket.total >= offset && bucket.rows.length < limit) {
      bucket.rows.push(new Map(detached([...Object.entries(row), [kindColumn, kind] as const])));
    }
    bucket.total += 1;
  }

  /** The page, once the document has ended. */
  page(): FlexPage {
    const nothing = { columns: [], rows: [], total: 0 };
    const level = finest(this.#buckets.keys());
    const bucket = level === undefined ? undefined : this.#buckets.get(level);
    const { filters, columns: chosen } = this.#selection;
    if (!bucket) return { ...nothing, columns: [...(chosen ?? [])] };
    const known = [...this.#columns, ...(this.#kinds.size > 1 ? [kindColumn] : [])];
    const named = [...filters.map(({ column }) => column), ...(chosen ?? [])];
    const unknown = named.find((name) => !known.some((column) => same(column, name)));
    if (unknown !== undefined) return { ...nothing, unknownColumn: { name: unknown, known } };
    if (this.#notADay) return { ...nothing, notADay: this.#notADay };
    const shown = bucket.kinds.size > 1 ? known : [...this.#columns];
    const filled = () => shown.filter((column) => bucket.rows.some((row) => row.get(column)));
    const columns = chosen?.map((name) => this.#spelled(name) ?? name) ?? filled();
    const leftOut = [...this.#buckets.values()].filter((other) => other !== bucket);
    return {
      columns,
      rows: bucket.rows.map((row) => columns.map((column) => cell(column, row.get(column) ?? ''))),
      total: bucket.total,
      ...(leftOut.length > 0 && { leftOut: Object.fromEntries(leftOut.map(({ filter, heard }) => [filter, heard])) }),
      ...(bucket.withoutDay > 0 && { withoutDay: bucket.withoutDay }),
    };
  }

  #isWanted({ accountId = '' }: FlexRow): boolean {
    // Sums have a dash.
    return accountId === '' || accountId === '-' || isAllowed(accountId, this.#selection.accounts);
  }

  #bucketOf(row: FlexRow, level: Level, kind: string): Bucket {
    const key = this.#choosesLevel ? anyLevel : level;
    const known = this.#buckets.get(key);
    if (known) return known;
    const filter = row.levelOfDetail === level ? `${levelColumn}=${level}` : `${kindColumn}=${kind}`;
    const bucket = { rows: [], kinds: new Set<string>(), filter: detached(filter), heard: 0, total: 0, withoutDay: 0 };
    this.#buckets.set(detached(key), bucket);
    return bucket;
  }

  #fits(row: FlexRow, kind: string, bucket: Bucket): boolean {
    let withoutDay = false;
    const fitsAll = this.#selection.filters.every((filter) => {
      const column = this.#spelled(filter.column);
      const text = column === kindColumn ? kind : column === undefined ? '' : (row[column] ?? '');
      const byDay = column !== undefined && holdsDates(column) ? this.#fitsDay(text, filter) : undefined;
      withoutDay ||= byDay === 'none';
      return byDay === undefined ? fits(text, filter) : byDay === true;
    });
    if (withoutDay) bucket.withoutDay += 1;
    return fitsAll;
  }

  /** Compares days as days, whatever their formats; undefined where the column has something else. */
  #fitsDay(text: string, filter: FlexFilter): boolean | 'none' | undefined {
    const { dates } = this.#selection;
    const { operator, value } = filter;
    const own = flexMoment(text, dates);
    if (operator === '~') return own && (fits(text, filter) || own.date.includes(value));
    const wanted = flexMoment(value, dates);
    if (own && wanted) {
      // A day without a time is all of it.
      const [a, b] =
        own.time && wanted.time ? [own.date + own.time, wanted.date + wanted.time] : [own.date, wanted.date];
      return operator === '=' ? a === b : operator === '>=' ? a >= b : a <= b;
    }
    if (own && !wanted && /\d/.test(value)) this.#notADay ??= { filter, example: detached(text) };
    if (wanted && text !== '' && !own) return 'none';
    return undefined;
  }

  /** How the statement spells a column; undefined while no row has had it. */
  #spelled(name: string): string | undefined {
    const before = this.#spellings.get(name);
    if (before !== undefined) return before;
    const column = same(name, kindColumn) ? kindColumn : [...this.#columns].find((one) => same(one, name));
    if (column !== undefined) this.#spellings.set(name, column);
    return column;
  }
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function fits(text: string, { column, operator, value }: FlexFilter): boolean {
  if (operator === '~') return text.toLowerCase().includes(value.toLowerCase());
  const byNumber = numeric(text) && numeric(value) && !names.test(column);
  if (operator === '=') return same(text, value) || (byNumber && Number(text) === Number(value));
  if (text === '') return false;
  const order = byNumber ? Number(text) - Number(value) : text < value ? -1 : text > value ? 1 : 0;
  return operator === '>=' ? order >= 0 : order <= 0;
}

/** What begins with a nought, or has letters, names something. */
function numeric(text: string): boolean {
  return /^-?(0|[1-9]\d*)?(\.\d+)?$/.test(text) && /\d/.test(text);
}

/** Columns that name things or days, whatever their digits. */
const names =
  /(ids?|code|symbol|ref|reference|cusip|isin|sedol|figi|lei|alias|account|acct|number|serial|master|month|period|phone|zip|model|name|description|notes|issuer)$/i;

/** Amounts become numbers where nothing is lost by it; everything else stays as IBKR wrote it. */
function cell(column: string, text: string): string | number {
  if (column === 'conid') return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : text;
  // What begins with a nought names something.
  if (names.test(column) || holdsDates(column) || !/^-?(0|[1-9]\d*)(\.\d+)?$/.test(text)) return text;
  const value = Number(text);
  const digits = text.replace(/^-?0*\.?0*|\./g, '').length;
  return digits <= 15 ? value : text;
}
