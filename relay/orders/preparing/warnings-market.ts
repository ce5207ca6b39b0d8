import { Decimal } from 'decimal.js';
import type { OrderTerms, OrderTypeName } from '../../../shared/orders/order.ts';
import { epochToLocal } from '../../gateway/time/time-zones.ts';
import type { Quote } from '../../tools/support/quote.ts';
import { orderUnits } from './money.ts';
import { entryOf, marketPrice, type Scene } from './scene.ts';
import { percentText, sizeText, timeText } from './words.ts';

/** What people should know of the market that an order meets: hours, prices, liquidity. Pure. */

const minuteMs = 60_000;
/** A quote of an open market that is older than this is not what it trades at. */
const staleMs = 15 * minuteMs;
/** A price this far from the market is worth a word. Options move in other sizes. */
const farPercent = { options: 40, others: 5 } as const;
/** A spread of this part of the price is wide. */
const widePercent = { options: 15, others: 1 } as const;
/** An order of more than this part of a day's usual volume moves the price. */
const ofVolumePercent = 1;
const optionKinds: ReadonlySet<string> = new Set(['OPT', 'FOP', 'WAR']);

const marketable: ReadonlySet<OrderTypeName> = new Set(['MKT', 'MTL', 'SNAP_MKT']);
const triggered: ReadonlySet<OrderTypeName> = new Set(['STP', 'STP_LMT', 'TRAIL', 'TRAIL_LIMIT', 'MIT', 'LIT']);
const stops: ReadonlySet<OrderTypeName> = new Set(['STP', 'STP_LMT', 'TRAIL', 'TRAIL_LIMIT']);
const touches: ReadonlySet<OrderTypeName> = new Set(['MIT', 'LIT']);
const opening: ReadonlySet<OrderTypeName> = new Set(['MOO', 'LOO']);
const closing: ReadonlySet<OrderTypeName> = new Set(['MOC', 'LOC']);

/** Minutes of the day in New York by which orders for the auctions of American stocks must be there. */
const auctionCutOffs = { NYSE: 15 * 60 + 50, ARCA: 15 * 60 + 50, NASDAQ: 15 * 60 + 55, ISLAND: 15 * 60 + 55 } as const;
const openingCutOff = 9 * 60 + 28;

const onOptions = ({ instrument }: Scene): boolean => {
  const { secType, legs } = instrument;
  return optionKinds.has(secType) || (legs?.some((leg) => optionKinds.has(leg.secType)) ?? false);
};

const limitsFor = <Limit>(scene: Scene, limits: { readonly options: Limit; readonly others: Limit }): Limit =>
  onOptions(scene) ? limits.options : limits.others;

export function marketWarnings(scene: Scene): string[] {
  const terms = entryOf(scene.order);
  if (!terms) return [];
  return [
    outsideHours(scene, terms),
    marketWhenClosed(scene, terms),
    triggersInHours(scene, terms),
    auctions(scene, terms),
    quoteQuality(scene),
    farFromMarket(scene, terms),
    triggersAtOnce(scene, terms),
    wideSpread(scene),
    largeForMarket(scene),
    scene.quote?.halted ? 'Trading is halted.' : undefined,
  ].filter((warning) => warning !== undefined);
}

/** When the order can work, where that is not now. */
function outsideHours(
  { market, instrument }: Scene,
  { outsideRth, tif, type, goodAfter }: OrderTerms,
): string | undefined {
  const { state, nextOpen, nextTrading } = market;
  const { zone } = instrument;
  if (goodAfter !== undefined || state === 'regular' || opening.has(type)) return undefined;
  if (state === 'unknown') return 'This market’s hours are not known.';
  const overnight = tif === 'OVERNIGHT' || tif === 'OVERNIGHT_DAY';
  if (state === 'extended') {
    if (outsideRth || overnight) return 'The regular session is closed: few trade now, and spreads are wider.';
    return nextOpen === undefined
      ? 'The regular session is closed: the order waits for the next one.'
      : `The regular session is closed: the order waits until it opens at ${timeText(nextOpen, zone)}, unless outside_rth is true.`;
  }
  if (overnight) return undefined;
  const opens = outsideRth ? (nextTrading ?? nextOpen) : nextOpen;
  return opens === undefined
    ? 'The market is closed, and when it opens is not known.'
    : `The market is closed: the order waits until ${timeText(opens, zone)}.`;
}

function marketWhenClosed({ market }: Scene, { type }: OrderTerms): string | undefined {
  if (!marketable.has(type) || market.state === 'regular' || market.state === 'unknown') return undefined;
  return 'A market order that waits for the open is filled at whatever price that brings; a limit bounds it.';
}

/** Stops of stocks sleep outside the regular session, unless they are told otherwise. */
function triggersInHours({ instrument, order }: Scene, terms: OrderTerms): string | undefined {
  if (instrument.secType !== 'STK') return undefined;
  const legs = order.kind === 'place' ? [terms, order.takeProfit, order.stopLoss] : [terms];
  const sleeps = legs.some((leg) => leg && triggered.has(leg.type) && !leg.outsideRth);
  return sleeps
    ? 'A stop or trigger price works in the regular session only, unless its outside_rth is true.'
    : undefined;
}

