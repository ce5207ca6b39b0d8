import { type Hours, Schedule, type ScheduleRules } from './calendar.ts';
import { Zone } from './zone.ts';

const hm = (hours: number, minutes = 0): number => hours * 60 + minutes;
const regular = (start: number, end: number): Hours => ({ start, end, regular: true });
const extended = (start: number, end: number): Hours => ({ start, end, regular: false });

const RULES = {
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
  cmeEquityIndex: {
    zone: 'US/Central',
    calendar: 'NYSE',
    hours: [extended(hm(-7), hm(8, 30)), regular(hm(8, 30), hm(16))],
    earlyHours: [extended(hm(-7), hm(8, 30)), regular(hm(8, 30), hm(12, 15))],
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
} as const satisfies Readonly<Record<string, ScheduleRules & { readonly zone: string }>>;

export type ScheduleName = keyof typeof RULES;
export type Schedules = Readonly<Record<ScheduleName, Schedule>>;

export function createSchedules(): Schedules {
  const entries = Object.entries(RULES).map(([name, rules]) => [name, new Schedule(new Zone(rules.zone), rules)]);
  return Object.fromEntries(entries) as Schedules;
}
