import { type Compact, type CompactObject, isList, isObject } from './compact-xml.ts';

/** Lines of statements with their names in place of their codes, and without the list of those. */
export function withNamedLines(report: CompactObject): CompactObject {
  const codes = cellsOf(memberAt(report, ['FinancialStatements', 'COAMap', 'mapItem']), 'coaItem', 'value');
  if (codes.size === 0) return report;
  const named = (part: Compact): Compact => {
    if (isList(part)) return part.map(named);
    if (!isObject(part)) return part;
    const lines = cellsOf(part, 'coaCode', 'value');
    if (lines.size > 0) return Object.fromEntries([...lines].map(([code, value]) => [codes.get(code) ?? code, value]));
    const members = Object.entries(part).filter(([name]) => name !== 'COAMap');
    return Object.fromEntries(members.map(([name, member]) => [name, named(member)]));
  };
  return Object.fromEntries(Object.entries(report).map(([name, member]) => [name, named(member)]));
}

/** Two columns of a table, the cells of one by those of the other; empty when it is no such table. */
function cellsOf(table: Compact | undefined, key: string, value: string): ReadonlyMap<string, string | number> {
  const cells = new Map<string, string | number>();
  const { columns, rows } = isObject(table) ? table : {};
  if (!isList(columns) || !isList(rows)) return cells;
  const [from, to] = [columns.indexOf(key), columns.indexOf(value)];
  for (const row of rows) {
    const [name, cell] = isList(row) ? [row[from], row[to]] : [];
    if (typeof name === 'string' && (typeof cell === 'string' || typeof cell === 'number')) cells.set(name, cell);
  }
  return cells;
}

function memberAt(report: CompactObject, path: readonly string[]): Compact | undefined {
  let part: Compact | undefined = report;
  for (const name of path) part = isObject(part) ? part[name] : undefined;
  return part;
}
