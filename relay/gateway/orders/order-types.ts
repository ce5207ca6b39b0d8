import type { OrderTypeName, TimeInForceName } from '../../../shared/orders/order.ts';

/** How the gateway spells an order's type; where two of ours share a spelling, its time in force tells them apart. */
export const wireTypes: Readonly<Record<OrderTypeName, string>> = {
  MKT: 'MKT',
  LMT: 'LMT',
  STP: 'STP',
  STP_LMT: 'STP LMT',
  MIT: 'MIT',
  LIT: 'LIT',
  TRAIL: 'TRAIL',
  TRAIL_LIMIT: 'TRAIL LIMIT',
  MTL: 'MTL',
  MOC: 'MOC',
  LOC: 'LOC',
  MOO: 'MKT',
  LOO: 'LMT',
  AUCTION: 'MTL',
  REL: 'REL',
  PASSV_REL: 'PASSV REL',
  PEG_MKT: 'PEG MKT',
  PEG_MID: 'PEG MID',
  PEG_BEST: 'PEG BEST',
  PEG_BENCH: 'PEG BENCH',
  SNAP_MKT: 'SNAP MKT',
  SNAP_MID: 'SNAP MID',
  SNAP_PRIM: 'SNAP PRIM',
  MIDPRICE: 'MIDPRICE',
  VOL: 'VOL',
};

const spellings = new Map<string, OrderTypeName>([
  ...Object.entries(wireTypes).map(([name, spelt]) => [spelt.replaceAll(' ', ''), name as OrderTypeName] as const),
  ['MKT', 'MKT'],
  ['LMT', 'LMT'],
  ['MTL', 'MTL'],
]);

/** Our name of what the gateway spells so, with or without blanks; undefined for a type that we do not know. */
export function typeNamed(spelt: string, tif: string): OrderTypeName | undefined {
  const type = spellings.get(spelt.toUpperCase().replaceAll(' ', ''));
  if (tif === 'OPG' && type === 'MKT') return 'MOO';
  if (tif === 'OPG' && type === 'LMT') return 'LOO';
  return tif === 'AUC' && type === 'MTL' ? 'AUCTION' : type;
}

/** The gateway's own times in force; orders that work overnight are DAY orders there. */
export const wireTimes: Readonly<Record<TimeInForceName, string>> = {
  DAY: 'DAY',
  GTC: 'GTC',
  IOC: 'IOC',
  FOK: 'FOK',
  GTD: 'GTD',
  OPG: 'OPG',
  AUC: 'AUC',
  OVERNIGHT: 'DAY',
  OVERNIGHT_DAY: 'DAY',
  MINUTES: 'Minutes',
  DTC: 'DTC',
};

/** The exchange that works stocks at night only. */
export const overnightExchange = 'OVERNIGHT';

/** Types whose one extra price is an offset, and is said in `auxPrice`. */
export const offsetTypes: ReadonlySet<OrderTypeName> = new Set([
  'REL',
  'PASSV_REL',
  'PEG_MKT',
  'PEG_MID',
  'SNAP_MKT',
  'SNAP_MID',
  'SNAP_PRIM',
]);

/** IB's numbers for what a stop is triggered by. */
export const triggerMethods = {
  default: 0,
  double_bid_ask: 1,
  last: 2,
  double_last: 3,
  bid_ask: 4,
  last_or_bid_ask: 7,
  mid: 8,
} as const;

/** Types with a trigger of their own. */
export const stopTypes: ReadonlySet<OrderTypeName> = new Set(['STP', 'STP_LMT', 'MIT', 'LIT']);
export const trailingTypes: ReadonlySet<OrderTypeName> = new Set(['TRAIL', 'TRAIL_LIMIT']);

/** Types whose limit is a cap, without which they are complete; IB writes 0 for none. */
export const cappedTypes: ReadonlySet<OrderTypeName> = new Set([
  'REL',
  'PASSV_REL',
  'PEG_MKT',
  'PEG_MID',
  'PEG_BEST',
  'PEG_BENCH',
  'MIDPRICE',
  'VOL',
]);
/** Types that are not complete without a limit. */
export const limitTypes: ReadonlySet<OrderTypeName> = new Set(['LMT', 'STP_LMT', 'LIT', 'LOC', 'LOO', 'AUCTION']);
/** Types that may have a limit. */
export const pricedTypes: ReadonlySet<OrderTypeName> = new Set([...limitTypes, ...cappedTypes, 'TRAIL_LIMIT']);
