import { legsOf, type OrderCondition, type OrderTerms, type PlannedOrder } from '../../../shared/orders/order.ts';
import { listText, sizeText } from './words.ts';

/** An order in words: one line, and what else it says on lines of their own. Pure. */

/** `BUY 100 AAPL LMT 150 DAY, account DU1234567 (paper)`. */
export function summaryOf(order: PlannedOrder, accountKind: 'paper' | 'live'): string {
  const { contract } = order;
  if (order.kind === 'exercise') {
    const verb = order.action === 'exercise' ? 'EXERCISE' : 'LET LAPSE';
    return `${verb} ${sizeText(order.quantity)} ${contract.name}, account ${order.account} (${accountKind})`;
  }
  const { entry } = order;
  const line = `${entry.side} ${amountOf(entry, contract.currency)} ${contract.name} ${termsText(entry)}, ${whose(entry)} (${accountKind})`;
  if (order.kind === 'modify') return `CHANGE order ${order.target.permId} to ${line}`;
  const kept = [order.takeProfit && 'take-profit', order.stopLoss && 'stop-loss'].filter((name) => name !== undefined);
  return kept.length > 0 ? `${line} with ${listText(kept)}` : line;
}

const whose = ({ account, allocation }: OrderTerms): string =>
  allocation ? `group ${allocation.group}` : `account ${account}`;

function amountOf({ quantity, cashQuantity }: OrderTerms, currency: string): string {
  return quantity === undefined ? `for ${sizeText(cashQuantity ?? 0)} ${currency} of` : sizeText(quantity);
}

/** Type, prices and time in force: `STP_LMT stop 140 limit 139.5 GTC`. */
function termsText(terms: OrderTerms): string {
  const { type, limitPrice, tif, goodTill, outsideRth } = terms;
  const limit = limitPrice === undefined ? [] : [type === 'LMT' ? limitPrice : `limit ${limitPrice}`];
  return [
    type,
    ...named(terms),
    ...limit,
    tif,
    ...(goodTill === undefined ? [] : [`until ${goodTill}`]),
    ...(outsideRth ? ['outside regular hours too'] : []),
  ].join(' ');
}

/** What of an order stands beside its size, side, type, limit and stop: `trailing by 2; until 2026-12-01T21:00:00Z`. */
export function termWords(terms: OrderTerms): string {
  const { stopPrice: _, goodTill, outsideRth, ...rest } = terms;
  return [
    ...named({ ...rest, outsideRth }),
    ...(goodTill === undefined ? [] : [`until ${goodTill}`]),
    ...(outsideRth ? ['outside regular hours too'] : []),
    ...attributesOf(terms),
  ].join('; ');
}

function named(terms: OrderTerms): string[] {
  const { stopPrice, trailingAmount, trailingPercent, trailStopPrice, limitOffset, offset, offsetPercent } = terms;
  const values: [string, string | undefined][] = [
    ['stop', stopPrice],
    ['trailing by', trailingAmount],
    ['trailing by %', trailingPercent],
    ['from', trailStopPrice],
    ['limit offset', limitOffset],
    ['offset', offset],
    ['offset %', offsetPercent],
    [`volatility % of the ${terms.volatility?.per}`, terms.volatility?.percent],
  ];
  return values.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
}

/** Everything that the one line leaves out. */
export function detailsOf(order: PlannedOrder): string[] {
  if (order.kind === 'exercise') return order.override ? ['Also if it is out of the money.'] : [];
  const legs = order.contract.legs?.map(({ side, ratio, name }) => `Leg of one unit bought: ${side} ${ratio} ${name}`);
  const children =
    order.kind === 'place'
      ? legsOf(order)
          .slice(1)
          .map(
            ([leg, terms]) => `${leg}: ${terms.side} ${amountOf(terms, order.contract.currency)} ${termsText(terms)}`,
          )
      : [];
  return [
    ...(legs ?? []),
    ...(order.kind === 'modify' ? changesOf(order.before, order.entry) : []),
    ...attributesOf(order.entry),
    ...children,
  ].map((line) => line.slice(0, 400));
}

