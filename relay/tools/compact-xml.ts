import { XMLParser } from 'fast-xml-parser';
import { ToolError } from '../../shared/errors.ts';
import { foreignText } from './foreign-text.ts';

/** A part of a document: a value, an object by element and attribute names, a table, or a list. */
export type Compact = string | number | CompactObject | readonly Compact[];
export interface CompactObject {
  readonly [name: string]: Compact;
}

/** The name under which an element's own text stands beside its attributes. */
const textName = 'value';
const mostCharacters = 4_000_000;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  textNodeName: textName,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: true,
  ignoreDeclaration: true,
  trimValues: true,
});

/**
 * A document as compact JSON: attributes and children are members, and elements of one name whose members are values
 * only become a table of `columns` and `rows`. Numbers are numbers, empty elements are left out.
 * @throws ToolError `ib_error` when it is no XML, or too much of it
 */
export function compactXml(xml: string): CompactObject {
  if (xml.length > mostCharacters) throw unreadable('is too large');
  if (/<!DOCTYPE/i.test(xml)) throw unreadable('cannot be read');
  let document: unknown;
  try {
    document = parser.parse(xml, true);
  } catch {
    throw unreadable('cannot be read');
  }
  const compacted = compact(document);
  if (!isObject(compacted)) throw unreadable('is empty');
  return compacted;
}

function compact(node: unknown): Compact | undefined {
  if (Array.isArray(node)) return list(node);
  if (typeof node !== 'object' || node === null) return scalar(String(node ?? ''));
  const members = Object.entries(node).flatMap(([name, member]) => {
    const value = compact(member);
    return value === undefined ? [] : [[foreignText(name), value] as const];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function list(items: readonly unknown[]): Compact | undefined {
  const compacted = items.flatMap((item) => compact(item) ?? []);
  if (compacted.length === 0) return undefined;
  const rows = compacted.map((item) => (isObject(item) ? flat(item) : undefined));
  if (rows.some((row) => row === undefined)) return compacted;
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row ?? {})))];
  return { columns, rows: rows.map((row) => columns.map((column) => row?.[column] ?? '')) };
}

/** The part with at most so many rows of each table and items of each list; `more` says how many are left out. */
export function shortened(part: Compact, limit: number): Compact {
  if (isList(part)) {
    const items = part.slice(0, limit).map((item) => shortened(item, limit));
    return part.length > limit ? { items, more: part.length - limit } : items;
  }
  if (!isObject(part)) return part;
  const { columns, rows } = part;
  if (columns === undefined || rows === undefined || !isList(rows)) {
    return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, shortened(value, limit)]));
  }
  return rows.length > limit ? { columns, rows: rows.slice(0, limit), more: rows.length - limit } : part;
}

/** An item as one row: its values, and those of its children under `child.name`. Undefined when it is deeper. */
function flat(item: CompactObject): Record<string, string | number> | undefined {
  const row: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(item)) {
    if (!isObject(value)) {
      if (typeof value === 'object') return undefined;
      row[name] = value;
      continue;
    }
    for (const [inner, leaf] of Object.entries(value)) {
      if (typeof leaf === 'object') return undefined;
      row[inner === textName ? name : `${name}.${inner}`] = leaf;
    }
  }
  return row;
}

/** Whether it has members by name. */
export function isObject(value: Compact | undefined): value is CompactObject {
  return typeof value === 'object' && !Array.isArray(value);
}

/** Whether it is a list of parts. */
export function isList(value: Compact | undefined): value is readonly Compact[] {
  return Array.isArray(value);
}

/** A number is one only if it is written as JSON would, give or take zeros: codes and dates keep their form. */
function scalar(text: string): string | number | undefined {
  const clean = foreignText(text).trim();
  if (clean === '') return undefined;
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/.test(clean) ? Number(clean) : clean;
}

function unreadable(what: string): ToolError {
  return new ToolError({
    code: 'ib_error',
    message: `The report ${what}.`,
    nextStep: 'Try another report, or leave it out for ratios and dividends.',
  });
}
