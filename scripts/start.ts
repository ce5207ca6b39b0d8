import type { ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CommanderError } from 'commander';
import { LocalFolder } from './local-folder.ts';
import { answersOk, eventually, freePort, isPortFree, startRelayProcess, stopProcess } from './processes.ts';
import { readStartOptions, type StartOptions, UsageError } from './start-options.ts';
import { startWorkerRuntime } from './worker-runtime.ts';

/**
 * `npm start`: the whole system on this machine for trying it out. The Worker on the local Workers runtime, a simulated
 * IB Gateway and a paired relay, each its own process. Everything it keeps is in `.local/`.
 */

const { port, state, at, trading, verbose } = options();
const origin = `http://localhost:${port}`;
/** Within a minute, for each part. */
const maxRestarts = 5;

const tradingOn = `on, in the simulated account: an order is previewed, and goes out when it is confirmed
                   (tick “Allow trading” on the consent page)`;
const tradingOff = 'off; npm start -- --trading lets an assistant place orders in the simulated account';

const stops: (() => Promise<void>)[] = [];
let stopping = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));

// npm may be killed without passing it on; whoever is left without a parent has nobody to stop it.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) void stop(0);
}, 1_000).unref();

try {
  await start();
} catch (error) {
  if (!stopping) await stop(1, error instanceof Error ? error.message : String(error));
}

async function start(): Promise<void> {
  const local = await LocalFolder.take(
    state,
    `npm start -- --state ${join(process.cwd(), '.local-2')} --port ${port + 1}`,
  );
  stops.push(async () => local.release());
  if (!(await isPortFree(port, '127.0.0.1'))) {
    throw new Error(`Port ${port} is in use. Stop what uses it, or choose another: npm start -- --port ${port + 1}`);
  }
  if (at !== undefined) local.beginAnew();

  say('Starting the simulated IB Gateway …');
  const [gatewayPort, flexPort] = [await freePort(), await freePort()];
  const gateway = startGateway(local, gatewayPort, flexPort);

  say('Building the Worker and starting it on the local Workers runtime …');
  const end = new AbortController();
  stops.push(async () => end.abort());
  const worker = await startWorkerRuntime({
    signal: end.signal,
    port,
    directory: local.worker,
    vars: { LOCAL_MODE: '1' },
    log: logOf('worker'),
  });
  stops.push(() => worker.close());
  worker.process.on('exit', () => void stop(1, 'The Worker stopped unexpectedly; run with --verbose to see why.'));
  await eventually('the Worker', () => answersOk(`${origin}/healthz`));

  say('Starting the relay …');
  const marketTime = await gateway;
  const healthPort = await freePort();
  await local.moveRelayTo(origin);
  const settings = {
    RELAY_URL: origin,
    RELAY_DATA_DIR: local.relay,
    RELAY_NAME: 'local relay',
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_PORT: String(gatewayPort),
    GATEWAY_CLOCK: 'simulated',
    RELAY_HEALTH_PORT: String(healthPort),
  };
  stops.push(async () => local.forgetSettings());
  local.noteSettings(settings);
  launch(
    'relay',
    { first: ['run'] },
    {
      ...settings,
      RELAY_LOG_LEVEL: 'info',
      ...(trading && { RELAY_TRADING: 'paper', RELAY_APPROVAL: 'ticket' }),
      RELAY_FLEX_TOKENS: 'demo simulated1234567890 900001=activity',
      RELAY_FLEX_URL: `http://127.0.0.1:${flexPort}/FlexWebService`,
      // Used only when there is no working pairing from an earlier run.
      RELAY_PAIRING_CODE: await pairingCode(),
    },
  );
  await eventually('the relay', () => answersOk(`http://127.0.0.1:${healthPort}/readyz`), 60_000);
  const accounts = await demoAccounts();

  console.log(`
  ibkr-remote-mcp is running, with a simulated IB Gateway.

    MCP endpoint   ${origin}/mcp
    Dashboard      ${origin}/
    Relay          ready, ${accounts}
    Market         ${inNewYork(marketTime)}; three months of trading lie behind it
                   (it goes on at the next start; npm start -- --at <instant> begins anew)
    Trading        ${trading ? tradingOn : tradingOff}

    Claude Code    claude mcp add --transport http ibkr ${origin}/mcp

  Three things to ask:
    How much did I make this week, and what did I pay in commissions?
    What did I buy and sell in the last month, and what was the best trade?
    ${trading ? 'Buy 10 shares of Apple at the market, with a stop 5 % below.' : 'How would a fall of Apple by 5 % change my portfolio?'}

  Press Ctrl-C to stop.
`);
}

