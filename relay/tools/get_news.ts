import type { z } from 'zod';
import { ToolError } from '../../shared/errors.ts';
import { getNews } from '../../shared/tools/get_news.ts';
import { omitUndefined } from '../../shared/values.ts';
import { foreignLine } from '../documents/foreign-text.ts';
import type { Instrument } from '../gateway/contracts/instrument.ts';
import { type Headline, mostHeadlines, type NewsQuery } from '../gateway/research/news.ts';
import { isoInZone } from '../gateway/time/time-zones.ts';
import { parseHeadline } from './support/headline.ts';
import { pageCursor, pageOf, readPage } from './support/news-pages.ts';
import { parseTime } from './support/times.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

type Arguments = z.output<typeof getNews.input>;

const headlineColumns = ['time', 'provider', 'articleId', 'headline', 'language', 'sentiment', 'confidence'];
const bulletinKinds: Readonly<Record<number, string>> = { 1: 'news', 2: 'exchange gone', 3: 'exchange back' };

export const getNewsExecutor = executorOf(getNews, (args, context) => {
  if (args.show === 'headlines') return headlines(args, context);
  refuseFilters(args);
  return args.show === 'providers' ? providers(args, context) : bulletins(args, context);
});

async function providers({ limit }: Arguments, { gateway, signal }: ToolContext) {
  const all = await gateway.news.providers(signal);
  const rows = all.map(({ providerCode = '', providerName = '' }) => [
    foreignLine(providerCode),
    foreignLine(providerName),
  ]);
  return listing(['code', 'name'], rows, limit);
}

async function bulletins({ limit }: Arguments, { gateway, signal }: ToolContext) {
  const all = await gateway.news.bulletins(signal);
  const rows = all
    .toReversed()
    .map(({ id, kind, exchange, text }) => [
      id,
      bulletinKinds[kind] ?? String(kind),
      foreignLine(exchange),
      foreignLine(text),
    ]);
  return listing(['id', 'kind', 'exchange', 'text'], rows, limit);
}

function listing(columns: string[], rows: (string | number)[][], limit: number) {
  const note = rows.length > limit ? `${limit} of ${rows.length} shown; raise limit.` : undefined;
  return omitUndefined({ untrustedContent: true as const, columns, rows: rows.slice(0, limit), note });
}

async function headlines(args: Arguments, context: ToolContext) {
  const { gateway, signal } = context;
  const { cursor, limit, ...question } = args;
  if (args.contract === undefined) {
    throw new ToolError({
      code: 'invalid_arguments',
      message: 'Headlines are about an instrument, and no contract is given.',
      nextStep: 'Pass contract, e.g. SPY for the market as a whole, or show=bulletins for IB’s own news.',
    });
  }
  const instrument = await gateway.contracts.resolve(args.contract, signal);
  const codes = args.providers?.map((code) => code.toUpperCase()) ?? (await allProviders(context));
  const page = readPage(question, cursor) ?? { until: endOf(args, instrument, gateway.serverTime()), seen: 0 };
  const after = args.start === undefined ? undefined : parseTime('start', args.start, instrument.marketZone, 0) - 1;
  if (after !== undefined && after >= page.until) throw emptyPeriod();
  const count = Math.min(limit + page.seen, mostHeadlines);
  const query = { conId: instrument.conId, providers: codes, after, until: page.until, count };
  const { items, hasMore } = await readHeadlines(query, context);
  const { shown, next } = pageOf(items, hasMore, limit, page);
  return omitUndefined({
    untrustedContent: true as const,
    conId: instrument.conId,
    contract: instrument.name,
    columns: headlineColumns,
    rows: shown.map((item) => rowOf(item, instrument.zone)),
    next: next && pageCursor(question, next),
  });
}

function endOf({ end }: Arguments, { marketZone }: Instrument, now: number): number {
  return end === undefined ? now : parseTime('end', end, marketZone, 0);
}

function rowOf({ time, provider, articleId, headline }: Headline, zone: string): (string | number)[] {
  const { text, language = '', sentiment = '', confidence = '' } = parseHeadline(headline);
  const when = time === undefined ? '' : isoInZone(zone, time);
  return [when, foreignLine(provider), foreignLine(articleId), text, language, sentiment, confidence];
}

async function allProviders({ gateway, signal }: ToolContext): Promise<readonly string[]> {
  const codes = (await gateway.news.providers(signal)).flatMap(({ providerCode }) => providerCode || []);
  if (codes.length > 0) return codes;
  throw new ToolError({
    code: 'not_subscribed',
    message: 'The login has no news provider for the API.',
    nextStep: 'Subscribe to one in IB’s Client Portal: Settings → Market Data Subscriptions → News and Research.',
  });
}

/** IB refuses all providers because of one; the error says which there are. */
async function readHeadlines(query: NewsQuery, context: ToolContext) {
  try {
    return await context.gateway.news.headlines(query, context.signal);
  } catch (error) {
    if (!(error instanceof ToolError) || (error.data.ibCode !== 10_276 && error.data.ibCode !== 321)) throw error;
    const known = await allProviders(context);
    const foreign = query.providers.filter((code) => !known.includes(code));
    if (foreign.length === 0) throw error;
    throw new ToolError({
      ...error.data,
      code: 'not_subscribed',
      message: `The login does not get news of ${foreign.join(', ')} through the API.`.slice(0, 500),
      nextStep: `Use ${known.join(', ')}, or subscribe in IB’s Client Portal.`.slice(0, 1_000),
    });
  }
}

function refuseFilters(args: Arguments): void {
  const given = (['contract', 'providers', 'start', 'end', 'cursor'] as const).filter(
    (name) => args[name] !== undefined,
  );
  if (given.length === 0) return;
  throw new ToolError({
    code: 'invalid_arguments',
    message: `${given.join(', ')} cannot be used with show=${args.show}.`,
    nextStep: 'Leave it out, or ask for headlines.',
  });
}

function emptyPeriod(): ToolError {
  return new ToolError({
    code: 'invalid_arguments',
    message: 'start is not before end.',
    nextStep: 'Give an earlier start or a later end.',
  });
}
