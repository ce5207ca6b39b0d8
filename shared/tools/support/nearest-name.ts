import { closest, distance } from 'fastest-levenshtein';

/** Names by which other systems know the same thing. */
const synonyms: readonly (readonly string[])[] = [
  'contract contracts symbol symbols ticker tickers conid conids con_id instrument security underlying'.split(' '),
  'sec_type kind type security_type asset_class'.split(' '),
  'quantity qty size amount shares units ratio'.split(' '),
  'limit count top max_results max_rows'.split(' '),
  'start from since after begin'.split(' '),
  'end to until before'.split(' '),
  'data what_to_show'.split(' '),
  'volatility iv vol sigma'.split(' '),
];
const mostNames = 3;

/**
 * The known names that somebody may have meant by another: the same in another spelling, a synonym, one that shares
 * whole words with it (`use_rth` and `rth`), or a slip of the pen. Best first; empty when none is near.
 */
export function nearestNames(given: string, known: readonly string[]): readonly string[] {
  const name = snakeCase(given);
  const words = wordsOf(name);
  const likings: readonly ((candidate: string) => boolean)[] = [
    (candidate) => candidate === name,
    (candidate) => synonyms.some((group) => group.includes(name) && group.includes(candidate)),
    (candidate) => includesAll(words, wordsOf(candidate)),
    (candidate) => includesAll(wordsOf(candidate), words),
    (candidate) => isSlip(candidate, name),
  ];
  for (const likes of likings) {
    const liked = known.filter(likes);
    if (liked.length > 0) {
      return liked.toSorted((a, b) => distance(a, name) - distance(b, name)).slice(0, mostNames);
    }
  }
  return [];
}

/** “Did you mean …?” for a name that a person chose, when one that exists is a slip of the pen away; else nothing. */
export function hintFor(given: string, known: readonly string[]): string {
  const near = known.length > 0 ? closest(given, known) : '';
  return near !== '' && isSlip(near, given) ? ` Did you mean “${near}”?` : '';
}

/** Whether the names differ by a third of their letters at most. */
function isSlip(name: string, other: string): boolean {
  return distance(name, other) <= Math.floor((Math.max(name.length, other.length) + 1) / 3);
}

function snakeCase(name: string): string {
  return name.replaceAll(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
}

function wordsOf(name: string): readonly string[] {
  return name.split(/[^a-z\d]+/).filter(Boolean);
}

function includesAll(words: readonly string[], wanted: readonly string[]): boolean {
  return wanted.length > 0 && wanted.every((word) => words.includes(word));
}
