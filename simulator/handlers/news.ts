import { dayMs, dayNumber, type Zone } from '../market/zone.ts';
import { articleOf } from '../research/articles.ts';
import { type Bulletin, bulletinBoard, bulletinsOn } from '../research/bulletins.ts';
import { findNews, newsItemOf } from '../research/news.ts';
import { providers } from '../research/news-providers.ts';
import { researchSettings } from '../research/settings.ts';
import { sendInvalid } from './contract-query.ts';
import type { Context, Handlers } from './handler.ts';
import { codesIn, mayRead } from './news-access.ts';

const noId = -1;
const mostHeadlines = 300;
const secondMs = 1000;
/** When the clock jumps further than this, the bulletins in between are not told any more. */
const mostCatchingUpMs = 7 * dayMs;

/**
 * A time as clients of the news service write it: `2026-11-20 12:00:00.0`, also `20261120 12:00:00` or a date alone, in UTC.
 * @returns epoch milliseconds, the fallback for nothing, and NaN for anything else
 */
function newsTime(text: string, fallback: number): number {
  if (text.trim() === '') return fallback;
  const match = /^(\d{4})-?(\d\d)-?(\d\d)(?:[ T-]+(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?)?(?: *(?:UTC|GMT))?$/.exec(
    text.trim(),
  );
  if (!match) return Number.NaN;
  const [, year, month, day, hours = 0, minutes = 0, seconds = 0, fraction = '0'] = match;
  const clock = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return dayNumber(`${year}${month}${day}`) * dayMs + clock * secondMs + Number(fraction.padEnd(3, '0'));
}

/** `2026-07-13 15:39:00.0` in UTC. */
function newsStamp(time: number): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}.0`;
}

/** The dates of a zone from one instant to another, both ends included. */
function daysBetween(zone: Zone, from: number, to: number): number[] {
  const first = zone.day(from);
  return Array.from({ length: zone.day(to) - first + 1 }, (_, index) => first + index);
}

function sendBulletin({ session }: Context, { msgId, type, text, exchange }: Bulletin): void {
  session.send('newsBulletin', { msgId, type, text, exchange });
}

export const newsHandlers: Handlers = {
  reqNewsProviders({ session, world }) {
    const { news } = researchSettings(world);
    const subscribed = providers.filter(({ code }) => news.has(code));
    session.send('newsProviders', { providers: subscribed.map(({ code, name }) => ({ code, name })) });
  },

  reqHistoricalNews(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const codes = codesIn(request.text('providerCodes'));
    if (!mayRead(context, reqId, codes)) return;
    const instrument = world.catalogue.byConId(request.int('conId'), world.today());
    if (!instrument) {
      session.sendError(reqId, 200, 'No security definition has been found for the request');
      return;
    }
    const now = world.now();
    const after = newsTime(request.text('startDateTime'), Number.NEGATIVE_INFINITY);
    const to = newsTime(request.text('endDateTime'), now);
    if (Number.isNaN(after) || Number.isNaN(to)) {
      sendInvalid(context, reqId, 'Invalid date format');
      return;
    }
    const asked = request.int('totalResults');
    const limit = asked > 0 ? Math.min(asked, mostHeadlines) : mostHeadlines;
    const query = { instrument, providers: new Set(codes), after, to: Math.min(to, now), limit };
    const { items, hasMore } = findNews(world.model, query);
    for (const { time, provider, articleId, label, headline, story } of items) {
      const mark = story.template.kind === 'analyst' ? '!' : '';
      session.send('historicalNews', {
        reqId,
        time: newsStamp(time),
        providerCode: provider,
        articleId,
        headline: `{${label}}${mark}${headline}`,
      });
    }
    session.send('historicalNewsEnd', { reqId, hasMore });
  },

  reqNewsArticle(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const provider = request.text('providerCode').trim();
    if (!mayRead(context, reqId, provider === '' ? [] : [provider])) return;
    const item = newsItemOf(world.model, request.text('articleId').trim(), world.now());
    if (item?.provider === provider) session.send('newsArticle', { reqId, ...articleOf(item) });
    else session.sendError(reqId, 10172, 'Failed to request news article:No data available');
  },

  /** Bulletins from now on, and with `allMessages` today's so far as well. */
  reqNewsBulletins(context, request) {
    const { session, world } = context;
    const board = bulletinBoard(world);
    const wantsAll = request.flag('allMessages');
    const start = world.now();
    let told = wantsAll ? world.zone.instant(world.today(), 0) : start;
    let read = board.published.filter(({ time }) => !wantsAll || time < told).length;
    const update = (now: number): void => {
      if (session.congested) return;
      const fresh = daysBetween(world.zone, Math.max(told, now - mostCatchingUpMs), now)
        .flatMap((day) => bulletinsOn(world.model, world.zone, day))
        .filter(({ time }) => time > told && time <= now);
      for (const bulletin of [...fresh, ...board.published.slice(read)]) sendBulletin(context, bulletin);
      told = Math.max(told, now);
      read = board.published.length;
    };
    if (wantsAll) update(start);
    context.subscribe({ kind: 'newsBulletins', reqId: noId, subject: 'bulletins', everyMs: 0, update });
  },

  cancelNewsBulletins({ session }) {
    session.subscriptions.remove('newsBulletins', noId);
  },
};
