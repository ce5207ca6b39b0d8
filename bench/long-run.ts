import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { createGateway, type Gateway } from '../relay/gateway/index.ts';
import { MarketClock } from '../relay/gateway/time/market-clock.ts';
import type { Records } from '../relay/performance/records.ts';
import { createToolRunner, type RunTool } from '../relay/tools/run-tool.ts';
import { toToolErrorData } from '../shared/errors.ts';
import { version } from '../shared/version.ts';
import { type Simulator, startSimulator } from '../simulator/index.ts';
import type { ArgumentCase } from '../test/support/arguments-matter.ts';
import { relayCases } from '../test/support/load-cases.ts';
import { Past } from './past.ts';

/**
 * Days of a relay's life in minutes: its tools read while a simulated gateway goes through its nightly restarts, farms
 * that break and come back, outages of the broker and a weekly login. At noon the world stands still, so that every
 * answer can be compared with what a relay that has just been started says in the same moment.
 */

/** One call; `begin` asks for the arguments that have to be asked for. */
type Call = readonly [tool: string, args: object, begin?: ArgumentCase['begin']];

export interface LongRunOptions {
  readonly days: number;
  /** The calls that are made, again and again. */
  readonly calls: readonly Call[];
  /** Called after every simulated day. */
  readonly onDay?: (day: DayFigures) => void;
}

export interface DayFigures {
  /** 1 is the first. */
  readonly day: number;
  /** What the relay is subscribed to when no call is under way. */
  readonly subscriptions: readonly string[];
  readonly timers: number;
  readonly sockets: number;
  /** After garbage collection, in MB. */
  readonly heap: number;
}

export interface LongRunReport {
  readonly days: readonly DayFigures[];
  readonly calls: number;
  /** Calls that were refused while the gateway was away, as they should be. */
  readonly refused: number;
  readonly restarts: number;
  readonly flaps: number;
  readonly outages: number;
  readonly logins: number;
  /** Answers that a relay that had just been started gave as well. */
  readonly compared: number;
  /** Flex statements that were fetched. */
  readonly statements: number;
  /** One sentence for each answer or state that was not as it should be. */
  readonly wrong: readonly string[];
  /** What was left after the relay and the gateway had stopped. */
  readonly left: { readonly timers: number; readonly sockets: number };
  readonly seconds: number;
}

/** Calls of the same tools whose answers do not depend on dates and on how fast the machine is. */
const newest: Readonly<Record<string, object>> = {
  get_historical_ticks: { contract: 'AAPL', count: 50 },
  get_quotes: { contracts: ['AAPL', 'SHEL.GBP', 'EUR.USD', 'ES:CONTFUT'], fields: 'detailed' },
  // Bid, ask and last: however long the line takes to open, both relays see the same.
  stream_quotes: { contracts: ['AAPL'], seconds: 5, updates: 3 },
};

/** One call of each tool, and more of history. */
export const allCalls: LongRunOptions['calls'] = [
  ['get_historical_bars', { contract: 'AAPL', bar_size: '5 mins', duration: '1d' }],
  ['get_historical_bars', { contract: 'SPX:IND', bar_size: '1 day', duration: '1m' }],
  ...[...relayCases].map(
    ([
      tool,
      {
        argumentsMatter: { base, begin },
      },
    ]) => [tool, newest[tool] ?? base, begin] as const,
  ),
];

const account = 'DU1234567';
/** A Monday, midnight in New York. */
const beginning = Date.parse('2026-10-12T04:00:00Z');
const hour = 3_600_000;
const logger = pino({ level: 'silent' });
const quick = {
  handshakeMs: 400,
  loginMs: 400,
  reconnectMinMs: 20,
  reconnectMaxMs: 100,
  requestsPerSecond: 10_000,
  idleLineMs: 100,
};
/** Answers that a call may give while something is down. */
const away = ['gateway_disconnected', 'gateway_interrupted'];
const silent = ['no_data', 'gateway_timeout', 'pacing'];

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/**
 * Lives so many days and reports. The clocks of the process are those of the simulated world meanwhile: the one that is
 * never set leaps forward with it.
 */
export async function liveThrough(options: LongRunOptions): Promise<LongRunReport> {
  const startedAt = performance.now();
  const real = { wall: Date.now, monotonic: performance.now };
  let leapt = 0;
  const before = resources();
  const sim = await startSimulator({
    clock: () => new Date(beginning + performance.now() - startedAt),
    tickIntervalMs: 10,
    accounts: [account, 'DU7654321'],
  });
  Date.now = () => sim.clock.now();
  performance.now = () => real.monotonic.call(performance) + leapt;
  const folder = await mkdtemp(join(tmpdir(), 'long-run-'));
  const past = await Past.open(folder, account, dateOf(beginning));
  const leap = (ms: number) => {
    leapt += ms;
  };
  const life = new Life(sim, past, { ...options, leap });
  try {
    await life.run();
  } finally {
    await life.stop();
    await sim.close();
    await past.close();
    await rm(folder, { recursive: true });
    Date.now = real.wall;
    performance.now = real.monotonic;
  }
  await sleep(100);
  const after = resources();
  return {
    ...life.figures,
    statements: past.statements,
    left: { timers: after.timers - before.timers, sockets: after.sockets - before.sockets },
    seconds: Math.round((performance.now() - startedAt) / 1_000),
  };
}

