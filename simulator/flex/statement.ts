import { Decimal } from 'decimal.js';
import type { Past, PastDay, PastTrade } from '../accounts/book.ts';
import { valueAt } from '../accounts/kinds.ts';
import { closingPrices } from '../accounts/prices.ts';
import { rateIn } from '../accounts/rates.ts';
import type { Instrument } from '../market/instruments.ts';
import type { PriceModel } from '../market/prices.ts';
import { dayOf, weekday, Zone } from '../market/zone.ts';

const zone = new Zone('US/Eastern');
const sunday = 0;
const saturday = 6;

type Attributes = Readonly<Record<string, string | number | Decimal>>;

/** What a Flex query of all activity says of the accounts up to the last day that has ended: IBKR's XML, from their own past. */
export function flexStatement(past: Past, model: PriceModel, generatedAt: number): string {
  const accounts = [...new Set(past.days.map(({ account }) => account))];
  const statements = accounts.map((account) => statementOf(account, past, model, generatedAt));
  return [
    '<FlexQueryResponse queryName="Activity" type="AF">',
    `<FlexStatements count="${statements.length}">`,
    ...statements,
    '</FlexStatements>',
    '</FlexQueryResponse>',
  ].join('\n');
}

function statementOf(account: string, past: Past, model: PriceModel, generatedAt: number): string {
  const days = past.days.filter((day) => day.account === account);
  const last = days.at(-1);
  const ended = zone.instant((last?.day ?? past.opened) + 1, 0);
  const trades = past.trades.filter(({ trade }) => trade.account === account && trade.time < ended);
  const base = last?.valuation.account.baseCurrency ?? '';
  const rate = (currency: string, day: number): Decimal => rateIn(closingPrices(model, day), currency, base);
  const common = { accountId: account, acctAlias: '' };
  const head = {
    accountId: account,
    fromDate: dayOf(past.opened),
    toDate: dayOf(last?.day ?? past.opened),
    period: 'LastNCalendarDays',
    whenGenerated: zone.local(generatedAt).replace(' ', ';').replaceAll(':', ''),
  };
  return [
    `<FlexStatement ${written(head)}>`,
    section('AccountInformation', '', [{ ...common, currency: base, accountType: 'Individual' }]),
    section(
      'EquitySummaryInBase',
      'EquitySummaryByReportDateInBase',
      days.filter(isWeekday).map((day) => equity(common, day)),
    ),
    section(
      'CashTransactions',
      'CashTransaction',
      days.flatMap((day) => cash(common, day, rate)),
    ),
    section('Transfers', 'Transfer', []),
    section(
      'Trades',
      'Trade',
      trades.map((trade) => traded(common, trade, rate)),
    ),
    section('OpenPositions', 'OpenPosition', last ? positions(common, last) : []),
    '</FlexStatement>',
  ].join('\n');
}

const isWeekday = ({ day }: PastDay): boolean => weekday(day) !== saturday && weekday(day) !== sunday;

function equity(common: Attributes, { day, valuation }: PastDay): Attributes {
  const { base } = valuation;
  const { stocks, options } = base.values;
  return {
    ...common,
    currency: valuation.account.baseCurrency,
    reportDate: dayOf(day),
    cash: base.cash,
    stock: stocks,
    options,
    dividendAccruals: base.accruedDividends,
    interestAccruals: base.accruedInterest,
    total: base.netLiquidation,
  };
}

type Rate = (currency: string, day: number) => Decimal;

function cash(common: Attributes, { day, payments }: PastDay, rate: Rate): Attributes[] {
  return payments.map(({ kind, currency, amount, instrument }, index) => ({
    ...common,
    currency,
    fxRateToBase: rate(currency, day),
    ...(instrument ? identity(instrument) : {}),
    description: instrument ? `${instrument.symbol} ${kind}` : `${currency} interest of the month`,
    // What a day's end pays is in the account on the next.
    dateTime: dayOf(day + 1),
    reportDate: dayOf(day + 1),
    settleDate: dayOf(day + 1),
    amount,
    type: kind === 'interest' ? `Broker Interest ${amount.isNegative() ? 'Paid' : 'Received'}` : typeOf(kind, amount),
    transactionID: `${day}${String(index).padStart(3, '0')}`,
    levelOfDetail: 'DETAIL',
  }));
}

function typeOf(kind: 'dividend' | 'coupon', amount: Decimal): string {
  if (kind === 'coupon') return amount.isNegative() ? 'Bond Interest Paid' : 'Bond Interest Received';
  return amount.isNegative() ? 'Payment In Lieu Of Dividends' : 'Dividends';
}

function traded(common: Attributes, { trade, realized }: PastTrade, rate: Rate): Attributes {
  const { instrument, side, quantity, price, commission, time, execId } = trade;
  const signed = side === 'BUY' ? quantity : quantity.neg();
  const [date = '', clock = ''] = zone.local(time).split(' ');
  const proceeds = valueAt(instrument, signed, price).neg();
  return {
    ...common,
    currency: instrument.currency,
    fxRateToBase: rate(instrument.currency, zone.day(time)),
    ...identity(instrument),
    dateTime: `${date};${clock.replaceAll(':', '')}`,
    tradeDate: date,
    buySell: side,
    quantity: signed,
    tradePrice: price,
    proceeds,
    ibCommission: commission.neg(),
    ibCommissionCurrency: instrument.currency,
    netCash: proceeds.minus(commission),
    fifoPnlRealized: realized ?? 0,
    ibExecID: execId,
    levelOfDetail: 'EXECUTION',
  };
}

function positions(common: Attributes, { day, valuation }: PastDay): Attributes[] {
  return valuation.holdings.map(({ holding, price, marketValue, unrealized, rate }) => ({
    ...common,
    currency: holding.instrument.currency,
    fxRateToBase: rate,
    ...identity(holding.instrument),
    reportDate: dayOf(day),
    position: holding.quantity,
    markPrice: price,
    positionValue: marketValue,
    costBasisMoney: holding.cost,
    fifoPnlUnrealized: unrealized,
    side: holding.quantity.isNegative() ? 'Short' : 'Long',
    levelOfDetail: 'SUMMARY',
  }));
}

function identity({ secType, symbol, conId, localSymbol }: Instrument): Attributes {
  return { assetCategory: secType, symbol: secType === 'OPT' ? localSymbol : symbol, conid: conId };
}

/** A section without a name for its rows is one row. */
function section(name: string, row: string, rows: readonly Attributes[]): string {
  if (row === '') return `<${name} ${written(rows[0] ?? {})} />`;
  if (rows.length === 0) return `<${name} />`;
  return [`<${name}>`, ...rows.map((attributes) => `<${row} ${written(attributes)} />`), `</${name}>`].join('\n');
}

function written(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}="${escaped(value instanceof Decimal ? value.toFixed() : String(value))}"`)
    .join(' ');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
