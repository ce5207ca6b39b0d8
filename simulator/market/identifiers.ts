import { hashText, unit } from './noise.ts';

const alphabet = 'BCDFGHJKLMNPQRSTVWXYZ0123456789';
const base = 36;

/** The digit that makes a code of letters and digits valid: doubled every second one from the right, as ISINs and FIGIs do. */
function checkDigit(digits: string): number {
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
    sum += Math.floor(value / 10) + (value % 10);
  }
  return (10 - (sum % 10)) % 10;
}

/** Whether text has the form of an ISIN and its check digit is right. */
export function isIsin(text: string): boolean {
  if (!/^[A-Z]{2}[A-Z0-9]{9}\d$/.test(text)) return false;
  const digits = [...text.slice(0, -1)].map((character) => Number.parseInt(character, base)).join('');
  return checkDigit(digits) === Number(text.at(-1));
}

/** The CUSIP inside a North American ISIN, or undefined for others. */
export function cusipOf(isin: string): string | undefined {
  return /^(US|CA)/.test(isin) ? isin.slice(2, 11) : undefined;
}

/** A made-up identifier in the form of a FIGI, the same for an instrument every time. */
export function figiOf(conId: number): string {
  const key = hashText(`FIGI ${conId}`);
  const letters = Array.from({ length: 6 }, (_, index) => alphabet[Math.floor(unit(key, index) * alphabet.length)]);
  const body = `BBG00${letters.join('')}`;
  // Unlike an ISIN's, the check digit of a FIGI weighs characters, not digits.
  let sum = 0;
  for (const [index, character] of [...body].entries()) {
    const value = Number.parseInt(character, base) * (index % 2 === 1 ? 2 : 1);
    sum += Math.floor(value / 10) + (value % 10);
  }
  return `${body}${(10 - (sum % 10)) % 10}`;
}
