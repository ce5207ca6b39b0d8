import { providers } from './news-providers.ts';
import { perWorld } from './per-world.ts';

/**
 * What a login may see of Wall Street Horizon's calendar: `subscribed` all of it; `unsubscribed` nothing, though the
 * provider is on offer (error 10277); `notOffered` nothing at all, as paper logins usually find it (error 10276).
 */
export type WshAccess = 'subscribed' | 'unsubscribed' | 'notOffered';

/**
 * How reports about companies are answered: `classic` with every report type there ever was; `current` as since 2026,
 * when `ReportRatios` and `ReportsFinStatements` were gone (error 430); `notAllowed` without a subscription (error
 * 10358); `removed` as from API 10.47 on, where nothing answers.
 */
export type FundamentalsAccess = 'classic' | 'current' | 'notAllowed' | 'removed';

/** What the login is subscribed to, and how quickly scans repeat. Tests and scenarios change it while clients are connected. */
export interface ResearchSettings {
  /** Codes of the news providers the login gets headlines and articles from. */
  news: ReadonlySet<string>;
  wsh: WshAccess;
  fundamentals: FundamentalsAccess;
  /** Milliseconds of real time between two answers to the same scan. */
  scanIntervalMs: number;
}

const defaultScanIntervalMs = 30_000;

/** The settings of a world, to read and to change. */
export const researchSettings = perWorld(
  (): ResearchSettings => ({
    news: new Set(providers.filter(({ free }) => free).map(({ code }) => code)),
    wsh: 'subscribed',
    fundamentals: 'classic',
    scanIntervalMs: defaultScanIntervalMs,
  }),
);
