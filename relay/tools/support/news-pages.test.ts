import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToolError } from '../../../shared/errors.ts';
import { type Page, pageCursor, pageOf, readPage } from './news-pages.ts';

const question = { contract: 'AAPL' };

describe('pages of news', () => {
  it('show everything once, however many stories share a moment, while news comes in', () => {
    const times = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 40 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 5 }), (moments, limit) => {
        const stories = moments.toSorted((a, b) => b - a).map((time, id) => ({ id, time }));
        const shown: number[] = [];
        let news = 1_000;
        // The service answers with so many at most, and something new is published before every question.
        const follow = (page: Page): Page | undefined => {
          news += 1;
          const asked = [{ id: news, time: news }, ...stories].filter(({ time }) => time <= page.until);
          const items = asked.slice(0, limit + page.seen);
          const answer = pageOf(items, items.length < asked.length, limit, page);
          shown.push(...answer.shown.map(({ id }) => id));
          return answer.next && readPage(question, pageCursor(question, answer.next));
        };
        for (let page: Page | undefined = { until: 12, seen: 0 }; page; ) page = follow(page);
        expect(shown).toEqual(stories.map(({ id }) => id));
      }),
    );
  });

  it('end where there is nothing more, or nothing that is dated', () => {
    const page = { until: 5, seen: 0 };
    expect(pageOf([], true, 3, page)).toEqual({ shown: [] });
    expect(pageOf([{ time: undefined }], true, 3, page).next).toBeUndefined();
    expect(pageOf([{ time: 4 }], false, 3, page).next).toBeUndefined();
  });

  it('belong to their question', () => {
    const cursor = pageCursor(question, { until: 1_700_000_000_000, seen: 3 });
    expect(readPage(question, cursor)).toEqual({ until: 1_700_000_000_000, seen: 3 });
    for (const [other, text] of [
      [{ contract: 'IBM' }, cursor],
      [question, `1${cursor}`],
      [question, ''],
      [question, '.'],
      [question, 'no cursor'],
    ] as const) {
      expect(() => readPage(other, text), text).toThrow(ToolError);
    }
  });
});
