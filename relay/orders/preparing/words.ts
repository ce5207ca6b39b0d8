import { Decimal } from 'decimal.js';
import { isoInZone } from '../../gateway/time/time-zones.ts';

/** `12,345.68 USD`: an amount for people, to the cent. */
export function moneyText(amount: Decimal.Value, currency: string): string {
  const [whole = '0', cents = '00'] = new Decimal(amount).abs().toFixed(2).split('.');
  const sign = new Decimal(amount).toDecimalPlaces(2).isNegative() && Number(`${whole}.${cents}`) !== 0 ? '−' : '';
  return `${sign}${whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')}.${cents} ${currency}`.trim();
}

/** `1,000` or `0.25`: a number of units. */
export function sizeText(size: Decimal.Value): string {
  const [whole = '0', rest] = new Decimal(size).toDecimalPlaces(8).toFixed().split('.');
  return whole.replaceAll(/\B(?=(\d{3})+$)/g, ',') + (rest === undefined ? '' : `.${rest}`);
}

/** `3.5 %`. */
export function percentText(percent: number): string {
  return `${Number(percent.toPrecision(percent < 1 ? 2 : 3))} %`;
}

/** `2026-11-30 09:30 America/New_York`. */
export function timeText(at: number, zone: string): string {
  return `${isoInZone(zone, at).slice(0, 16).replace('T', ' ')} ${zone}`;
}

/** `a, b and c`. */
export function listText(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
