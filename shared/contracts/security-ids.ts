/** Whether the text is an ISIN, check digit included. */
export function isIsin(text: string): boolean {
  if (!/^[A-Z]{2}[A-Z0-9]{9}\d$/.test(text)) return false;
  const digits = [...text].map((c) => String(Number.parseInt(c, 36))).join('');
  return luhn(digits);
}

/** Whether the text is a CUSIP, check digit included. */
export function isCusip(text: string): boolean {
  if (!/^[A-Z0-9]{8}\d$/.test(text)) return false;
  const sum = [...text.slice(0, 8)].reduce((total, c, index) => {
    const value = Number.parseInt(c, 36) * (index % 2 === 1 ? 2 : 1);
    return total + Math.floor(value / 10) + (value % 10);
  }, 0);
  return (10 - (sum % 10)) % 10 === Number(text[8]);
}

function luhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, c, index) => {
    const value = Number(c) * (index % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
