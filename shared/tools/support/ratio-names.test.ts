import { expect, it } from 'vitest';
import { ratioLine } from './ratio-names.ts';

it('tells ratios in words with their units, those that people ask for first', () => {
  const ratios = {
    NHIG: 363.1,
    TTMNPMGN: 24.3,
    BETA: 1.2,
    MKTCAP: 3_500_000,
    YIELD: 0.41234,
    PEEXCLXOR: 31.5,
    NEWCODE: 7,
    LATESTADATE: '2026-09-30',
  };
  expect(ratioLine(ratios, 'USD')).toBe(
    'P/E 31.5 · market capitalisation 3500000 million USD · dividend yield 0.4123 % · beta 1.2 · 52-week high 363.1 USD · net margin, TTM 24.3 % · NEWCODE 7 · LATESTADATE 2026-09-30',
  );
  expect(ratioLine({ constructor: 1, TTMREV: 5 }, undefined)).toBe('revenue, TTM 5 million · constructor 1');
});
