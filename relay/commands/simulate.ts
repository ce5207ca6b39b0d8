import { once } from 'node:events';
import type { Logger } from 'pino';
import type { ConfigOf } from '../config.ts';
import { startSimulator } from '../simulator/index.ts';
import { CommandError, exitCodes } from './exit.ts';

/** Serves a simulated IB Gateway until `signal` aborts. Prints one line when it accepts connections. */
export async function simulate(
  config: ConfigOf<'simulate'>,
  logger: Logger,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<number> {
  const { simulatorHost: host, simulatorPort: port, simulatorSeed: seed, simulatorAccounts: accounts } = config;
  const simulator = await startSimulator({ host, port, seed, accounts, logger }).catch(
    (error: NodeJS.ErrnoException) => {
      const reason = `The simulated gateway cannot listen at ${host}:${port} (${error.code ?? error.message}).`;
      throw new CommandError({ reason, exitCode: exitCodes.config });
    },
  );
  print(`Simulated IB Gateway ready at ${host}:${simulator.port}, accounts ${accounts.join(', ')}.`);
  if (!signal.aborted) await once(signal, 'abort');
  await simulator.close();
  return exitCodes.ok;
}
