import type { JsonSchema } from '../../shared/tools/support/json-schema.ts';

/** For the cases of tools: calls in which each argument makes a difference. */

export interface Change {
  /** Further arguments of both calls. */
  readonly base?: object;
  /** What the argument is set to. */
  readonly value?: unknown;
  /** Takes the value from the result of the call without the argument. */
  readonly from?: (result: Record<string, unknown>) => unknown;
  /** Without the argument the call is refused. */
  readonly needed?: boolean;
  /** With the argument the call is refused. */
  readonly refused?: boolean;
}

type Read = (tool: string, args: object) => Promise<Record<string, unknown>>;

/** Of a tool that the relay carries out. */
export interface ArgumentCase {
  readonly base: object;
  /** Further arguments of all calls, which have to be asked for. */
  readonly begin?: (read: Read) => Promise<object>;
  /** By argument. */
  readonly changes: Readonly<Record<string, Change>>;
}

/** The argument set to a value. @param base further arguments of both calls */
export const set = (value: unknown, base: object = {}): Change => ({ value, base });

/** The cursor to the next page of a call. */
export const nextOf = (base: object): Change => ({ base, from: ({ next }) => next });

/** Carries out a call that has to succeed. */
export type Act = (tool: string, args: object) => Promise<Record<string, unknown>>;

/** Names of a cases file → the ids that they stand for now: values of arguments, in calls and in what is observed. */
export type Ids = Readonly<Record<string, string>>;

/** Of a tool that the user's Home carries out. */
export interface HomeArgumentCase {
  /** Brings what the user keeps to the same beginning. @param args those of the call that follows */
  readonly begin: (act: Act, args: object) => Promise<Ids>;
  /** All that the user keeps. */
  readonly kept: (act: Act) => Promise<unknown>;
  /** By argument, also inside others (`take_profit.tif`): two calls that differ in nothing else. The second one succeeds. */
  readonly changes: Readonly<Record<string, readonly [object, object]>>;
}

/** A call and one that differs from it. */
export const pair = (base: object, change: object): readonly [object, object] => [base, { ...base, ...change }];

/** The same arguments with another value at a path; those around it are made where there are none. */
export function withValue(args: object, path: string, value: unknown): Record<string, unknown> {
  const [name = '', ...rest] = path.split('.');
  const own = (args as Record<string, unknown>)[name];
  if (rest.length === 0) return { ...args, [name]: value };
  const inner = (holder: unknown) =>
    withValue(typeof holder === 'object' && holder !== null ? holder : {}, rest.join('.'), value);
  return { ...args, [name]: Array.isArray(own) ? [inner(own[0]), ...own.slice(1)] : inner(own) };
}

/** A call, and the same with another value at a path. */
export const differing = (base: object, path: string, value: unknown): readonly [object, object] => [
  base,
  withValue(base, path, value),
];

/** The paths of all arguments of a tool, also of those inside objects and lists of objects. */
export function argumentPaths(schema: JsonSchema, inside = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, part]) => {
    const path = `${inside}${name}`;
    const object = part.items?.properties ? part.items : part;
    return object.properties ? argumentPaths(object, `${path}.`) : [path];
  });
}