interface LifeOptions extends LongRunOptions {
  /** Moves all clocks forward by so many milliseconds. */
  readonly leap: (ms: number) => void;
}

class Life {
  readonly figures = {
    days: [] as DayFigures[],
    calls: 0,
    refused: 0,
    restarts: 0,
    flaps: 0,
    outages: 0,
    logins: 0,
    compared: 0,
    wrong: [] as string[],
  };
  readonly #sim: Simulator;
  readonly #options: LifeOptions;
  readonly #past: Past;
  readonly #gateway: Gateway;
  readonly #execute: RunTool;
  #calls: readonly Call[] = [];

  constructor(sim: Simulator, past: Past, options: LifeOptions) {
    this.#past = past;
    this.#sim = sim;
    this.#options = options;
    this.#gateway = gatewayOf(sim, 7);
    this.#execute = executorOf(this.#gateway, past.records);
  }

  async stop(): Promise<void> {
    this.#gateway.stop();
  }

  async run(): Promise<void> {
    this.#gateway.start();
    await this.#becomes('ready');
    this.#calls = await Promise.all(this.#options.calls.map((call) => this.#begun(call)));
    for (let day = 1; day <= this.#options.days; day += 1) {
      const midnight = beginning + (day - 1) * 24 * hour;
      this.#past.renew(dateOf(midnight));
      if (day % 7 === 1) await this.#weeklyLogin(midnight + hour);
      await this.#farmFlap(midnight + 10 * hour);
      await this.#noon(midnight + 12 * hour);
      await this.#outage(midnight + 14 * hour, day % 2 === 0);
      await this.#nightlyRestart(midnight + 23.75 * hour);
      await this.#count(day);
    }
  }

  async #begun([tool, args, begin]: Call): Promise<Call> {
    return [tool, { ...args, ...(await begin?.((other, asked) => this.#execute(other, asked))) }];
  }

  /** Moves the world on and lets what it has to say arrive. */
  async #at(instant: number): Promise<void> {
    this.#options.leap(Math.max(0, instant - this.#sim.clock.now()));
    await sleep(100);
  }

  async #weeklyLogin(instant: number): Promise<void> {
    await this.#at(instant);
    this.#sim.ignoreHandshake(true);
    this.#sim.dropConnections();
    await this.#becomes('waiting_for_login');
    await this.#all(away);
    await this.#at(instant + 20 * 60_000);
    await this.#says(/phone/);
    this.#sim.ignoreHandshake(false);
    await this.#becomes('ready');
    this.figures.logins += 1;
    await this.#all(silent);
  }

  async #farmFlap(instant: number): Promise<void> {
    await this.#at(instant);
    for (const farm of ['usfarm.nj', 'ushmds'] as const) {
      this.#sim.connectivity.farm(farm, 'broken');
      await this.#becomes('degraded');
      await this.#says(new RegExp(farm.replace('.', '\\.')));
      // Which calls fall into these seconds depends on how many tools there are; history may fail, if it says why.
      await this.#some(farm === 'ushmds' ? [...silent, 'ib_error'] : silent);
      this.#sim.connectivity.farm(farm, 'ok');
      await this.#becomes('ready');
      this.figures.flaps += 1;
    }
  }

  /** Compares every answer with that of a relay that has just been started. */
  async #noon(instant: number): Promise<void> {
    await this.#at(instant);
    this.#sim.setClock({ frozen: true });
    // So that both read the same past.
    await this.#past.look(this.#gateway, this.#execute);
    const mine = await this.#all(silent);
    const gateway = gatewayOf(this.#sim, 8);
    gateway.start();
    await this.#becomes('ready', gateway);
    const fresh = await answers(executorOf(gateway, this.#past.records), this.#calls);
    gateway.stop();
    this.#sim.setClock({ frozen: false });
    for (const [index, [tool]] of this.#calls.entries()) {
      this.figures.compared += 1;
      const [here, there] = [comparable(mine[index]), comparable(fresh[index])];
      if (isDeepStrictEqual(here, there)) continue;
      this.#wrong(
        `${tool} differs: ${JSON.stringify(here)?.slice(0, 3_000)} ≠ ${JSON.stringify(there)?.slice(0, 3_000)}`,
      );
    }
  }

  async #outage(instant: number, dataLost: boolean): Promise<void> {
    await this.#at(instant);
    const underWay = answers(this.#execute, this.#calls);
    this.#sim.connectivity.lose();
    await this.#becomes('maintenance');
    this.#judge(await underWay, [...away, ...silent]);
    await this.#all(away);
    await this.#at(instant + 5 * 60_000);
    this.#sim.connectivity.restore({ dataLost });
    await this.#becomes('ready');
    this.figures.outages += 1;
    await this.#some(silent);
  }

  async #nightlyRestart(instant: number): Promise<void> {
    await this.#at(instant);
    const underWay = answers(this.#execute, this.#calls);
    await this.#sim.goDown();
    await this.#becomes('maintenance');
    this.#judge(await underWay, [...away, ...silent]);
    await this.#all(away);
    await this.#at(instant + 2 * 60_000);
    await this.#sim.listen();
    await this.#becomes('ready');
    this.figures.restarts += 1;
    await this.#some(silent);
  }

  #all(refusals: readonly string[]): Promise<Answer[]> {
    return this.#read(this.#calls, refusals);
  }

