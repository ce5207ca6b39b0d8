import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { clockFrom, FRIDAY_NOON } from '../relay/simulator/test-client.ts';
import { getNews } from '../shared/tools/get_news.ts';
import { getPerformance } from '../shared/tools/get_performance.ts';
import { type ToolName, tools } from '../shared/tools/index.ts';
import { eras, type TestClient } from './support/clients.ts';
import { startSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;

beforeAll(async () => {
  system = await startSystem({ simulator: { clock: clockFrom(FRIDAY_NOON) } });
});
afterAll(() => system.close());

const option = { contract: 'AAPL', expiry: '2026-12-18' };

/** One ordinary question for each tool, as hosts send them: some numbers and flags as texts. */
const questions: Readonly<Record<Exclude<ToolName, 'get_performance' | 'get_article'>, Record<string, unknown>>> = {
  get_status: {},
  list_accounts: {},
  get_account_summary: { ledger: 'true' },
  get_positions: { limit: '5' },
  get_portfolio_summary: {},
  get_executions: {},
  get_flex_report: {},
  get_advisor_config: {},
  search_contracts: { query: '腾讯' },
  get_contract_details: { contracts: 'AAPL, ES:FUT' },
  get_trading_schedule: { contract: '700.HKD', days: '3' },
  get_quotes: { contracts: ['AAPL', 'EUR.USD'], fields: 'detailed' },
  stream_quotes: { contracts: ['AAPL'], seconds: '1' },
  get_historical_bars: { contract: 'EUR.USD', bar_size: '1 hour', duration: '2d' },
  get_historical_ticks: { contract: 'AAPL', count: '20' },
  get_market_depth: { contract: 'AAPL', rows: '3' },
  get_price_histogram: { contract: 'AAPL', period: '2d' },
  get_option_chain: { ...option, strikes: '2', quotes: 'true' },
  find_option_contract: { ...option, right: 'put', delta: '0.3' },
  calculate_option: { contract: 'AAPL 20261218 C 330', volatility: '0.3' },
  scan_market: { scan: 'top gainers', limit: '5' },
  get_scanner_parameters: { query: 'gain' },
  get_news: { contract: 'AAPL', limit: '3' },
  get_fundamentals: { contract: 'AAPL' },
  get_calendar_events: { contracts: ['AAPL'] },
  manage_watchlists: { action: 'list' },
  manage_alerts: { action: 'list' },
};

describe.each(eras)('a client of %s', (era) => {
  let client: TestClient;
  beforeAll(async () => {
    client = await system.connect(era);
  });
  afterAll(() => client.close());

  /** The structured answer, which has the promised shape and comes with a text. */
  async function answer(name: string, args: Record<string, unknown>): Promise<unknown> {
    const result = await client.call(name, args);
    const text = result.content[0]?.text ?? '';
    expect(result.isError, text).toBeFalsy();
    expect(text.trim()).not.toBe('');
    const tool = tools.find((candidate) => candidate.name === name);
    const output: z.ZodObject | undefined = tool?.output;
    output?.strict().parse(result.structuredContent);
    expect(JSON.stringify(result.structuredContent)).not.toMatch(/null|e\+308/);
    return result.structuredContent;
  }

  test.each(Object.entries(questions))('gets an answer from %s', async (name, args) => {
    await answer(name, args);
  });

  test('reads an article that get_news has named', async () => {
    const { columns, rows } = getNews.output.parse(await answer('get_news', { contract: 'AAPL' }));
    const article = await answer('get_article', { article_id: rows[0]?.[columns.indexOf('articleId')] });
    expect(JSON.stringify(article)).toMatch(/untrusted/i);
  });

  test('is told why get_performance has nothing where the gateway’s clock is not the machine’s', async () => {
    const result = await client.call(getPerformance.name, {});
    expect(result.isError).toBe(true);
    expect(result._meta?.['ibkr-remote-mcp/error']).toMatchObject({
      code: 'no_data',
      nextStep: expect.stringMatching(/clock/),
    });
  });
});
