import { describe, expect, it } from 'vitest';
import { encodeFields } from './codec.ts';
import type { Row } from './fields.ts';
import { genuine } from './genuine.cases.ts';
import { serverMessages } from './messages.ts';

describe('a genuine message', () => {
  it.each(genuine)('$message at $version is written so', ({ message, version, values, line }) => {
    expect(encodeFields(serverMessages[message], values, version).join('|')).toBe(line);
  });

  it.each([
    [
      'historicalData',
      { bars: [{ open: 7435, high: 7435.25, low: 7434, close: 7435, wap: 7434.75 }] },
      '7435.0|7435.25|7434.0|7435.0||7434.75',
    ],
    ['historicalTicksBidAsk', { ticks: [{ bidPrice: 7435, askPrice: 7435.25 }] }, '7435.0|7435.25'],
    ['historicalTicksLast', { ticks: [{ price: 7435 }] }, '|7435.0|'],
    ['historicalTicks', { ticks: [{ price: 7435 }] }, '|7435.0|'],
  ] as const)('%s has whole prices with a decimal point', (message, values: Row, part) => {
    expect(encodeFields(serverMessages[message], values, 193).join('|')).toContain(part);
  });
});
