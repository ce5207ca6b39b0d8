import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import WebSocket from 'ws';
import { terminalReason } from '../../shared/tunnel/close-codes.ts';
import { clockSkewSec, signConnect } from '../../shared/tunnel/credential.ts';
import { type ConfigOf, keyFileIn } from '../config.ts';
import { accountKind, createGateway, type GatewayStatus } from '../gateway/index.ts';
import { type DeviceKeyFile, readDeviceKey } from '../hub/device-key.ts';
import { whyUnreachable } from '../hub/pairing.ts';
import { readRefusedUpgrade } from '../hub/refused-upgrade.ts';
import type { Check } from './check.ts';
import { type Readiness, readinessSchema } from './health.ts';
import { identityOf } from './pairing.ts';
import { checkTrading, type ExaminedSettings } from './trading-checks.ts';

export interface Diagnosis {
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** What to do about the first hop that failed. */
  readonly nextStep?: string;
}

/** The settings as `run` would have them, as far as a hop or trading depends on them. */
export type DoctorConfig = Pick<ConfigOf<'run'>, keyof ConfigOf<'doctor'>> & ExaminedSettings;

export interface DoctorOptions {
  readonly config: DoctorConfig;
  /** What loading the settings warned of. */
  readonly warnings?: readonly string[];
  /** Told as soon as each hop is known. */
  readonly onCheck?: (check: Check) => void;
  /** Milliseconds. */
  readonly timing?: {
    readonly serverMs?: number;
    readonly portMs?: number;
    readonly handshakeMs?: number;
    readonly loginMs?: number;
    /** From the login to the farms' own word. */
    readonly farmsMs?: number;
  };
}

type Outcome = Omit<Check, 'name'>;

const ok = (detail: string): Outcome => ({ state: 'ok', detail });
const failed = (detail: string, nextStep: string): Outcome => ({ state: 'failed', detail, nextStep });
const skipped = (detail: string): Outcome => ({ state: 'skipped', detail });

/**
 * Tests every hop from here to the server and to IB Gateway, in order. A hop that needs an earlier one which failed is
 * skipped. Nothing here displaces a relay that runs; one on this machine is asked for its own view.
 */
export async function diagnose(options: DoctorOptions): Promise<Diagnosis> {
  const { config, warnings = [], onCheck, timing = {} } = options;
  const checks: Check[] = [];
  const note = (name: string, outcome: Outcome): boolean => {
    const check = { name, ...outcome };
    checks.push(check);
    onCheck?.(check);
    return outcome.state === 'ok';
  };

  note('configuration', ok(['The settings are valid.', ...warnings].join(' ')));
  const key = await readKey(config);
  const running = await askRunningRelay(config, key.file);

  const origin = config.url ?? key.file?.url;
  const server = await checkServer(origin, timing.serverMs ?? 10_000);
  const reachable = note('server', server.outcome);
  const onTime = note('clock', reachable ? checkClock(server.skewMs) : skipped('Needs the server.'));
  const paired = note('device key', key.outcome);
  note(
    'tunnel',
    reachable && onTime && paired && key.file
      ? await checkTunnel(key.file, running, timing.serverMs ?? 10_000)
      : skipped('Needs the hops before it.'),
  );

  const open = note('gateway port', await checkPort(config, timing.portMs ?? 5_000));
  const gateway = !open
    ? skippedGateway
    : running && running.gateway.state !== 'stopped'
      ? judgeGateway(running.gateway, config)
      : await connectGateway(config, timing);
  note('gateway handshake', gateway.handshake);
  note('gateway login', gateway.login);
  note('data farms', gateway.farms);
  for (const { name, ...outcome } of await checkTrading(config)) note(name, outcome);

  const first = checks.find(({ state }) => state === 'failed');
  return { ok: first === undefined, checks, ...(first?.nextStep && { nextStep: first.nextStep }) };
}

async function readKey(config: DoctorConfig): Promise<{ outcome: Outcome; file?: DeviceKeyFile }> {
  const path = keyFileIn(config.dataDir);
  try {
    const file = await readDeviceKey(path);
    if (config.url !== undefined && config.url !== file.url) {
      const detail = `The device key belongs to ${file.url}, but RELAY_URL is ${config.url}.`;
      return {
        outcome: failed(detail, 'Correct RELAY_URL, or get a code on the new server and run the pair command.'),
      };
    }
    const { phrase } = await identityOf(file);
    return { outcome: ok(`Paired with ${file.url} as “${file.name}”; the dashboard shows “${phrase}”.`), file };
  } catch (error) {
    return { outcome: failed((error as Error).message, 'Get a code on the dashboard and run the pair command.') };
  }
}

/** The relay that runs on this machine with this key, by its own health page; undefined when there is none. */
async function askRunningRelay(config: DoctorConfig, key?: DeviceKeyFile): Promise<Readiness | undefined> {
  if (config.healthPort === 0 || !key) return undefined;
  try {
    const response = await fetch(`http://127.0.0.1:${config.healthPort}/readyz`, {
      signal: AbortSignal.timeout(2_000),
    });
    const readiness = readinessSchema.parse(await response.json());
    return readiness.device === key.device ? readiness : undefined;
  } catch {
    return undefined;
  }
}

