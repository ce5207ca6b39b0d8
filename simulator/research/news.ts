import type { Instrument } from '../market/instruments.ts';
import { unit } from '../market/noise.ts';
import type { PriceModel } from '../market/prices.ts';
import { dayMs } from '../market/zone.ts';
import { firstListings, subjectOf } from './companies.ts';
import { type Story, storiesOn } from './stories.ts';

/** A headline as clients get it. */
export interface NewsItem {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly provider: string;
  /** `BRFG$1ee1b7f5`: the provider, and what the article can be found by. */
  readonly articleId: string;
  /** The bare headline. */
  readonly headline: string;
  /** What the gateway puts in braces in front of it: `A:800015:L:en:K:0.97:C:0.97`. */
  readonly label: string;
  readonly story: Story;
}

/** How far back news can be asked for. */
const rememberedDays = 400;

const sources: readonly Instrument[] = [...firstListings.values()].reverse();
const sourcesBySubject = new Map(sources.map((instrument, index) => [subjectOf(instrument), { instrument, index }]));

/** The listing whose news an instrument has: its company's, or its underlying's. */
function sourceOf(instrument: Instrument): { readonly instrument: Instrument; readonly index: number } | undefined {
  return (
    sourcesBySubject.get(subjectOf(instrument)) ?? (instrument.underlying ? sourceOf(instrument.underlying) : undefined)
  );
}

/**
 * An article's number holds all there is to know about where its story comes from, so that no list of articles has to be
 * kept: 16 bits for the day, 10 for the source and 6 for its place among the day's stories. Multiplying by an odd number
 * and its inverse modulo 2³², and folding it, makes it look like any other number, and back.
 */
const scramble = 0x9e3779b1;
const unscramble = 0x0e8b2f51;

/** Lets the upper half of a number show in the lower one; doing it twice undoes it. */
const folded = (value: number): number => value ^ (value >>> 16);

function idOf(provider: string, day: number, source: number, place: number): string {
  const packed = folded(Math.imul((day << 16) | (source << 6) | place, scramble)) >>> 0;
  return `${provider}$${packed.toString(16).padStart(8, '0')}`;
}

function labelOf({ template: { language, kind }, key }: Story): string {
  const confidence = (0.7 + 0.3 * unit(key, 40)).toFixed(16).replace(/0+$/, '');
  const base = `A:800015:L:${language}`;
  if (kind === 'analyst') return `${base}:K:n/a:C:${confidence}`;
  const opinion = unit(key, 41);
  if (opinion < 0.45) return base;
  return `${base}:K:${opinion < 0.7 ? '-' : ''}${(0.5 + unit(key, 42) / 2).toFixed(2)}:C:${Number(confidence).toFixed(2)}`;
}

function itemsOn(model: PriceModel, source: Instrument, index: number, day: number): NewsItem[] {
  return storiesOn(model, source, day).map((story, place) => ({
    time: story.time,
    provider: story.provider,
    articleId: idOf(story.provider, day, index, place),
    headline: story.template.headline(story.facts()),
    label: labelOf(story),
    story,
  }));
}

/** News about an instrument, newest first and without end, from an instant back (that instant included). */
function* newsBefore(model: PriceModel, instrument: Instrument, to: number): Generator<NewsItem> {
  const source = sourceOf(instrument);
  if (!source) return;
  // Days are the exchange's, and times are not: a story may bear the date before or after its day in UTC.
  const newest = Math.floor(to / dayMs) + 1;
  for (let day = newest; day > newest - rememberedDays; day -= 1) {
    const items = itemsOn(model, source.instrument, source.index, day);
    yield* items.filter(({ time }) => time <= to).reverse();
  }
}

/** Which news a client asked for. */
export interface NewsQuery {
  readonly instrument: Instrument;
  readonly providers: ReadonlySet<string>;
  /** Epoch milliseconds; news of this very instant is not wanted. */
  readonly after: number;
  /** Epoch milliseconds; news of this very instant is. */
  readonly to: number;
  readonly limit: number;
}

/** News within a range, newest first, and whether there is more of it than the limit allows. */
export function findNews(
  model: PriceModel,
  query: NewsQuery,
): { readonly items: NewsItem[]; readonly hasMore: boolean } {
  const { instrument, providers, after, to, limit } = query;
  const items: NewsItem[] = [];
  for (const item of newsBefore(model, instrument, to)) {
    if (item.time <= after) break;
    if (!providers.has(item.provider)) continue;
    if (items.length === limit) return { items, hasMore: true };
    items.push(item);
  }
  return { items, hasMore: false };
}

/** A headline as a market data line with generic tick 292 shows it. */
export interface NewsTick {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly providerCode: string;
  readonly articleId: string;
  readonly headline: string;
  readonly extraData: string;
}

/**
 * What a news line of an instrument shows between two instants, oldest first; `from` exclusive, `to` inclusive.
 * @param providers the codes of the providers wanted
 */
export function newsTicksFor(
  model: PriceModel,
  instrument: Instrument,
  from: number,
  to: number,
  providers: ReadonlySet<string>,
): NewsTick[] {
  const { items } = findNews(model, { instrument, providers, after: from, to, limit: Number.POSITIVE_INFINITY });
  return items.reverse().map(({ time, provider, articleId, headline, label }) => ({
    time,
    providerCode: provider,
    articleId,
    headline,
    extraData: label,
  }));
}

/** The news item of an article id, if there has been one by an instant. */
export function newsItemOf(model: PriceModel, articleId: string, now: number): NewsItem | undefined {
  const digits = /\$([0-9a-f]{8})$/.exec(articleId)?.[1];
  if (digits === undefined) return undefined;
  const packed = Math.imul(folded(Number.parseInt(digits, 16)), unscramble);
  const index = (packed >>> 6) & 0x3ff;
  const source = sources[index];
  const item = source && itemsOn(model, source, index, packed >>> 16)[packed & 0x3f];
  return item?.articleId === articleId && item.time <= now ? item : undefined;
}
