/** What scans rank by, by how IB's codes of them begin or end, and where that value is shown. The first that fits counts. */
const ranks: readonly (readonly [code: RegExp, by: string, where: 'changePercent' | 'volume' | 'ratios'])[] = [
  [/^TOP_(OPEN_)?PERC_(GAIN|LOSE)$/, 'the change in percent', 'changePercent'],
  [/^(MOST_ACTIVE|TOP_VOLUME_RATE|HOT_BY_VOLUME|NOT_OPEN)$/, 'volume', 'volume'],
  [/_PE_RATIO$/, 'P/E', 'ratios'],
  [/DIVIDEND_YIELD/, 'dividend yield', 'ratios'],
  [/_PRICE_2_BOOK_RATIO$/, 'price to book', 'ratios'],
  [/_PRICE_2_TAN_BOOK_RATIO$/, 'price to tangible book', 'ratios'],
  [/_RETURN_ON_EQUITY$/, 'return on equity', 'ratios'],
  [/_QUICK_RATIO$/, 'the quick ratio', 'ratios'],
  [/_GROWTH_RATE$/, 'growth of earnings per share', 'ratios'],
  [/_VS_(13|26|52)W_HL$/, 'the place within its range of weeks', 'ratios'],
];

/**
 * One sentence about the value by which a scan ranks, where its rows do not show it: IB sends the ranks and not the values.
 * @param code IB's, as `LOW_PE_RATIO`
 */
export function rankNote(code: string, hasQuotes: boolean): string | undefined {
  const [, by, where] = ranks.find(([pattern]) => pattern.test(code)) ?? [];
  if (by === undefined) {
    return `Ranked by what ${code} measures: IB sends the ranks without the values.`;
  }
  if (where === 'ratios') return `Ranked by ${by}, which IB does not send with a scan: get_fundamentals shows it.`;
  return hasQuotes ? undefined : `Ranked by ${by}, which quotes=true shows (${where}).`;
}
