import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tools } from '../index.ts';
import { inputJsonSchema } from './json-schema.ts';
import { hintFor, nearestNames } from './nearest-name.ts';

const argumentsOf = (name: string): string[] => {
  const tool = tools.find((one) => one.name === name);
  return tool ? Object.keys(inputJsonSchema(tool).properties ?? {}) : [];
};

describe('the names that somebody may have meant', () => {
  test.each([
    ['get_historical_bars', 'use_rth', ['rth']],
    ['get_historical_bars', 'barSize', ['bar_size']],
    ['get_historical_bars', 'whatToShow', ['data']],
    ['get_historical_bars', 'endDateTime', ['end']],
    ['get_historical_bars', 'symbol', ['contract']],
    ['get_historical_bars', 'conId', ['contract']],
    ['get_historical_bars', 'duraton', ['duration']],
    ['get_historical_ticks', 'end_date', ['end']],
    ['get_quotes', 'ticker', ['contracts']],
    ['manage_alerts', 'alert_id', ['id']],
    ['manage_watchlists', 'list_name', ['name']],
    ['get_positions', 'kind', ['sec_type']],
    ['get_news', 'symbol', ['contract']],
    ['scan_market', 'price', ['min_price', 'max_price']],
    ['find_option_contract', 'strike_price', ['strike']],
  ])('%s: %s', (tool, given, expected) => {
    expect(nearestNames(given, argumentsOf(tool))).toEqual(expected);
  });

  test.each([
    ['get_historical_bars', 'type'],
    ['get_historical_bars', 'kind'],
    ['get_account_summary', 'colour'],
    ['get_price_histogram', '__proto__'],
    ['get_price_histogram', ''],
  ])('%s: nothing is near to %j', (tool, given) => {
    expect(nearestNames(given, argumentsOf(tool))).toEqual([]);
  });

  test('are known, and a known name is its own', () => {
    fc.assert(
      fc.property(fc.constantFrom(...tools), fc.string(), fc.nat(), (tool, given, index) => {
        const known = argumentsOf(tool.name);
        for (const name of nearestNames(given, known)) expect(known).toContain(name);
        const own = known[index % Math.max(1, known.length)];
        if (own !== undefined) expect(nearestNames(own, known)).toEqual([own]);
      }),
    );
  });
});

describe('hintFor', () => {
  test('names what is a slip away, and nothing else', () => {
    expect(hintFor('tecg', ['tech', 'banks'])).toBe(' Did you mean “tech”?');
    expect(hintFor('above', ['Q-0-H4te'])).toBe('');
    expect(hintFor('zz', ['k'])).toBe('');
    expect(hintFor('x', [])).toBe('');
  });
});
