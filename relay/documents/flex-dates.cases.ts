/** Days and moments as a Flex query can be set to write them, and what they are. */
export const moments: readonly (readonly [text: string, date: string, time?: string])[] = [
  ...['20260915', '2026-09-15', '15-SEP-26', '15-Sep-2026', '15 Sep 2026', 'Sep 15, 2026', '2026/09/15'].map(
    (text) => [text, '2026-09-15'] as const,
  ),
  // Every date format with every time format and separator.
  ...['20260915', '2026-09-15', '09/15/2026', '09/15/26', '15/09/2026', '15/09/26', '15-SEP-26', '15-SEP-2026'].flatMap(
    (date) =>
      [';', ',', ', ', ' ', ''].flatMap((separator) =>
        ['202010', '20:20:10'].flatMap((time) =>
          ['', ' EST', ' EDT'].map((zone) => [`${date}${separator}${time}${zone}`, '2026-09-15', '202010'] as const),
        ),
      ),
  ),
  ['2026-09-15T20:20:10', '2026-09-15', '202010'],
  ['20260915;2020', '2026-09-15', '202000'],
  ['11/11/2026', '2026-11-11'],
  ['29-FEB-28', '2028-02-29'],
];

/** What is no day, or one that cannot be told from another. */
export const noMoments: readonly string[] = [
  '',
  '-',
  'MULTI',
  'N/A',
  '20261340',
  '20260231',
  '2026-02-30',
  '29-FEB-27',
  '31-XYZ-26',
  '13/13/2026',
  '04/05/2026',
  '04/05/26;093000',
  '202609151',
  '20260915;250000',
  '20260915;096100',
  '1234.5',
  '265598',
];
