import { Buffer } from 'node:buffer';
import { EventName } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clockFrom, fridayNoon, gatewayWithClient, type Pair } from '../../test/support/simulator/client.ts';

const aapl = 265598;
const tencent = 152791428;
const free = 'BRFG+BRFUPDN+DJ-N+DJ-RT+DJ-RTA+DJ-RTE+DJ-RTG+DJNL';
const dayMs = 86_400_000;

let pair: Pair;

beforeEach(async () => {
  pair = await gatewayWithClient();
});

afterEach(async () => {
  const undecodable = pair.client.errors().filter(({ code }) => code === 505);
  await pair.close();
  expect(undecodable).toEqual([]);
});

const stamp = (time: number): string => `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')}.0`;

/** Asks for headlines and gives them as received, with whether there are more. */
async function headlines(reqId: number, conId: number, start: string, end: string, limit: number, codes = free) {
  const { client } = pair;
  client.api.reqHistoricalNews(reqId, conId, codes, start, end, limit);
  const [, hasMore] = await client.until(EventName.historicalNewsEnd, (id) => id === reqId);
  const items = client
    .all(EventName.historicalNews)
    .filter(([id]) => id === reqId)
    .map(
      ([, time, provider, articleId, headline]) => ({ time, provider, articleId, headline }) as Record<string, string>,
    );
  return { items, hasMore };
}

async function article(reqId: number, item: Record<string, string>) {
  pair.client.api.reqNewsArticle(reqId, item.provider ?? '', item.articleId ?? '');
  const [, type, text] = await pair.client.until(EventName.newsArticle, (id) => id === reqId);
  return { type, text: text as string };
}

describe('news', () => {
  it('names the providers the login has', async () => {
    pair.client.api.reqNewsProviders();
    const [providers] = (await pair.client.until(EventName.newsProviders)) as [{ providerCode: string }[]];
    expect(providers.map(({ providerCode }) => providerCode)).toEqual(free.split('+'));
  });

  it('comes newest first, within the range, up to the limit, and says when there is more', async () => {
    const end = stamp(fridayNoon);
    const few = await headlines(1, aapl, '', end, 5);
    expect(few.items).toHaveLength(5);
    expect(few.hasMore).toBe(true);
    const start = stamp(fridayNoon - 30 * dayMs);
    const all = await headlines(2, aapl, start, end, 300);
    expect(all.hasMore).toBe(false);
    expect(all.items.slice(0, 5)).toEqual(few.items);
    const times = all.items.map(({ time = '' }) => time);
    expect(times).toEqual([...times].sort().reverse());
    for (const time of times) expect(time > start && time <= end).toBe(true);
    for (const { headline } of all.items)
      expect(headline).toMatch(/^\{A:800015:L:(en|zh)(:K:(n\/a|-?\d\.\d+):C:\d\.\d+)?\}/);
  });

  it('speaks of the company it is about, in the languages of its market', async () => {
    const { items } = await headlines(1, tencent, stamp(fridayNoon - 60 * dayMs), '', 300);
    const chinese = items.filter(({ headline = '' }) => headline.includes(':L:zh'));
    expect(chinese.length).toBeGreaterThan(0);
    for (const { headline } of chinese) expect(headline).toContain('腾讯控股');
  });

  it('has an article behind each headline, newsletters as PDF', async () => {
    const { items } = await headlines(1, aapl, stamp(fridayNoon - 200 * dayMs), '', 300);
    const html = await article(2, items.find(({ provider }) => provider === 'DJ-N') ?? {});
    expect(html).toMatchObject({ type: 0, text: expect.stringContaining('<p>') });
    const newsletters = (await headlines(3, aapl, '', '', 1, 'DJNL')).items;
    const pdf = await article(4, newsletters[0] ?? {});
    expect(pdf.type).toBe(1);
    expect(Buffer.from(pdf.text, 'base64').toString('latin1')).toMatch(/^%PDF-1\.4[\s\S]*%%EOF\n$/);
  });

  it('refuses what the login has no permission for, and what does not exist', async () => {
    const { client } = pair;
    client.api.reqHistoricalNews(1, aapl, 'BZ', '', '', 5);
    expect(await client.error(1)).toMatchObject({ code: 10276, text: 'News feed is not allowed.' });
    client.api.reqHistoricalNews(2, aapl, '', '', '', 5);
    expect((await client.error(2)).code).toBe(321);
    client.api.reqHistoricalNews(3, aapl, 'BRFG', 'yesterday', '', 5);
    expect((await client.error(3)).code).toBe(321);
    client.api.reqHistoricalNews(4, 999_999_999, 'BRFG', '', '', 5);
    expect((await client.error(4)).code).toBe(200);
    client.api.reqNewsArticle(5, 'BRFG', 'BRFG$00000000');
    expect(await client.error(5)).toMatchObject({
      code: 10172,
      text: 'Failed to request news article:No data available',
    });
    client.api.reqNewsArticle(6, 'BZ', 'BZ$00000000');
    expect((await client.error(6)).code).toBe(10276);
  });
});

describe('bulletins', () => {
  it('come as the day goes on, and all of the day for who asks for all', async () => {
    await pair.close();
    // Ten minutes pass in every millisecond: the days go by until one brings a bulletin.
    const epoch = performance.now();
    const clock = (): Date => new Date(fridayNoon + (performance.now() - epoch) * 600_000);
    pair = await gatewayWithClient({ clock });
    pair.client.api.reqNewsBulletins(false);
    const [msgId, type, text] = await pair.client.until(EventName.updateNewsBulletin);
    expect(msgId).toBeGreaterThan(0);
    expect([1, 2, 3]).toContain(type);
    expect(text).not.toBe('');
    pair.client.api.cancelNewsBulletins();
  });

  it('are given again to who asks for all of them', async () => {
    await pair.close();
    const late = clockFrom(Date.parse('2026-11-20T20:00:00Z'));
    pair = await gatewayWithClient({ clock: late, seed: 2 });
    pair.client.api.reqNewsBulletins(true);
    await pair.client.until(EventName.updateNewsBulletin);
    expect(pair.gateway.activeSubscriptions()).toMatchObject([{ kind: 'newsBulletins' }]);
  });
});
