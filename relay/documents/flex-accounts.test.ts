import { expect, it } from 'vitest';
import { isAccountNumber, isAllowed, mainAccount } from './flex-accounts.ts';

it('knows an account’s number from an alias and from the dash of a sum', () => {
  for (const text of ['U7654321', 'DU1234567', 'F123456', 'DF12345', 'I1234567', 'U7654321-P', 'U7654321F', 'U1']) {
    expect(isAccountNumber(text), text).toBe(true);
  }
  for (const text of ['', '-', 'Joint', 'My Main', 'IRA1', 'JOINT2024', 'U', '7654321', 'U7654321-']) {
    expect(isAccountNumber(text), text).toBe(false);
  }
});

it('takes a segment for its account', () => {
  expect(mainAccount('u7654321-p')).toBe('U7654321');
  expect(isAllowed('U7654321-P', ['U7654321'])).toBe(true);
  expect(isAllowed('U7654321-P', ['U7654321-P'])).toBe(true);
  // A segment is less than its account.
  expect(isAllowed('U7654321', ['U7654321-P'])).toBe(false);
  expect(isAllowed('U76543210', ['U7654321'])).toBe(false);
  expect(isAllowed('Joint', ['U7654321'])).toBe(false);
  expect(isAllowed('Joint', undefined)).toBe(true);
});
