import { Decimal } from 'decimal.js';
import { legsOf, type OrderTerms, type OrderTypeName } from '../../../shared/orders/order.ts';
import { endOf } from '../../tools/support/option-end.ts';
import { entryOf, type Scene } from './scene.ts';
import { sizeText, timeText } from './words.ts';

/** What people should know of an order's own terms. Pure. */

/** The smallest orders at IDEALPRO, in units of the pair's first currency; smaller ones are odd lots at other prices. */
const forexMinima: ReadonlyMap<string, number> = new Map([
  ...['USD', 'AUD', 'CAD', 'CHF'].map((code): [string, number] => [code, 25_000]),
  ...['EUR', 'GBP'].map((code): [string, number] => [code, 20_000]),
  ...['NZD', 'SGD'].map((code): [string, number] => [code, 35_000]),
  ...['CNH', 'DKK', 'NOK'].map((code): [string, number] => [code, 150_000]),
  ['JPY', 2_500_000],
  ['SEK', 175_000],
  ['HKD', 200_000],
  ['MXN', 300_000],
  ['ZAR', 350_000],
]);

const dayMs = 86_400_000;
const priced: ReadonlySet<OrderTypeName> = new Set(['LMT', 'STP_LMT', 'LIT', 'LOC', 'LOO', 'TRAIL_LIMIT', 'MIDPRICE']);

export function termWarnings(scene: Scene): string[] {
  const terms = entryOf(scene.order);
  if (!terms) return [];
  return [
    ...bracketWarnings(scene),
    overfill(terms),
    oddLot(scene, terms),
    fraction(scene, terms),
    expiring(scene),
    coins(scene, terms),
    noBound(scene, terms),
    algorithms(scene, terms),
    terms.nonGuaranteed ? 'Its legs may be filled one without the other.' : undefined,
    terms.conditionsCancel ? 'Its conditions cancel the order when they are met; they do not release it.' : undefined,
    terms.allocation ? 'It is shared out among the accounts of the group as IB does it.' : undefined,
  ].filter((warning) => warning !== undefined);
}

function bracketWarnings({ order }: Scene): string[] {
  if (order.kind !== 'place' || !(order.takeProfit ?? order.stopLoss)) return [];
  const [, ...children] = legsOf(order);
  const warnings: string[] = [];
  const lasting = order.entry.tif === 'GTC' || order.entry.tif === 'GTD';
  if (lasting && children.some(([, child]) => child.tif === 'DAY')) {
    warnings.push(
      'The protection is for one day and the order it protects is not: after that day the position stands bare.',
    );
  }
  const smaller = children.some(([, child]) => Number(child.quantity ?? 0) < Number(order.entry.quantity ?? 0));
  if (smaller) warnings.push('Protection smaller than the order may be set to its full size by the gateway.');
  if (order.entry.algo) warnings.push('IB does not support protection of orders that an algorithm works.');
  return warnings;
}

function overfill({ oca }: OrderTerms): string | undefined {
  return oca?.type === 3
    ? 'Orders of an OCA group of type 3 are all at the market at once: more than one may be filled.'
    : undefined;
}

function oddLot({ order, instrument }: Scene, { quantity }: OrderTerms): string | undefined {
  if (instrument.secType !== 'CASH' || instrument.contract.exchange !== 'IDEALPRO' || quantity === undefined)
    return undefined;
  const { symbol } = order.contract;
  const least = forexMinima.get(symbol);
  if (least === undefined || Number(quantity) >= least) return undefined;
  return `Below ${sizeText(least)} ${symbol} it is an odd lot, which trades at worse prices than shown.`;
}

function fraction({ instrument }: Scene, { quantity, cashQuantity }: OrderTerms): string | undefined {
  const { secType } = instrument;
  if (cashQuantity !== undefined) return 'An order by amount of money cannot be changed later, only cancelled.';
  if (secType !== 'STK' || quantity === undefined || new Decimal(quantity).isInteger()) return undefined;
  return 'IB takes fractions of shares over its API from few accounts, and such an order cannot be changed later.';
}

/** Options and futures that end today or tomorrow. */
function expiring({ instrument, now }: Scene): string | undefined {
  const parts = instrument.legs ?? [instrument];
  for (const part of parts) {
    const { secType, details, name } = part;
    const expiry = (details.contract.lastTradeDateOrContractMonth ?? '').slice(0, 8);
    if (!['OPT', 'FOP', 'FUT', 'WAR'].includes(secType) || expiry.length !== 8) continue;
    const { at, zone } = endOf(expiry, undefined, part);
    if (at > now && at - now <= dayMs) return `${name} stops trading at ${timeText(at, zone)}.`;
    if (at <= now) return `${name} has stopped trading, at ${timeText(at, zone)}.`;
  }
  return undefined;
}

function coins({ instrument }: Scene, { type, side, tif }: OrderTerms): string | undefined {
  if (instrument.secType !== 'CRYPTO') return undefined;
  if (tif === 'IOC') return 'When the coin market is closed, an immediate-or-cancel order waits until it opens.';
  return type === 'LMT' && (tif === 'GTC' || tif === 'DAY')
    ? `Some accounts’ ${side === 'BUY' ? 'purchases' : 'sales'} of coins are taken as IOC or MINUTES only.`
    : undefined;
}

/** A market order or plain stop of what trades thinly. */
function noBound({ quote, instrument }: Scene, { type }: OrderTerms): string | undefined {
  const isOption = instrument.secType === 'OPT' || instrument.secType === 'FOP' || instrument.secType === 'BAG';
  if (!isOption || priced.has(type) || !['MKT', 'STP', 'MIT', 'TRAIL'].includes(type)) return undefined;
  const wide = quote?.bid === undefined || quote.ask === undefined;
  return `Without a limit ${wide ? 'and without both sides of the market ' : ''}it may be filled far from where options are worth it.`;
}

function algorithms({ instrument }: Scene, { algo }: OrderTerms): string | undefined {
  if (!algo || !instrument.legs) return undefined;
  return `IB drops the ${algo.strategy} algorithm from combinations without a word: compare what it says of the order.`;
}
