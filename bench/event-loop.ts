import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { pino } from 'pino';
import { mostCharacters } from '../relay/documents/article-text.ts';
import { lengths } from '../relay/documents/index.ts';
import { createGateway } from '../relay/gateway/index.ts';
import { openRecords } from '../relay/performance/records.ts';
import { createToolRunner } from '../relay/tools/run-tool.ts';
import { eventually, freePort, startRelayProcess, stopProcess } from '../scripts/processes.ts';
import { toToolErrorData } from '../shared/errors.ts';
import { version } from '../shared/version.ts';
import { ControlClient } from '../simulator/control/client.ts';
import { articleOf, fullCalendar, longNewsletter, longReport, manyGroups } from './large-texts.ts';

/**
 * How long the largest answers keep the relay's event loop, with the simulated gateway in a process of its own. Each
 * call is made once to warm up and then measured, in processor time of the thread, so that other work on the machine
 * does not count; 50 ms is the limit.
 */

const limitMs = 50;
const token = '123456789012345678901234';
const query = '900001';
const flexBytes = 24 * 1_000_000;
/** Of an advisor, so that there are groups. */
const accounts = 'DF1234567,DU1000001,DU1000002';

interface Call {
  readonly tool: string;
  readonly args: object;
  /** What the gateway sends instead of its own answer. */
  readonly instead?: {
    readonly message: string;
    readonly where?: object;
    readonly fields: Record<string, string | number>;
  };
}

const usual: readonly Call[] = [
  { tool: 'get_historical_bars', args: { contract: 'AAPL', bar_size: '1 min', duration: '6m' } },
  { tool: 'get_historical_bars', args: { contract: 'MSFT', bar_size: '1 day', duration: '20y' } },
  { tool: 'get_historical_ticks', args: { contract: 'AAPL', data: 'TRADES', count: 1_000 } },
  { tool: 'get_historical_ticks', args: { contract: 'AAPL', data: 'BID_ASK', count: 1_000 } },
  { tool: 'get_option_chain', args: { contract: 'SPX:IND' } },
  { tool: 'get_option_chain', args: { contract: 'SPX:IND', expiry: 'DEC26' } },
  {
    tool: 'get_option_chain',
    args: { contract: 'SPX:IND', expiry: '2026-12-18', strikes: 100, limit: 100, quotes: true },
  },
  { tool: 'find_option_contract', args: { contract: 'SPX:IND', right: 'C' } },
  { tool: 'get_contract_details', args: { contracts: ['ES:FUT', 'AAPL', 'MSFT', 'EUR.USD', 'SPX:IND'] } },
  { tool: 'get_scanner_parameters', args: {} },
  { tool: 'scan_market', args: { scan: 'top gainers', limit: 50, quotes: true } },
  { tool: 'get_price_histogram', args: { contract: 'AAPL', period: '1y', levels: 500 } },
  { tool: 'get_news', args: { contract: 'AAPL', limit: 100 } },
  { tool: 'get_fundamentals', args: { contract: 'AAPL', report: 'statements', limit: 500 } },
  { tool: 'get_portfolio_summary', args: {} },
  { tool: 'get_flex_report', args: { query, refresh: true } },
  { tool: 'get_flex_report', args: { query, section: 'Trades', filter: ['quantity=7'], limit: 500 } },
];

/** Long texts, which the simulated gateway does not write by itself. */
function written(article: string): Call[] {
  const articleArgs = { article_id: article, limit: 20_000 };
  const reportArgs = { contract: 'AAPL', report: 'statements', limit: 200 };
  const conId = 265598;
  return [
    articleCall(articleArgs, 0, articleOf(lengths.article.short)),
    articleCall(articleArgs, 0, articleOf(mostCharacters)),
    articleCall(articleArgs, 1, longNewsletter()),
    {
      tool: 'get_fundamentals',
      args: reportArgs,
      instead: { message: 'fundamentalData', fields: { data: longReport() } },
    },
    {
      tool: 'get_calendar_events',
      args: { contracts: ['AAPL'], limit: 100 },
      instead: { message: 'wshEventData', fields: { json: fullCalendar(conId) } },
    },
    {
      tool: 'get_advisor_config',
      args: {},
      instead: { message: 'receiveFa', where: { faDataType: 1 }, fields: { xml: manyGroups() } },
    },
  ];
}

function articleCall(args: object, articleType: 0 | 1, text: string): Call {
  return { tool: 'get_article', args, instead: { message: 'newsArticle', fields: { articleType, text } } };
}

function sizeOf(fields: Readonly<Record<string, string | number>>): number {
  return Math.round(Object.values(fields).join('').length / 1_000);
}

const logger = pino({ level: 'silent' });
const [port, controlPort] = [await freePort(), await freePort()];
const simulator = startRelayProcess({
  args: ['simulate', '--at', '2026-11-20T17:00:00Z', '--accounts', accounts].concat([
    '--port',
    String(port),
    '--control-port',
    String(controlPort),
  ]),
});
const flex = new Worker(new URL('./flex-thread.ts', import.meta.url), {
  workerData: { token, query, bytes: flexBytes },
});
const [flexUrl] = (await once(flex, 'message')) as [string];
const folder = await mkdtemp(join(tmpdir(), 'event-loop-'));
const records = openRecords(folder, { tokens: [{ name: 'main', token, queries: [] }], baseUrl: flexUrl });
const gateway = createGateway({ host: '127.0.0.1', port, clientId: 7 }, logger);
try {
  gateway.start();
  await eventually('the gateway', async () => gateway.status().gateway.state === 'ready');
  const control = new ControlClient(controlPort);
  const config = { relayName: 'home', trading: 'read-only' } as const;
  const execute = createToolRunner({ gateway, config, records, version, logger });
  const news = (await execute('get_news', { contract: 'AAPL', limit: 1 })) as { rows: string[][] };
  for (const { tool, args, instead } of [...usual, ...written(news.rows[0]?.[2] ?? '')]) {
    if (instead) await control.do('add-rule', { on: 'out', do: 'change', times: 'always', ...instead } as never);
    await execute(tool, args).catch(() => undefined);
    const stop = watchTurns();
    const started = performance.now();
    const outcome = await execute(tool, args).then(
      (result) => `${Math.round(JSON.stringify(result).length / 1_024)} kB`,
      (error: unknown) => toToolErrorData(error).code,
    );
    const took = performance.now() - started;
    const blocked = stop();
    if (blocked > limitMs) process.exitCode = 1;
    await control.do('clear-rules');
    console.log(
      `${(instead ? `${tool} of ${sizeOf(instead.fields)} kB` : tool).padEnd(34)}${outcome.padStart(18)}${`${took.toFixed(0)} ms`.padStart(12)}${`longest turn ${blocked.toFixed(1)} ms`.padStart(26)}`,
    );
  }
} finally {
  gateway.stop();
  records.close();
  await flex.terminate();
  await stopProcess(simulator);
  await rm(folder, { recursive: true });
}

/** Watches every turn of the event loop. @returns what ends it and gives the longest turn, in ms of processor time */
function watchTurns(): () => number {
  const used = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  let before = used();
  let longest = 0;
  let next: NodeJS.Immediate;
  const turn = (): void => {
    const now = used();
    longest = Math.max(longest, now - before);
    before = now;
    next = setImmediate(turn);
  };
  next = setImmediate(turn);
  return () => {
    clearImmediate(next);
    return longest;
  };
}
