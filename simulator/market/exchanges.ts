import { type Hours, Schedule, type ScheduleRules } from './calendar.ts';
import { Zone } from './zone.ts';

const hm = (hours: number, minutes = 0): number => hours * 60 + minutes;
const regular = (start: number, end: number): Hours => ({ start, end, regular: true });
const extended = (start: number, end: number): Hours => ({ start, end, regular: false });

const tradingRules = {
  usStocks: {
    zone: 'US/Eastern',
    calendar: 'NYSE',
    hours: [extended(hm(4), hm(9, 30)), regular(hm(9, 30), hm(16)), extended(hm(16), hm(20))],
    earlyHours: [extended(hm(4), hm(9, 30)), regular(hm(9, 30), hm(13)), extended(hm(13), hm(17))],
  },
  usOptions: {
    zone: 'US/Eastern',
    calendar: 'NYSE',
    hours: [regular(hm(9, 30), hm(16))],
    earlyHours: [regular(hm(9, 30), hm(13))],
  },
  cboeIndex: {
    zone: 'US/Central',
    calendar: 'NYSE',
    hours: [regular(hm(8, 30), hm(15))],
    earlyHours: [regular(hm(8, 30), hm(12))],
  },
  /** Options on indices trade for a quarter of an hour after the stocks. */
  indexOptions: {
    zone: 'US/Central',
    calendar: 'NYSE',
    hours: [regular(hm(8, 30), hm(15, 15))],
    earlyHours: [regular(hm(8, 30), hm(12, 15))],
  },
  cmeEquityIndex: {
    zone: 'US/Central',
    calendar: 'CME',
    hours: [extended(hm(-7), hm(8, 30)), regular(hm(8, 30), hm(16))],
    earlyHours: [extended(hm(-7), hm(8, 30)), regular(hm(8, 30), hm(12, 15))],
    oddHours: {
      holiday: [extended(hm(-7), hm(8, 30)), regular(hm(8, 30), hm(12))],
      fridayHoliday: [extended(hm(-7), hm(8, 30)), regular(hm(8, 30), hm(12))],
      jobs: [extended(hm(-7), hm(8, 15))],
      mourning: [extended(hm(-7), hm(8, 30))],
    },
  },
  fx: {
    zone: 'US/Eastern',
    calendar: 'FX',
    hours: [regular(hm(-6, -45), hm(17))],
    earlyHours: [regular(hm(-6, -45), hm(17))],
  },
  lse: {
    zone: 'GB-Eire',
    calendar: 'LSE',
    hours: [regular(hm(8), hm(16, 30))],
    earlyHours: [regular(hm(8), hm(12, 30))],
  },
  xetra: {
    zone: 'MET',
    calendar: 'XETRA',
    hours: [regular(hm(9), hm(17, 30))],
    earlyHours: [regular(hm(9), hm(14))],
  },
  sehk: {
    zone: 'Asia/Hong_Kong',
    calendar: 'SEHK',
    hours: [regular(hm(9, 30), hm(12)), regular(hm(13), hm(16))],
    earlyHours: [regular(hm(9, 30), hm(12))],
  },
  nasdaqIndex: {
    zone: 'US/Eastern',
    calendar: 'NYSE',
    hours: [regular(hm(9, 30), hm(16))],
    earlyHours: [regular(hm(9, 30), hm(13))],
  },
  nymex: {
    zone: 'US/Eastern',
    calendar: 'NYMEX',
    hours: [extended(hm(-6), hm(9)), regular(hm(9), hm(17))],
    earlyHours: [extended(hm(-6), hm(9)), regular(hm(9), hm(13, 45))],
    oddHours: {
      holiday: [extended(hm(-6), hm(9)), regular(hm(9), hm(14, 30))],
      fridayHoliday: [extended(hm(-6), hm(9)), regular(hm(9), hm(13))],
      afternoon: [extended(hm(-6), hm(9)), regular(hm(9), hm(14, 45))],
    },
  },
  cbot: {
    zone: 'US/Central',
    calendar: 'CME',
    hours: [extended(hm(-7), hm(7, 20)), regular(hm(7, 20), hm(16))],
    earlyHours: [extended(hm(-7), hm(7, 20)), regular(hm(7, 20), hm(12, 15))],
    oddHours: {
      holiday: [extended(hm(-7), hm(7, 20)), regular(hm(7, 20), hm(12))],
      fridayHoliday: [extended(hm(-7), hm(7, 20)), regular(hm(7, 20), hm(12))],
      jobs: [extended(hm(-7), hm(7, 20)), regular(hm(7, 20), hm(10, 15))],
    },
  },
  grains: {
    zone: 'US/Central',
    calendar: 'NYSE',
    hours: [extended(hm(-5), hm(7, 45)), regular(hm(8, 30), hm(13, 20))],
    earlyHours: [extended(hm(-5), hm(7, 45)), regular(hm(8, 30), hm(12, 5))],
  },
  cfe: {
    zone: 'US/Central',
    calendar: 'NYSE',
    hours: [extended(hm(-7), hm(8, 30)), regular(hm(8, 30), hm(15)), extended(hm(15), hm(16))],
    earlyHours: [extended(hm(-7), hm(8, 30)), regular(hm(8, 30), hm(12)), extended(hm(12), hm(12, 15))],
  },
  eurex: {
    zone: 'MET',
    calendar: 'EUREX',
    hours: [extended(hm(1, 10), hm(9)), regular(hm(9), hm(17, 30)), extended(hm(17, 30), hm(22))],
    earlyHours: [extended(hm(1, 10), hm(9)), regular(hm(9), hm(17, 30)), extended(hm(17, 30), hm(22))],
  },
  euronext: {
    zone: 'MET',
    calendar: 'EURONEXT',
    hours: [regular(hm(9), hm(17, 30))],
    earlyHours: [regular(hm(9), hm(14, 5))],
  },
  swiss: {
    zone: 'MET',
    calendar: 'SIX',
    hours: [regular(hm(9), hm(17, 30))],
    earlyHours: [regular(hm(9), hm(14))],
  },
  toronto: {
    zone: 'US/Eastern',
    calendar: 'TSX',
    hours: [regular(hm(9, 30), hm(16))],
    earlyHours: [regular(hm(9, 30), hm(13))],
  },
  tokyo: {
    zone: 'Japan',
    calendar: 'JAPAN',
    hours: [regular(hm(9), hm(11, 30)), regular(hm(12, 30), hm(15, 30))],
    earlyHours: [regular(hm(9), hm(11, 30))],
  },
  shanghai: {
    zone: 'Asia/Shanghai',
    calendar: 'CHINA',
    hours: [regular(hm(9, 30), hm(11, 30)), regular(hm(13), hm(15))],
    earlyHours: [regular(hm(9, 30), hm(11, 30))],
  },
  korea: {
    zone: 'Asia/Seoul',
    calendar: 'KOREA',
    hours: [regular(hm(9), hm(15, 30))],
    earlyHours: [regular(hm(9), hm(15, 30))],
    oddHours: { late: [regular(hm(10), hm(15, 30))], exam: [regular(hm(10), hm(16, 30))] },
  },
  singapore: {
    zone: 'Asia/Singapore',
    calendar: 'SGX',
    hours: [regular(hm(9), hm(12)), regular(hm(13), hm(17))],
    earlyHours: [regular(hm(9), hm(12))],
  },
  australia: {
    zone: 'Australia/NSW',
    calendar: 'ASX',
    hours: [regular(hm(10), hm(16))],
    earlyHours: [regular(hm(10), hm(14, 10))],
  },
  india: {
    zone: 'Asia/Calcutta',
    calendar: 'NSE',
    hours: [regular(hm(9, 15), hm(15, 30))],
    earlyHours: [regular(hm(9, 15), hm(15, 30))],
  },
  metals: {
    zone: 'US/Eastern',
    calendar: 'FX',
    hours: [regular(hm(-6), hm(17))],
    earlyHours: [regular(hm(-6), hm(17))],
  },
  usBonds: {
    zone: 'US/Eastern',
    calendar: 'BONDS',
    hours: [regular(hm(8), hm(17))],
    earlyHours: [regular(hm(8), hm(14))],
    oddHours: { noon: [regular(hm(8), hm(12))] },
  },
  /** Funds are dealt in at the one price that is fixed when New York has closed. */
  funds: {
    zone: 'US/Eastern',
    calendar: 'NYSE',
    hours: [regular(hm(16), hm(16, 1))],
    earlyHours: [regular(hm(13), hm(13, 1))],
  },
  crypto: {
    zone: 'UTC',
    calendar: 'NONE',
    hours: [regular(hm(0), hm(24))],
    earlyHours: [regular(hm(0), hm(24))],
    weekends: true,
  },
} as const satisfies Readonly<Record<string, ScheduleRules & { readonly zone: string }>>;

export type ScheduleName = keyof typeof tradingRules;
export type Schedules = Readonly<Record<ScheduleName, Schedule>>;

export function createSchedules(): Schedules {
  const zones = new Map(Object.values(tradingRules).map(({ zone }) => [zone, new Zone(zone)]));
  const entries = Object.entries(tradingRules).map(([name, rules]) => [
    name,
    new Schedule(zones.get(rules.zone) as Zone, rules),
  ]);
  return Object.fromEntries(entries) as Schedules;
}

/** Schedules for whatever depends on an exchange's calendar alone. */
export const exchangeSchedules: Schedules = createSchedules();
