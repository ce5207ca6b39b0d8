import { foreignLine } from '../../documents/foreign-text.ts';

/** A headline with what IB says about it. */
export interface TaggedHeadline {
  readonly text: string;
  /** Language tag, such as `en`. */
  readonly language?: string;
  /** From −1, bad for the instrument, to 1. */
  readonly sentiment?: number;
  /** From 0 to 1. */
  readonly confidence?: number;
}

/**
 * Takes IB's metadata off a headline: `{A:800015:L:en:K:0.97:C:0.9}Apple …`, where K is a sentiment or `n/a`, and each
 * value may be a list. An exclamation mark behind the braces belongs to them.
 */
export function parseHeadline(raw: string): TaggedHeadline {
  const match = /^\s*\{([A-Z]:[^{}]*)\}\s*!?\s*/.exec(raw);
  if (!match) return { text: foreignLine(raw) };
  const tags = tagsIn(match[1] ?? '');
  const language = tags.get('L')?.match(/\b[a-z]{2}(?:-[A-Za-z]{2,4})?\b/)?.[0];
  const sentiment = numberWithin(tags.get('K'), -1, 1);
  const confidence = numberWithin(tags.get('C'), 0, 1);
  return {
    text: foreignLine(raw.slice(match[0].length)),
    ...(language === undefined ? {} : { language }),
    ...(sentiment === undefined ? {} : { sentiment }),
    ...(confidence === undefined ? {} : { confidence }),
  };
}

function tagsIn(text: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const [, tag = '', value = ''] of text.matchAll(/(?:^|:)([A-Z]):((?:(?!:[A-Z]:).)*)/gs)) tags.set(tag, value);
  return tags;
}

/** Two decimals say all that an opinion of a machine can. */
function numberWithin(text: string | undefined, lowest: number, highest: number): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const value = Number(text);
  return value >= lowest && value <= highest ? Math.round(value * 100) / 100 : undefined;
}
