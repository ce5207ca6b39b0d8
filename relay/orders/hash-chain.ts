import { createHash } from 'node:crypto';

/** How entries are chained: each hash is of the one before and of the entry's text, so that nothing can be changed within. */

/** The hash before the first entry. */
export const emptyHash = '0'.repeat(64);

export function nextHash(before: string, text: string): string {
  return createHash('sha256').update(`${before}\n${text}`).digest('hex');
}

/** JSON with the members of every object in one order, so that the same value is always the same text. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
