import { ToolError, type ToolErrorData } from '../../../shared/errors.ts';

/** One account's values: tag → currency → IB's text. Values without a currency stand under ''. */
export type AccountValues = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Values of an account that are still being told: tag → currency → IB's text. */
export type GrowingValues = Map<string, Map<string, string>>;

/** Enters what IB tells in place of what it told before. */
export function setAccountValue(values: GrowingValues, told: Record<'tag' | 'currency' | 'value', string>): void {
  childMap(values, told.tag).set(told.currency, told.value);
}

/** The map under a key, made when there is none. */
export function childMap<Value>(parent: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  const child = parent.get(key) ?? new Map<string, Value>();
  parent.set(key, child);
  return child;
}

/** The error of values that IB itself does not rely on, while it resets its servers; undefined of all others. */
export function resetting(
  account: string,
  values: ReadonlyMap<string, ReadonlyMap<string, string>>,
): ToolErrorData | undefined {
  if (values.get('AccountReady')?.get('') !== 'false') return undefined;
  return {
    code: 'no_data',
    message: `IB is resetting its servers: what it says of ${account} cannot be relied on.`,
    nextStep: 'Try again in a few minutes.',
  };
}

/** @throws ToolError `no_data` when IB says of itself that the values of this account are wrong at the moment */
export function assertReady(...account: Parameters<typeof resetting>): void {
  const error = resetting(...account);
  if (error) throw new ToolError(error);
}