async function checkServer(origin: string | undefined, ms: number): Promise<{ outcome: Outcome; skewMs: number }> {
  const outcome = (result: Outcome): { outcome: Outcome; skewMs: number } => ({ outcome: result, skewMs: 0 });
  if (origin === undefined)
    return outcome(failed('The address of the server is not known.', 'Set RELAY_URL to the address of your server.'));
  try {
    const askedAt = Date.now();
    const response = await fetch(`${origin}/healthz`, { redirect: 'manual', signal: AbortSignal.timeout(ms) });
    const here = (askedAt + Date.now()) / 2;
    // Read in any case: Node may end with a server that closes over an unread body.
    const body = (await response.json().catch(() => undefined)) as { ok?: unknown } | undefined;
    if (!response.ok || body?.ok !== true) {
      const detail = `${origin} answers (HTTP ${response.status}), but not as an ibkr-remote-mcp server.`;
      return outcome(failed(detail, 'Check RELAY_URL, and that the server is deployed.'));
    }
    const there = Date.parse(response.headers.get('date') ?? '');
    return { outcome: ok(`${origin} answers.`), skewMs: Number.isNaN(there) ? 0 : here - there };
  } catch (error) {
    return outcome(
      failed(
        `${origin} cannot be reached: ${whyUnreachable(error, ms)}`,
        'Check RELAY_URL and the internet connection of this machine.',
      ),
    );
  }
}

/** @param skewMs how far this machine is ahead of the server */
function checkClock(skewMs: number): Outcome {
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  if (seconds <= clockSkewSec) return ok(`Agrees with the server’s within ${Math.max(1, seconds)} s.`);
  const detail = `This machine’s clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the server’s; ${clockSkewSec} s are tolerated.`;
  return failed(detail, 'Set the clock, best by switching on network time (NTP).');
}

async function checkTunnel(key: DeviceKeyFile, running: Readiness | undefined, ms: number): Promise<Outcome> {
  if (running?.tunnel.state === 'open') return ok('The relay that runs on this machine is connected.');
  if (running) {
    const { state, problem } = running.tunnel;
    return state === 'stopped' && problem
      ? failed('The relay that runs on this machine has given up.', problem)
      : failed(
          `The relay that runs on this machine is not connected${problem ? `: ${problem}` : '.'}`,
          'Wait a minute: it reconnects by itself. If it does not, look at its log.',
        );
  }
  return tryCredential(key, ms);
}

/**
 * Asks to open the tunnel with a credential that is too old to open it. The server checks the key before the time, so
 * that `clock_skew` proves a key that is accepted, while a relay that runs elsewhere keeps its connection.
 */
async function tryCredential(key: DeviceKeyFile, ms: number): Promise<Outcome> {
  const authorization = await signConnect(key, key.url, Date.now() / 1_000 - 10 * clockSkewSec);
  const socket = new WebSocket(`${key.url.replace(/^http/, 'ws')}/relay`, {
    headers: { authorization },
    perMessageDeflate: false,
    handshakeTimeout: ms,
  });
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  socket.on('unexpected-response', async (_request, response) => {
    const { httpStatus, errorCode, message } = await readRefusedUpgrade(response);
    if (errorCode === 'clock_skew') return resolve(ok('The server accepts the device key.'));
    const nextStep = terminalReason(0, httpStatus)
      ? 'Get a new code on the dashboard and run the pair command again.'
      : 'Try again in a minute; behind a proxy, check that it lets WebSockets through.';
    return resolve(failed(message, nextStep));
  });
  socket.on('open', () => resolve(failed('The server does not check the age of credentials.', 'Update the server.')));
  socket.on('error', (error) =>
    resolve(
      failed(
        `The tunnel cannot be opened: ${error.message}.`,
        'Something on the way to the server blocks WebSockets: try another network, or switch off a filtering proxy.',
      ),
    ),
  );
  const outcome = await promise;
  socket.terminate();
  return outcome;
}

/** Which ports IB's programs use, and what answers there. */
const apiPorts: Readonly<Record<number, string>> = {
  4004: 'a paper gateway in a container',
  4003: 'a live gateway in a container',
  4002: 'a paper gateway',
  4001: 'a live gateway',
  7497: 'a paper TWS',
  7496: 'a live TWS',
};

async function checkPort({ gatewayHost: host, gatewayPort: port }: DoctorConfig, ms: number): Promise<Outcome> {
  const problem = await dial(host, port, ms);
  if (problem === undefined) return ok(`${host}:${port} accepts connections.`);
  if (problem === 'ENOTFOUND' || problem === 'EAI_AGAIN') {
    return failed(
      `There is no host named ${host}.`,
      'Check GATEWAY_HOST; with the compose file it is ib-gateway, and that container must be running.',
    );
  }
  const detail =
    problem === 'ECONNREFUSED'
      ? `Nothing listens at ${host}:${port}.`
      : problem === 'timeout'
        ? `${host}:${port} does not answer within ${ms / 1_000} s.`
        : `${host}:${port} cannot be reached (${problem}).`;
  return failed(
    detail,
    problem === 'timeout' ? `Check GATEWAY_HOST and the firewall of ${host}.` : await portAdvice(host, port),
  );
}

