import type { Buffer } from 'node:buffer';
import {
  type Field,
  type Gate,
  type Item,
  type Layout,
  type Message,
  type Row,
  unsetDouble,
  type Value,
} from './fields.ts';
import { frame, ProtocolError } from './framing.ts';
import type { Scalar } from './spelling.ts';

const applies = (item: Gate, serverVersion: number): boolean =>
  serverVersion >= (item.since ?? 0) && serverVersion < (item.until ?? Number.POSITIVE_INFINITY);

/** Texts go out as they are, so that whoever sends `0.0` or `2147483647` decides it; only NUL cannot be said. */
function writeScalar(value: Scalar): string {
  switch (typeof value) {
    case 'undefined':
      return '';
    case 'string':
      return value.includes('\0') ? value.replaceAll('\0', '') : value;
    case 'number':
      return writeNumber(value);
    case 'boolean':
      return value ? '1' : '0';
    default:
      return value.toFixed();
  }
}

/** As the gateway does: an exponent has a capital letter and no plus sign. */
function writeNumber(value: number): string {
  if (value === Number.MAX_VALUE) return unsetDouble;
  const text = String(value);
  return text.includes('e') ? text.replace('e+', 'E').replace('e', 'E') : text;
}

/** Non-ASCII characters as `\uXXXX`, one escape per UTF-16 unit. */
export function escapeAscii(text: string): string {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const spelt = (value: Scalar, as: Field['as']): Scalar => (value === undefined || !as ? value : as(value));

function writeField({ as, unset, escaped }: Field, value: Scalar): string {
  const text = writeScalar(value === undefined ? unset : spelt(value, as));
  return escaped ? escapeAscii(text) : text;
}

function asArray<T>(value: Value, name: string): readonly T[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new TypeError(`${name} must be a list`);
  return value as readonly T[];
}

/** @param said what conditions look at: the texts of fields and the numbers of rows that have been written */
function writeItems(
  layout: Layout,
  values: Row,
  serverVersion: number,
  out: string[],
  said: Record<string, string> = {},
): void {
  for (const item of layout) {
    if (!applies(item, serverVersion)) continue;
    switch (item.kind) {
      case 'constant':
        out.push(String(item.value));
        break;
      case 'field': {
        const text = writeField(item, values[item.name] as Scalar);
        said[item.name] = text;
        out.push(text);
        break;
      }
      case 'list': {
        const entries = asArray<Scalar>(values[item.name], item.name);
        const { as } = item;
        out.push(String(entries.length), ...entries.map((entry) => writeScalar(spelt(entry, as))));
        break;
      }
      case 'group': {
        const rows = asArray<Row>(values[item.name], item.name);
        said[item.name] = String(rows.length);
        out.push(String(rows.length));
        for (const row of rows) writeItems(item.items, row, serverVersion, out);
        break;
      }
      case 'when':
        if (item.is(said[item.field] ?? '')) writeItems(item.items, values, serverVersion, out, said);
        break;
    }
  }
}

/** The fields of a message at a server version, the message id first. */
export function encodeFields(message: Message, values: Row, serverVersion: number): string[] {
  const out = [String(message.id)];
  writeItems(message.layout, values, serverVersion, out);
  return out;
}

/** A whole frame, ready for the socket. */
export function encodeFrame(tokens: readonly string[]): Buffer {
  return frame(`${tokens.join('\0')}\0`);
}

export interface DecodedFields {
  readonly values: Readonly<Record<string, string>>;
  readonly rows: Readonly<Record<string, readonly DecodedFields[]>>;
}

class TokenReader {
  readonly #tokens: readonly string[];
  #position: number;

  constructor(tokens: readonly string[], start: number) {
    this.#tokens = tokens;
    this.#position = start;
  }

  next(name: string, optional = false): string {
    const token = this.#tokens[this.#position];
    if (token === undefined && !optional) throw new ProtocolError(`the message ends before its field ${name}`);
    this.#position += 1;
    return token ?? '';
  }

  count(name: string): number {
    const text = this.next(name);
    const count = text === '' ? 0 : Number(text);
    const available = this.#tokens.length - this.#position;
    if (!Number.isInteger(count) || count < 0 || count > available) {
      throw new ProtocolError(`the number of ${name} is ${JSON.stringify(text)}, ${available} fields are left`);
    }
    return count;
  }
}

function readItems(
  layout: readonly Item[],
  reader: TokenReader,
  serverVersion: number,
  values: Record<string, string>,
  rows: Record<string, readonly DecodedFields[]>,
): void {
  for (const item of layout) {
    if (!applies(item, serverVersion)) continue;
    switch (item.kind) {
      case 'constant':
        reader.next('version');
        break;
      case 'field':
        values[item.name] = reader.next(item.name, item.optional);
        break;
      case 'list':
        rows[item.name] = Array.from({ length: reader.count(item.name) }, () => ({
          values: { value: reader.next(item.name) },
          rows: {},
        }));
        break;
      case 'group':
        rows[item.name] = Array.from({ length: reader.count(item.name) }, () =>
          decodeItems(item.items, reader, serverVersion),
        );
        break;
      case 'when':
        if (item.is(values[item.field] ?? String(rows[item.field]?.length ?? '')))
          readItems(item.items, reader, serverVersion, values, rows);
        break;
    }
  }
}

function decodeItems(layout: readonly Item[], reader: TokenReader, serverVersion: number): DecodedFields {
  const values: Record<string, string> = {};
  const rows: Record<string, readonly DecodedFields[]> = {};
  readItems(layout, reader, serverVersion, values, rows);
  return { values, rows };
}

/**
 * Reads the fields of a message (`tokens` begins with the message id). Fields beyond the layout are left alone, as the
 * gateway does. @throws {ProtocolError} when the message ends too early or a repeat count is impossible
 */
export function decodeFields(message: Message, tokens: readonly string[], serverVersion: number): DecodedFields {
  return decodeItems(message.layout, new TokenReader(tokens, 1), serverVersion);
}