/** @returns what time it is at the market, once the gateway is ready and the relay's past is written */
function startGateway(local: LocalFolder, gatewayPort: number, flexPort: number): Promise<Date> {
  const { promise, resolve } = Promise.withResolvers<Date>();
  const args = (instant: string): string[] => [
    ...['simulate', '--port', String(gatewayPort), '--flex-port', String(flexPort), '--state', local.gatewayState],
    ...['--history', '92', '--records', local.relay, '--at', instant],
  ];
  // Should it be started again, it goes on from what it has saved.
  const log = (line: string): void => {
    const text = /^Its clock says (\S+)\.$/.exec(line)?.[1];
    if (text) resolve(new Date(text));
  };
  launch('gateway', { first: args(at ?? 'midday'), again: args('midday') }, {}, log);
  return eventually(
    'the simulated IB Gateway',
    () => Promise.race([promise, delay(1_000).then(() => undefined)]),
    60_000,
  );
}

function inNewYork(instant: Date): string {
  return `${instant.toLocaleString('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: 'America/New_York' })} in New York`;
}

/** Runs one part as a process and, as a container runtime would, starts it again when it dies; not for ever. */
function launch(
  name: string,
  { first, again = first }: { first: readonly string[]; again?: readonly string[] },
  env: Record<string, string> = {},
  onLine: (line: string) => void = () => undefined,
): void {
  const exits: number[] = [];
  let child: ChildProcess;
  const show = logOf(name);
  const log = (line: string): void => {
    onLine(line);
    show(line);
  };
  const run = (args: readonly string[]) => {
    child = startRelayProcess({ args, env, log });
    child.on('exit', () => {
      if (stopping) return;
      exits.push(Date.now());
      if (exits.filter((at) => Date.now() - at < 60_000).length > maxRestarts) {
        void stop(1, `The ${name} keeps stopping; run with --verbose to see why.`);
        return;
      }
      say(`The ${name} stopped; starting it again …`);
      setTimeout(() => stopping || run(again), 1_000);
    });
  };
  run(first);
  stops.push(() => stopProcess(child));
}

/** Signs in as the demo user and returns the session cookie. */
async function signIn(): Promise<string> {
  const response = await post('/sign-in', '');
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
  if (!cookie) throw new Error('The Worker did not let the demo user in.');
  return cookie;
}

async function pairingCode(): Promise<string> {
  const response = await post('/pairing-code', await signIn());
  const { code } = (await response.json()) as { code: string };
  return code;
}

async function demoAccounts(): Promise<string> {
  const response = await fetch(`${origin}/relays`, { headers: { Cookie: await signIn() } });
  const { relays } = (await response.json()) as {
    relays: { online: boolean; status?: { accounts: { account: string; kind: string }[] } }[];
  };
  const accounts = relays.filter((relay) => relay.online).flatMap((relay) => relay.status?.accounts ?? []);
  return accounts.map(({ account, kind }) => `${kind} account ${account}`).join(', ');
}

function post(path: string, cookie: string): Promise<Response> {
  return fetch(origin + path, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      Origin: origin,
      Cookie: cookie,
      Accept: 'application/json',
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: '',
  });
}

async function stop(exitCode: number, problem?: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  if (problem) console.error(`\n  ${problem}\n`);
  // In reverse: whoever depends on another stops before it.
  for (const close of stops.reverse()) await close();
  process.exit(exitCode);
}

function say(text: string): void {
  console.log(`  ${text}`);
}

function logOf(name: string): (line: string) => void {
  return (line) => {
    if (verbose) console.log(`[${name}] ${line}`);
  };
}

function options(): StartOptions {
  try {
    return readStartOptions(process.argv.slice(2), process.env, resolve(import.meta.dirname, '../.local'));
  } catch (error) {
    if (error instanceof UsageError) console.error(`\n  ${error.message}\n`);
    else if (!(error instanceof CommanderError)) throw error;
    return process.exit(error instanceof CommanderError ? error.exitCode : 64);
  }
}