/** The error code of a failed TCP connection, `timeout`, or undefined when it opens. */
function dial(host: string, port: number, ms: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (problem?: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(problem);
    };
    const timer = setTimeout(() => end('timeout'), ms);
    socket.on('connect', () => end());
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

async function portAdvice(host: string, port: number): Promise<string> {
  const others = Object.keys(apiPorts)
    .map(Number)
    .filter((other) => other !== port);
  const open = (
    await Promise.all(others.map(async (other) => ((await dial(host, other, 1_000)) ? [] : [other])))
  ).flat();
  const own = 'Ports 4001 and 4002 are the gateway’s own: in a container they answer inside it only. ';
  const hint = port === 4001 || port === 4002 ? own : '';
  if (open.length > 0) {
    const found = open.map((other) => `${other} (${apiPorts[other]}) answers`).join(', ');
    return `${hint}Set GATEWAY_PORT to what you want to use: ${found}.`;
  }
  return `${hint}Start IB Gateway and log in. In a container its port is 4004 (paper) or 4003 (live) and opens about a minute after the start; installed on this machine it is 4002 or 4001.`;
}

interface GatewayOutcomes {
  readonly handshake: Outcome;
  readonly login: Outcome;
  readonly farms: Outcome;
}

const needsBefore = skipped('Needs the hop before it.');
const skippedGateway: GatewayOutcomes = { handshake: needsBefore, login: needsBefore, farms: needsBefore };

/** Connects as the relay would, and leaves. */
async function connectGateway(
  config: DoctorConfig,
  timing: NonNullable<DoctorOptions['timing']>,
): Promise<GatewayOutcomes> {
  const gateway = createGateway(
    {
      host: config.gatewayHost,
      port: config.gatewayPort,
      clientId: config.gatewayClientId,
      handshakeMs: timing.handshakeMs ?? 10_000,
      loginMs: timing.loginMs ?? 15_000,
    },
    pino({ level: 'silent' }),
  );
  const { promise, resolve } = Promise.withResolvers<GatewayStatus>();
  gateway.onStatus((status) => {
    if (isDecided(status)) resolve(status);
  });
  gateway.start();
  try {
    const decided = await promise;
    if (decided.gateway.problem) return judgeGateway(decided.gateway, config);
    // The farms report on their own a moment after the login.
    await sleep(timing.farmsMs ?? 1_500);
    const { gateway: state, accounts, farms } = gateway.status();
    return judgeGateway(state, config, { accounts, farms });
  } finally {
    gateway.stop();
  }
}

function isDecided({ gateway: { state, problem } }: GatewayStatus): boolean {
  return state === 'ready' || problem !== undefined;
}

/** Which hop a gateway state stands for. */
function judgeGateway(
  { state, serverVersion, problem, nextStep }: Readiness['gateway'],
  config: DoctorConfig,
  seen?: Pick<GatewayStatus, 'accounts' | 'farms'>,
): GatewayOutcomes {
  const trouble = failed(
    problem ?? `The gateway is ${state.replaceAll('_', ' ')}.`,
    nextStep ?? 'Wait a minute and run the doctor again.',
  );
  if (serverVersion === undefined) return { handshake: trouble, login: needsBefore, farms: needsBefore };
  const handshake = ok(`IB Gateway speaks (server version ${serverVersion}).`);
  if (state !== 'ready' && state !== 'degraded') return { handshake, login: trouble, farms: needsBefore };
  const login = seen
    ? checkAccounts(seen.accounts, config.accounts)
    : ok('The relay that runs on this machine is logged in.');
  if (login.state !== 'ok') return { handshake, login, farms: needsBefore };
  if (state === 'degraded') return { handshake, login, farms: trouble };
  return {
    handshake,
    login,
    farms: ok(
      seen
        ? `${seen.farms.filter((farm) => farm.state === 'ok').length} data farms are connected.`
        : 'All that are in use are connected.',
    ),
  };
}

function checkAccounts(accounts: readonly string[], allowed: readonly string[] | undefined): Outcome {
  const served = accounts.filter((account) => allowed?.includes(account) ?? true);
  if (served.length === 0)
    return failed(
      'None of the accounts in RELAY_ACCOUNTS belongs to this login.',
      'Correct RELAY_ACCOUNTS, or leave it empty to serve all accounts of the login.',
    );
  const paper = served.filter((account) => accountKind(account) === 'paper').length;
  const kinds = [`${paper} paper`, `${served.length - paper} live`].filter((count) => !count.startsWith('0'));
  return ok(`Logged in; accounts served: ${kinds.join(', ')}.`);
}