function attributesOf(terms: OrderTerms): string[] {
  const { algo, conditions, conditionsCancel, conditionsIgnoreRth, oca, allocation, goodAfter, durationSeconds } =
    terms;
  const flags = {
    'all or none': terms.allOrNone,
    hidden: terms.hidden,
    'not held': terms.notHeld,
    'legs may fill alone': terms.nonGuaranteed,
  };
  const set = Object.entries(flags).flatMap(([name, value]) => (value ? [name] : []));
  const sizes = { 'shows only': terms.displaySize, 'at least at a time': terms.minQuantity };
  return [
    ...(goodAfter === undefined ? [] : [`Works from ${goodAfter} on`]),
    ...(durationSeconds === undefined ? [] : [`Works for ${durationSeconds} s`]),
    ...(set.length > 0 ? [listText(set)] : []),
    ...Object.entries(sizes).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`])),
    ...(terms.discretionaryAmount === undefined ? [] : [`discretion of ${terms.discretionaryAmount}`]),
    ...(terms.triggerMethod === undefined ? [] : [`triggered by ${terms.triggerMethod}`]),
    ...(terms.openClose === undefined ? [] : [`to ${terms.openClose} a position`]),
    ...(oca ? [`One of the group ${oca.group} (OCA type ${oca.type})`] : []),
    ...(allocation
      ? [
          `Shared out in group ${allocation.group}${allocation.method ? ` by ${allocation.method}` : ''}${allocation.percentage ? ` ${allocation.percentage} %` : ''}`,
        ]
      : []),
    ...(algo
      ? [`Algorithm ${algo.strategy}: ${algo.parameters.map(([tag, value]) => `${tag} ${value}`).join(', ')}`]
      : []),
    ...(terms.pegBest ? [`Competes: ${partsText(pegBestParts(terms.pegBest))}`] : []),
    ...(terms.pegBench ? [pegBenchText(terms.pegBench)] : []),
    ...(conditions
      ? [
          `${conditionsCancel ? 'Cancelled' : 'Released'}${conditionsIgnoreRth ? ', outside regular hours too,' : ''} when ${conditionsText(conditions)}`,
        ]
      : []),
  ];
}

const partsText = (parts: Readonly<Record<string, string | number | undefined>>): string =>
  Object.entries(parts)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]))
    .join(', ') || 'as the gateway has it set';

const pegBestParts = (best: NonNullable<OrderTerms['pegBest']>) => ({
  'at least at a time': best.minTradeQuantity,
  'against sizes from': best.minCompeteSize,
  'by an offset of': best.competeOffset === 'mid' ? 'up to the midpoint' : best.competeOffset,
  'off a whole midpoint': best.midOffsetWhole,
  'off a half midpoint': best.midOffsetHalf,
});

function pegBenchText(peg: NonNullable<OrderTerms['pegBench']>): string {
  const moves = `${peg.decreasing ? 'down' : 'up'} by ${peg.change} for each ${peg.referenceChange} that ${peg.contract} rises`;
  const from = partsText({
    'from a price of': peg.startingPrice,
    'at a reference of': peg.startingReference,
    'while the reference is above': peg.rangeLower,
    'and below': peg.rangeUpper,
  });
  return `Moves ${moves}, ${from}`;
}

function conditionsText(conditions: readonly OrderCondition[]): string {
  return conditions
    .map(
      (condition, index) => `${conditionText(condition)}${index + 1 < conditions.length ? ` ${condition.join}` : ''}`,
    )
    .join(' ');
}

function conditionText(condition: OrderCondition): string {
  switch (condition.kind) {
    case 'price':
      return `${condition.contract} is ${condition.above ? 'at or above' : 'at or below'} ${condition.price}${condition.method === 'default' ? '' : ` by ${condition.method}`}`;
    case 'time':
      return `it is ${condition.after ? 'after' : 'before'} ${condition.time}`;
    case 'margin':
      return `the margin cushion is ${condition.above ? 'above' : 'below'} ${condition.percent} %`;
    case 'volume':
      return `${condition.contract} has traded ${condition.above ? 'more' : 'less'} than ${condition.volume}`;
    case 'percent_change':
      return `${condition.contract} has changed by ${condition.above ? 'more' : 'less'} than ${condition.percent} %`;
    case 'execution':
      return `${condition.symbol} (${condition.secType}) is traded in the account`;
  }
}

/** `limitPrice: 150 → 151`, for each that differs. */
function changesOf(before: OrderTerms, after: OrderTerms): string[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof OrderTerms>;
  return [...fields].flatMap((field) => {
    const [old, now] = [before[field], after[field]].map(valueText);
    return old === now
      ? []
      : [`${field.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}: ${old} → ${now}`];
  });
}

const valueText = (value: unknown): string =>
  value === undefined ? 'none' : typeof value === 'object' ? JSON.stringify(value) : String(value);
