import { Decimal } from 'decimal.js';
import type { Dividend } from '../market/dividends.ts';
import type { Instrument } from '../market/instruments.ts';
import { dayOf, weekday } from '../market/zone.ts';
import type { Account, Holding, Payment } from './account.ts';
import type { Delivery, Trade } from './book.ts';
import { borrowCost, interestOn } from './interest.ts';
import { accruedCoupon, settlementOf, valueAt } from './kinds.ts';
import { applyTrade, type Booked, endDay, flat, releasedCost } from './positions.ts';
import type { Prices } from './prices.ts';

/** A dividend that the account is owed, or owes. */
interface PendingDividend {
  readonly instrument: Instrument;
  readonly currency: string;
  readonly payDay: number;
  readonly amount: Decimal;
}

/** An account with what it takes to carry its books on. Immutable. */
export interface AccountState {
  readonly account: Account;
  /** Contract ids of what was opened, or added to, today. */
  readonly openedToday: ReadonlySet<number>;
  /** Day trades by day, the latest last. */
  readonly dayTrades: readonly number[];
  readonly pendingDividends: readonly PendingDividend[];
  /** What the last day's end has paid. */
  readonly payments: readonly Payment[];
}

/** What the market says at the end of a date. */
export interface DayEnd {
  readonly day: number;
  readonly prices: Prices;
  /** From where the gains of the next date count. */
  resetPrice(instrument: Instrument): Decimal;
  dividends(instrument: Instrument): readonly Dividend[];
}

const zero = new Decimal(0);
/** How many days of day trades count, today among them. */
const dayTradeDays = 5;
const cents = 2;
const sunday = 0;
const saturday = 6;

export function openState(account: Account): AccountState {
  return { account, openedToday: new Set(), dayTrades: [0], pendingDividends: [], payments: [] };
}

type Amounts = ReadonlyMap<string, Decimal>;

function plus(amounts: Amounts, currency: string, amount: Decimal): Amounts {
  return amount.isZero() ? amounts : new Map(amounts).set(currency, (amounts.get(currency) ?? zero).plus(amount));
}

/** Replaces a position where it stands, or adds it at the end. */
function withHolding(account: Account, changed: Holding): Pick<Account, 'holdings' | 'closed'> {
  const isIt = ({ instrument }: Holding): boolean => instrument.conId === changed.instrument.conId;
  const without = account.closed.filter((holding) => !isIt(holding));
  if (changed.quantity.isZero()) {
    return { holdings: account.holdings.filter((holding) => !isIt(holding)), closed: [...without, changed] };
  }
  const holdings = account.holdings.some(isIt)
    ? account.holdings.map((holding) => (isIt(holding) ? changed : holding))
    : [...account.holdings, changed];
  return { holdings, closed: without };
}

/** The position in a contract, also one that was closed today; nothing when there is none. */
function positionIn({ holdings, closed }: Account, instrument: Instrument): Holding {
  return [...holdings, ...closed].find((holding) => holding.instrument.conId === instrument.conId) ?? flat(instrument);
}

/**
 * Books what an exercised or assigned option delivers. What the option has cost, or brought in, becomes part of what its
 * underlying costs: nothing is realized by the exercise itself.
 */
export function bookDelivery(state: AccountState, { option, underlying }: Delivery): AccountState {
  const premium = releasedCost(positionIn(state.account, option.instrument), option);
  return bookTrade(bookTrade(state, option, premium.neg()).state, underlying, premium).state;
}

/**
 * Books a trade: the position, the cash of one currency or two, and the count of day trades.
 * @param carried cost that comes with it from another position
 */
export function bookTrade(
  state: AccountState,
  trade: Trade,
  carried?: Decimal,
): { readonly state: AccountState; readonly realized: Decimal | undefined } {
  const { account } = state;
  const { instrument } = trade;
  const booked = applyTrade(positionIn(account, instrument), trade, carried);
  const { holding, cash, realized } = booked;
  const signed = trade.side === 'BUY' ? trade.quantity : trade.quantity.neg();
  let balances = plus(account.cash, instrument.currency, cash.minus(accruedCoupon(instrument, signed, account.day)));
  if (settlementOf(instrument) === 'exchanged') balances = plus(balances, instrument.symbol, signed);
  const counted = countDayTrade(state, instrument.conId, booked);
  const dayTrades = counted.dayTrades.reduce((total, count) => total + count, 0);
  return {
    state: {
      ...state,
      ...counted,
      account: { ...account, ...withHolding(account, holding), cash: balances, dayTrades },
    },
    realized,
  };
}

/** A trade that closes what was opened on the same day is a day trade. */
function countDayTrade(
  { openedToday, dayTrades }: AccountState,
  conId: number,
  { realized, opens }: Booked,
): Pick<AccountState, 'openedToday' | 'dayTrades'> {
  const opened = new Set(openedToday);
  const isDayTrade = realized !== undefined && opened.delete(conId);
  if (opens) opened.add(conId);
  if (!isDayTrade) return { openedToday: opened, dayTrades };
  return { openedToday: opened, dayTrades: [...dayTrades.slice(0, -1), (dayTrades.at(-1) ?? 0) + 1] };
}

