import { detached, type FlexListener, type FlexRow, type StatementHead } from './flex-statements.ts';

/** A condition on one column: `=` equal, `~` contains, `>=` and `<=` by number where both are, else by text. */
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
  /** Only statements and rows of these accounts; all when absent. */
  readonly accounts?: readonly string[] | undefined;
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

/**
 * Hears a document and keeps the page of a section's rows that a selection asks for; names of columns and sections are
 * compared without regard to case.
 */
export class RowCollector implements FlexListener {
  readonly #selection: FlexSelection;
  readonly #columns = new Set<string>();
  readonly #kinds = new Set<string>();
  readonly #rows: ReadonlyMap<string, string>[] = [];
  readonly #spellings = new Map<string, string>();
  /** The statement is of an account that is wanted. */
  #wanted = false;
  /** What the section is called in this statement, once it has come. */
  #name: string | undefined;
  #inside = false;
  #heard = 0;
  #total = 0;

  constructor(selection: FlexSelection) {
    this.#selection = selection;
  }

  onStatement({ account }: StatementHead): void {
    this.#wanted = this.#allows(account);
    this.#name = undefined;
    this.#inside = false;
  }

  onSection(name: string): void {
    if (this.#wanted && same(name, this.#selection.section)) this.#name ??= name;
    this.#inside = this.#wanted && name === this.#name;
  }

  onRow(row: FlexRow, kind: string): void {
    const { accountId = '' } = row;
    if (!this.#inside || (accountId !== '' && !this.#allows(accountId))) return;
    this.#heard += 1;
    this.#kinds.add(kind);
    for (const column in row) this.#columns.add(column);
    if (!this.#selection.filters.every((filter) => fits(this.#textOf(row, kind, filter.column), filter))) return;
    const { offset, limit } = this.#selection;
    if (this.#total >= offset && this.#rows.length < limit) {
      this.#rows.push(new Map(detached([...Object.entries(row), [kindColumn, kind] as const])));
    }
    this.#total += 1;
  }

  /** The page, once the document has ended. */
  page(): FlexPage {
    const known = [...this.#columns, ...(this.#kinds.size > 1 ? [kindColumn] : [])];
    const { filters, columns: chosen } = this.#selection;
    const named = [...filters.map(({ column }) => column), ...(chosen ?? [])];
    const unknown = named.find((name) => !known.some((column) => same(column, name)));
    if (unknown !== undefined && this.#heard > 0) {
      return { columns: [], rows: [], total: 0, unknownColumn: { name: unknown, known } };
    }
    const filled = () => known.filter((column) => this.#rows.some((row) => row.get(column)));
    const columns = chosen?.map((name) => this.#spelled(name) ?? name) ?? filled();
    const rows = this.#rows.map((row) => columns.map((column) => cell(column, row.get(column) ?? '')));
    return { columns, rows, total: this.#total };
  }

  /** A cell by the name that a filter has for it; empty in rows without it. */
  #textOf(row: FlexRow, kind: string, name: string): string {
    const column = this.#spelled(name);
    return column === kindColumn ? kind : column === undefined ? '' : (row[column] ?? '');
  }

  /** How the statement spells a column; undefined while no row has had it. */
  #spelled(name: string): string | undefined {
    const before = this.#spellings.get(name);
    if (before !== undefined) return before;
    const column = same(name, kindColumn) ? kindColumn : [...this.#columns].find((one) => same(one, name));
    if (column !== undefined) this.#spellings.set(name, column);
    return column;
  }

  #allows(account: string): boolean {
    const { accounts } = this.#selection;
    return accounts === undefined || accounts.includes(account);
  }
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function fits(text: string, { operator, value }: FlexFilter): boolean {
  if (operator === '~') return text.toLowerCase().includes(value.toLowerCase());
  if (operator === '=') return same(text, value) || (numeric(text) && numeric(value) && Number(text) === Number(value));
  if (text === '') return false;
  const order =
    numeric(text) && numeric(value) ? Number(text) - Number(value) : text < value ? -1 : text > value ? 1 : 0;
  return operator === '>=' ? order >= 0 : order <= 0;
}

function numeric(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

/** Columns that name things or days, whatever their digits. */
const names = /(id|code|date|time|expiry|symbol|reference|cusip|isin|sedol|figi|alias|month|period)$/i;

/** Amounts become numbers where nothing is lost by it; everything else stays as IBKR wrote it. */
function cell(column: string, text: string): string | number {
  if (column === 'conid') return /^\d{1,15}$/.test(text) ? Number(text) : text;
  if (names.test(column) || !/^-?\d+(\.\d+)?$/.test(text)) return text;
  const value = Number(text);
  const digits = text.replace(/^-?0*\.?0*|\./g, '').length;
  return digits <= 15 ? value : text;
}
