import type { OrderContract, OrderTerms } from '../../../shared/orders/order.ts';

type Fields = Readonly<Record<string, string>>;

/** One order, and what of it stands on the wire where it differs from the plain one. */
export interface OrderCase {
  readonly contract?: OrderContract;
  /** Beside those of the plain order; undefined for what this one has not. */
  readonly terms: { readonly [Name in keyof OrderTerms]?: OrderTerms[Name] | undefined };
  readonly ocaGroup?: string;
  /** '' for what is not on the wire. */
  readonly wire: Fields;
  readonly rows?: Readonly<Record<string, readonly Fields[]>>;
  /** The first server version that can carry it. */
  readonly since?: number;
  /** What reads otherwise when the gateway shows the order. */
  readonly seen?: { readonly [Name in keyof OrderTerms]?: OrderTerms[Name] | undefined };
  /** The test exchange does not know it. */
  readonly unknownToSimulator?: true;
}

export const stock: OrderContract = {
  conId: 265598,
  secType: 'STK',
  symbol: 'AAPL',
  exchange: 'SMART',
  primaryExchange: 'NASDAQ',
  currency: 'USD',
  localSymbol: 'AAPL',
  tradingClass: 'NMS',
  name: 'AAPL',
};
export const plainTerms: OrderTerms = {
  account: 'DU1',
  side: 'BUY',
  quantity: '100',
  type: 'LMT',
  limitPrice: '150.25',
  tif: 'DAY',
  outsideRth: false,
};
export const option: OrderContract = {
  ...stock,
  conId: 700001,
  secType: 'OPT',
  exchange: 'CBOE',
  localSymbol: 'AAPL  261218C00270000',
  tradingClass: 'AAPL',
  lastTradeDate: '20261218',
  right: 'C',
  strike: '270',
  multiplier: '100',
  name: 'AAPL 20261218 C 270',
};
const leg = { exchange: 'SMART', secType: 'STK', currency: 'USD' };
export const combination: OrderContract = {
  conId: 0,
  secType: 'BAG',
  symbol: 'AAPL,MSFT',
  exchange: 'SMART',
  currency: 'USD',
  name: 'AAPL - 2 MSFT',
  legs: [
    { ...leg, conId: 265598, ratio: 1, side: 'BUY', name: 'AAPL', symbol: 'AAPL' },
    { ...leg, conId: 272093, ratio: 2, side: 'SELL', name: 'MSFT', symbol: 'MSFT' },
  ],
};

/** What stands on the wire of the plain order, at every version; what is not here is empty. */
export const plainWire: Fields = {
  orderId: '12',
  conId: '265598',
  symbol: 'AAPL',
  secType: 'STK',
  exchange: 'SMART',
  primaryExchange: 'NASDAQ',
  currency: 'USD',
  localSymbol: 'AAPL',
  tradingClass: 'NMS',
  action: 'BUY',
  totalQuantity: '100',
  orderType: 'LMT',
  lmtPrice: '150.25',
  tif: 'DAY',
  account: 'DU1',
  origin: '0',
  orderRef: 'irm.r1.abcdefgh12345678.e',
  transmit: '1',
  parentId: '0',
  blockOrder: '0',
  sweepToFill: '0',
  displaySize: '0',
  triggerMethod: '0',
  outsideRth: '0',
  hidden: '0',
  discretionaryAmt: '0',
  shortSaleSlot: '0',
  exemptCode: '-1',
  ocaType: '0',
  allOrNone: '0',
  notHeld: '0',
  deltaNeutral: '0',
  whatIf: '0',
};

const market = { type: 'MKT', limitPrice: undefined } as const;
const noLimit = { limitPrice: undefined };
const marketWire = { orderType: 'MKT', lmtPrice: '' };
const watched = { conId: 272093, exchange: 'SMART', contract: 'MSFT' };
/** A condition tells its contract by its conId alone. */
const watchedSeen = { ...watched, contract: '272093' };
const watchedWire = { conId: '272093', exchange: 'SMART' };
const comboWire = {
  conId: '',
  symbol: 'AAPL,MSFT',
  secType: 'BAG',
  primaryExchange: '',
  localSymbol: '',
  tradingClass: '',
};
const comboLegs = [
  { conId: '265598', ratio: '1', action: 'BUY', exchange: 'SMART' },
  { conId: '272093', ratio: '2', action: 'SELL', exchange: 'SMART' },
].map((row) => ({ ...row, openClose: '0', shortSaleSlot: '0', designatedLocation: '', exemptCode: '-1' }));
const guaranteed = (value: string) => [{ tag: 'NonGuaranteed', value }];
const byConditions = { conditionsIgnoreRth: '0', conditionsCancelOrder: '0' };

