import { makeCursor, readCursor } from './paging.ts';

/**
 * Where a page of news begins: what was published until a moment, without those of that very moment that earlier pages
 * have shown. News that comes meanwhile moves nothing.
 */
export interface Page {
  /** Epoch milliseconds. */
  readonly until: number;
  readonly seen: number;
}

interface Dated {
  readonly time: number | undefined;
}

/**
 * The page among what was published until its moment.
 * @param items newest first, at least `limit` and those seen before where there are as many
 * @param hasMore whether there are others before them
 */
export function pageOf<Item extends Dated>(
  items: readonly Item[],
  hasMore: boolean,
  limit: number,
  page: Page,
): { shown: readonly Item[]; next?: Page } {
  const fresh = unseen(items, page);
  const shown = fresh.slice(0, limit);
  const last = shown.at(-1)?.time;
  if (last === undefined || (!hasMore && fresh.length === shown.length)) return { shown };
  const before = last === page.until ? page.seen : 0;
  return { shown, next: { until: last, seen: before + shown.filter(({ time }) => time === last).length } };
}

function unseen<Item extends Dated>(items: readonly Item[], { until, seen }: Page): readonly Item[] {
  let left = seen;
  return items.filter(({ time }) => {
    const known = time === until && left > 0;
    if (known) left -= 1;
    return !known;
  });
}

/** The cursor of a page of this question's answer. */
export function pageCursor(question: object, { until, seen }: Page): string {
  return `${until.toString(36)}.${makeCursor({ ...question, until }, seen)}`;
}

/**
 * The page that a cursor stands for; undefined without one.
 * @throws ToolError `invalid_arguments` when it belongs to another question or is no cursor at all
 */
export function readPage(question: object, cursor: string | undefined): Page | undefined {
  if (cursor === undefined) return undefined;
  const [moment = '', rest = ''] = cursor.split('.');
  const until = Number.parseInt(moment, 36);
  return { until, seen: readCursor({ ...question, until }, rest) };
}
