import type { ScheduleName } from './exchanges.ts';
import type { MarketRuleId } from './rules.ts';

/** What the stocks of one exchange have in common. */
export interface Venue {
  readonly currency: string;
  readonly schedule: ScheduleName;
  readonly rule: MarketRuleId;
  /** Where its stocks can be sent, SMART and the exchange itself included. */
  readonly exchanges: readonly string[];
  /** The class every stock trades in; without it, each in its own. */
  readonly tradingClass?: string;
  /** The round lot, unless the stock has its own. Fractions are for the United States alone. */
  readonly lot: number;
  readonly fractional?: boolean;
  /** The unit of the sizes at the best prices, where single shares can be traded but nobody quotes them. */
  readonly quoted?: number;
}

const usExchanges =
  'SMART,AMEX,NYSE,CBOE,PHLX,ISE,CHX,ARCA,NASDAQ,DRCTEDGE,BEX,BATS,EDGEA,BYX,IEX,EDGX,FOXRIVER,PEARL,NYSENAT,LTSE,MEMX,IBEOS,OVERNIGHT,TPLUS0,PSX'.split(
    ',',
  );
const us: Venue = {
  currency: 'USD',
  schedule: 'usStocks',
  rule: 26,
  exchanges: usExchanges,
  lot: 100,
  fractional: true,
};
const europe = (schedule: ScheduleName, exchanges: string, tradingClass?: string): Venue => ({
  currency: 'EUR',
  schedule,
  rule: 1711,
  exchanges: ['SMART', ...exchanges.split(',')],
  ...(tradingClass === undefined ? {} : { tradingClass }),
  lot: 1,
  quoted: 50,
});

/** Exchanges of primary listing by their names at the gateway. */
export const venues = {
  NASDAQ: { ...us, tradingClass: 'NMS' },
  NYSE: us,
  ARCA: us,
  BATS: us,
  PINK: { ...us, exchanges: ['SMART', 'PINK'], tradingClass: 'PINK', rule: 27 },
  TSE: {
    currency: 'CAD',
    schedule: 'toronto',
    rule: 26,
    exchanges: ['SMART', 'TSE', 'ALPHA', 'CHIXCA', 'OMEGA', 'PURE', 'TRIACT'],
    lot: 100,
  },
  AEQLIT: { currency: 'CAD', schedule: 'toronto', rule: 26, exchanges: ['AEQLIT'], lot: 100 },
  LSE: {
    ...europe('lse', 'LSE,CHIXUK,BATEUK,TRQXUK,EUIBSI', 'SET1'),
    currency: 'GBP',
    rule: 558,
  },
  LSEETF: { ...europe('lse', 'LSEETF,CHIXUK,BATEUK,TRQXUK,EUIBSI', 'EUET'), currency: 'USD', rule: 557 },
  IBIS: { ...europe('xetra', 'IBIS,FWB,TGATE,CHIXDE,BATEDE,TRQXDE,EUIBSI', 'XETRA'), rule: 1709 },
  SBF: europe('euronext', 'SBF,CHIXEN,BATEEN,TRQXEN,EUIBSI', 'EUFN'),
  AEB: europe('euronext', 'AEB,CHIXEN,BATEEN,TRQXEN,EUIBSI', 'EUFN'),
  EBS: { ...europe('swiss', 'EBS,CHIXCH,BATECH,TRQXCH,EUIBSI', 'BLUECHIP'), currency: 'CHF' },
  TSEJ: { currency: 'JPY', schedule: 'tokyo', rule: 635, exchanges: ['SMART', 'TSEJ', 'JPNNEXT', 'CHIXJ'], lot: 100 },
  SEHK: { currency: 'HKD', schedule: 'sehk', rule: 877, exchanges: ['SMART', 'SEHK'], lot: 100 },
  SEHKNTL: { currency: 'CNH', schedule: 'shanghai', rule: 26, exchanges: ['SEHKNTL'], lot: 100 },
  SEHKSZSE: { currency: 'CNH', schedule: 'shanghai', rule: 26, exchanges: ['SEHKSZSE'], lot: 100 },
  KSE: { currency: 'KRW', schedule: 'korea', rule: 2510, exchanges: ['KSE'], lot: 1, quoted: 100 },
  SGX: { currency: 'SGD', schedule: 'singapore', rule: 1712, exchanges: ['SGX'], lot: 100 },
  ASX: {
    currency: 'AUD',
    schedule: 'australia',
    rule: 1710,
    exchanges: ['SMART', 'ASX', 'ASXCEN', 'CHIXAU'],
    lot: 1,
    quoted: 100,
  },
  NSE: { currency: 'INR', schedule: 'india', rule: 29, exchanges: ['NSE'], lot: 1, quoted: 50 },
} as const satisfies Readonly<Record<string, Venue>>;

export type VenueName = keyof typeof venues;
