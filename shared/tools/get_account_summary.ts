import { z } from 'zod';
import { accountArgument, accountKind, instant, modelArgument } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { facts, table } from './support/render.ts';

const money = z.number().optional();

/** What a currency's part of the account is made of; those of nothing are left out. */
const ledgerParts = {
  cash: money,
  stocks: money,
  options: money,
  /** Gains of futures and CFDs that are not cash yet. */
  futures: money,
  futureOptions: money,
  bonds: money,
  treasuries: money,
  funds: money,
  crypto: money,
  warrants: money,
  accruedInterest: money,
  accruedDividends: money,
  /** What IB counts in the net liquidation value and names nowhere. */
  other: money,
};

const ledgerRow = z.object({
  currency: z.string(),
  ...ledgerParts,
  /** Their sum. */
  netLiquidation: money,
  unrealizedPnl: money,
  realizedPnl: money,
  /** Base currency per unit of this currency. */
  exchangeRate: money,
});

export const getAccountSummary = defineReadTool({
  name: 'get_account_summary',
  toolset: 'core',
  title: 'Account summary',
  description: 'Net liquidation, cash, buying power, margins and P&L in base currency, of accounts or an FA model.',
  input: z.object({
    account: accountArgument,
    model: modelArgument,
    ledger: z.boolean().default(false).describe('Also cash and values per currency'),
  }),
  output: z.object({
    asOf: instant,
    accounts: z.array(
      z.object({
        account: z.string(),
        /** Where one was asked for: the values are of the account's part in it. */
        model: z.string().optional(),
        kind: accountKind,
        currency: z.string(),
        netLiquidation: money,
        totalCash: money,
        settledCash: money,
        accruedCash: money,
        grossPositionValue: money,
        buyingPower: money,
        availableFunds: money,
        excessLiquidity: money,
        equityWithLoan: money,
        initialMargin: money,
        maintenanceMargin: money,
        /** Excess liquidity as a fraction of net liquidation. */
        cushion: money,
        leverage: money,
        dayTradesRemaining: z.number().int().optional(),
        dailyPnl: money,
        unrealizedPnl: money,
        realizedPnl: money,
        ledger: z.array(ledgerRow).optional(),
      }),
    ),
  }),
  render: ({ asOf, accounts }) =>
    accounts
      .map(({ account, model, kind, currency, ledger, ...values }) =>
        [
          `${account} (${kind})${model === undefined ? '' : `, model ${model}`}, in ${currency}, ${asOf}`,
          facts(values),
          ...(ledger ? [ledgerTable(ledger)] : []),
        ].join('\n'),
      )
      .join('\n\n'),
});

/** Only the columns in which there is something. */
function ledgerTable(ledger: readonly z.output<typeof ledgerRow>[]): string {
  const names = (Object.keys(ledgerParts) as (keyof typeof ledgerParts)[]).filter((name) =>
    ledger.some((row) => row[name] !== undefined),
  );
  return table(
    ['currency', ...names, 'net liquidation', 'rate'],
    ledger.map((row) => [row.currency, ...names.map((name) => row[name]), row.netLiquidation, row.exchangeRate]),
  );
}
