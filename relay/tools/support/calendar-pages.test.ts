import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure } from '../../../test/support/relay.ts';
import type { CalendarEvent } from '../../documents/calendar-json.ts';
import { type AskCalendar, calendarCursor, calendarPage, calendarPlace } from './calendar-pages.ts';

const atOnce = 100;
const companies = [11, 12, 13, 14];
const whole = { conIds: companies, start: '2026-11-01', end: '2026-11-30' };

/** A calendar that cuts its answers as IB does, in an order that means nothing. */
function calendarOf(events: readonly CalendarEvent[], seed: number): AskCalendar {
  return async ({ conIds, start, end }) => {
    const found = events
      .filter(({ date }) => date === '' || (date >= start && date <= end))
      .filter((event) => event.conIds.some((conId) => conIds.includes(conId)));
    const from = found.length === 0 ? 0 : seed % found.length;
    return [...found.slice(from), ...found.slice(0, from)].slice(0, atOnce);
  };
}

/** Everything, page by page, with cursors between them. */
async function paged(ask: AskCalendar, limit: number, part = whole): Promise<CalendarEvent[]> {
  const question = { part };
  const events: CalendarEvent[] = [];
  let cursor: string | undefined;
  do {
    const page = await calendarPage(part, calendarPlace(question, cursor), limit, ask);
    events.push(...page.events);
    cursor = page.next && calendarCursor(question, page.next);
    expect(page.events.length).toBe(cursor ? limit : page.events.length);
  } while (cursor);
  return events;
}

const date = fc.integer({ min: 1, max: 30 }).map((day) => `2026-11-${String(day).padStart(2, '0')}`);
const event = fc.record({
  type: fc.constantFrom('a', 'b'),
  date: fc.oneof(
    { weight: 9, arbitrary: date },
    { weight: 4, arbitrary: fc.constant('2026-11-20') },
    { weight: 1, arbitrary: fc.constant('') },
  ),
  conIds: fc.constantFrom(...companies).map((conId) => [conId]),
  details: fc.record({ n: fc.nat(200) }),
});
const events = fc.uniqueArray(event, { maxLength: 400, size: 'max', selector: (one) => JSON.stringify(one) });

/** What the calendar can be made to tell: no more than it answers at once about one company on one day. */
const tellable = (all: readonly CalendarEvent[]): boolean => {
  const undated = all.filter(({ date: day }) => day === '').length;
  const days = Map.groupBy(all, ({ date: day, conIds }) => `${day} ${conIds}`);
  return [...days.values()].every((day) => day.length + undated < atOnce);
};

const sorted = (all: readonly CalendarEvent[]): string[] => all.map((one) => JSON.stringify(one)).sort();

describe('pages of the calendar', () => {
  it('have every event once, by day, whatever the limit and however answers are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        events.filter(tellable),
        fc.integer({ min: 1, max: 150 }),
        fc.nat(),
        async (all, limit, seed) => {
          const told = await paged(calendarOf(all, seed), limit);
          expect(sorted(told)).toEqual(sorted(all));
          const dates = told.map((one) => one.date);
          expect(dates).toEqual([...dates].sort());
        },
      ),
      { numRuns: 60 },
    );
  });

  it('ask no more than the page needs', async () => {
    const many = Array.from({ length: 30 }, (_, day) =>
      Array.from({ length: 20 }, (_, n) => ({
        type: 'a',
        date: `2026-11-${String(day + 1).padStart(2, '0')}`,
        conIds: [11],
        details: { n },
      })),
    ).flat();
    const ask = calendarOf(many, 0);
    let asked = 0;
    const counting: AskCalendar = (part) => {
      asked += 1;
      return ask(part);
    };
    const { events: first } = await calendarPage(whole, calendarPlace({}, undefined), 50, counting);
    expect(first.map(({ date: day }) => day)).toEqual(many.slice(0, 50).map(({ date: day }) => day));
    expect(asked).toBeLessThan(6);
  });

  it('ask about many companies in turns', async () => {
    const conIds = Array.from({ length: 250 }, (_, index) => index + 1);
    const all = conIds.map((conId) => ({ type: 'a', date: '2026-11-20', conIds: [conId], details: {} }));
    const sizes: number[] = [];
    const ask = calendarOf(all, 0);
    const told = await paged(
      (part) => {
        sizes.push(part.conIds.length);
        return ask(part);
      },
      60,
      { ...whole, conIds },
    );
    expect(sorted(told)).toEqual(sorted(all));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  });

  it('begin where a cursor of the same question says', async () => {
    const place = { date: '2026-11-20', shown: 7 };
    const cursor = calendarCursor({ types: [] }, place);
    expect(calendarPlace({ types: [] }, cursor)).toEqual(place);
    for (const wrong of [cursor.replace('20', '21'), 'AAAA', '', '.'])
      expect(await failure((async () => calendarPlace({ types: [] }, wrong))())).toMatchObject({
        code: 'invalid_arguments',
      });
    expect(() => calendarPlace({ types: ['x'] }, cursor)).toThrow();
  });
});
