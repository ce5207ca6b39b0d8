import { ToolError } from '../../../shared/errors.ts';

/** How far back from its limit a part looks for a place between words. */
const wordLength = 100;

export interface Part {
  readonly text: string;
  readonly offset: number;
  /** Characters of the whole. */
  readonly total: number;
  /** Where the next part begins; absent at the end. */
  readonly next?: number;
}

/**
 * A part of a text, ended between words where that is near and never within a character. Parts put together, each from
 * the `next` of the one before, are the whole.
 * @throws ToolError `invalid_arguments` when the offset is beyond the text
 */
export function partOf(text: string, offset: number, limit: number): Part {
  const total = text.length;
  if (offset > 0 && offset >= total) {
    throw new ToolError({
      code: 'invalid_arguments',
      message: `The text ends at ${total}; there is nothing at offset ${offset}.`,
      nextStep: 'Use `next` of the previous part.',
    });
  }
  const end = endOf(text, offset, Math.min(total, offset + limit));
  return { text: text.slice(offset, end), offset, total, ...(end < total ? { next: end } : {}) };
}

function endOf(text: string, offset: number, limit: number): number {
  if (limit === text.length) return limit;
  const blank = text.slice(Math.max(offset, limit - wordLength), limit).search(/\s\S*$/);
  if (blank > 0) return Math.max(offset, limit - wordLength) + blank + 1;
  const code = text.charCodeAt(limit);
  return code >= 0xdc00 && code <= 0xdfff && limit - 1 > offset ? limit - 1 : limit;
}
