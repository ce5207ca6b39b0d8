import { barSizes } from './values.ts';

type BarSize = (typeof barSizes)[number];

const secondsPer = { s: 1, m: 60, h: 3_600 } as const;
const calendarUnits = { d: '1 day', w: '1 week', M: '1 month' } as const;
const words: Readonly<Record<string, BarSize>> = {
  minute: '1 min',
  hourly: '1 hour',
  hour: '1 hour',
  daily: '1 day',
  day: '1 day',
  weekly: '1 week',
  week: '1 week',
  monthly: '1 month',
  month: '1 month',
};

/** IB's sizes below a day by their seconds. */
const bySeconds: ReadonlyMap<number, BarSize> = new Map(
  barSizes.flatMap((size): [number, BarSize][] => {
    const [count = '', unit = ''] = size.split(' ');
    const seconds = /^[smh]/.test(unit) && unit !== 'month' ? secondsPer[unit[0] as 's' | 'm' | 'h'] : undefined;
    return seconds === undefined ? [] : [[Number(count) * seconds, size]];
  }),
);

/**
 * A bar size as IB writes it (`5 mins`) or as others do: `5m`, `5min`, `60 minutes`, `1h`, `1d`, `1wk`, `1mo`, `daily`,
 * MetaTrader's `M5`, `H1`, `D1`, `MN1`. A small `m` is minutes, a capital `M` after the number months. Undefined where IB
 * has no such bars.
 */
export function readBarSize(text: string): BarSize | undefined {
  const given = text.trim();
  const word = words[given.toLowerCase()];
  if (word !== undefined) return word;
  const [, turned = '', count = ''] = /^(MN|[MHDW])(\d{1,3})$/.exec(given) ?? [];
  if (turned !== '') return sizeOf(Number(count), turned === 'MN' ? 'M' : turned.toLowerCase());
  const [, amount = '', unit = ''] = /^(\d{1,5})[\s-]*([a-z]+)$/i.exec(given) ?? [];
  return amount === '' ? undefined : sizeOf(Number(amount), unitOf(unit));
}

function sizeOf(count: number, unit: string | undefined): BarSize | undefined {
  if (unit === 's' || unit === 'm' || unit === 'h') return bySeconds.get(count * secondsPer[unit]);
  return count === 1 && (unit === 'd' || unit === 'w' || unit === 'M') ? calendarUnits[unit] : undefined;
}

function unitOf(word: string): string | undefined {
  if (word === 'M' || /^mo(n|nth)?s?$/i.test(word)) return 'M';
  const [unit] =
    /^(?:s(?:ecs?|econds?)?|m(?:ins?|inutes?)?|h(?:rs?|ours?)?|d(?:ays?)?|w(?:ks?|eeks?)?)$/i.exec(word) ?? [];
  return unit?.[0]?.toLowerCase();
}

/** A span of whole days or more, `3d`, `2 weeks`, `1mo`, `1Y`, as amount and unit; here `m` is months. */
export function readPeriod(text: string): { amount: number; unit: 'd' | 'w' | 'm' | 'y' } | undefined {
  const pattern = /^([1-9]\d{0,2})[\s-]*(d(?:ays?)?|w(?:ks?|eeks?)?|m(?:o(?:n|nth)?s?)?|y(?:rs?|ears?)?)$/i;
  const [, amount = '', unit = ''] = pattern.exec(text.trim()) ?? [];
  return amount === '' ? undefined : { amount: Number(amount), unit: unit[0]?.toLowerCase() as 'd' | 'w' | 'm' | 'y' };
}