/** Ends a date, and makes up for those since the last one that ended. A date that has ended already changes nothing. */
export function endOfDay(state: AccountState, end: DayEnd): AccountState {
  if (end.day < state.account.day) return state;
  const paid = payInterest(payCoupons(payDividends({ ...state, payments: [] }, end), end.day), end);
  const { account } = paid;
  const ended = account.holdings.map((holding) =>
    endDay(holding, end.prices.of(holding.instrument), end.resetPrice(holding.instrument)),
  );
  const closed = account.closed.map((holding) => endDay(holding, zero, zero));
  const cash = [...ended, ...closed].reduce<Amounts>(
    (balances, { holding, cash: settled }) => plus(balances, holding.instrument.currency, settled),
    account.cash,
  );
  const passed = Array.from({ length: Math.min(dayTradeDays, weekdaysBetween(state.account.day, end.day)) }, () => 0);
  const dayTrades = [...state.dayTrades, ...passed].slice(-dayTradeDays);
  return {
    ...paid,
    account: {
      ...account,
      day: end.day + 1,
      cash,
      holdings: ended.map(({ holding }) => holding),
      closed: [],
      dayTrades: dayTrades.reduce((total, count) => total + count, 0),
    },
    openedToday: new Set(),
    dayTrades,
  };
}

/** How many Mondays to Fridays begin after each of these dates has ended. */
function weekdaysBetween(first: number, last: number): number {
  const days = Array.from({ length: last - first + 1 }, (_, index) => weekday(first + 1 + index));
  return days.filter((name) => name !== saturday && name !== sunday).length;
}

/** Whoever holds shares when the day before their ex-date ends is owed the dividend; whoever is short owes it. */
function payDividends(state: AccountState, { day, dividends }: DayEnd): AccountState {
  const declared = state.account.holdings.flatMap(({ instrument, quantity }): PendingDividend[] =>
    dividends(instrument)
      .filter(({ exDay }) => exDay > state.account.day && exDay <= day + 1)
      .map(({ payDay, amount }) => ({
        instrument,
        currency: instrument.currency,
        payDay,
        amount: quantity.mul(amount).toDecimalPlaces(cents),
      })),
  );
  const all = [...state.pendingDividends, ...declared];
  const due = all.filter(({ payDay }) => payDay <= day + 1);
  const pending = all.filter(({ payDay }) => payDay > day + 1);
  const total = (dividendsOf: readonly PendingDividend[], start: Amounts): Amounts =>
    dividendsOf.reduce((sums, { currency, amount }) => plus(sums, currency, amount), start);
  return {
    ...state,
    pendingDividends: pending,
    payments: due.map(({ instrument, currency, amount }) => ({ kind: 'dividend', instrument, currency, amount })),
    account: {
      ...state.account,
      cash: total(due, state.account.cash),
      accruedDividends: total(pending, new Map()),
    },
  };
}

/** On a coupon's day whatever has accrued of it is paid. */
function payCoupons(state: AccountState, day: number): AccountState {
  const { account } = state;
  let { cash } = account;
  const payments = [...state.payments];
  for (const { instrument, quantity } of account.holdings) {
    for (let date = account.day; instrument.bond && date <= day; date += 1) {
      const accrued = accruedCoupon(instrument, quantity, date);
      const next = accruedCoupon(instrument, quantity, date + 1);
      if (next.abs().gte(accrued.abs())) continue;
      const amount = couponOf(instrument, quantity);
      cash = plus(cash, instrument.currency, amount);
      payments.push({ kind: 'coupon', instrument, currency: instrument.currency, amount });
    }
  }
  return { ...state, payments, account: { ...account, cash } };
}

/** Half a year's coupon. */
const couponOf = (instrument: Instrument, quantity: Decimal): Decimal =>
  valueAt(instrument, quantity, (instrument.bond?.coupon ?? 0) / 2);

/** Interest, and fees for borrowed shares, accrue daily and are paid in whole cents when a month has ended. */
function payInterest(state: AccountState, end: DayEnd): AccountState {
  const { account } = state;
  const days = end.day - account.day + 1;
  let accrued: Amounts = account.accruedInterest;
  for (const [currency, balance] of account.cash) {
    accrued = plus(accrued, currency, interestOn(currency, balance, days));
  }
  for (const { instrument, quantity } of account.holdings) {
    if (quantity.isPositive() || instrument.secType !== 'STK') continue;
    const value = valueAt(instrument, quantity, end.prices.of(instrument));
    accrued = plus(accrued, instrument.currency, borrowCost(value, end.prices.borrowFee(instrument), days));
  }
  if (monthOf(account.day) === monthOf(end.day + 1)) {
    return { ...state, account: { ...account, accruedInterest: accrued } };
  }
  let { cash } = account;
  const payments = [...state.payments];
  for (const [currency, amount] of accrued) {
    const paid = amount.toDecimalPlaces(cents);
    if (!paid.isZero()) payments.push({ kind: 'interest', currency, amount: paid });
    cash = plus(cash, currency, paid);
    accrued = plus(accrued, currency, paid.neg());
  }
  return { ...state, payments, account: { ...account, cash, accruedInterest: accrued } };
}

const monthOf = (day: number): string => dayOf(day).slice(0, 6);
