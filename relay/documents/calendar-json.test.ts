import { describe, expect, it } from 'vitest';
import { ToolError } from '../../shared/errors.ts';
import { parseEvents, parseEventTypes } from './calendar-json.ts';

describe('the calendar’s metadata', () => {
  it.each([
    ['at the top', { event_types: [{ tag: 'wshe_ed', name: 'Earnings Date' }] }],
    ['within', { data: { meta_data: { event_types: [{ tag: 'wshe_ed', name: 'Earnings Date' }, { nothing: 1 }] } } }],
  ])('has its event types %s', (_, meta) => {
    expect([...parseEventTypes(JSON.stringify(meta))]).toEqual([['wshe_ed', 'Earnings Date']]);
  });

  it('may have none, but has to be readable', () => {
    expect(parseEventTypes('{}').size).toBe(0);
    expect(() => parseEventTypes('{')).toThrow(ToolError);
  });
});

describe('the calendar’s events', () => {
  const event = (index_date: string, data: object) => ({ event_type: 'wshe_ed', index_date, conids: ['265598'], data });

  it('are in order, with dates as dates and without what says nothing', () => {
    const json = JSON.stringify([
      event('20261201', { time_of_day: 'AFTER\u202e MARKET', pay_date: '20261202', empty: '', company: { isin: 'x' } }),
      event('2026-11-01T00:00:00.000+0000', { amount_oc: 1.5, virtual: false, nothing: null }),
      'no event',
    ]);
    expect(parseEvents(json)).toEqual([
      { type: 'wshe_ed', date: '2026-11-01', conIds: [265598], details: { amount_oc: 1.5, virtual: false } },
      {
        type: 'wshe_ed',
        date: '2026-12-01',
        conIds: [265598],
        details: { time_of_day: 'AFTER MARKET', pay_date: '2026-12-02' },
      },
    ]);
  });

  it('have to be a list', () => {
    expect(() => parseEvents('{"error":"none"}')).toThrow(ToolError);
    expect(parseEvents('[]')).toEqual([]);
  });
});
