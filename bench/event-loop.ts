import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { flexServiceUrl } from '../relay/flex/tokens.ts';
import { createGateway } from '../relay/gateway/index.ts';
import { openRecords } from '../relay/records.ts';
import { createExecutor } from '../relay/tools/execute.ts';
import { eventually, freePort, startRelayProcess, stopProcess } from '../scripts/processes.ts';
import { toToolErrorData } from '../shared/errors.ts';
import { version } from '../shared/version.ts';

/**
 * How long the largest answers keep the relay's event loop, with the simulated gateway in a process of its own. Each
 * call is made once to warm up and then measured, in processor time of the thread, so that other work on the machine
 * does not count; 50 ms is the limit.
 */

const limitMs = 50;
const largest: readonly (readonly [tool: string, args: object])[] = [
  ['get_historical_bars', { contract: 'AAPL', bar_size: '1 min', duration: '6m' }],
  ['get_historical_bars', { contract: 'MSFT', bar_size: '1 day', duration: '20y' }],
  ['get_historical_ticks', { contract: 'AAPL', data: 'TRADES', count: 1_000 }],
  ['get_historical_ticks', { contract: 'AAPL', data: 'BID_ASK', count: 1_000 }],
  ['get_option_chain', { contract: 'SPX:IND', strikes: 100, limit: 100, quotes: true }],
  ['find_option_contract', { contract: 'SPX:IND', right: 'C' }],
  ['get_contract_details', { contracts: ['ES:FUT', 'AAPL', 'MSFT', 'EUR.USD', 'SPX:IND'] }],
  ['get_scanner_parameters', {}],
  ['scan_market', { scan: 'top gainers', limit: 50, quotes: true }],
  ['get_price_histogram', { contract: 'AAPL', period: '1y', levels: 500 }],
  ['get_news', { contract: 'AAPL', limit: 100 }],
  ['get_fundamentals', { contract: 'AAPL', report: 'statements', limit: 500 }],
  ['get_portfolio_summary', {}],
];

const logger = pino({ level: 'silent' });
const port = await freePort();
const simulator = startRelayProcess({ args: ['simulate', '--port', String(port), '--at', '2026-11-20T17:00:00Z'] });
const folder = await mkdtemp(join(tmpdir(), 'event-loop-'));
const records = openRecords(folder, { tokens: [], baseUrl: flexServiceUrl });
const gateway = createGateway({ host: '127.0.0.1', port, clientId: 7 }, logger);
try {
  gateway.start();
  await eventually('the gateway', async () => gateway.status().gateway.state === 'ready');
  const config = { relayName: 'home', trading: 'read-only' } as const;
  const execute = createExecutor({ gateway, config, records, version, logger });
  for (const [tool, args] of largest) {
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
    console.log(
      `${tool.padEnd(22)}${outcome.padStart(18)}${`${took.toFixed(0)} ms`.padStart(12)}${`longest turn ${blocked.toFixed(1)} ms`.padStart(26)}`,
    );
  }
} finally {
  gateway.stop();
  records.close();
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
