import type { AccountValues } from '../../gateway/accounts/account-values.ts';
import { parseNumber } from '../../gateway/numbers.ts';

/** The account's base currency: that of its net liquidation value. */
export function baseCurrency(values: AccountValues | undefined): string | undefined {
  return [...(values?.get('NetLiquidation')?.keys() ?? [])].find((currency) => currency !== '' && currency !== 'BASE');
}

/** Base currency per unit of each currency, as IB's ledger says. */
export function exchangeRates(values: AccountValues | undefined): ReadonlyMap<string, number> {
  const rates = new Map<string, number>();
  for (const [currency, text] of values?.get('ExchangeRate') ?? []) {
    const rate = parseNumber(text);
    if (rate !== undefined && currency !== 'BASE') rates.set(currency, rate);
  }
  const base = baseCurrency(values);
  if (base !== undefined) rates.set(base, 1);
  return rates;
}
