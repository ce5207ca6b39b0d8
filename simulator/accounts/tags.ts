import { Decimal } from 'decimal.js';
import type { Account } from './account.ts';
import { marginState } from './margin.ts';
import type { Ledger, Requirement, Valuation } from './valued.ts';

/** One value about an account, as summaries and account updates carry it. */
export interface AccountTag {
  readonly tag: string;
  readonly value: string;
  /** Empty for values that are not amounts of money. */
  readonly currency: string;
}

/** Below this much equity day trades are counted. */
const patternDayTraderEquity = 25_000;
const dayTradesAllowed = 3;
const zero = new Decimal(0);

/** An amount of the whole account and its share in the commodities segment; the rest is in securities. */
interface Segmented {
  readonly total: Decimal;
  readonly commodities: Decimal;
}

const money = (amount: Decimal): string => amount.toFixed(2);

/** The amounts that exist for the account and for each of its segments. */
function segmentedAmounts(valuation: Valuation): readonly (readonly [string, Segmented])[] {
  const { base, requirements } = valuation;
  const { commodities: needed } = requirements;
  const state = marginState(valuation);
  // Cash is swept to where it is needed: the commodities segment always has just what its positions take.
  const swept = needed.initial;
  const split = (total: Decimal, commodities: Decimal): Segmented => ({ total, commodities });
  const available = split(state.availableFunds, zero);
  const excess = split(state.excessLiquidity, swept.minus(needed.maintenance));
  const initial = split(state.initial, needed.initial);
  const maintenance = split(state.maintenance, needed.maintenance);
  const totalCash = base.cash.plus(base.futuresPnl);
  return [
    ['AccruedCash', split(base.accruedInterest, zero)],
    ['AccruedDividend', split(base.accruedDividends, zero)],
    ['AvailableFunds', available],
    ['EquityWithLoanValue', split(base.equityWithLoan, swept)],
    ['ExcessLiquidity', excess],
    ['FullAvailableFunds', available],
    ['FullExcessLiquidity', excess],
    ['FullInitMarginReq', initial],
    ['FullMaintMarginReq', maintenance],
    ['InitMarginReq', initial],
    ['LookAheadAvailableFunds', available],
    ['LookAheadExcessLiquidity', excess],
    ['LookAheadInitMarginReq', initial],
    ['LookAheadMaintMarginReq', maintenance],
    ['MaintMarginReq', maintenance],
    ['NetLiquidation', split(base.netLiquidation, swept.plus(base.values.futureOptions))],
    ['TotalCashValue', split(totalCash, swept)],
  ];
}

/** Regulation T as the government has it: the securities' initial margin, against the equity that is lent on. */
function regulationT({ base, requirements }: Valuation): { readonly equity: Decimal; readonly margin: Decimal } {
  const { securities, commodities }: { securities: Requirement; commodities: Requirement } = requirements;
  return { equity: base.equityWithLoan.minus(commodities.initial), margin: securities.initial };
}

/** What options, futures and everything else are worth without regard to sign; futures count as nothing. */
function grossPositionValue({ holdings }: Valuation): Decimal {
  const own = holdings
    .filter(({ holding }) => !['FUT', 'CONTFUT', 'CASH', 'CFD'].includes(holding.instrument.secType))
    .map(({ marketValue, rate }) => marketValue.mul(rate).toDecimalPlaces(2).abs());
  return Decimal.sum(0, ...own);
}

/** Amounts that only the whole account has. */
function plainAmounts(valuation: Valuation): readonly (readonly [string, Decimal])[] {
  const { account, base } = valuation;
  const state = marginState(valuation);
  const { equity, margin } = regulationT(valuation);
  return [
    ['Billable', zero],
    ['BuyingPower', state.buyingPower],
    ['GrossPositionValue', grossPositionValue(valuation)],
    ['Guarantee', zero],
    ['IndianStockHaircut', zero],
    ['PhysicalCertificateValue', zero],
    ['PostExpirationExcess', zero],
    ['PostExpirationMargin', zero],
    ['PreviousDayEquityWithLoanValue', account.equityAtOpen ?? base.equityWithLoan.minus(valuation.daily)],
    ['RegTEquity', equity],
    ['RegTMargin', margin],
    ['SMA', Decimal.max(0, equity.minus(margin))],
    ['SettledCash', base.cash],
    ['TotalDebitCardPendingCharges', zero],
  ];
}

