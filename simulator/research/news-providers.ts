/** A source of news. Every login gets the free ones; the others have to be subscribed to. */
export interface NewsProvider {
  readonly code: string;
  readonly name: string;
  readonly free: boolean;
}

/** Every source the gateway knows, in the order in which it lists them. */
export const providers: readonly NewsProvider[] = [
  { code: 'BRFG', name: 'Briefing.com General Market Columns', free: true },
  { code: 'BRFUPDN', name: 'Briefing.com Analyst Actions', free: true },
  { code: 'DJ-N', name: 'Dow Jones Global Equity Trader', free: true },
  { code: 'DJ-RT', name: 'Dow Jones Trader News', free: true },
  { code: 'DJ-RTA', name: 'Dow Jones Top Stories Asia Pacific', free: true },
  { code: 'DJ-RTE', name: 'Dow Jones Top Stories Europe', free: true },
  { code: 'DJ-RTG', name: 'Dow Jones Top Stories Global', free: true },
  { code: 'DJNL', name: 'Dow Jones Newsletters', free: true },
  { code: 'BZ', name: 'Benzinga Pro', free: false },
  { code: 'FLY', name: 'Fly on the Wall', free: false },
];

export const providersByCode: ReadonlyMap<string, NewsProvider> = new Map(
  providers.map((provider) => [provider.code, provider]),
);