function auctions({ instrument, now, market }: Scene, { type }: OrderTerms): string | undefined {
  const place = instrument.details.contract.primaryExch ?? '';
  const cutOff = auctionCutOffs[place as keyof typeof auctionCutOffs];
  if (cutOff === undefined || instrument.secType !== 'STK') return undefined;
  const { hour, minute } = epochToLocal('America/New_York', now);
  const at = hour * 60 + minute;
  if (closing.has(type) && at >= cutOff - 5 && market.state === 'regular') {
    return `${place} takes orders for its close until ${clock(cutOff)} New York; after that none is taken or cancelled.`;
  }
  if (opening.has(type) && market.state !== 'regular' && at >= openingCutOff - 5 && at < 9 * 60 + 30) {
    return `Orders for the open are taken until ${clock(openingCutOff)} New York.`;
  }
  if (opening.has(type) && market.state === 'regular')
    return 'The market has opened: this order waits for the next open.';
  return undefined;
}

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

function quoteQuality({ quote, noQuote, market, now, instrument }: Scene): string | undefined {
  if (!quote) return `There is no quote to compare it with. ${noQuote ?? ''}`.trim();
  if (quote.dataType === 'delayed') return 'The quote is delayed by 15 to 20 minutes: the market may be elsewhere.';
  if (quote.dataType !== 'live') return `The quote is ${quote.dataType}, of ${quote.asOf}: the market opens elsewhere.`;
  const age = now - Date.parse(quote.lastTime ?? quote.asOf);
  const sides = quote.bid !== undefined && quote.ask !== undefined;
  if (market.state === 'regular' && !sides && age > staleMs) {
    return `The last price is ${Math.round(age / minuteMs)} minutes old, of ${timeText(now - age, instrument.zone)}.`;
  }
  return undefined;
}

/** How far the order's own price is from the market: above zero means that it pays more, or takes less. */
export function distancePercent({ order, quote }: Pick<Scene, 'order' | 'quote'>): number | undefined {
  const terms = entryOf(order);
  const price = terms && Number(terms.limitPrice ?? terms.stopPrice ?? terms.trailStopPrice ?? Number.NaN);
  const market = terms && marketPrice(quote, terms.side);
  if (!terms || price === undefined || Number.isNaN(price) || price === 0 || !market || market <= 0) return undefined;
  const above = (price / market - 1) * 100;
  return terms.side === 'BUY' ? above : -above;
}

function farFromMarket(scene: Scene, { type, side }: OrderTerms): string | undefined {
  const distance = distancePercent(scene);
  if (distance === undefined || Math.abs(distance) < limitsFor(scene, farPercent)) return undefined;
  const market = marketPrice(scene.quote, side);
  const size = percentText(Math.abs(distance));
  if (stops.has(type)) return `Its price is ${size} from the market, ${market}.`;
  return distance > 0
    ? `Its price is ${size} worse than the market, ${market}: it is filled at once, perhaps far from there.`
    : `Its price is ${size} away from the market, ${market}: it is not filled unless that moves.`;
}

/** A stop behind the market, or a trigger that is reached already. */
function triggersAtOnce({ quote }: Scene, { type, side, stopPrice }: OrderTerms): string | undefined {
  const price = quote?.last ?? marketPrice(quote, side);
  if (stopPrice === undefined || price === undefined || !(stops.has(type) || touches.has(type))) return undefined;
  const rises = (side === 'BUY') === stops.has(type);
  const reached = rises ? price >= Number(stopPrice) : price <= Number(stopPrice);
  return reached ? `The market is at ${price}, beyond ${stopPrice} already: the order triggers at once.` : undefined;
}

function wideSpread(scene: Scene): string | undefined {
  const { bid, ask } = scene.quote ?? {};
  if (bid === undefined || ask === undefined || bid <= 0 || ask <= bid) return undefined;
  const percent = ((ask - bid) / ((ask + bid) / 2)) * 100;
  if (percent < limitsFor(scene, widePercent)) return undefined;
  return `The spread is wide, ${percentText(percent)}: bid ${bid}, ask ${ask}.`;
}

function largeForMarket(scene: Scene): string | undefined {
  const units = orderUnits(scene);
  const volume = usualVolume(scene.quote);
  if (units === undefined || volume === undefined) return undefined;
  const percent = units.div(volume.count).mul(100);
  if (percent.lt(ofVolumePercent)) return undefined;
  return `The order is ${percentText(percent.toNumber())} of ${volume.words}, ${sizeText(new Decimal(volume.count))}: it may move the price.`;
}

function usualVolume(quote: Quote | undefined): { count: number; words: string } | undefined {
  if (quote?.averageVolume) return { count: quote.averageVolume, words: 'an average day’s volume' };
  return quote?.volume ? { count: quote.volume, words: 'today’s volume so far' } : undefined;
}
