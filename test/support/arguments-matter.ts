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

/** Of a tool that the user's Home carries out. */
export interface HomeArgumentCase {
  /** Brings what the user keeps to the same beginning. @returns names of this file → the ids that they stand for now */
  readonly begin: (act: Act) => Promise<Readonly<Record<string, string>>>;
  /** All that the user keeps. */
  readonly kept: (act: Act) => Promise<unknown>;
  /** By argument: two calls that differ in nothing else. The second one succeeds. */
  readonly changes: Readonly<Record<string, readonly [object, object]>>;
}

/** A call and one that differs from it. */
export const pair = (base: object, change: object): readonly [object, object] => [base, { ...base, ...change }];
