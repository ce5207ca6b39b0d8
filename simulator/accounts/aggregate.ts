import { Decimal } from 'decimal.js';
import type { Account, Holding } from './account.ts';

type Amounts = ReadonlyMap<string, Decimal>;

function sumOf(amounts: readonly Amounts[]): Amounts {
  const totals = new Map<string, Decimal>();
  for (const [currency, amount] of amounts.flatMap((own) => [...own])) {
    totals.set(currency, amount.plus(totals.get(currency) ?? 0));
  }
  return totals;
}

function merged(holdings: readonly Holding[]): Holding[] {
  const byContract = Map.groupBy(holdings, ({ instrument }) => instrument.conId);
  return [...byContract.values()].flatMap(([first, ...others]) => (first ? [others.reduce(mergeTwo, first)] : []));
}

function mergeTwo(a: Holding, b: Holding): Holding {
  const quantity = a.quantity.plus(b.quantity);
  const cost = a.cost.plus(b.cost);
  return {
    instrument: a.instrument,
    quantity,
    cost,
    averageCost: quantity.isZero() ? new Decimal(0) : cost.div(quantity).toDecimalPlaces(8),
    realizedToday: a.realizedToday.plus(b.realizedToday),
    unsettled: a.unsettled.plus(b.unsettled),
    valueAtOpen: a.valueAtOpen.plus(b.valueAtOpen),
    flowToday: a.flowToday.plus(b.flowToday),
  };
}

/** Several accounts of one base currency as if they were one. @throws {RangeError} when there are none */
export function aggregate(id: string, accounts: readonly Account[]): Account {
  const [first] = accounts;
  if (!first) throw new RangeError('there are no accounts to add up');
  const equities = accounts.map(({ equityAtOpen }) => equityAtOpen);
  const known = equities.filter((equity) => equity !== undefined);
  const holdings = merged(accounts.flatMap((account) => account.holdings));
  const closed = merged(accounts.flatMap((account) => account.closed));
  const open = (holding: Holding): boolean =>
    holdings.some(({ instrument }) => instrument.conId === holding.instrument.conId);
  return {
    id,
    type: first.type,
    baseCurrency: first.baseCurrency,
    day: first.day,
    cash: sumOf(accounts.map(({ cash }) => cash)),
    holdings: merged([...holdings, ...closed.filter(open)]),
    closed: closed.filter((holding) => !open(holding)),
    accruedInterest: sumOf(accounts.map(({ accruedInterest }) => accruedInterest)),
    accruedDividends: sumOf(accounts.map(({ accruedDividends }) => accruedDividends)),
    equityAtOpen: known.length === accounts.length ? Decimal.sum(...known) : undefined,
    dayTrades: 0,
  };
}
