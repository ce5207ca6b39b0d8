import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Logger } from 'pino';
import { isLoopback } from '../../shared/loopback.ts';
import {
  type ClockSettings,
  type ControlServer,
  type FlexService,
  latestMidday,
  loadScenario,
  nextTrading,
  ScenarioDesk,
  ScenarioFileError,
  type Simulator,
  type SimulatorOptions,
  StateError,
  StateFile,
  startControl,
  startFlexService,
  startSimulator,
} from '../../simulator/index.ts';
import type { ConfigOf } from '../config.ts';
import { CommandError, exitCodes } from './exit.ts';
import { keepPast } from './past-records.ts';

type Config = ConfigOf<'simulate'>;

/** Orders and positions that a crash may cost are at most so old. */
const saveEveryMs = 5000;

/** Serves a simulated IB Gateway until `signal` aborts. Prints one line when it accepts connections. */
export async function simulate(
  config: Config,
  logger: Logger,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<number> {
  const { simulatorHost: host, simulatorAccounts: accounts } = config;
  if (!isLoopback(host)) {
    logger.warn(
      { host },
      'the simulated gateway can be reached from other machines, and like a real one it asks for no password',
    );
  }
  const scenario = await (config.simulatorScenario && loadScenario(config.simulatorScenario).catch(inWords));
  const simulator = await listenFor(config, logger);
  const desk = new ScenarioDesk(simulator, logger);
  let control: ControlServer | undefined;
  let keeper: Keeper | undefined;
  let flex: FlexService | undefined;
  try {
    keeper = await keepState(config, simulator, logger);
    if (config.simulatorRecords && !keeper?.restored) keepPast(config.simulatorRecords, simulator);
    flex = await serveFlex(config, simulator);
    control = await serveControl(config, simulator, desk, logger);
    if (scenario) await desk.start(scenario);
    print(`Simulated IB Gateway ready at ${host}:${simulator.port}, accounts ${accounts.join(', ')}.`);
    print(`Its clock says ${new Date(simulator.clock.now()).toISOString()}.`);
    if (control) print(`Control API at http://127.0.0.1:${control.port}/.`);
    if (!signal.aborted) await once(signal, 'abort');
    return exitCodes.ok;
  } finally {
    await desk.stop();
    await control?.close();
    await flex?.close();
    await keeper?.finish();
    await simulator.close();
  }
}

async function listenFor(config: Config, logger: Logger): Promise<Simulator> {
  const { simulatorHost: host, simulatorPort: port } = config;
  return startSimulator({ ...optionsOf(config), logger }).catch((error: NodeJS.ErrnoException) =>
    refuse(`The simulated gateway cannot listen at ${host}:${port} (${error.code ?? error.message}).`),
  );
}

function optionsOf(config: Config): SimulatorOptions {
  const { simulatorMasterClient: masterClientId } = config;
  return {
    host: config.simulatorHost,
    port: config.simulatorPort,
    seed: config.simulatorSeed,
    accounts: config.simulatorAccounts,
    clockSettings: clockOf(config),
    requestPacing: config.simulatorPacing,
    enforcePacing: config.simulatorPacing !== 'off',
    readOnlyApi: config.simulatorReadOnlyApi,
    maxClients: config.simulatorMaxClients,
    marketDataLines: config.simulatorMarketDataLines,
    // What is restored has a past of its own.
    pastDays: config.simulatorState && existsSync(config.simulatorState) ? 0 : config.simulatorHistory,
    ...(masterClientId === undefined ? {} : { masterClientId }),
  };
}

function clockOf({ simulatorAt, simulatorSpeed: speed }: Config): ClockSettings {
  const at = simulatorAt === 'midday' ? latestMidday(Date.now()) : simulatorAt;
  return { ...(at !== undefined && { at }), ...(speed > 0 ? { speed } : { frozen: true }) };
}

interface Keeper {
  /** Whether it began with what was saved before. */
  readonly restored: boolean;
  /** Saves for the last time. */
  finish(): Promise<void>;
}

/** Restores the state and saves it regularly from then on, when there is a file for it. */
async function keepState(config: Config, simulator: Simulator, logger: Logger): Promise<Keeper | undefined> {
  if (config.simulatorState === undefined) return undefined;
  const file = new StateFile(config.simulatorState, simulator);
  const goesOn = config.simulatorAt === undefined || config.simulatorAt === 'midday';
  const restored = await file.restore({ withClock: goesOn && config.simulatorSpeed === 1 }).catch(inWords);
  if (restored && config.simulatorAt === 'midday') simulator.setClock({ at: nextTrading(simulator.clock.now()) });
  logger.info({ file: config.simulatorState, restored }, 'state');
  await file
    .save()
    .catch((error: NodeJS.ErrnoException) =>
      refuse(`The state file ${config.simulatorState} cannot be written (${error.code ?? error.message}).`),
    );
  const save = (): Promise<void> =>
    file.save().catch((error: unknown) => logger.warn({ err: error }, 'the state cannot be saved'));
  const timer = setInterval(save, saveEveryMs);
  return {
    restored,
    finish() {
      clearInterval(timer);
      return save();
    },
  };
}

async function serveControl(
  { simulatorControlPort: port }: Config,
  simulator: Simulator,
  scenarios: ScenarioDesk,
  logger: Logger,
): Promise<ControlServer | undefined> {
  if (port === 0) return undefined;
  return startControl(simulator, { port, logger, scenarios }).catch((error: NodeJS.ErrnoException) =>
    refuse(`The control API cannot listen at 127.0.0.1:${port} (${error.code ?? error.message}).`),
  );
}

async function serveFlex({ simulatorFlexPort: port }: Config, { world }: Simulator): Promise<FlexService | undefined> {
  if (port === 0) return undefined;
  return startFlexService(world, port).catch((error: NodeJS.ErrnoException) =>
    refuse(`The Flex Web Service cannot listen at 127.0.0.1:${port} (${error.code ?? error.message}).`),
  );
}

/** Ends the command with what a person can act upon; anything else is passed on. */
function inWords(error: unknown): never {
  if (error instanceof ScenarioFileError || error instanceof StateError) refuse(error.message);
  throw error;
}

function refuse(reason: string): never {
  throw new CommandError({ reason, exitCode: exitCodes.config });
}
