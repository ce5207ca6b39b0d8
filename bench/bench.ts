import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { answersOk, eventually, freePort, startRelayProcess, stopProcess } from '../scripts/processes.ts';
import { startWorkerRuntime, type WorkerRuntime } from '../scripts/worker-runtime.ts';
import { Browser } from '../test/support/browser.ts';
import { connectClient } from '../test/support/clients.ts';
import { callTool } from './call-tool.ts';
import { measure, median, type Sample } from './statistics.ts';

/**
 * What a tool call costs beyond the floor, both on the bare Workers runtime, in alternation within one run, because
 * only ratios mean anything on a shared machine.
 */

const rounds = Number(process.env.ROUNDS ?? 5);
const loads = [
  { inFlight: 1, calls: 300 },
  { inFlight: 32, calls: 1_500 },
];
const targets = { p50: 1.75, throughput: 0.6 };

const folder = await mkdtemp(join(tmpdir(), 'bench-'));
const children: ChildProcess[] = [];
const runtimes: WorkerRuntime[] = [];
try {
  const floor = await startFloor();
  const full = await startFull();
  const cases: [string, () => Promise<unknown>][] = [['floor', floor], ...Object.entries(full)];
  for (const [, call] of cases) await measure(call, { calls: 300, inFlight: 8 });
  for (const load of loads) {
    const samples = new Map<string, Sample[]>(cases.map(([name]) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [name, call] of cases) samples.get(name)?.push(await measure(call, load));
    }
    report(load.inFlight, new Map([...samples].map(([name, list]) => [name, median(list)])));
  }
} finally {
  for (const child of children) await stopProcess(child);
  for (const runtime of runtimes) await runtime.close();
  await rm(folder, { recursive: true, force: true });
}

async function startFloor(): Promise<() => Promise<unknown>> {
  const runtime = await startWorkerRuntime({ main: 'bench/floor-worker.ts', directory: join(folder, 'floor') });
  runtimes.push(runtime);
  const echo = spawn(process.execPath, [resolve(import.meta.dirname, 'echo.ts'), `ws://127.0.0.1:${runtime.port}/`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(echo);
  await once(echo.stdout, 'data');
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'list_accounts', arguments: {} },
  });
  return async () => (await fetch(`http://127.0.0.1:${runtime.port}/`, { method: 'POST', body })).text();
}

/** The real thing: OAuth token, MCP, Home, tunnel, relay process, simulated gateway process. */
async function startFull(): Promise<Record<string, () => Promise<unknown>>> {
  const runtime = await startWorkerRuntime({ directory: join(folder, 'full'), vars: { LOCAL_MODE: '1' } });
  runtimes.push(runtime);
  const origin = `http://127.0.0.1:${runtime.port}`;
  const browser = new Browser();
  await (await browser.open(origin)).submit('Continue as the demo user');
  const page = await (await browser.open(origin)).submit('Get a pairing code');
  const [gatewayPort, healthPort] = [await freePort(), await freePort()];
  children.unshift(startRelayProcess({ args: ['simulate', '--port', String(gatewayPort)] }));
  children.unshift(
    startRelayProcess({
      args: ['run'],
      env: {
        RELAY_URL: origin,
        RELAY_DATA_DIR: join(folder, 'relay'),
        RELAY_PAIRING_CODE: /RELAY_PAIRING_CODE=([\w.-]+)/.exec(page.html)?.[1] ?? '',
        RELAY_HEALTH_PORT: String(healthPort),
        RELAY_LOG_LEVEL: 'error',
        GATEWAY_HOST: '127.0.0.1',
        GATEWAY_PORT: String(gatewayPort),
        // IB allows about 50 requests a second; with that kept, every figure would only say 50.
        GATEWAY_MAX_REQUESTS_PER_SECOND: '5000',
      },
    }),
  );
  await eventually('the relay', () => answersOk(`http://127.0.0.1:${healthPort}/readyz`));
  const client = await connectClient({ era: '2026-07-28', url: new URL('/mcp', origin), browser });
  const token = client.auth.stored?.access_token ?? '';
  const call = (name: string, args: () => Record<string, unknown>) => () => callTool({ origin, token }, name, args());
  // A different day each time, so that no cache and no coalescing spares the gateway.
  let day = 0;
  const bars = () => ({
    contract: 'AAPL',
    bar_size: '1 day',
    duration: '1d',
    end: new Date(Date.UTC(2020, 0, 1) + (day++ % 2_000) * 86_400_000).toISOString().slice(0, 10),
  });
  return {
    'list_accounts (relay)': call('list_accounts', () => ({})),
    'get_historical_bars (gateway)': call('get_historical_bars', bars),
  };
}

function report(inFlight: number, medians: ReadonlyMap<string, Sample>): void {
  const floor = medians.get('floor') as Sample;
  console.log(`\n${inFlight} in flight, median of ${rounds} rounds`);
  console.table(
    Object.fromEntries(
      [...medians].map(([name, { p50, p99, perSecond }]) => [
        name,
        {
          'p50 ms': p50.toFixed(2),
          'p99 ms': p99.toFixed(2),
          'calls/s': Math.round(perSecond),
          'p50 × floor': (p50 / floor.p50).toFixed(2),
          'throughput × floor': (perSecond / floor.perSecond).toFixed(2),
        },
      ]),
    ),
  );
  if (inFlight === loads.at(-1)?.inFlight)
    console.log(
      `Targets: p50 ≤ ${targets.p50} × floor at 1 in flight, throughput ≥ ${targets.throughput} × floor at 32.`,
    );
}
