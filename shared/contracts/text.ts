import { ToolError } from '../errors.ts';

const examples =
  'AAPL · SHEL.GBP · AAPL@NYSE · 265598 (conId) · EUR.USD · SPX:IND · ESZ6 · ES 202612 · SPY 20261218 C 600 · IBM 5.1 2035:BOND';

/** The text in the one form that the grammar knows: half-width, upper case, single blanks. @throws ToolError */
export function normalise(text: string): string {
  if (text.length > 200) throw invalid(text.slice(0, 60), 'it is too long');
  const normal = text.normalize('NFKC');
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(normal)) throw invalid('', 'it holds control characters');
  const tidy = normal.trim().replaceAll(/\s+/g, ' ').toUpperCase();
  if (tidy === '') throw invalid('', 'it is empty');
  return tidy;
}

/** The refusal of a contract string, with examples. @param why a clause about the text */
export function invalid(text: string, why: string): ToolError {
  const what = text === '' ? 'The contract cannot be read' : `“${text.slice(0, 60)}” cannot be read as a contract`;
  return new ToolError({
    code: 'invalid_arguments',
    message: `${what}: ${why}.`,
    nextStep: `Write it like one of: ${examples}.`,
  });
}