/** How many day trades are left, on each of the next days; −1 when they are not counted. */
function dayTradeTags(account: Account, netLiquidation: Decimal): AccountTag[] {
  const counted = netLiquidation.lessThan(patternDayTraderEquity) && account.type !== 'ADVISOR';
  const value = String(counted ? Math.max(0, dayTradesAllowed - account.dayTrades) : -1);
  const names = ['', 'T+1', 'T+2', 'T+3', 'T+4'];
  return names.map((name) => ({ tag: `DayTradesRemaining${name}`, value, currency: '' }));
}

/** The values of the whole account in base currency; those of its segments end in `-S` and `-C`. */
export function accountTags(valuation: Valuation): AccountTag[] {
  const { account, base } = valuation;
  const state = marginState(valuation);
  const currency = account.baseCurrency;
  const text = (tag: string, value: string): AccountTag => ({ tag, value, currency: '' });
  const amount = (tag: string, value: Decimal): AccountTag => ({ tag, value: money(value), currency });
  const leverage = base.netLiquidation.isZero() ? zero : grossPositionValue(valuation).div(base.netLiquidation);
  return [
    text('AccountType', account.type),
    text('Cushion', base.netLiquidation.isZero() ? '0' : state.cushion.toFixed(6)),
    ...dayTradeTags(account, base.netLiquidation),
    text('HighestSeverity', '0'),
    text('LookAheadNextChange', '0'),
    text('Leverage', Decimal.max(0, leverage).toFixed(2)),
    text('NLVAndMarginInReview', 'false'),
    text('SegmentTitle-C', 'US Commodities'),
    text('SegmentTitle-S', 'US Securities'),
    text('TradingType-S', 'STKNOPT'),
    text('WhatIfPMEnabled', 'true'),
    ...plainAmounts(valuation).map(([tag, value]) => amount(tag, value)),
    ...segmentedAmounts(valuation).flatMap(([tag, { total, commodities }]) => [
      amount(tag, total),
      amount(`${tag}-C`, commodities),
      amount(`${tag}-S`, total.minus(commodities)),
    ]),
  ];
}

/** The values of one currency, or of the whole account under the name BASE. */
export function ledgerTags(ledger: Ledger, accountId: string): AccountTag[] {
  const { currency, values } = ledger;
  const funds = values.funds.plus(values.moneyMarketFunds);
  const amounts: readonly (readonly [string, Decimal])[] = [
    ['AccruedCash', ledger.accruedInterest],
    ['CorporateBondValue', values.bonds],
    ['Cryptocurrency', values.crypto],
    ['FundValue', funds],
    ['FutureOptionValue', values.futureOptions],
    ['FuturesPNL', ledger.futuresPnl],
    ['FxCashBalance', zero],
    ['IssuerOptionValue', values.issuerOptions],
    ['MoneyMarketFundValue', values.moneyMarketFunds],
    ['MutualFundValue', values.funds],
    ['NetDividend', ledger.accruedDividends],
    ['OptionMarketValue', values.options],
    ['RealizedPnL', ledger.realized],
    ['StockMarketValue', values.stocks],
    ['TBillValue', values.treasuryBills],
    ['TBondValue', values.treasuryBonds],
    ['UnrealizedPnL', ledger.unrealized],
    ['WarrantValue', values.warrants],
  ];
  const texts: readonly (readonly [string, string])[] = [
    ['AccountOrGroup', accountId],
    ['CashBalance', ledger.cash.toFixed(4)],
    ['Currency', currency],
    ['ExchangeRate', ledger.rate.toFixed()],
    ['NetLiquidationByCurrency', ledger.netLiquidation.toFixed(4)],
    ['RealCurrency', currency],
    ['TotalCashBalance', ledger.cash.plus(ledger.futuresPnl).toFixed(4)],
  ];
  return [...amounts.map(([tag, amount]) => [tag, money(amount)] as const), ...texts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, value]) => ({ tag, value, currency }));
}
