import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moments, noMoments } from './flex-dates.cases.ts';
import { DateOrderFinder, flexDate, flexMoment, isTwofold } from './flex-dates.ts';

describe('flexMoment', () => {
  it.each(moments.map(([text, date, time]) => ({ text, date, time })))('reads $text', ({ text, date, time }) => {
    expect(flexMoment(text)).toEqual({ date, ...(time && { time }) });
  });

  it.each(noMoments)('does not read %j', (text) => {
    expect(flexMoment(text)).toBeUndefined();
  });

  it('reads dates with slashes in the order that is known', () => {
    expect(flexDate('04/05/2026', 'month-first')).toBe('2026-04-05');
    expect(flexDate('04/05/26;120000', 'day-first')).toBe('2026-05-04');
    expect(flexDate('13/05/2026', 'month-first')).toBeUndefined();
    expect(isTwofold('04/05/2026')).toBe(true);
    expect(isTwofold('04/13/2026')).toBe(false);
    expect(isTwofold('11/11/2026')).toBe(false);
  });

  it('reads back every day that it can be given', () => {
    const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(day, (at) => {
        const iso = at.toISOString().slice(0, 10);
        const [y = '', m = '', d = ''] = iso.split('-');
        expect([`${y}${m}${d}`, iso, `${y}${m}${d};101112`].map((text) => flexDate(text))).toEqual([iso, iso, iso]);
        expect(flexDate(`${m}/${d}/${y}`, 'month-first')).toBe(iso);
        expect(flexDate(`${d}/${m}/${y.slice(2)}`, 'day-first')).toBe(iso);
      }),
    );
  });
});

describe('the order of dates with slashes', () => {
  const read = (from: string, to: string, generated: string, rows: string[] = [], fetched = '2026-11-20') => {
    const finder = new DateOrderFinder();
    finder.hearPeriod({ from, to, generated });
    for (const row of rows) finder.hear(row);
    return finder.reading(fetched);
  };

  it('does not matter where there are none', () => {
    expect(read('20260101', '20261119', '20261120;031500', ['MULTI', '', 'a/b/c'])).toBeUndefined();
  });

  it('is told by a day above the twelfth, of the period or of any row', () => {
    expect(read('01/02/2026', '11/19/2026', '11/20/2026;031500')).toBe('month-first');
    expect(read('01/02/2026', '03/04/2026', '05/06/2026', ['25/02/2026'], '2026-08-01')).toBe('day-first');
  });

  it('is told by what came before what', () => {
    expect(read('05/03/2026', '06/02/2026', '07/02/2026', [], '2030-01-01')).toBe('month-first');
  });

  it('is told by the day on which the statement was made', () => {
    expect(read('01/02/2026', '03/04/2026', '04/05/2026', [], '2026-04-05')).toBe('month-first');
    expect(read('01/02/2026', '03/04/2026', '04/05/2026', [], '2026-05-04')).toBe('day-first');
  });

  it('is unclear where nothing tells, and where parts contradict one another', () => {
    expect(read('01/02/2026', '03/04/2026', '05/06/2026')).toBe('unclear');
    expect(read('01/25/2026', '03/04/2026', '05/06/2026', ['25/01/2026'])).toBe('unclear');
  });

  it('does not matter where all read the same both ways', () => {
    expect(read('01/01/2026', '02/02/2026', '03/03/2026', [], '2026-08-01')).not.toBe('unclear');
  });
});
