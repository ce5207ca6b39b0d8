import { Decimal } from 'decimal.js';
import { parseNumber } from '../../gateway/numbers.ts';
import { baseCurrency } from '../../tools/support/currencies.ts';
import type { PositionEffect } from '../planning/position-effect.ts';
import { type CashAfter, netLiquidation } from './money.ts';
import { entryOf, type Scene } from './scene.ts';
import { moneyText, percentText, sizeText } from './words.ts';

/** What people should know of the position and the account that an order leads to. Pure. */

const dayTradeEquity = 25_000;
const shortsNeedShares: ReadonlySet<string> = new Set(['STK', 'BOND', 'FUND', 'CRYPTO']);

export interface PositionFacts {
  readonly effects: readonly PositionEffect[];
  readonly cash: readonly CashAfter[];
  /** IB's last word on what borrowing the shares costs, percent a year. */
  readonly borrowFee?: number | undefined;
  /** Contracts of which something was opened today, by conId. */
  readonly tradedToday: ReadonlySet<number>;
}

export function positionWarnings(scene: Scene, facts: PositionFacts): string[] {
  return [
    ...facts.effects.flatMap((effect) => turns(scene, effect)),
    ...facts.effects.flatMap((effect) => worksAlready(effect)),
    notShortable(scene, facts),
    dayTrade(scene, facts),
    currencyDebit(scene, facts),
  ].filter((warning) => warning !== undefined);
}

/** A new short position, or one that changes sides. */
function turns({ instrument, order }: Scene, { name, before, after }: PositionEffect): string[] {
  if (before.isPositive() && before.gt(0) && after.isNegative() && !after.isZero()) {
    return [`It sells ${sizeText(after.abs())} ${name} more than are held: the position turns short.`];
  }
  if (before.isNegative() && !before.isZero() && after.gt(0)) {
    return [`It buys ${sizeText(after)} ${name} more than are short: the position turns long.`];
  }
  const opensShort = before.isZero() && after.isNegative() && !after.isZero();
  // Futures and currencies have no short sale, and a combination is made of sold legs.
  if (!opensShort || order.contract.legs || ['FUT', 'CASH', 'CFD'].includes(instrument.secType)) return [];
  return [`It opens a short position of ${sizeText(after.abs())} ${name}.`];
}

/** Orders that already do what this one does: together they may do more than is meant. */
function worksAlready({ name, before, change, working }: PositionEffect): string[] {
  if (working.isZero() || before.isZero() || before.isPositive() === change.isPositive()) return [];
  const all = working.plus(change.abs());
  if (all.lte(before.abs())) return [];
  const verb = change.isNegative() ? 'sell' : 'buy';
  return [
    `Working orders already ${verb} ${sizeText(working)} ${name}: if all are filled, the position of ${sizeText(before)} turns around.`,
  ];
}

function notShortable({ quote, instrument }: Scene, { effects, borrowFee }: PositionFacts): string | undefined {
  const sold = effects.find(({ after, change }) => after.isNegative() && !after.isZero() && change.isNegative());
  if (!sold || !shortsNeedShares.has(instrument.secType)) return undefined;
  const { shortable, shortableShares } = quote ?? {};
  const fee = borrowFee === undefined ? '' : ` Borrowing costs about ${percentText(borrowFee)} a year.`;
  const short = sold.after.abs();
  if (shortable === 'unavailable') return `IB has no ${sold.name} to lend: the sale waits or is rejected.${fee}`;
  if (shortable === 'locate') return `Shares of ${sold.name} have to be located first: the sale may wait.${fee}`;
  if (shortableShares !== undefined && short.gt(shortableShares)) {
    return `IB has ${sizeText(shortableShares)} ${sold.name} to lend, fewer than the ${sizeText(short)} that would be short.${fee}`;
  }
  return fee.trim() || undefined;
}

/** Accounts below 25,000 USD have few day trades; what was opened today and is closed today is one. */
function dayTrade(scene: Scene, { effects, tradedToday }: PositionFacts): string | undefined {
  const { values, instrument } = scene;
  const equity = netLiquidation(values);
  if (!['STK', 'OPT', 'BAG'].includes(instrument.secType) || instrument.currency !== 'USD' || !entryOf(scene.order))
    return undefined;
  if (equity === undefined || baseCurrency(values) !== 'USD' || equity.gte(dayTradeEquity)) return undefined;
  const isOne = effects.some(({ conId, before, change }) => {
    const closes = !before.isZero() && before.isPositive() !== change.isPositive();
    return closes && tradedToday.has(conId);
  });
  if (!isOne) return undefined;
  const left = parseNumber(values?.get('DayTradesRemaining')?.get(''));
  const remain = left === undefined || left < 0 ? '' : ` ${left} remain, IB says.`;
  return `It closes what was opened today: a day trade, in an account below ${sizeText(dayTradeEquity)} USD.${remain}`;
}

/** Cash of a foreign currency that the account has not got. */
function currencyDebit({ values }: Scene, { cash }: PositionFacts): string | undefined {
  const base = baseCurrency(values);
  const owed = cash.find(
    ({ currency, before, after }) => currency !== base && after.isNegative() && after.lt(before) && !after.isZero(),
  );
  if (!owed || base === undefined) return undefined;
  return `IB does not exchange ${base} for it: ${moneyText(Decimal.min(owed.after.abs(), owed.before.minus(owed.after)), owed.currency)} are borrowed in ${owed.currency}.`;
}
