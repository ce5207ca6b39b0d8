import type { OrderTerms } from '../../../shared/orders/order.ts';

/** A limit order; what is `undefined` in a case is left out of it. */
export const limitOrder: OrderTerms = {
  account: 'DU1',
  side: 'BUY',
  quantity: '10',
  type: 'LMT',
  limitPrice: '100',
  tif: 'DAY',
  outsideRth: false,
};

type Terms = { readonly [Name in keyof OrderTerms]?: OrderTerms[Name] | undefined };

const none = { limitPrice: undefined } as const;
const money = { quantity: undefined, cashQuantity: '500' } as const;
const trail = { ...none, type: 'TRAIL', trailingAmount: '1' } as const;
const trailLimit = { type: 'TRAIL_LIMIT', trailingAmount: '1', trailStopPrice: '99', limitPrice: undefined } as const;
const bench = {
  ...{ conId: 1, exchange: 'SMART', contract: 'X' },
  ...{ decreasing: false, change: '1', referenceChange: '1' },
};
const volatility = { percent: '20', per: 'year' } as const;
const conditions = [{ join: 'and', kind: 'margin', above: true, percent: '10' }] as const;
const [early, late] = ['2026-12-01T15:00:00Z', '2026-12-02T15:00:00Z'];

/** What goes together. */
export const together: readonly (readonly [what: string, terms: Terms])[] = [
  ['a limit order', {}],
  ['an amount at the market', { ...money, ...none, type: 'MKT' }],
  ['an amount with a limit', money],
  ['parts as large as the whole', { minQuantity: '10', displaySize: '10' }],
  ['all or none', { allOrNone: true }],
  ['a market order', { ...none, type: 'MKT' }],
  ['a stop', { ...none, type: 'STP', stopPrice: '99' }],
  ['a stop with a limit', { type: 'STP_LMT', stopPrice: '99' }],
  ['a trigger', { ...none, type: 'MIT', stopPrice: '99' }],
  ['a trigger with a limit', { type: 'LIT', stopPrice: '99' }],
  ['what trails by an amount', trail],
  ['what trails by a percentage', { ...none, type: 'TRAIL', trailingPercent: '99.9' }],
  ['what trails from a price', { ...trail, trailStopPrice: '99' }],
  ['what trails to a limit by an offset', { ...trailLimit, limitOffset: '0.5' }],
  ['what trails to a limit', { ...trailLimit, limitPrice: '98' }],
  ['market to limit', { ...none, type: 'MTL' }],
  ['a market order for the close', { ...none, type: 'MOC' }],
  ['a limit order for the close', { type: 'LOC' }],
  ['a market order for the open', { ...none, type: 'MOO', tif: 'OPG' }],
  ['a limit order for the open', { type: 'LOO', tif: 'OPG' }],
  ['an auction', { type: 'AUCTION', tif: 'AUC' }],
  ['a relative order with a cap', { type: 'REL', offset: '0.1' }],
  ['a relative order by percent, without', { ...none, type: 'REL', offsetPercent: '1' }],
  ['a passive relative order', { ...none, type: 'PASSV_REL', offset: '0.1' }],
  ['pegged to the market', { ...none, type: 'PEG_MKT', offset: '0.1' }],
  ['pegged to the midpoint, without an offset', { ...none, type: 'PEG_MID' }],
  ['pegged to the best', { type: 'PEG_BEST', pegBest: {} }],
  ['pegged to the best, as the gateway has it', { type: 'PEG_BEST' }],
  ['pegged to another', { ...none, type: 'PEG_BENCH', pegBench: bench }],
  ['a snap', { ...none, type: 'SNAP_MKT', offset: '0.1' }],
  ['a snap to the midpoint', { ...none, type: 'SNAP_MID' }],
  ['a snap to the primary', { ...none, type: 'SNAP_PRIM' }],
  ['the midprice with a cap', { type: 'MIDPRICE' }],
  ['the midprice', { ...none, type: 'MIDPRICE' }],
  ['by volatility', { ...none, type: 'VOL', volatility }],
  ['until a moment', { tif: 'GTD', goodTill: late }],
  ['from one moment until another', { tif: 'GTD', goodTill: late, goodAfter: early }],
  ['from a moment on', { goodAfter: early }],
  ['for some minutes', { tif: 'MINUTES', durationSeconds: 60 }],
  ['for a night', { tif: 'OVERNIGHT' }],
  ['for a night and a day', { tif: 'OVERNIGHT_DAY' }],
  ['conditions that cancel, outside hours too', { conditions, conditionsCancel: true, conditionsIgnoreRth: true }],
  ['an iceberg', { displaySize: '1' }],
  ['with discretion', { discretionaryAmount: '0.1' }],
  ['an advisor’s order', { account: undefined, allocation: { group: 'All' } }],
];