  /** Every third call, others each time. */
  #some(refusals: readonly string[]): Promise<Answer[]> {
    const { calls } = this.figures;
    return this.#read(
      this.#calls.filter((_call, index) => (index + calls) % 3 === 0),
      refusals,
    );
  }

  async #read(calls: LongRunOptions['calls'], refusals: readonly string[]): Promise<Answer[]> {
    const given = await answers(this.#execute, calls);
    this.#judge(given, refusals);
    return given;
  }

  #judge(given: readonly Answer[], refusals: readonly string[]): void {
    this.figures.calls += given.length;
    for (const { tool, error } of given) {
      if (error === undefined) continue;
      const named = error.code !== 'ib_error' || error.message.includes('Down at IB: ushmds');
      if (!refusals.includes(error.code) || !named) this.#wrong(`${tool} fails with ${error.code}: ${error.message}`);
      else if (away.includes(error.code)) this.figures.refused += 1;
    }
  }

  #wrong(sentence: string): void {
    this.figures.wrong.push(`${new Date(this.#sim.clock.now()).toISOString()} ${sentence}`);
  }

  /** Waits for a state; a relay that does not come to it within ten seconds is wrong. */
  async #becomes(state: string, gateway = this.#gateway): Promise<void> {
    for (let waited = 0; waited < 10_000; waited += 5) {
      if (gateway.status().gateway.state === state) return;
      await sleep(5);
    }
    this.#wrong(`should be ${state}: ${JSON.stringify(gateway.status().gateway)}`);
  }

  async #says(sentence: RegExp): Promise<void> {
    const { problem, nextStep } = this.#gateway.status().gateway;
    if (!sentence.test(`${problem} ${nextStep}`)) this.#wrong(`says nothing of ${sentence}: ${problem} ${nextStep}`);
  }

  async #count(day: number): Promise<void> {
    // What the last calls took back is still on its way.
    await sleep(200);
    collectGarbage();
    const subscriptions = this.#sim.activeSubscriptions().map(({ kind, subject }) => `${kind} ${subject}`.trim());
    const figures = { day, subscriptions, ...resources(), heap: process.memoryUsage().heapUsed / 1_048_576 };
    this.figures.days.push(figures);
    this.#options.onDay?.(figures);
  }
}

interface Answer {
  readonly tool: string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: string; readonly message: string };
}

function answers(execute: RunTool, calls: LongRunOptions['calls']): Promise<Answer[]> {
  return Promise.all(
    calls.map(([tool, args]) =>
      execute(tool, args).then(
        (result) => ({ tool, result }),
        (error: unknown) => ({ tool, error: toToolErrorData(error) }),
      ),
    ),
  );
}

/** The day in New York of a midnight there. */
function dateOf(midnight: number): string {
  return new Date(midnight).toISOString().slice(0, 10);
}

function gatewayOf(sim: Simulator, clientId: number): Gateway {
  const now = () => sim.clock.now();
  const clock = new MarketClock(now, now);
  return createGateway({ host: '127.0.0.1', port: sim.port, clientId, clock, ...quick }, logger);
}

function executorOf(gateway: Gateway, records: Records): RunTool {
  return createToolRunner({ gateway, config: { relayName: 'home', trading: 'read-only' }, records, version, logger });
}

/** An answer without what depends on when the relay was started, and on what it has read since. */
function comparable(answer: Answer | undefined): unknown {
  const text = JSON.stringify(answer?.result ?? answer?.error?.code, (key, value: unknown) =>
    key === 'since' || key === 'asOf' || (key === 'data' && Array.isArray(value)) ? undefined : value,
  );
  return text === undefined ? undefined : JSON.parse(text);
}

function resources(): { timers: number; sockets: number } {
  const active = process.getActiveResourcesInfo();
  const count = (name: string): number => active.filter((kind) => kind === name).length;
  return { timers: count('Timeout'), sockets: count('TCPSocketWrap') + count('TCPServerWrap') };
}
