import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../scripts/processes.ts';
import { getArticle } from '../shared/tools/get_article.ts';
import { getFlexReport } from '../shared/tools/get_flex_report.ts';
import { getNews } from '../shared/tools/get_news.ts';
import { getPerformance } from '../shared/tools/get_performance.ts';
import { findTool } from '../shared/tools/index.ts';
import type { ToolDefinition } from '../shared/tools/support/define.ts';
import { type CallOptions, eras, type TestClient } from './support/clients.ts';
import { homeCases, relayCases } from './support/load-cases.ts';
import { clockFrom, fridayNoon } from './support/simulator/client.ts';
import { dayBefore, pastDays, pastTrades, type Statements, startStatements } from './support/statements.ts';
import { startSystem, type TestSystem } from './support/system.ts';

const account = 'DU1234567';

let system: TestSystem;
let statements: Statements;

beforeAll(async () => {
  statements = await startStatements(account);
  system = await startSystem({
    simulator: { clock: clockFrom(fridayNoon), accounts: [account] },
    env: { ...statements.env, RELAY_TRADING: 'paper', RELAY_APPROVAL: 'ticket' },
  });
});
afterAll(async () => {
  await system.close();
  await statements.close();
});

const questions = [...relayCases, ...homeCases].flatMap(([name, { question }]) =>
  question === 'asked elsewhere' ? [] : [[name, question] as const],
);

/** The structured answer, which has the promised shape and comes with a text. */
async function answer(client: TestClient, name: string, args: object, options?: CallOptions): Promise<unknown> {
  const result = await client.call(name, { ...args }, options);
  const text = result.content[0]?.text ?? '';
  expect(result.isError, text).toBeFalsy();
  expect(text.trim()).not.toBe('');
  const { output } = findTool(name) as ToolDefinition;
  output.strict().parse(result.structuredContent);
  expect(JSON.stringify(result.structuredContent)).not.toMatch(/null|e\+308/);
  return result.structuredContent;
}

const performanceOf = async (client: TestClient) => {
  const { accounts } = getPerformance.output.parse(await answer(client, 'get_performance', {}));
  expect(accounts).toHaveLength(1);
  return accounts[0] as (typeof accounts)[number];
};
const pastRows = pastDays.map(({ ago, nav, flow, twr }) => [dayBefore(ago), nav, flow, twr]);

describe.each(eras)('a client of %s', (era) => {
  let client: TestClient;
  beforeAll(async () => {
    client = await system.connect(era, { trade: true });
  });
  afterAll(() => client.close());

  const ask = async (args: object, options?: CallOptions) =>
    getFlexReport.output.parse(await answer(client, 'get_flex_report', args, options));

  test.each(questions)('gets an answer from %s', async (name, args) => {
    await answer(client, name, args);
  });

  test('reads an article that get_news has named: whole, and in parts', async () => {
    const { columns, rows } = getNews.output.parse(await answer(client, 'get_news', { contract: 'AAPL' }));
    const read = async (args: object) => getArticle.output.parse(await answer(client, 'get_article', args));
    for (const row of rows.slice(0, 3)) {
      const [article_id, headline] = [row[columns.indexOf('articleId')], String(row[columns.indexOf('headline')])];
      const whole = await read({ article_id, limit: '50000' });
      expect(whole).toMatchObject({ articleId: article_id, offset: 0, untrustedContent: expect.anything() });
      expect(whole.text).toContain(headline);
      expect(whole.text?.length).toBe(whole.total);
      expect(whole.next).toBeUndefined();
      let text = '';
      for (let offset: number | undefined = 0; offset !== undefined; ) {
        const part = await read({ article_id, offset, limit: 100 });
        text += part.text;
        offset = part.next;
      }
      expect(text).toBe(whole.text);
    }
  });

  test('sees what the account was worth each day, and earned without its deposits', async () => {
    const { columns, rows, periods, ...rest } = await performanceOf(client);
    expect(rest).toMatchObject({ account, kind: 'paper', currency: 'USD' });
    expect(columns).toEqual(['date', 'nav', 'flow', 'twr']);
    expect(rows.slice(0, pastRows.length)).toEqual(pastRows);
    expect(periods.at(-1)).toMatchObject({ period: 'all', from: dayBefore(5), startNav: 100_000, netFlow: 50_000 });
  });

  test('lists the Flex queries of the settings with what they hold', async () => {
    const { queries } = await ask({});
    expect(queries).toMatchObject([{ token: 'main', query: '900001', name: 'activity', sections: expect.anything() }]);
  });

  test('has a Flex query run anew and sees how far it is', async () => {
    const { service } = statements;
    const before = service.requests.length;
    service.onGet.push({ code: 1019 });
    const told: string[] = [];
    const result = await ask(
      { query: 'activity', refresh: 'true' },
      { onProgress: ({ message }) => told.push(message ?? '') },
    );
    expect(result).toMatchObject({
      token: 'main',
      query: '900001',
      statements: [{ account }],
      sections: { EquitySummaryInBase: 5, CashTransactions: 1, Transfers: 0, Trades: 30 },
    });
    expect(told.join('\n')).toMatch(/asking IBKR.*still generating.*reading/s);
    expect(service.requests.slice(before).map(({ path }) => path.split('/').at(-1))).toEqual([
      'SendRequest',
      'GetStatement',
      'GetStatement',
    ]);
  });

  test('reads the rows of a statement: all of them in pages, and those that fit a filter', async () => {
    const before = statements.service.requests.length;
    const ids: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await ask({
        query: '900001',
        section: 'trades',
        columns: 'tradeID',
        limit: '12',
        ...(cursor && { cursor }),
      });
      expect(page).toMatchObject({ section: 'Trades', columns: ['tradeID'], total: 30 });
      ids.push(...(page.rows ?? []).flat());
      cursor = page.next;
    } while (cursor !== undefined);
    expect(ids).toEqual(pastTrades.map(({ tradeID }) => tradeID));
    const columns = ['tradeID', 'description'];
    const some = await ask({ query: '900001', section: 'Trades', filter: ['symbol=MSFT', 'quantity>=20'], columns });
    const wanted = pastTrades.filter(({ symbol, quantity }) => symbol === 'MSFT' && quantity >= 20);
    expect(some.rows).toEqual(wanted.map(({ tradeID, description }) => [tradeID, description]));
    expect((await ask({ query: '900001', section: 'Trades', filter: ['description~& <'], columns })).rows).toEqual([
      ['500008', 'Käufe & <Verkäufe>'],
    ]);
    expect(statements.service.requests.length, 'one statement serves all').toBe(before);
  });
});

test('what is on record outlives the relay, and goes on with the value of today once the clocks agree', async () => {
  const client = await system.connect('2026-07-28');
  expect((await performanceOf(client)).note).toMatch(/clocks .* differ/);
  const before = statements.service.requests.length;
  await system.relay.kill('SIGTERM');
  system.simulator.setClock({ at: Date.now() });
  system.relay.start();
  await system.relay.ready();
  const { accounts } = (await client.call('list_accounts')).structuredContent as { accounts: unknown[] };
  expect(accounts).toHaveLength(1);
  const { rows, note } = await eventually('the value of now', async () => {
    const performance = await performanceOf(client);
    return performance.rows.length > pastRows.length && performance;
  });
  expect(rows.slice(0, -1)).toEqual(pastRows);
  expect(rows.at(-1)?.[0]).toBe(dayBefore(0));
  expect(Number(rows.at(-1)?.[1])).toBeGreaterThan(0);
  expect(note).not.toMatch(/clocks/);
  expect(statements.service.requests.length).toBe(before);
  await client.close();
});