/** What does not, with what is said. */
export const apart: readonly (readonly [what: string, terms: Terms, says: RegExp, step: RegExp])[] = [
  ['neither size nor amount', { quantity: undefined }, /quantity and cash_quantity exclude/, /one of them/],
  ['both', { cashQuantity: '500' }, /quantity and cash_quantity exclude/, /one of them/],
  ['an amount of a stop', { ...money, ...none, type: 'STP', stopPrice: '99' }, /cash_quantity goes with/, /quantity/],
  ['a smallest part above the whole', { minQuantity: '11' }, /min_quantity is larger/, /at most 10/],
  ['a shown part above the whole', { displaySize: '10.1' }, /display_size is larger/, /at most 10/],
  ['all or none of a part', { allOrNone: true, displaySize: '1' }, /all_or_none shows/, /display_size/],
  ['a limit order without one', none, /LMT needs limit_price/, /Give limit_price/],
  ['a market order with a limit', { type: 'MKT' }, /MKT has no limit_price/, /Leave limit_price out/],
  ['a stop without one', { ...none, type: 'STP' }, /STP needs stop_price/, /Give stop_price/],
  ['a limit order with a stop', { stopPrice: '99' }, /LMT has no stop_price/, /Leave stop_price out/],
  ['a relative order without an offset', { type: 'REL' }, /REL needs offset/, /Give offset/],
  ['a limit order with an offset', { offset: '1' }, /LMT has no offset/, /Leave offset out/],
  ['a limit order with one in percent', { offsetPercent: '1' }, /LMT has no offset/, /Leave offset out/],
  ['two offsets', { type: 'REL', offset: '1', offsetPercent: '1' }, /offset and offset_percent exclude/, /one/],
  ['what trails by nothing', { ...none, type: 'TRAIL' }, /TRAIL needs trail_amount or trail_percent/, /one/],
  ['what trails twice', { ...trail, trailingPercent: '1' }, /TRAIL needs trail_amount or trail_percent/, /one/],
  ['a limit order that trails', { trailingAmount: '1' }, /LMT does not trail/, /trail_amount, trail_percent/],
  ['a limit order that trails from a price', { trailStopPrice: '1' }, /LMT does not trail/, /trail_stop_price out/],
  ['all of the price', { ...none, type: 'TRAIL', trailingPercent: '100' }, /trail_percent is 100 or more/, /perc/],
  ['a trail without its limit', trailLimit, /TRAIL_LIMIT needs trail_stop_price/, /special/],
  ['a trail with two', { ...trailLimit, limitOffset: '1', limitPrice: '98' }, /TRAIL_LIMIT needs/, /special/],
  ['a trail from nowhere', { ...trailLimit, limitOffset: '1', trailStopPrice: undefined }, /TRAIL_LIMIT needs/, /spe/],
  ['a limit order with a limit’s offset', { limitOffset: '1' }, /limit_offset goes with TRAIL_LIMIT/, /Leave it/],
  ['volatility of a limit order', { volatility }, /VOL and volatility go together/, /both or none/],
  ['a volatility order without it', { type: 'VOL' }, /VOL and volatility go together/, /both or none/],
  ['a peg of a limit order', { pegBench: bench }, /PEG_BENCH and peg_bench go together/, /both or none/],
  ['a peg to nothing', { type: 'PEG_BENCH' }, /PEG_BENCH and peg_bench go together/, /both or none/],
  ['how to compete, of a limit order', { pegBest: {} }, /peg_best goes with PEG_BEST/, /Leave it/],
  ['a close until cancelled', { type: 'LOC', tif: 'GTC' }, /LOC is for DAY only/, /Leave tif out/],
  ['an open for a day', { type: 'LOO' }, /LOO is for OPG only/, /Leave tif out/],
  ['a limit order for the open', { tif: 'OPG' }, /tif OPG belongs/, /MOO or LOO/],
  ['a limit order for an auction', { tif: 'AUC' }, /tif AUC belongs/, /Use AUCTION/],
  ['until no moment', { tif: 'GTD' }, /tif GTD and good_till go together/, /both or none/],
  ['a moment for a day', { goodTill: late }, /tif GTD and good_till go together/, /both or none/],
  ['minutes without a number', { tif: 'MINUTES' }, /MINUTES needs duration_seconds/, /special/],
  ['a night at the market', { ...none, type: 'MKT', tif: 'OVERNIGHT' }, /OVERNIGHT is for LMT/, /Give a limit/],
  ['a night and a day', { type: 'MTL', ...none, tif: 'OVERNIGHT_DAY' }, /OVERNIGHT_DAY is for LMT/, /Give a limit/],
  ['an end at its beginning', { tif: 'GTD', goodTill: early, goodAfter: early }, /good_till is not after/, /Correct/],
  ['an end before it', { tif: 'GTD', goodTill: early, goodAfter: late }, /good_till is not after/, /Correct/],
  ['a cancel by no conditions', { conditionsCancel: true }, /There are no conditions/, /Give conditions/],
  ['hours of no conditions', { conditionsIgnoreRth: true }, /There are no conditions/, /Give conditions/],
  ['a hidden part with discretion', { displaySize: '1', discretionaryAmount: '1' }, /display_size and discr/, /one/],
  ['nobody’s order', { account: undefined }, /account and allocation exclude/, /one of them/],
  ['an account and a group', { allocation: { group: 'All' } }, /account and allocation exclude/, /one of them/],
];
