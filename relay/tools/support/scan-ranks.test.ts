import { expect, it } from 'vitest';
import { rankNote } from './scan-ranks.ts';

it.each([
  ['TOP_PERC_GAIN', false, 'Ranked by the change in percent, which quotes=true shows (changePercent).'],
  ['TOP_PERC_GAIN', true, undefined],
  ['MOST_ACTIVE', true, undefined],
  ['LOW_PE_RATIO', true, 'Ranked by P/E, which IB does not send with a scan: get_fundamentals shows it.'],
  [
    'HIGH_DIVIDEND_YIELD_IB',
    false,
    'Ranked by dividend yield, which IB does not send with a scan: get_fundamentals shows it.',
  ],
  ['HIGH_OPT_IMP_VOLAT', true, 'Ranked by what HIGH_OPT_IMP_VOLAT measures: IB sends the ranks without the values.'],
])('the value that %s ranks by is shown, or where it is said (quotes: %s)', (code, hasQuotes, note) => {
  expect(rankNote(code, hasQuotes)).toBe(note);
});