export const orderCases = {
  LMT: { terms: {}, wire: {} },
  'selling at a price below zero': {
    terms: { side: 'SELL', limitPrice: '-0.05' },
    wire: { action: 'SELL', lmtPrice: '-0.05' },
  },
  'digits that a float would write with an exponent': {
    terms: { quantity: '0.00000012', limitPrice: '123456789012345.0625' },
    wire: { totalQuantity: '0.00000012', lmtPrice: '123456789012345.0625' },
    // The codec reads prices as floats: so many digits no price has.
    seen: { limitPrice: '123456789012345.06' },
  },
  MKT: { terms: market, wire: marketWire },
  STP: {
    terms: { type: 'STP', ...noLimit, stopPrice: '140' },
    wire: { orderType: 'STP', lmtPrice: '', auxPrice: '140' },
  },
  STP_LMT: { terms: { type: 'STP_LMT', stopPrice: '140.5' }, wire: { orderType: 'STP LMT', auxPrice: '140.5' } },
  MIT: {
    terms: { type: 'MIT', ...noLimit, stopPrice: '140' },
    wire: { orderType: 'MIT', lmtPrice: '', auxPrice: '140' },
  },
  LIT: { terms: { type: 'LIT', stopPrice: '140' }, wire: { orderType: 'LIT', auxPrice: '140' } },
  'TRAIL by an amount': {
    terms: { type: 'TRAIL', ...noLimit, side: 'SELL', trailingAmount: '1.5', trailStopPrice: '148' },
    wire: { orderType: 'TRAIL', action: 'SELL', lmtPrice: '', auxPrice: '1.5', trailStopPrice: '148' },
  },
  'TRAIL by a percentage': {
    terms: { type: 'TRAIL', ...noLimit, trailingPercent: '2.5' },
    wire: { orderType: 'TRAIL', lmtPrice: '', trailingPercent: '2.5' },
  },
  'TRAIL_LIMIT with an offset': {
    terms: { type: 'TRAIL_LIMIT', ...noLimit, trailingAmount: '1.5', trailStopPrice: '148', limitOffset: '0.1' },
    wire: { orderType: 'TRAIL LIMIT', lmtPrice: '', auxPrice: '1.5', trailStopPrice: '148', lmtPriceOffset: '0.1' },
  },
  'TRAIL_LIMIT with a limit': {
    terms: { type: 'TRAIL_LIMIT', trailingAmount: '1.5', trailStopPrice: '148' },
    wire: { orderType: 'TRAIL LIMIT', auxPrice: '1.5', trailStopPrice: '148' },
    // It moves with the stop.
    seen: noLimit,
  },
  MTL: { terms: { ...market, type: 'MTL' }, wire: { orderType: 'MTL', lmtPrice: '' } },
  MOC: { terms: { ...market, type: 'MOC' }, wire: { orderType: 'MOC', lmtPrice: '' } },
  LOC: { terms: { type: 'LOC' }, wire: { orderType: 'LOC' } },
  MOO: { terms: { ...market, type: 'MOO', tif: 'OPG' }, wire: { ...marketWire, tif: 'OPG' } },
  LOO: { terms: { type: 'LOO', tif: 'OPG' }, wire: { tif: 'OPG' } },
  AUCTION: { terms: { type: 'AUCTION', tif: 'AUC' }, wire: { orderType: 'MTL', tif: 'AUC' } },
  REL: { terms: { type: 'REL', offset: '0.02' }, wire: { orderType: 'REL', auxPrice: '0.02' } },
  'REL by a percentage': {
    terms: { type: 'REL', ...noLimit, offsetPercent: '0.01' },
    wire: { orderType: 'REL', lmtPrice: '', percentOffset: '0.01' },
  },
  PASSV_REL: { terms: { type: 'PASSV_REL', offset: '0.02' }, wire: { orderType: 'PASSV REL', auxPrice: '0.02' } },
  PEG_MKT: { terms: { type: 'PEG_MKT', offset: '0.02' }, wire: { orderType: 'PEG MKT', auxPrice: '0.02' } },
  PEG_MID: {
    terms: { type: 'PEG_MID', offset: '0.02', pegBest: { midOffsetWhole: '0.01', midOffsetHalf: '0.005' } },
    wire: { orderType: 'PEG MID', auxPrice: '0.02', midOffsetAtWhole: '0.01', midOffsetAtHalf: '0.005' },
  },
  PEG_BEST: {
    contract: { ...stock, exchange: 'IBKRATS' },
    terms: {
      type: 'PEG_BEST',
      notHeld: true,
      pegBest: { minTradeQuantity: 10, minCompeteSize: 20, competeOffset: '0.03' },
    },
    wire: {
      orderType: 'PEG BEST',
      exchange: 'IBKRATS',
      notHeld: '1',
      minTradeQty: '10',
      minCompeteSize: '20',
      competeAgainstBestOffset: '0.03',
    },
  },
  'PEG_BEST up to the midpoint': {
    terms: {
      type: 'PEG_BEST',
      ...noLimit,
      pegBest: { minCompeteSize: 20, competeOffset: 'mid', midOffsetWhole: '0.01', midOffsetHalf: '0.005' },
    },
    wire: {
      orderType: 'PEG BEST',
      lmtPrice: '',
      minCompeteSize: '20',
      competeAgainstBestOffset: 'Infinity',
      midOffsetAtWhole: '0.01',
      midOffsetAtHalf: '0.005',
    },
    // The test exchange reads infinity as nothing, as it does with every field.
    seen: { pegBest: { minCompeteSize: 20, midOffsetWhole: '0.01', midOffsetHalf: '0.005' } },
  },
  PEG_BENCH: {
    terms: {
      type: 'PEG_BENCH',
      ...noLimit,
      pegBench: {
        ...watched,
        decreasing: true,
        change: '0.5',
        referenceChange: '0.75',
        startingPrice: '150',
        startingReference: '400',
        rangeLower: '390',
        rangeUpper: '410',
      },
    },
    wire: {
      orderType: 'PEG BENCH',
      lmtPrice: '',
      referenceContractId: '272093',
      referenceExchangeId: 'SMART',
      isPeggedChangeAmountDecrease: '1',
      peggedChangeAmount: '0.5',
      referenceChangeAmount: '0.75',
      startingPrice: '150',
      stockRefPrice: '400',
      stockRangeLower: '390',
      stockRangeUpper: '410',
    },
    seen: {
      pegBench: {
        ...watchedSeen,
        decreasing: true,
        change: '0.5',
        referenceChange: '0.75',
        startingPrice: '150',
        startingReference: '400',
        rangeLower: '390',
        rangeUpper: '410',
      },
    },
  },
  SNAP_MKT: {
    terms: { ...market, type: 'SNAP_MKT', offset: '0.02' },
    wire: { orderType: 'SNAP MKT', lmtPrice: '', auxPrice: '0.02' },
  },
  SNAP_MID: {
    terms: { ...market, type: 'SNAP_MID', offset: '0.02' },
    wire: { orderType: 'SNAP MID', lmtPrice: '', auxPrice: '0.02' },
  },
  SNAP_PRIM: {
    terms: { ...market, type: 'SNAP_PRIM', offset: '0.02' },
    wire: { orderType: 'SNAP PRIM', lmtPrice: '', auxPrice: '0.02' },
  },
  MIDPRICE: { terms: { type: 'MIDPRICE' }, wire: { orderType: 'MIDPRICE' } },
  'VOL by the year': {
    contract: option,
    terms: { type: 'VOL', ...noLimit, volatility: { percent: '0.3', per: 'year' } },
    wire: { orderType: 'VOL', lmtPrice: '', volatility: '0.3', volatilityType: '2', ...optionWire() },
  },
  'VOL by the day': {
    contract: option,
    terms: { type: 'VOL', volatility: { percent: '0.02', per: 'day' } },
    wire: { orderType: 'VOL', volatility: '0.02', volatilityType: '1', ...optionWire() },
  },
  GTC: { terms: { tif: 'GTC' }, wire: { tif: 'GTC' } },
  IOC: { terms: { tif: 'IOC' }, wire: { tif: 'IOC' } },
  FOK: { terms: { tif: 'FOK' }, wire: { tif: 'FOK' } },
  DTC: { terms: { tif: 'DTC' }, wire: { tif: 'DTC' } },
  'GTD, from a moment on': {
    terms: { tif: 'GTD', goodTill: '2026-11-27T14:00:00Z', goodAfter: '2026-11-20T18:00:05Z' },
    wire: { tif: 'GTD', goodTillDate: '20261127-14:00:00', goodAfterTime: '20261120-18:00:05' },
  },
  MINUTES: {
    terms: { tif: 'MINUTES', durationSeconds: 300 },
    wire: { tif: 'Minutes', duration: '300' },
    unknownToSimulator: true,
  },
  OVERNIGHT: {
    contract: { ...stock, exchange: 'OVERNIGHT' },
    terms: { tif: 'OVERNIGHT' },
    wire: { exchange: 'OVERNIGHT', includeOvernight: '1' },
    since: 189,
  },
  OVERNIGHT_DAY: { terms: { tif: 'OVERNIGHT_DAY' }, wire: { includeOvernight: '1' }, since: 189 },
  'outside regular hours': { terms: { outsideRth: true }, wire: { outsideRth: '1' } },
  'all or none': { terms: { allOrNone: true }, wire: { allOrNone: '1' } },
  'a smallest size': { terms: { minQuantity: '10' }, wire: { minQty: '10' } },
  'a shown size': { terms: { displaySize: '10' }, wire: { displaySize: '10' } },
  hidden: { terms: { hidden: true }, wire: { hidden: '1' } },
  'not held, at IBKRATS': {
    contract: { ...stock, exchange: 'IBKRATS' },
    terms: { notHeld: true },
    wire: { exchange: 'IBKRATS', notHeld: '1' },
  },
  discretionary: { terms: { discretionaryAmount: '0.25' }, wire: { discretionaryAmt: '0.25' } },
  'triggered by the double bid or ask': {
    terms: { type: 'STP', ...noLimit, stopPrice: '140', triggerMethod: 'double_bid_ask' },
    wire: { orderType: 'STP', lmtPrice: '', auxPrice: '140', triggerMethod: '1' },
  },
  'an OCA group': {
    terms: { oca: { group: 'mine', type: 2 } },
    ocaGroup: 'irm.abcdefgh12345678.mine',
    wire: { ocaGroup: 'irm.abcdefgh12345678.mine', ocaType: '2' },
    seen: { oca: { group: 'irm.abcdefgh12345678.mine', type: 2 } },
  },
  'an algorithm': {
    terms: {
      algo: {
        strategy: 'Vwap',
        parameters: [
          ['maxPctVol', '0.2'],
          ['noTakeLiq', '1'],
        ],
      },
    },
    wire: { algoStrategy: 'Vwap' },
    rows: {
      algoParams: [
        { tag: 'maxPctVol', value: '0.2' },
        { tag: 'noTakeLiq', value: '1' },
      ],
    },
  },
  'an algorithm without parameters': {
    terms: { algo: { strategy: 'Adaptive', parameters: [] } },
    wire: { algoStrategy: 'Adaptive' },
    rows: { algoParams: [] },
  },
  'conditions of each kind': {
    terms: {
      conditions: [
        { kind: 'price', join: 'and', above: true, price: '400.5', method: 'last', ...watched },
        { kind: 'time', join: 'or', after: true, time: '2026-11-20T18:00:00Z' },
        { kind: 'margin', join: 'and', above: false, percent: '30' },
        { kind: 'execution', join: 'and', secType: 'STK', exchange: 'SMART', symbol: 'MSFT' },
        { kind: 'volume', join: 'or', above: true, volume: '100000', ...watched },
        { kind: 'percent_change', join: 'and', above: false, percent: '2.5', ...watched },
      ],
    },
    wire: byConditions,
    rows: {
      conditions: [
        { type: '1', conjunction: 'a', isMore: '1', value: '400.5', triggerMethod: '2', ...watchedWire },
        { type: '3', conjunction: 'o', isMore: '1', value: '20261120-18:00:00' },
        { type: '4', conjunction: 'a', isMore: '0', value: '30' },
        { type: '5', conjunction: 'a', secType: 'STK', exchange: 'SMART', symbol: 'MSFT' },
        { type: '6', conjunction: 'o', isMore: '1', value: '100000', ...watchedWire },
        { type: '7', conjunction: 'a', isMore: '0', value: '2.5', ...watchedWire },
      ],
    },
    seen: {
      conditions: [
        { kind: 'price', join: 'and', above: true, price: '400.5', method: 'last', ...watchedSeen },
        { kind: 'time', join: 'or', after: true, time: '2026-11-20T18:00:00Z' },
        { kind: 'margin', join: 'and', above: false, percent: '30' },
        { kind: 'execution', join: 'and', secType: 'STK', exchange: 'SMART', symbol: 'MSFT' },
        { kind: 'volume', join: 'or', above: true, volume: '100000', ...watchedSeen },
        { kind: 'percent_change', join: 'and', above: false, percent: '2.5', ...watchedSeen },
      ],
    },
  },
  'conditions that cancel, at any hour': {
    terms: {
      conditions: [{ kind: 'margin', join: 'and', above: true, percent: '30' }],
      conditionsIgnoreRth: true,
      conditionsCancel: true,
    },
    wire: { conditionsIgnoreRth: '1', conditionsCancelOrder: '1' },
    rows: { conditions: [{ type: '4', conjunction: 'a', isMore: '1', value: '30' }] },
  },
  opening: {
    terms: { openClose: 'open' },
    wire: { openClose: 'O' },
    // IB shows O for every order.
    seen: { openClose: undefined },
  },
  closing: { terms: { openClose: 'close' }, wire: { openClose: 'C' } },
  'an amount of money': {
    contract: {
      conId: 479624278,
      secType: 'CRYPTO',
      symbol: 'BTC',
      exchange: 'PAXOS',
      currency: 'USD',
      name: 'BTC.USD',
    },
    terms: { ...market, quantity: undefined, cashQuantity: '250.5', tif: 'IOC' },
    wire: {
      ...marketWire,
      totalQuantity: '0',
      cashQty: '250.5',
      tif: 'IOC',
      conId: '479624278',
      symbol: 'BTC',
      secType: 'CRYPTO',
      exchange: 'PAXOS',
      primaryExchange: '',
      localSymbol: '',
      tradingClass: '',
    },
  },
  'an advisor’s group': {
    terms: { account: undefined, allocation: { group: 'All', method: 'PctChange', percentage: '-50' } },
    wire: { account: '', faGroup: 'All', faMethod: 'PctChange', faPercentage: '-50' },
  },
  'a combination': {
    contract: combination,
    terms: { limitPrice: '-1.25' },
    wire: { ...comboWire, lmtPrice: '-1.25' },
    rows: { comboLegs, orderComboLegs: [], smartComboRoutingParams: guaranteed('0') },
  },
  'a combination whose legs may fill alone': {
    contract: combination,
    terms: { ...market, nonGuaranteed: true },
    wire: { ...comboWire, ...marketWire },
    rows: { comboLegs, orderComboLegs: [], smartComboRoutingParams: guaranteed('1') },
    // The test exchange says the net price of the legs for a combination at the market; it is no term of such an order.
  },
  'a combination at prices of its legs': {
    contract: {
      ...combination,
      legs: (combination.legs ?? []).map((each, index) => (index === 0 ? { ...each, price: '150' } : each)),
    },
    terms: { ...noLimit, nonGuaranteed: true },
    wire: { ...comboWire, lmtPrice: '' },
    rows: {
      comboLegs,
      orderComboLegs: [{ price: '150' }, { price: '' }],
      smartComboRoutingParams: guaranteed('1'),
    },
  },
  'a combination at one exchange': {
    contract: {
      ...combination,
      exchange: 'CBOE',
      legs: (combination.legs ?? []).map((each) => ({ ...each, exchange: 'CBOE' })),
    },
    terms: {},
    wire: { ...comboWire, exchange: 'CBOE' },
    rows: {
      comboLegs: comboLegs.map((each) => ({ ...each, exchange: 'CBOE' })),
      orderComboLegs: [],
      smartComboRoutingParams: [],
    },
  },
} as const satisfies Readonly<Record<string, OrderCase>>;

/** An option is told by its conId; what tells it besides is left to the gateway. */
function optionWire(): Fields {
  return {
    conId: '700001',
    secType: 'OPT',
    exchange: 'CBOE',
    localSymbol: 'AAPL  261218C00270000',
    tradingClass: 'AAPL',
  };
}

/** The terms of a case, complete. */
export function termsOf({ terms }: OrderCase): OrderTerms {
  return merged(plainTerms, terms);
}

export function merged(terms: OrderTerms, changes: OrderCase['terms']): OrderTerms {
  const all = Object.entries({ ...terms, ...changes }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(all) as unknown as OrderTerms;
}
