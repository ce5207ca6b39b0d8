/** An account's number as IBKR gives it, with the letter of its segment behind where it has one, as `-P` for crypto. */
const number = /^((?:D?[FIU]|[A-Z]{1,2}(?=\d{5}))\d{1,12})(?:-?[A-Z]{1,2})?$/;

/** Whether that is an account's number, and not an alias or the dash of a sum. */
export function isAccountNumber(text: string): boolean {
  return number.test(text);
}

/** The account to which a segment belongs: `U7654321` for `U7654321-P`. Other texts are their own. */
export function mainAccount(text: string): string {
  const upper = text.trim().toUpperCase();
  return number.exec(upper)?.[1] ?? upper;
}

/** Whether the owner allows an account, or the one whose segment it is. All are allowed when there is no list. */
export function isAllowed(account: string, allowed: readonly string[] | undefined): boolean {
  if (allowed === undefined) return true;
  const names = [account.trim().toUpperCase(), mainAccount(account)];
  return allowed.some((one) => names.includes(one.trim().toUpperCase()));
}
