import { Decimal } from 'decimal.js';
import type { OrderContract, OrderTerms, OrderTypeName } from '../../shared/orders/order.ts';
import { sameTerm, termDifferences } from './echo-terms.ts';
import type { SeenOrder } from './model.ts';

/**
 * How an order as IB shows it differs from the one that was approved. What IB sets by itself is in the table and not
 * compared: prices that move with the market, the size of an order by amount, the accounts of an advisor's group.
 */
export interface EchoDifferences {
  /** Another order than the approved one: account, instrument, side, size, legs, or a price. */
  readonly grave: readonly string[];
  /** Terms that presets change. */
  readonly mild: readonly string[];
}

type PriceName =
  | 'limitPrice'
  | 'stopPrice'
  | 'trailingAmount'
  | 'trailingPercent'
  | 'trailStopPrice'
  | 'limitOffset'
  | 'offset';

/** The prices of each type that stay as they were given; all others are IB's to set. */
const keptPrices: Readonly<Record<OrderTypeName, readonly PriceName[]>> = {
  MKT: [],
  LMT: ['limitPrice'],
  STP: ['stopPrice'],
  STP_LMT: ['limitPrice', 'stopPrice'],
  MIT: ['stopPrice'],
  LIT: ['limitPrice', 'stopPrice'],
  TRAIL: ['trailingAmount', 'trailingPercent'],
  TRAIL_LIMIT: ['trailingAmount', 'trailingPercent'],
  MTL: [],
  MOC: [],
  LOC: ['limitPrice'],
  MOO: [],
  LOO: ['limitPrice'],
  AUCTION: ['limitPrice'],
  REL: [],
  PASSV_REL: [],
  PEG_MKT: [],
  PEG_MID: [],
  PEG_BEST: [],
  PEG_BENCH: [],
  SNAP_MKT: [],
  SNAP_MID: [],
  SNAP_PRIM: [],
  MIDPRICE: [],
  VOL: [],
};

/** Types under which IB shows an order of that type, too. */
const shownAs: Readonly<Partial<Record<OrderTypeName, readonly OrderTypeName[]>>> = {
  MTL: ['LMT', 'MKT'],
  AUCTION: ['MTL', 'LMT'],
  MOO: ['MKT'],
  LOO: ['LMT'],
};

/** A price that differs by less than so much of itself was rounded, not changed. */
const rounding = 0.0001;

/** @param isFirst whether nothing was seen of the order before */
export function compareEcho(
  approved: { readonly contract: OrderContract; readonly terms: OrderTerms; readonly parentId?: number },
  seen: SeenOrder,
  isFirst = true,
): EchoDifferences {
  const { terms } = approved;
  const grave: string[] = [];
  const mild: string[] = [];
  const isNamed = terms.account !== undefined && seen.account !== '';
  if (isNamed && seen.account !== terms.account) grave.push(`its account is ${seen.account}`);
  if (isOther(approved.contract, seen.contract)) grave.push(`it trades ${seen.contract.name}`);
  if (seen.terms.side !== terms.side) grave.push(`its side is ${seen.terms.side}`);
  if (terms.cashQuantity === undefined && !sameNumber(terms.quantity, seen.terms.quantity)) {
    grave.push(`its size is ${seen.terms.quantity ?? 'none'} instead of ${terms.quantity ?? 'none'}`);
  }
  for (const name of keptPrices[terms.type]) {
    if (terms[name] === undefined || samePrice(terms[name], seen.terms[name])) continue;
    grave.push(`its ${words[name]} is ${seen.terms[name] ?? 'none'} instead of ${terms[name]}`);
  }
  if (seen.terms.type !== terms.type && shownAs[terms.type]?.includes(seen.terms.type) !== true) {
    mild.push(`its type is ${seen.terms.type} instead of ${terms.type}`);
  }
  if (seen.terms.tif !== terms.tif) mild.push(`its time in force is ${seen.terms.tif} instead of ${terms.tif}`);
  if (seen.contract.exchange !== '' && seen.contract.exchange !== approved.contract.exchange) {
    mild.push(`it goes to ${seen.contract.exchange} instead of ${approved.contract.exchange}`);
  }
  if (seen.terms.outsideRth !== terms.outsideRth) {
    mild.push(`it ${seen.terms.outsideRth ? 'works' : 'does not work'} outside regular hours`);
  }
  const { parentId = seen.parentId } = approved;
  if (seen.parentId !== undefined && seen.parentId !== parentId) {
    mild.push(`its parent is ${seen.parentId} instead of ${parentId}`);
  }
  mild.push(...termDifferences(terms, seen.terms, isFirst));
  return { grave, mild };
}

/** Whether what a change was to change is as it was to be. */
export function isChanged(before: OrderTerms, after: OrderTerms, seen: OrderTerms): boolean {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof OrderTerms>;
  const changed = [...names].filter((name) => !sameTerm(before[name], after[name]));
  return changed.every((name) => sameTerm(after[name], seen[name]));
}

const words: Readonly<Record<PriceName, string>> = {
  limitPrice: 'limit price',
  stopPrice: 'stop price',
  trailingAmount: 'trailing amount',
  trailingPercent: 'trailing percentage',
  trailStopPrice: 'trail stop price',
  limitOffset: 'limit offset',
  offset: 'offset',
};

/** Combinations are rewritten by IB, so that only what their legs are counts. */
function isOther(approved: OrderContract, seen: OrderContract): boolean {
  if (approved.secType !== 'BAG') return seen.conId !== 0 && seen.conId !== approved.conId;
  const seenLegs = legsOfCombination(seen);
  return seenLegs !== '' && seenLegs !== legsOfCombination(approved);
}

function legsOfCombination({ legs = [] }: OrderContract): string {
  return legs
    .map(({ conId, ratio, side }) => `${conId} ${ratio} ${side}`)
    .sort()
    .join(',');
}

function sameNumber(a: string | undefined, b: string | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && new Decimal(a).eq(b));
}

function samePrice(a: string, b: string | undefined): boolean {
  if (a === b) return true;
  if (b === undefined) return false;
  const approved = new Decimal(a);
  return approved.minus(b).abs().lte(approved.abs().times(rounding));
}
