import { Decimal } from 'decimal.js';
import type { PriceModel } from '../market/prices.ts';
import { createAccounts } from './account.ts';
import type { AccountBook } from './book.ts';

export interface AccountBookOptions {
  /** Account codes as IB gives them: `DU…` paper, `U…` live; an `F…` or `DF…` first makes the others its advised accounts. */
  readonly accounts: readonly string[];
  readonly model: PriceModel;
  /** The New York date at the start, as a day number. */
  readonly today: number;
}

/** The books of a login, with positions bought before today. */
export function createAccountBook({ accounts: ids, model, today }: AccountBookOptions): AccountBook {
  const accounts = createAccounts(ids, model, today);
  const refuse = (): never => {
    throw new Error('trades are not booked yet');
  };
  return {
    accounts,
    account: (id) => accounts.find((account) => account.id === id),
    book: refuse,
    correct: refuse,
    margin: refuse,
    marginWith: refuse,
    commission: () => new Decimal(0),
    onChange: () => {},
    rollDay: () => {},
    save: () => ({}),
    restore: () => {},
  };
}
