import { ToolError } from '../../shared/errors.ts';
import { foreignText } from './foreign-text.ts';
import { StrictXml, XmlError, type XmlListener } from './strict-xml.ts';

/** A part of a document: a value, an object by element and attribute names, a table, or a list. */
export type Compact = string | number | CompactObject | readonly Compact[];
export interface CompactObject {
  readonly [name: string]: Compact;
}

/** The name under which an element's own text stands beside its attributes. */
const textName = 'value';
/** The same where `value` is the name of something else. Nothing in a document can be called so. */
const otherTextName = '#text';
const mostElements = 500_000;
const deepest = 100;
const pieceSize = 65_536;
/** Elements of one name that have hardly a member in common would be a table of holes. */
const mostCellsForEach = 4;

/** An element that is open: its text, and what it has so far by name, in order. Most have nothing, so that is absent. */
interface Element {
  readonly name: string;
  text: string;
  members?: Map<string, Compact[]>;
}

/**
 * A document as compact JSON: attributes and children are members, and elements of one name whose members are values
 * only become a table of `columns` and `rows`. Numbers are numbers, empty elements are left out.
 * @throws ToolError `ib_error` when it is no XML, or too much of it
 */
export function compactXml(xml: string): CompactObject {
  const document = new CompactDocument();
  const parser = new StrictXml(document, deepest);
  try {
    for (let at = 0; at < xml.length; at += pieceSize) parser.write(xml.slice(at, at + pieceSize));
    parser.end();
  } catch (error) {
    throw error instanceof XmlError ? unreadable('cannot be read') : error;
  }
  const compacted = compact(document.root);
  if (!isObject(compacted)) throw unreadable('is empty');
  return compacted;
}

/** Makes each element compact as it ends, so that the long form of few is in memory at a time. */
class CompactDocument implements XmlListener {
  /** Holds the document's one element. */
  readonly root: Element = { name: '', text: '' };
  readonly #open = [this.root];
  #elements = 0;

  onOpen(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#elements += 1;
    if (this.#elements > mostElements) throw unreadable('is too large');
    const element: Element = { name, text: '' };
    for (const attribute in attributes) add(element, attribute, scalar(attributes[attribute] ?? ''));
    this.#open.push(element);
  }

  onText(text: string): void {
    const element = this.#open.at(-1);
    if (element) element.text += text;
  }

  onClose(): void {
    const element = this.#open.pop();
    const outer = this.#open.at(-1);
    if (element && outer) add(outer, element.name, compact(element));
  }
}

function add(element: Element, foreignName: string, member: Compact | undefined): void {
  if (member === undefined) return;
  const name = foreignText(foreignName);
  element.members ??= new Map();
  const before = element.members.get(name);
  if (before) before.push(member);
  else element.members.set(name, [member]);
}

function compact({ text, members }: Element): Compact | undefined {
  const value = scalar(text);
  if (!members) return value;
  const all = [...members].map(([name, items]) => [name, list(items)] as const);
  const own = members.has(textName) ? otherTextName : textName;
  return Object.fromEntries(value === undefined ? all : [[own, value], ...all]);
}

/** What an element has under one name: the one, a table, or a list. */
function list(items: readonly Compact[]): Compact {
  const [only] = items;
  if (items.length === 1 && only !== undefined) return only;
  const rows = items.flatMap((item) => (isObject(item) ? (flat(item) ?? []) : []));
  if (rows.length < items.length) return items;
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const cells = rows.reduce((sum, row) => sum + row.size, 0);
  if (columns.length * rows.length > mostCellsForEach * cells) return items;
  return { columns, rows: rows.map((row) => columns.map((column) => row.get(column) ?? '')) };
}

/** The part with at most so many rows of each table and items of each list; `more` says how many are left out. */
export function shortened(part: Compact, limit: number): Compact {
  if (isList(part)) {
    const items = part.slice(0, limit).map((item) => shortened(item, limit));
    return part.length > limit ? { items, more: part.length - limit } : items;
  }
  if (!isObject(part)) return part;
  const { columns, rows } = part;
  // Rows are lists only in tables: whatever else is called so is not.
  if (columns === undefined || !isList(rows) || !rows.every(isList)) {
    return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, shortened(value, limit)]));
  }
  return rows.length > limit ? { columns, rows: rows.slice(0, limit), more: rows.length - limit } : part;
}

/** An item as one row: its values, and those of its children under `child.name`. Undefined when it is no such row. */
function flat(item: CompactObject): ReadonlyMap<string, string | number> | undefined {
  const row = new Map<string, string | number>();
  for (const [name, value] of Object.entries(item)) {
    const own = isObject(value) && Object.hasOwn(value, otherTextName) ? otherTextName : textName;
    for (const [inner, leaf] of isObject(value) ? Object.entries(value) : [[own, value] as const]) {
      const column = inner === own ? name : `${name}.${inner}`;
      if (typeof leaf === 'object' || row.has(column)) return undefined;
      row.set(column, leaf);
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
