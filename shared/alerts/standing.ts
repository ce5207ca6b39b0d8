import { z } from 'zod';
import { type Alert, reaches } from './alert.ts';

/** How far an alert is from firing, told from a quote or an account's values. Pure. */

/** Kinds whose last trade is missing or old, so that the middle of bid and ask tells more. */
const quotedKinds: ReadonlySet<string> = new Set(['CASH', 'CMDTY', 'CFD', 'OPT', 'FOP', 'WAR', 'BOND']);

type Watched = Pick<Alert, 'kind' | 'above' | 'below'>;

export const standingSchema = z.object({
  /** What is compared now: a price, percent, a volume, a fraction or an amount. */
  value: z.number(),
  currency: z.string().optional(),
  /** Of prices, where it is not the currency itself: `0.01 GBP`. */
  priceUnit: z.string().optional(),
  /** Of a change: the price now, and the close that it counts from with its day. */
  price: z.number().optional(),
  reference: z.number().optional(),
  referenceDate: z.string().optional(),
  /** Of a change: the price at which it fires. */
  firesAt: z.number().optional(),
  /** From the value to the nearest limit, in the unit of the value; 0 when it is reached. */
  distance: z.number(),
  dataType: z.string().optional(),
  asOf: z.string().optional(),
});

export type Standing = z.infer<typeof standingSchema>;

/** The part of a quote that alerts look at. */
export interface QuoteSeen {
  readonly last?: number | undefined;
  readonly bid?: number | undefined;
  readonly ask?: number | undefined;
  readonly close?: number | undefined;
  readonly closeDate?: string | undefined;
  readonly volume?: number | undefined;
  readonly currency?: string | undefined;
  readonly priceUnit?: string | undefined;
  readonly dataType?: string | undefined;
  readonly asOf?: string | undefined;
}

/** The limit that is nearest to a value. */
function nearestLimit({ above, below }: Watched, value: number): number {
  if (above === undefined || below === undefined) return above ?? below ?? value;
  return above - value < value - below ? above : below;
}

function distanceTo(alert: Watched, value: number): number {
  if (reaches(alert, value)) return 0;
  return Number(Math.abs(nearestLimit(alert, value) - value).toPrecision(8));
}

/**
 * What is probably meant by an alert that is reached already: a fall is a change below zero, so that “falls 5 %” is
 * below −5. Undefined where nothing else suggests itself.
 */
export function meantInstead({ kind, above, below }: Watched, value: number): string | undefined {
  if (kind !== 'change') return undefined;
  if (below !== undefined && below > 0 && value > -below) return `For a fall of ${below} % give below=-${below}.`;
  if (above !== undefined && above < 0 && value < -above) return `For a rise of ${-above} % give above=${-above}.`;
  return undefined;
}

/** Whether a kind of instrument is quoted rather than traded. */
export const isQuoted = (secType: string): boolean => quotedKinds.has(secType);

/** The price that alerts compare: the middle for what is quoted rather than traded, else the last trade. */
export function alertPrice(
  { last, bid, ask }: Pick<QuoteSeen, 'last' | 'bid' | 'ask'>,
  secType: string | undefined,
): number | undefined {
  if (secType !== undefined && !isQuoted(secType)) return last;
  const middle = bid === undefined || ask === undefined ? undefined : Number(((bid + ask) / 2).toFixed(8));
  return secType === undefined ? (last ?? middle) : middle;
}

/** Percent that a price has moved since a close. */
export const changeSince = (close: number, price: number): number => Number(((price / close - 1) * 100).toFixed(4));

/** How an alert on an instrument stands; undefined while the quote does not tell. */
export function standingOfQuote(alert: Watched, quote: QuoteSeen, secType: string | undefined): Standing | undefined {
  const { close, closeDate, volume, currency, priceUnit, dataType, asOf } = quote;
  const price = alertPrice(quote, secType);
  const seen = { ...(dataType && { dataType }), ...(asOf && { asOf }) };
  const unit = { ...(currency && { currency }), ...(priceUnit && { priceUnit }) };
  switch (alert.kind) {
    case 'price':
      return price === undefined ? undefined : { value: price, distance: distanceTo(alert, price), ...unit, ...seen };
    case 'volume':
      return volume === undefined ? undefined : { value: volume, distance: distanceTo(alert, volume), ...seen };
    case 'change': {
      if (price === undefined || close === undefined || close <= 0) return undefined;
      const value = changeSince(close, price);
      const firesAt = Number((close * (1 + nearestLimit(alert, value) / 100)).toFixed(4));
      const reference = { reference: close, ...(closeDate && { referenceDate: closeDate }) };
      return { value, price, ...reference, firesAt, distance: distanceTo(alert, value), ...unit, ...seen };
    }
    default:
      return undefined;
  }
}

/** How an alert on an account stands. @param values of the account; amounts are in its currency */
export function standingOfAccount(
  alert: Watched,
  values: { readonly cushion?: number | undefined; readonly dailyPnl?: number | undefined; readonly currency: string },
  asOf: string,
): Standing | undefined {
  const value = alert.kind === 'cushion' ? values.cushion : values.dailyPnl;
  if (value === undefined) return undefined;
  return {
    value,
    distance: distanceTo(alert, value),
    ...(alert.kind === 'daily_pnl' && { currency: values.currency }),
    asOf,
  };
}
