import { describe, expect, it } from 'vitest';
import { readPolicy } from './policy-text.ts';

describe('the owner’s policy', () => {
  it.each([
    ['', {}],
    [
      'maxDayOrders: 5\nsymbols: [AAPL, BRK B]\ncloseOnly: true',
      { maxDayOrders: 5, symbols: ['AAPL', 'BRK B'], closeOnly: true },
    ],
    ['{"maxOrderNotional": 1000.5, "approval": "ticket"}', { maxOrderNotional: 1000.5, approval: 'ticket' }],
  ])('%j is read', (text, policy) => expect(readPolicy(text)).toEqual(policy));

  it.each([
    ['maxDayOrder: 5', /no field “maxDayOrder”\. Did you mean “maxDayOrders”\?/],
    ['max_day_notional: 5', /no field “max_day_notional”\. Did you mean “maxDayNotional”\?/],
    ['maxDayOrders: five', /wrong at maxDayOrders/],
    ['maxDayOrders: 0', /wrong at maxDayOrders/],
    ['maxOrderNotional: -1', /wrong at maxOrderNotional/],
    ['symbols: []', /wrong at symbols/],
    ['maxDayOrders: 5\nmaxDayOrders: 50', /neither YAML nor JSON/],
    ['- 5', /wrong at its beginning/],
    ['{', /neither YAML nor JSON/],
    ['approval: sometimes', /wrong at approval/],
  ])('%j is refused with a sentence', (text, message) => expect(() => readPolicy(text)).toThrow(message));
});
