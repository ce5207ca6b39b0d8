import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Terminal } from '../../shared/tunnel/close-codes.ts';
import type { OpaqueStatus } from '../../shared/tunnel/frames.ts';
import { version } from '../../shared/version.ts';
import { AlertDesk } from '../alerts/alert-desk.ts';
import { alertFile, alertFileIn } from '../alerts/alert-file.ts';
import { ApproverDesk } from '../approvers/approver-desk.ts';
import { bookFileIn } from '../approvers/book-file.ts';
import { monotonicNow } from '../async/monotonic.ts';
import type { ConfigOf } from '../config.ts';
import { FillJob } from '../fills/fill-job.ts';
import { createGateway, type Gateway } from '../gateway/index.ts';
import type { RunCall } from '../hub/calls.ts';
import type { DeviceKeyFile } from '../hub/device-key.ts';
import { startTunnel, type Tunnel } from '../hub/tunnel.ts';
import { openRecords, type Records } from '../performance/records.ts';
import { SnapshotJob } from '../performance/snapshots.ts';
import { StatementJob } from '../performance/statement-job.ts';
import { relayStatus } from '../tools/index.ts';
import { createToolRunner } from '../tools/run-tool.ts';
import { type HeldFolder, holdDataFolder } from './data-folder.ts';
import { CommandError, exitCodes } from './exit.ts';
import { type HealthServer, type HealthState, startHealth } from './health.ts';
import { Orders } from './orders.ts';
import { findKey, pairWhenReachable } from './pairing.ts';

/**
 * Runs the relay until `signal` aborts or only a human can help: the gateway connection, the tunnel and the health
 * pages. Pairs by itself when there is a pairing code and no key.
 *
 * @returns the exit code
 */
export async function run(config: ConfigOf<'run'>, logger: Logger, signal: AbortSignal): Promise<number> {
  const relay = new Relay(config, logger, signal);
  try {
    await relay.start();
    return await relay.serve();
  } catch (error) {
    if (signal.aborted) return exitCodes.ok;
    if (error instanceof CommandError) return await relay.giveUp({ reason: error.message, exitCode: error.exitCode });
    throw error;
  } finally {
    await relay.stop();
  }
}

type Job = Pick<SnapshotJob, 'start' | 'stop'>;

class Relay {
  readonly #config: ConfigOf<'run'>;
  readonly #logger: Logger;
  readonly #signal: AbortSignal;
  readonly #gateway: Gateway;
  readonly #records: Records;
  readonly #jobs: readonly Job[];
  #folder: HeldFolder | undefined;
  #started = false;
  readonly #toolContext: Parameters<typeof createToolRunner>[0];
  readonly #orders: Orders;
  readonly #approvers: ApproverDesk;
  #tunnel: Tunnel | undefined;
  #alerts: AlertDesk | undefined;
  #health: HealthServer | undefined;
  #key: DeviceKeyFile | undefined;
  /** Why the tunnel will not be opened any more. */
  #end: Terminal | undefined;

