import { Decimal } from 'decimal.js';
import { getAccountSummary } from '../../shared/tools/get_account_summary.ts';
import { omitUndefined } from '../../shared/values.ts';
import type { AccountValues } from '../gateway/accounts/account-values.ts';
import type { Pnl } from '../gateway/accounts/accounts.ts';
import { accountKind } from '../gateway/index.ts';
import { parseNumber } from '../gateway/numbers.ts';
import { readableAccounts } from './support/accounts.ts';
import { baseCurrency, exchangeRates } from './support/currencies.ts';
import { valuesInModel } from './support/model-positions.ts';
import { optional } from './support/optional.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

/** IB rounds each amount of its ledger by itself: less than this is no part of anything. */
const smallest = 0.1;

export const getAccountSummaryExecutor = executorOf(getAccountSummary, async ({ account, model, ledger }, context) => {
  const accounts = readableAccounts(context, account);
  return model === undefined ? ofAccounts(accounts, ledger, context) : ofModel(model, accounts, ledger, context);
});

async function ofAccounts(accounts: readonly string[], ledger: boolean, { gateway, signal }: ToolContext) {
  const [summaries, pnl] = await Promise.all([
    gateway.accounts.summaries(signal),
    Promise.all(accounts.map((account) => gateway.accounts.pnl(account, undefined, signal))),
  ]);
  return {
    asOf: new Date(summaries.updatedAt).toISOString(),
    accounts: accounts.map((account, index) => summarise(account, summaries.accounts.get(account), pnl[index], ledger)),
  };
}

/** The part of each account that is in a model. */
async function ofModel(model: string, accounts: readonly string[], ledger: boolean, context: ToolContext) {
  const { gateway } = context;
  const parts = await valuesInModel(model, accounts, context);
  const asOf = new Date(gateway.serverTime()).toISOString();
  const pnl = await Promise.all(
    parts.map(({ account }) =>
      optional('profit and loss', (signal) => gateway.accounts.pnl(account, undefined, signal, model), context),
    ),
  );
  return {
    asOf,
    accounts: parts.map(({ account, values }, index) => ({
      ...summarise(account, values, pnl[index], ledger),
      model,
    })),
  };
}

function summarise(account: string, values: AccountValues | undefined, pnl: Pnl | undefined, withLedger: boolean) {
  const currency = baseCurrency(values) ?? '';
  const value = (tag: string) => parseNumber(values?.get(tag)?.get(currency) ?? values?.get(tag)?.get(''));
  const dayTrades = value('DayTradesRemaining');
  return omitUndefined({
    account,
    kind: accountKind(account),
    currency,
    netLiquidation: value('NetLiquidation'),
    totalCash: value('TotalCashValue'),
    settledCash: value('SettledCash'),
    // The ledger uses this tag too: there the base currency's row is only its own part, and BASE is the whole.
    accruedCash: parseNumber(values?.get('AccruedCash')?.get('BASE')) ?? value('AccruedCash'),
    grossPositionValue: value('GrossPositionValue'),
    buyingPower: value('BuyingPower'),
    availableFunds: value('AvailableFunds'),
    excessLiquidity: value('ExcessLiquidity'),
    equityWithLoan: value('EquityWithLoanValue'),
    initialMargin: value('InitMarginReq'),
    maintenanceMargin: value('MaintMarginReq'),
    cushion: value('Cushion'),
    leverage: value('Leverage'),
    // −1 means that the pattern day trader rule does not apply.
    dayTradesRemaining: dayTrades !== undefined && dayTrades >= 0 ? dayTrades : undefined,
    dailyPnl: pnl?.daily,
    unrealizedPnl: pnl?.unrealized,
    realizedPnl: pnl?.realized,
    ledger: withLedger && values ? ledgerOf(values) : undefined,
  });
}

/** What a currency's part of the account is made of, by the names of IB's ledger. */
const parts = {
  cash: ['CashBalance'],
  stocks: ['StockMarketValue'],
  options: ['OptionMarketValue'],
  futures: ['FuturesPNL'],
  futureOptions: ['FutureOptionValue'],
  bonds: ['CorporateBondValue'],
  treasuries: ['TBondValue', 'TBillValue'],
  funds: ['MutualFundValue', 'MoneyMarketFundValue'],
  crypto: ['Cryptocurrency'],
  warrants: ['WarrantValue', 'IssuerOptionValue'],
  accruedInterest: ['AccruedCash'],
  accruedDividends: ['NetDividend'],
} as const satisfies Record<string, readonly string[]>;

function ledgerOf(values: AccountValues) {
  const currencies = [...(values.get('CashBalance')?.keys() ?? [])].filter((code) => code !== '' && code !== 'BASE');
  const interest = interestIn(values, currencies);
  return currencies.map((currency) => {
    const value = (tag: string) =>
      tag === 'AccruedCash' ? interest.get(currency) : parseNumber(values.get(tag)?.get(currency));
    const known = Object.entries(parts).map(([name, tags]) => [name, sum(tags.map(value))] as const);
    const netLiquidation = value('NetLiquidationByCurrency');
    const rest = netLiquidation === undefined ? 0 : sum([netLiquidation, ...known.map(([, amount]) => -amount)]);
    return omitUndefined({
      currency,
      ...Object.fromEntries(known.filter(([, amount]) => amount !== 0)),
      other: Math.abs(rest) >= smallest ? Number(rest.toFixed(2)) : undefined,
      netLiquidation,
      unrealizedPnl: value('UnrealizedPnL'),
      realizedPnl: value('RealizedPnL'),
      exchangeRate: value('ExchangeRate'),
    });
  });
}

/** Accrued interest by currency. The base currency's row may be the whole account's, so it is what the others leave. */
function interestIn(values: AccountValues, currencies: readonly string[]): ReadonlyMap<string, number | undefined> {
  const told = values.get('AccruedCash');
  const rates = exchangeRates(values);
  const base = baseCurrency(values);
  const amounts = new Map(currencies.map((currency) => [currency, parseNumber(told?.get(currency))]));
  const whole = parseNumber(told?.get('BASE'));
  if (base === undefined || whole === undefined) return amounts;
  const others = currencies
    .filter((currency) => currency !== base)
    .map((currency) => -(amounts.get(currency) ?? 0) * (rates.get(currency) ?? 0));
  return amounts.set(base, Number(sum([whole, ...others]).toFixed(2)));
}

function sum(amounts: readonly (number | undefined)[]): number {
  return Decimal.sum(0, ...amounts.map((amount) => amount ?? 0)).toNumber();
}
