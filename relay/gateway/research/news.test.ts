import { describe, expect, it } from 'vitest';
import { parseNewsTime } from './news.ts';

describe('times of the news service', () => {
  it.each([
    ['2026-07-13 15:39:00.0', '2026-07-13T15:39:00.000Z'],
    ['2026-07-13 15:39:00.25', '2026-07-13T15:39:00.250Z'],
    ['2026-07-13 15:39:00', '2026-07-13T15:39:00.000Z'],
    ['2026-07-13T15:39:00.123', '2026-07-13T15:39:00.123Z'],
  ])('%s is %s', (text, expected) => {
    expect(new Date(parseNewsTime(text) ?? 0).toISOString()).toBe(expected);
  });

  it.each(['', 'yesterday', '2026-13-45 25:61:00', '20260713'])('%j is none', (text) => {
    expect(parseNewsTime(text)).toBeUndefined();
  });
});
