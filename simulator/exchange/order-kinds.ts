import type { OrderTerms, OrderType } from './model.ts';

/** What has to happen to the price before an order is sent on: moving against it, or in its favour. */
export type TriggerKind = 'none' | 'stop' | 'touch' | 'trailingStop' | 'trailingTouch';

/** How the price is found once the order works. */
export type PricingKind =
  | 'market'
  /** The best price now; what is left rests at it. */
  | 'marketToLimit'
  /** A market order that does not follow the price further than a few points. */
  | 'protected'
  | 'limit'
  | 'primary'
  | 'passive'
  | 'opposite'
  | 'midpoint'
  | 'snapOpposite'
  | 'snapMidpoint'
  | 'snapPrimary'
  | 'benchmark'
  | 'stock'
  | 'volatility'
  | 'closingMarket'
  | 'closingLimit';

export interface OrderKind {
  readonly trigger: TriggerKind;
  readonly pricing: PricingKind;
  /** The codes of contract details' list of order types of which an instrument must have one. */
  readonly listedAs: readonly string[];
}

const kind = (trigger: TriggerKind, pricing: PricingKind, ...listedAs: string[]): OrderKind => ({
  trigger,
  pricing,
  listedAs,
});

export const orderKinds: Readonly<Record<OrderType, OrderKind>> = {
  MKT: kind('none', 'market', 'MKT'),
  LMT: kind('none', 'limit', 'LMT'),
  STP: kind('stop', 'market', 'STP'),
  'STP LMT': kind('stop', 'limit', 'STPLMT'),
  TRAIL: kind('trailingStop', 'market', 'TRAIL'),
  'TRAIL LIMIT': kind('trailingStop', 'limit', 'TRAILLMT'),
  REL: kind('none', 'primary', 'REL'),
  MIT: kind('touch', 'market', 'MIT'),
  LIT: kind('touch', 'limit', 'LIT'),
  MOC: kind('none', 'closingMarket', 'MOC'),
  LOC: kind('none', 'closingLimit', 'LOC'),
  MTL: kind('none', 'marketToLimit', 'MTL'),
  MIDPRICE: kind('none', 'midpoint', 'MIDPX'),
  'PEG MID': kind('none', 'midpoint', 'PEGMID'),
  'PEG MKT': kind('none', 'opposite', 'PEGMKT', 'REL'),
  'PEG BENCH': kind('none', 'benchmark', 'PEGBENCH'),
  'PEG BEST': kind('none', 'primary', 'PEGBEST', 'IBKRATS'),
  'PEG STK': kind('none', 'stock', 'PEGSTK', 'VOLAT'),
  'PASSV REL': kind('none', 'passive', 'PASSVREL', 'REL'),
  'SNAP MKT': kind('none', 'snapOpposite', 'SNAPMKT'),
  'SNAP MID': kind('none', 'snapMidpoint', 'SNAPMID'),
  'SNAP PRIM': kind('none', 'snapPrimary', 'SNAPREL'),
  'MKT PRT': kind('none', 'protected', 'MKTPROT', 'LTH'),
  'STP PRT': kind('stop', 'protected', 'STPPROT', 'LTH'),
  'TRAIL MIT': kind('trailingTouch', 'market', 'TRAILMIT'),
  'TRAIL LIT': kind('trailingTouch', 'limit', 'TRAILLIT'),
  'BOX TOP': kind('none', 'marketToLimit', 'BOXTOP'),
  VOL: kind('none', 'volatility', 'VOLAT'),
};

const outsideRth: ReadonlySet<OrderType> = new Set([
  'LMT',
  'STP',
  'STP LMT',
  'TRAIL',
  'TRAIL LIMIT',
  'MIT',
  'LIT',
  'TRAIL MIT',
  'TRAIL LIT',
  'REL',
]);
const overnight: ReadonlySet<OrderType> = new Set(['LMT']);

/** Whether a type of order can work in the pre-market and after hours of stocks. */
export const worksOutsideRth = (type: OrderType): boolean => outsideRth.has(type);
export const worksOvernight = (type: OrderType): boolean => overnight.has(type);

export const kindOf = (terms: OrderTerms): OrderKind => orderKinds[terms.type];
export const isClosing = ({ pricing }: OrderKind): boolean => pricing === 'closingMarket' || pricing === 'closingLimit';
export const isOpening = (terms: OrderTerms): boolean => terms.tif === 'OPG' || terms.tif === 'AUC';

/** The sign of an order in its favour: what a buyer gains when prices rise. */
export const directionOf = (terms: OrderTerms): 1 | -1 => (terms.side === 'BUY' ? 1 : -1);
