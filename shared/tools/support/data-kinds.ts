/** What each kind of data that is not live means, for those who read that a price is of it. */
const meanings: ReadonlyMap<string, string> = new Map([
  ['frozen', 'frozen: the market is closed, these are its last prices.'],
  ['delayed', 'delayed: the login has no live data here, these prices are about 15 minutes old.'],
  ['delayed-frozen', 'delayed-frozen: the market is closed, these are its last prices as delayed data had them.'],
]);

/** A sentence for each kind of data that occurs and is not live. @param kinds as in results, also several with commas */
export function explainKinds(kinds: readonly (string | undefined)[]): string[] {
  const named = new Set(kinds.flatMap((kind) => kind?.split(', ') ?? []));
  return [...meanings].filter(([kind]) => named.has(kind)).map(([, meaning]) => meaning);
}