  constructor(config: ConfigOf<'run'>, logger: Logger, signal: AbortSignal) {
    this.#config = config;
    this.#logger = logger;
    this.#signal = signal;
    const gatewayLogger = logger.child({ part: 'gateway' });
    this.#gateway = createGateway(
      {
        host: config.gatewayHost,
        port: config.gatewayPort,
        clientId: config.gatewayClientId,
        trading: config.trading,
        requestsPerSecond: config.maxRequestsPerSecond,
        marketDataLines: config.marketDataLines,
      },
      gatewayLogger,
    );
    this.#records = openRecords(config.dataDir, { tokens: config.flexTokens ?? [], baseUrl: config.flexUrl });
    this.#jobs = this.#makeJobs();
    this.#toolContext = {
      gateway: this.#gateway,
      records: this.#records,
      config: {
        relayName: config.name,
        trading: config.trading,
        simulatedClock: config.gatewayClock === 'simulated',
        ...(config.accounts && { allowedAccounts: config.accounts }),
      },
      version,
      logger: logger.child({ part: 'tools' }),
    };
    this.#approvers = new ApproverDesk({
      store: bookFileIn(config.dataDir),
      wallTime: () => Date.now(),
      record: (entry) => this.#orders.record(entry),
      warn: (message) => logger.warn(message),
      onChange: () => this.#tellStatus(),
    });
    this.#orders = new Orders({
      config,
      gateway: this.#gateway,
      logger,
      approvers: this.#approvers,
      onChange: () => this.#tellStatus(),
      onDiskFailure: (error) => {
        logger.fatal({ err: error }, 'what happened to orders cannot be written down; the relay ends');
        process.exit(exitCodes.failure);
      },
    });
  }

  async start(): Promise<void> {
    const gateway = this.#gateway;
    const logger = this.#logger;
    const { dataDir, gatewayHost, gatewayPort, healthPort, trading } = this.#config;
    logger.info({ version, gateway: `${gatewayHost}:${gatewayPort}`, trading }, 'the relay starts');
    this.#folder = holdDataFolder(dataDir);
    this.#approvers.open();
    if (healthPort !== 0) this.#health = await this.#openHealth(healthPort);
    gateway.onStatus(() => this.#tellStatus());
    this.#orders.start();
    gateway.start();
    this.#started = true;
    for (const job of this.#jobs) job.start();
  }

  /** Keeps the tunnel open. */
  async serve(): Promise<number> {
    const config = this.#config;
    const logger = this.#logger;
    const signal = this.#signal;
    this.#key = await this.#obtainKey();
    let codeTried = false;
    for (;;) {
      const end = await this.#holdTunnel(this.#key);
      if (!end) return exitCodes.ok;
      // The pairing was revoked and a code is at hand: if it is a new one, it was given for this moment.
      if (end.exitCode !== exitCodes.notPaired || !config.pairingCode || codeTried) return this.giveUp(end);
      codeTried = true;
      logger.info('the server no longer accepts the device key; trying the pairing code');
      this.#key = await pairWhenReachable({ ...config, url: config.url ?? this.#key.url }, logger, signal).catch(
        (error) => {
          throw error instanceof CommandError ? new CommandError(end) : error;
        },
      );
    }
  }

  /** Says why, frees the gateway and the data folder for another relay, and waits as configured before the process may end. */
  async giveUp(end: Terminal): Promise<number> {
    const logger = this.#logger;
    const config = this.#config;
    const signal = this.#signal;
    this.#end = end;
    await this.#letGo();
    logger.fatal({ exitCode: end.exitCode }, end.reason);
    if (config.exitDelay > 0 && !signal.aborted) {
      logger.info({ seconds: config.exitDelay }, 'waiting before the exit, so that automatic restarts stay rare');
      await sleep(config.exitDelay * 1_000, undefined, { signal }).catch(() => undefined);
    }
    return end.exitCode;
  }

  async stop(): Promise<void> {
    await this.#letGo();
    await this.#health?.close();
    this.#logger.info('the relay has stopped');
  }

  /** Ends all that this process does with the gateway and the data folder. Can be called again. */
  async #letGo(): Promise<void> {
    this.#alerts?.stop();
    await this.#tunnel?.stop();
    this.#orders.stop();
    // Of a connection that was never wanted there is nothing to tell.
    if (this.#started) this.#gateway.stop();
    for (const job of this.#jobs) job.stop();
    this.#orders.close();
    this.#records.close();
    this.#folder?.release();
  }

  /** What goes on in the background, for `get_performance` and `get_executions`. */
  #makeJobs(): readonly Job[] {
    const logger = this.#logger.child({ part: 'records' });
    const journal = () => this.#records.performance();
    const gateway = this.#gateway;
    const config = this.#config;
    return [
      new SnapshotJob({
        ...{ gateway, journal, allowedAccounts: config.accounts, logger },
        ...(config.gatewayClock === 'simulated' && { wall: () => gateway.serverTime() }),
      }),
      new StatementJob(this.#records.flex, logger),
      new FillJob({ gateway, journal: () => this.#records.fills(), allowedAccounts: config.accounts, logger }),
    ];
  }

  async #obtainKey(): Promise<DeviceKeyFile> {
    const config = this.#config;
    const logger = this.#logger;
    const signal = this.#signal;
    const key = await findKey(config.dataDir);
    const url = config.url ?? key?.url;
    if (key && key.url === url) {
      if (config.pairingCode) logger.info('already paired with this server; the pairing code is ignored');
      return key;
    }
    if (config.pairingCode) return pairWhenReachable(config, logger, signal);
    const reason = key
      ? `This relay is paired with ${key.url}, but RELAY_URL is ${url}. Correct it, or get a pairing code on the new server's dashboard.`
      : 'This relay is not paired yet. Get a pairing code on the dashboard, set RELAY_PAIRING_CODE to it and start again, or run the pair command.';
    throw new CommandError({ reason, exitCode: exitCodes.notPaired });
  }

  /** Opens the tunnel. @returns why it ended for good, or undefined when the relay is to stop */
  async #holdTunnel(key: DeviceKeyFile): Promise<Terminal | undefined> {
    const config = this.#config;
    const logger = this.#logger;
    const signal = this.#signal;
    const { promise, resolve } = Promise.withResolvers<Terminal | undefined>();
    const onAbort = () => resolve(undefined);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    const alerts = this.#watchAlerts(key);
    const runTool = createToolRunner({
      ...this.#toolContext,
      operations: [alerts.executor, this.#approvers.executor(key.home), ...this.#orders.operations()],
    });
    const run: RunCall = (op, args, { progress, timeoutMs, ...call }) =>
      runTool(op, args, {
        ...call,
        deadline: monotonicNow() + timeoutMs,
        progress: (done, total, message) =>
          progress({ progress: done, ...(total !== undefined && { total }), message }),
      });
    this.#tunnel = startTunnel({
      credential: key,
      url: key.url,
      run,
      status: () => this.#status(),
      logger: logger.child({ part: 'tunnel' }),
      name: config.name,
      version,
      onStop: resolve,
      ...this.#orders.tunnel(),
    });
    const end = await promise;
    signal.removeEventListener('abort', onAbort);
    await this.#tunnel.stop();
    return end;
  }

  /** Alerts belong to the Home that this key opens; they go on while the tunnel is down. */
  #watchAlerts({ home }: DeviceKeyFile): AlertDesk {
    this.#alerts?.stop();
    const gateway = this.#gateway;
    const config = this.#config;
    const toolContext = this.#toolContext;
    this.#alerts = new AlertDesk({
      gateway,
      config: toolContext.config,
      store: alertFile(alertFileIn(config.dataDir), (problem) => this.#logger.warn(problem)),
      home,
      lines: Math.max(1, Math.floor(config.marketDataLines / 3)),
      logger: this.#logger.child({ part: 'alerts' }),
      onChange: () => this.#tellStatus(),
    });
    this.#alerts.start();
    return this.#alerts;
  }

  #status(): OpaqueStatus {
    return {
      ...relayStatus(this.#toolContext),
      ...this.#orders.status(),
      ...(this.#alerts && { alerts: this.#alerts.status() }),
      ...(this.#key && { approvers: this.#approvers.status(this.#key.home) }),
    };
  }

  #tellStatus(): void {
    this.#tunnel?.updateStatus(this.#status());
  }

  #healthState(): HealthState {
    const tunnel = this.#tunnel;
    const key = this.#key;
    const end = this.#end;
    const { phase, problem } = tunnel?.state() ?? { phase: 'pairing', problem: undefined };
    return {
      ...(key && { device: key.device }),
      tunnel: end ? { state: 'stopped', problem: end.reason } : { state: phase, ...(problem && { problem }) },
      gateway: this.#gateway.status().gateway,
    };
  }

  async #openHealth(port: number): Promise<HealthServer> {
    try {
      const now = () => this.#gateway.serverTime();
      return await startHealth({ port, version, state: () => this.#healthState(), now });
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      const reason = `The health pages cannot use port ${port} (${code}). Choose another RELAY_HEALTH_PORT, or 0 to do without.`;
      throw new CommandError({ reason, exitCode: exitCodes.config });
    }
  }
}
