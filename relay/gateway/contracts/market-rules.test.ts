import { expect, test } from 'vitest';
import { marketRulesOf } from './market-rules.ts';

test.each([
  ['SMART,CBOE,ISE', '32,109,109', { SMART: 32, CBOE: 109, ISE: 109 }],
  ['SMART', '26', { SMART: 26 }],
  ['SMART,NYSE', '26', { SMART: 26 }],
  ['SMART,NYSE', '', {}],
  ['SMART,NYSE', ',26', { NYSE: 26 }],
  ['SMART,NYSE', '0,x', {}],
  ['', '', {}],
  [undefined, undefined, {}],
])('%s with the rules %s', (validExchanges, marketRuleIds, expected) => {
  const details = { validExchanges, marketRuleIds } as never;
  expect(Object.fromEntries(marketRulesOf({ details }))).toEqual(expected);
});
