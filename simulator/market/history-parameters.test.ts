import { describe, expect, it } from 'vitest';
import { HistoryParameterError, parseBarSize, parseDuration, parseEnd } from './history-parameters.ts';
import { Zone } from './zone.ts';

const newYork = new Zone('US/Eastern');
const now = Date.parse('2026-11-20T17:00:00Z');

describe('parseBarSize', () => {
  it.each([
    '1 secs',
    '5 secs',
    '10 secs',
    '15 secs',
    '30 secs',
    '1 min',
    '2 mins',
    '3 mins',
    '5 mins',
    '10 mins',
    '15 mins',
    '20 mins',
    '30 mins',
    '1 hour',
    '2 hours',
    '3 hours',
    '4 hours',
    '8 hours',
    '1 day',
    '1W',
    '1 week',
    '1M',
    '1 month',
  ])('reads %s', (text) => {
    expect(() => parseBarSize(text)).not.toThrow();
  });

  it('turns hours into minutes', () => {
    expect(parseBarSize('4 hours')).toEqual({ unit: 'minute', count: 240 });
  });

  it.each(['', '7 mins', '2 days', '1 year', 'min', '60 secs'])('refuses %j', (text) => {
    expect(() => parseBarSize(text)).toThrow(HistoryParameterError);
  });
});

describe('parseDuration', () => {
  it.each(['', '1', '0 D', '5 X', '-1 D', '86401 S', '366 D', '1.5 D'])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow(HistoryParameterError);
  });

  it('reads every unit', () => {
    expect(['60 S', '10 D', '2 W', '6 M', '1 Y'].map((text) => parseDuration(text).unit)).toEqual([
      'S',
      'D',
      'W',
      'M',
      'Y',
    ]);
  });
});

describe('parseEnd', () => {
  it.each([
    ['', '2026-11-20T17:00:00Z'],
    ['20260402-14:30:00', '2026-04-02T14:30:00Z'],
    ['20260402 09:30:00', '2026-04-02T13:30:00Z'],
    ['20260402 09:30:00 US/Eastern', '2026-04-02T13:30:00Z'],
    ['20260402 09:30:00 America/Chicago', '2026-04-02T14:30:00Z'],
    ['20261120 09:30:00 US/Eastern', '2026-11-20T14:30:00Z'],
    ['20260402  09:30', '2026-04-02T13:30:00Z'],
    ['20260402', '2026-04-03T03:59:59Z'],
    ['09:30:00', '2026-11-20T14:30:00Z'],
  ])('reads %j', (text, expected) => {
    expect(new Date(parseEnd(text, now, newYork)).toISOString()).toBe(new Date(expected).toISOString());
  });

  it.each(['2026-04-02', '20260402 25:00:00', '20260230 09:30:00', '20260402 09:30:00 Mars/Base', '20260402-', 'now'])(
    'refuses %j',
    (text) => {
      expect(() => parseEnd(text, now, newYork)).toThrow(HistoryParameterError);
    },
  );
});
