import { Decimal } from 'decimal.js';
import type { Ledger, Valuation } from './valuation.ts';

/** One value about an account, as summaries and account updates carry it. */
export interface AccountTag {
  readonly tag: string;
  readonly value: string;
  /** Empty for values that are not amounts of money. */
  readonly currency: string;
}

/** Regulation T: half of a position to open it, a quarter to keep it, somewhat more when it is short. */
const INITIAL_MARGIN = new Decimal('0.5');
const MAINTENANCE_LONG = new Decimal('0.25');
const MAINTENANCE_SHORT = new Decimal('0.3');
const DAY_TRADING_LEVERAGE = 4;

const money = (amount: Decimal): string => amount.toFixed(2);

/** The values of the whole account in base currency, in the order the gateway lists them. */
export function accountTags({ account, holdings, base, daily }: Valuation): AccountTag[] {
  const stocks = holdings
    .filter(({ holding }) => holding.instrument.secType === 'STK')
    .map(({ marketValue, rate }) => marketValue.mul(rate).toDecimalPlaces(2));
  const options = holdings
    .filter(({ holding }) => holding.instrument.secType === 'OPT')
    .map(({ marketValue, rate }) => marketValue.mul(rate).toDecimalPlaces(2));
  const total = (values: readonly Decimal[]): Decimal => Decimal.sum(0, ...values);
  const gross = total([...stocks, ...options].map((value) => value.abs()));
  const initial = total(stocks.map((value) => value.abs().mul(INITIAL_MARGIN).toDecimalPlaces(2)));
  const maintenance = total(
    stocks.map((value) =>
      value
        .abs()
        .mul(value.isNegative() ? MAINTENANCE_SHORT : MAINTENANCE_LONG)
        .toDecimalPlaces(2),
    ),
  );
  const equity = base.cash.plus(base.stocks);
  const available = equity.minus(initial);
  const excess = equity.minus(maintenance);
  const buyingPower = Decimal.max(0, available).mul(DAY_TRADING_LEVERAGE);
  const amounts: readonly (readonly [string, Decimal])[] = [
    ['AccruedCash', new Decimal(0)],
    ['AvailableFunds', available],
    ['BuyingPower', buyingPower],
    ['EquityWithLoanValue', equity],
    ['ExcessLiquidity', excess],
    ['FullAvailableFunds', available],
    ['FullExcessLiquidity', excess],
    ['FullInitMarginReq', initial],
    ['FullMaintMarginReq', maintenance],
    ['GrossPositionValue', gross],
    ['InitMarginReq', initial],
    ['LookAheadAvailableFunds', available],
    ['LookAheadExcessLiquidity', excess],
    ['LookAheadInitMarginReq', initial],
    ['LookAheadMaintMarginReq', maintenance],
    ['MaintMarginReq', maintenance],
    ['NetLiquidation', base.netLiquidation],
    ['PreviousDayEquityWithLoanValue', equity.minus(daily)],
    ['RegTEquity', equity],
    ['RegTMargin', initial],
    ['SMA', Decimal.max(0, available)],
    ['SettledCash', base.cash],
    ['TotalCashValue', base.cash],
  ];
  const ratio = (part: Decimal): string =>
    base.netLiquidation.isZero() ? '0' : part.div(base.netLiquidation).toFixed(6);
  return [
    { tag: 'AccountType', value: 'INDIVIDUAL', currency: '' },
    { tag: 'Cushion', value: ratio(excess), currency: '' },
    { tag: 'DayTradesRemaining', value: '-1', currency: '' },
    { tag: 'HighestSeverity', value: '0', currency: '' },
    { tag: 'LookAheadNextChange', value: '0', currency: '' },
    { tag: 'Leverage', value: Decimal.max(0, new Decimal(ratio(gross))).toFixed(2), currency: '' },
    ...amounts.map(([tag, amount]) => ({ tag, value: money(amount), currency: account.baseCurrency })),
  ];
}

/** The values of one currency, or of the whole account under the name BASE. */
export function ledgerTags(ledger: Ledger, accountId: string): AccountTag[] {
  const { currency } = ledger;
  const values: readonly (readonly [string, string])[] = [
    ['AccountOrGroup', accountId],
    ['AccruedCash', '0.00'],
    ['CashBalance', ledger.cash.toFixed(4)],
    ['CorporateBondValue', '0.00'],
    ['Cryptocurrency', '0.00'],
    ['Currency', currency],
    ['ExchangeRate', ledger.rate.toFixed()],
    ['FundValue', '0.00'],
    ['FutureOptionValue', '0.00'],
    ['FuturesPNL', '0.00'],
    ['FxCashBalance', '0.00'],
    ['IssuerOptionValue', '0.00'],
    ['MoneyMarketFundValue', '0.00'],
    ['MutualFundValue', '0.00'],
    ['NetDividend', '0.00'],
    ['NetLiquidationByCurrency', ledger.netLiquidation.toFixed(4)],
    ['OptionMarketValue', money(ledger.options)],
    ['RealCurrency', currency],
    ['RealizedPnL', money(ledger.realized)],
    ['StockMarketValue', money(ledger.stocks)],
    ['TBillValue', '0.00'],
    ['TBondValue', '0.00'],
    ['TotalCashBalance', ledger.cash.toFixed(4)],
    ['UnrealizedPnL', money(ledger.unrealized)],
    ['WarrantValue', '0.00'],
  ];
  return values.map(([tag, value]) => ({ tag, value, currency }));
}
