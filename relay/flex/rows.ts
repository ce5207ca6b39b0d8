import type { FlexDocument, FlexRow } from './statements.ts';

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

/** The page of a section's rows that a selection asks for; names are compared without regard to case. */
export function selectRows(document: FlexDocument, selection: FlexSelection): FlexPage {
  const { accounts, offset, limit } = selection;
  const all = document.statements
    .filter(({ account }) => accounts === undefined || accounts.includes(account))
    .flatMap(({ sections }) => [...sections].find(([name]) => same(name, selection.section))?.[1] ?? [])
    .filter(({ accountId = '' }) => accounts === undefined || accountId === '' || accounts.includes(accountId));
  const known = columnsOf(all);
  const named = [...selection.filters.map(({ column }) => column), ...(selection.columns ?? [])];
  const unknown = named.find((name) => !known.some((column) => same(column, name)));
  if (unknown !== undefined && all.length > 0) {
    return { columns: [], rows: [], total: 0, unknownColumn: { name: unknown, known } };
  }
  const spelled = (name: string) => known.find((column) => same(column, name)) ?? name;
  const filters = selection.filters.map((filter) => ({ ...filter, column: spelled(filter.column) }));
  const fitting = all.filter((row) => filters.every((filter) => fits(row, filter)));
  const page = fitting.slice(offset, offset + limit);
  const columns = selection.columns?.map(spelled) ?? known.filter((column) => page.some((row) => row[column]));
  return {
    columns,
    rows: page.map((row) => columns.map((column) => cell(column, row[column] ?? ''))),
    total: fitting.length,
  };
}

function columnsOf(rows: readonly FlexRow[]): string[] {
  const columns = new Set<string>();
  for (const row of rows) for (const column in row) columns.add(column);
  return [...columns];
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function fits(row: FlexRow, { column, operator, value }: FlexFilter): boolean {
  const text = row[column] ?? '';
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
