import type { Scalar, Spelling } from './spelling.ts';

/**
 * Message layouts as data. A layout is an ordered list of items; one encoder and one decoder (codec.ts) read it.
 * Version bounds are TWS server versions: `since` is inclusive, `until` is exclusive.
 */

export type Value = Scalar | readonly Scalar[] | readonly Row[];
export interface Row {
  readonly [name: string]: Value;
}

/** What the wire carries for "no value" in a double field. `Number.MAX_VALUE` is written so. */
export const unsetDouble = '1.7976931348623157E308';
/** The same in an integer field: fields that are shown as unset when they are not, such as an order's minimum quantity. */
export const unsetInteger = '2147483647';

export interface Gate {
  readonly since?: number;
  readonly until?: number;
}

export interface Field<N extends string = string> extends Gate {
  readonly kind: 'field';
  readonly name: N;
  /** How the gateway spells its values; as `Scalar` says when it has no way of its own. */
  readonly as?: Spelling;
  /** What stands for no value; nothing by default. */
  readonly unset?: string;
  /** Written as 7-bit ASCII with `\uXXXX`, as the gateway does for names and error texts. */
  readonly escaped?: boolean;
  /** May be missing at the end of a request: some clients leave it out. */
  readonly optional?: boolean;
}

/** A message version number or a field that is not used: written as is, skipped when read, as clients disagree about it. */
export interface Constant extends Gate {
  readonly kind: 'constant';
  readonly value: number | string;
}

/** A count followed by that many rows. */
export interface Group<N extends string = string> extends Gate {
  readonly kind: 'group';
  readonly name: N;
  readonly items: readonly Item[];
}

/** A count followed by that many single values. */
export interface List<N extends string = string> extends Gate {
  readonly kind: 'list';
  readonly name: N;
  readonly as?: Spelling;
}

/** Items that are present only when an earlier field of the same message, or the size of an earlier group, says so. */
export interface When<N extends string = string> extends Gate {
  readonly kind: 'when';
  readonly field: string;
  readonly is: (text: string) => boolean;
  readonly items: readonly Item<N>[];
}

export type Item<N extends string = string> = Field<N> | Constant | Group<N> | List<N> | When<N>;
export type Layout<N extends string = string> = readonly Item<N>[];

export interface Message<N extends string = string> {
  readonly id: number;
  readonly layout: Layout<N>;
}

/** The field names a message knows, as a union of literals. */
export type NamesOf<M> = M extends Message<infer N> ? N : never;

type Split<S extends string, Seen extends string = never> = S extends `${infer Head} ${infer Tail}`
  ? Split<Tail, Seen | Head>
  : Seen | S;

/** Plain fields, named in wire order and separated by single blanks. */
export function fields<const S extends string>(names: S, options: Omit<Field, 'kind' | 'name'> = {}): Item<Split<S>>[] {
  return names.split(' ').map((name) => ({ kind: 'field', name: name as Split<S>, ...options }));
}

export function version(value: number | string, gate: Gate = {}): Item<never>[] {
  return [{ kind: 'constant', value, ...gate }];
}

export function group<const N extends string>(name: N, items: readonly Item[], gate: Gate = {}): Item<N>[] {
  return [{ kind: 'group', name, items, ...gate }];
}

export function list<const N extends string>(name: N, options: Omit<List, 'kind' | 'name'> = {}): Item<N>[] {
  return [{ kind: 'list', name, ...options }];
}

export function when<const N extends string>(
  field: string,
  is: (text: string) => boolean,
  items: readonly Item<N>[],
  gate: Gate = {},
): Item<N>[] {
  return [{ kind: 'when', field, is, items, ...gate }];
}

export function message<const N extends string>(id: number, ...parts: readonly (readonly Item<N>[])[]): Message<N> {
  return { id, layout: parts.flat() };
}

/** True when the text is a number above zero: the wire's way to say "this part is used". No value is not above zero. */
export const isPositive = (text: string): boolean => Number(text) > 0 && Number(text) < Number.MAX_VALUE;
export const isSet = (text: string): boolean => text !== '';
export const isOneOf =
  (...values: readonly string[]) =>
  (text: string): boolean =>
    values.includes(text);
