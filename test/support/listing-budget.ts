/** How many characters `tools/list` may have with so many read tools: what all of them cost every conversation. */
export function listingBudget(readTools: number): number {
  return 24_000 + 800 * Math.max(0, readTools - 29);
}
