import { getAccountSummary } from '../../shared/tools/get_account_summary.ts';
import type { AccountValues, Pnl } from '../gateway/accounts.ts';
import { accountKind } from '../gateway/index.ts';
import { parseNumber, present } from '../gateway/numbers.ts';
import { readableAccounts } from './accounts.ts';
import { ifTold } from './enrich.ts';
import { baseCurrency } from './list_accounts.ts';
import { valuesInModel } from './model-positions.ts';
import { executorOf, type ToolContext } from './tool.ts';

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
      ifTold('profit and loss', (signal) => gateway.accounts.pnl(account, undefined, signal, model), context),
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
  return present({
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

function ledgerOf(values: AccountValues) {
  const currencies = [...(values.get('CashBalance')?.keys() ?? [])].filter((code) => code !== '' && code !== 'BASE');
  return currencies.map((currency) => {
    const value = (tag: string) => parseNumber(values.get(tag)?.get(currency));
    return present({
      currency,
      cash: value('CashBalance'),
      stocks: value('StockMarketValue'),
      options: value('OptionMarketValue'),
      futures: value('FuturesPNL'),
      netLiquidation: value('NetLiquidationByCurrency'),
      unrealizedPnl: value('UnrealizedPnL'),
      realizedPnl: value('RealizedPnL'),
      exchangeRate: value('ExchangeRate'),
    });
  });
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
