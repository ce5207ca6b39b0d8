/** Values of an account that are still being told: tag → currency → IB's text. */
export type GrowingValues = Map<string, Map<string, string>>;

/** Enters what IB tells in place of what it told before. */
export function enter(values: GrowingValues, told: Record<'tag' | 'currency' | 'value', string>): void {
  childMap(values, told.tag).set(told.currency, told.value);
}

/** The map under a key, made when there is none. */
export function childMap<Value>(parent: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  const child = parent.get(key) ?? new Map<string, Value>();
  parent.set(key, child);
  return child;
}
