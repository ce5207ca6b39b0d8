import type { NewsProvider } from '@stoqey/ib';
import { Coalescer } from '../../async/coalesce.ts';
import type { DataConnection } from '../connection/data-connection.ts';

const answerDeadlineMs = 20_000;
/** Nothing says when all bulletins are there: the day's come at once, or there are none. */
const bulletinsDeadlineMs = 1_500;
const bulletinsQuietMs = 250;

/** What IB gives at most in one answer. */
export const mostHeadlines = 300;

export interface NewsQuery {
  readonly conId: number;
  /** Codes of providers; at least one. */
  readonly providers: readonly string[];
  /** Epoch milliseconds; what was published then or before is left out. */
  readonly after: number | undefined;
  /** Epoch milliseconds; what was published then is still wanted. */
  readonly until: number;
  /** At most `mostHeadlines`. */
  readonly count: number;
}

/** One headline as IB sends it; the text is a third party's. */
export interface Headline {
  /** Epoch milliseconds; undefined when IB's text cannot be read. */
  readonly time: number | undefined;
  readonly provider: string;
  readonly articleId: string;
  /** With IB's metadata in braces before it. */
  readonly headline: string;
}

/** An article as IB sends it. Format 0 is text or HTML, 1 something binary in base64. */
export interface RawArticle {
  readonly format: number;
  readonly text: string;
}

export interface Bulletin {
  readonly id: number;
  /** 1 news, 2 an exchange is no longer available, 3 it is again. */
  readonly kind: number;
  readonly text: string;
  readonly exchange: string;
}

/** Reads news: providers, headlines, articles and IB's own bulletins. */
export class NewsDesk {
  readonly #connection: Pick<DataConnection, 'ask' | 'request'>;
  readonly #bulletinReadings = new Coalescer<readonly Bulletin[]>();

  constructor(connection: Pick<DataConnection, 'ask' | 'request'>) {
    this.#connection = connection;
  }

  /** The providers that the login may read through the API. */
  async providers(signal?: AbortSignal): Promise<readonly NewsProvider[]> {
    return this.#connection.ask<readonly NewsProvider[]>(
      {
        what: 'news providers',
        lane: 'interactive',
        deadlineMs: answerDeadlineMs,
        send: (link) => link.call('reqNewsProviders'),
        onBroadcast: (message, finish) => {
          if (message.type === 'news-providers') finish(message.providers);
        },
      },
      signal,
    );
  }

  /**
   * Headlines about an instrument, newest first, and whether there are more before them.
   * @throws ToolError `not_subscribed` when the login may not read one of the providers
   */
  async headlines(query: NewsQuery, signal?: AbortSignal): Promise<{ items: readonly Headline[]; hasMore: boolean }> {
    const { conId, providers, after, until, count } = query;
    const items: Headline[] = [];
    const start = after === undefined ? '' : newsStamp(after);
    return this.#connection.request(
      {
        what: 'headlines',
        lane: 'interactive',
        deadlineMs: answerDeadlineMs,
        send: (link, reqId) =>
          link.call('reqHistoricalNews', reqId, conId, providers.join('+'), start, newsStamp(until), count),
        onAnswer: (answer, finish) => {
          if (answer.type === 'headline') {
            const { time, providerCode, articleId, headline } = answer;
            items.push({ time: parseNewsTime(time), provider: providerCode, articleId, headline });
          }
          if (answer.type !== 'headlines-end') return;
          const newestFirst = items.toSorted((a, b) => (b.time ?? 0) - (a.time ?? 0));
          finish({ items: newestFirst, hasMore: answer.hasMore });
        },
      },
      signal,
    );
  }

  /** @throws ToolError `no_data` when there is no such article, `not_subscribed` when the login may not read it */
  async article(provider: string, articleId: string, signal?: AbortSignal): Promise<RawArticle> {
    return this.#connection.request<RawArticle>(
      {
        what: `article ${articleId}`,
        lane: 'interactive',
        deadlineMs: answerDeadlineMs,
        send: (link, reqId) => link.call('reqNewsArticle', reqId, provider, articleId),
        onAnswer: (answer, finish) => {
          if (answer.type === 'article') finish({ format: answer.format, text: answer.text });
        },
      },
      signal,
    );
  }

  /** Today's bulletins, as IB gives them. Empty when there are none. */
  async bulletins(signal?: AbortSignal): Promise<readonly Bulletin[]> {
    return this.#bulletinReadings.run('today', (shared) => this.#readBulletins(shared), signal);
  }

  async #readBulletins(signal: AbortSignal): Promise<readonly Bulletin[]> {
    const heard = new Map<number, Bulletin>();
    const all = () => [...heard.values()];
    let quiet: NodeJS.Timeout | undefined;
    try {
      return await this.#connection.ask<readonly Bulletin[]>(
        {
          what: 'bulletins',
          lane: 'interactive',
          deadlineMs: bulletinsDeadlineMs,
          send: (link) => link.call('reqNewsBulletins', true),
          cancel: (link) => link.call('cancelNewsBulletins'),
          onDeadline: all,
          onBroadcast: (message, finish) => {
            if (message.type !== 'bulletin') return;
            const { type: _, ...bulletin } = message;
            heard.set(bulletin.id, bulletin);
            clearTimeout(quiet);
            quiet = setTimeout(() => finish(all()), bulletinsQuietMs);
          },
        },
        signal,
      );
    } finally {
      clearTimeout(quiet);
    }
  }
}

/** `2026-07-13 15:39:00.0`, in UTC, as the news service takes and gives times. */
function newsStamp(time: number): string {
  const [seconds = '', fraction = '0'] = new Date(time).toISOString().replace('T', ' ').replace('Z', '').split('.');
  return `${seconds}.${fraction.replace(/0{1,2}$/, '')}`;
}

/** Reads what the news service writes, in UTC, with or without fractions. @returns epoch milliseconds */
export function parseNewsTime(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,3}))?/.exec(text.trim());
  const time = match ? Date.parse(`${match[1]}T${match[2]}.${(match[3] ?? '0').padEnd(3, '0')}Z`) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
