import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort, startRelayProcess, stopProcess } from '../../scripts/processes.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/index.ts';
import { Browser } from './browser.ts';
import { connectClient, type Era, type TestClient } from './clients.ts';
import { compileCache } from './compile-cache.ts';
import { pairingCode, signInAs, signInDemo } from './users.ts';
import { startWorker, type TestWorker } from './worker.ts';

/** A paired relay as its own OS process, beside its simulated gateway in this one. */
export interface TestRelay {
  readonly simulator: Simulator;
  /** Folder with the device key. */
  readonly data: string;
  process: ChildProcess;
  /** Everything it printed. */
  readonly output: string[];
  ready(): Promise<void>;
  /** What `/readyz` says. */
  readyz(): Promise<{ status: number; body: Record<string, unknown> }>;
  start(env?: Record<string, string>): void;
  /** Starts a second process with the same settings but for these, which is the caller's to end. */
  another(env: Record<string, string>): ChildProcess;
  kill(signal?: NodeJS.Signals): Promise<void>;
  close(): Promise<void>;
}

/** The whole system: Worker on the Workers runtime, a simulator on real TCP, the relay as a process, one signed-in user. */
export interface TestSystem {
  readonly worker: TestWorker;
  readonly relay: TestRelay;
  readonly simulator: Simulator;
  readonly browser: Browser;
  readonly userId: string;
  connect(era: Era, options?: { trade?: boolean; accounts?: string[] }): Promise<TestClient>;
  close(): Promise<void>;
}

/** @param options `beside` starts a further person's system on the Worker of that one, which has to outlive it */
export async function startSystem({
  simulator: simulatorOptions,
  env,
  beside,
}: {
  simulator?: Partial<SimulatorOptions>;
  env?: Record<string, string>;
  beside?: TestSystem;
} = {}): Promise<TestSystem> {
  const worker = beside?.worker ?? (await startWorker());
  const { browser, userId } = await (beside ? signInAs(worker, `person ${randomUUID()}`) : demoUser(worker));
  const relay = await startRelay(worker, browser, simulatorOptions, env);
  await relay.ready();
  return {
    worker,
    relay,
    simulator: relay.simulator,
    browser,
    userId,
    connect: (era, options) => connectClient({ era, url: worker.mcp, browser, ...options }),
    async close() {
      await relay.close();
      if (!beside) await worker.close();
    },
  };
}

let lastStart: Promise<unknown> = Promise.resolve();

/** Gives a test a person with a relay and a gateway of their own, on the Worker of `system`: what waits can wait together. */
export function beside(
  system: () => TestSystem,
  options: { simulator?: Partial<SimulatorOptions>; env?: Record<string, string> },
  work: (own: TestSystem, client: TestClient) => Promise<void>,
): () => Promise<void> {
  return async () => {
    // One after the other, so that the first need not wait until the last has started.
    const started = lastStart.then(() => startSystem({ ...options, beside: system() }));
    lastStart = started.catch(() => undefined);
    const own = await started;
    try {
      const client = await own.connect('2026-07-28');
      await work(own, client);
      await client.close();
    } finally {
      await own.close();
    }
  };
}

async function demoUser(worker: TestWorker): Promise<{ browser: Browser; userId: string }> {
  const browser = new Browser();
  return { browser, userId: await signInDemo(worker, browser) };
}

/** Starts a simulator and a relay that pairs itself as the browser's user. `main` is another program than the product's. */
export async function startRelay(
  worker: TestWorker,
  browser: Browser,
  simulatorOptions: Partial<SimulatorOptions> = {},
  env: Record<string, string> = {},
  main?: string,
): Promise<TestRelay> {
  const simulator = await startSimulator(simulatorOptions);
  const data = await mkdtemp(join(tmpdir(), 'relay-'));
  const code = await pairingCode(worker, browser);
  const healthPort = await freePort();
  const output: string[] = [];
  const launch = (changes: Record<string, string> = {}) =>
    startRelayProcess({
      args: ['run'],
      ...(main && { main }),
      env: {
        ...compileCache,
        RELAY_URL: worker.origin.origin,
        RELAY_DATA_DIR: data,
        RELAY_NAME: 'test relay',
        RELAY_PAIRING_CODE: code,
        RELAY_HEALTH_PORT: String(healthPort),
        RELAY_LOG_LEVEL: 'debug',
        GATEWAY_HOST: '127.0.0.1',
        GATEWAY_PORT: String(simulator.port),
        ...env,
        ...changes,
      },
      log: (line) => output.push(line),
    });
  const readyz = async () => {
    const response = await fetch(`http://127.0.0.1:${healthPort}/readyz`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const relay: TestRelay = {
    simulator,
    data,
    process: launch(),
    output,
    readyz,
    ready: async () => {
      await eventually(
        `the relay (${output.slice(-5).join(' ')})`,
        async () => (await readyz()).status === 200,
        30_000,
      );
    },
    start(changes) {
      relay.process = launch(changes);
    },
    another: launch,
    async kill(signal = 'SIGKILL') {
      relay.process.kill(signal);
      await eventually(
        'the relay to be gone',
        async () => relay.process.exitCode !== null || relay.process.signalCode !== null,
      );
    },
    async close() {
      await stopProcess(relay.process);
      await simulator.close();
      await rm(data, { recursive: true, force: true });
    },
  };
  return relay;
}
