import type { Instrument } from './instruments.ts';
import type { PriceModel } from './prices.ts';

/** What lenders offer of a share to those who want to sell it short. */
export interface Borrow {
  /** Shares that can be borrowed; infinitely many of what needs no borrowing. */
  readonly shares: number;
  /** Fee per year as a fraction of the value: 0.0025 is 0.25 %. */
  readonly feeRate: number;
}

/** The fee for what everybody has to lend. */
const generalCollateral = 0.0025;
/** Part of a day's trading that is on offer of an ordinary share. */
const ordinarySupply = 0.4;

/** Shares that are short of supply, by contract id: how many there are to borrow, and for what fee. 0 is none at all. */
const hardToBorrow: Readonly<Record<number, readonly [shares: number, feeRate: number]>> = {
  36285627: [180_000, 0.031],
  140070600: [420_000, 0.089],
  344809106: [60_000, 0.23],
  559811837: [0, 0.95],
  104204764: [900, 0.061],
  15547841: [2_500_000, 0.004],
  150041550: [0, 0],
  230949980: [0, 0],
  72063681: [20, 0.0025],
  44652000: [0, 0],
  44652001: [0, 0],
};

const needsNoBorrowing: Borrow = { shares: Number.POSITIVE_INFINITY, feeRate: 0 };
const lot = 100;

/** What can be borrowed of an instrument at an instant, and for how much. It changes from day to day. */
export function borrowOf(model: PriceModel, instrument: Instrument, instant: number): Borrow {
  if (instrument.secType !== 'STK') return needsNoBorrowing;
  const [shares, feeRate] = hardToBorrow[instrument.conId] ?? [
    instrument.process.volume * ordinarySupply,
    generalCollateral,
  ];
  const day = model.schedule(instrument).zone.day(instant);
  const scarcity = model.levelOf(
    {
      path: `${instrument.process.path}.BORROW`,
      base: 1,
      volatility: feeRate > generalCollateral ? 1.2 : 0.3,
      beta: 0,
      drift: 0,
      volume: 0,
      octaves: 5,
      gap: 0,
    },
    day,
  );
  const available = shares / scarcity;
  return {
    shares: available < lot ? Math.floor(available) : Math.floor(available / lot) * lot,
    feeRate: feeRate > generalCollateral ? Math.round(feeRate * scarcity * 1e6) / 1e6 : feeRate,
  };
}

/** The value of the shortable tick: 3 at least a thousand shares can be borrowed, 2 only after locating some, 1 none. */
export function shortabilityOf({ shares }: Borrow): 1 | 2 | 3 {
  if (shares >= 1000) return 3;
  return shares > 0 ? 2 : 1;
}
