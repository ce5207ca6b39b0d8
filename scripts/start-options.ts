import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';

/** What `npm start` was asked for. */
export interface StartOptions {
  readonly port: number;
  /** Absolute. */
  readonly state: string;
  /** The instant at which the demo begins anew, ISO 8601; it goes on where it was, or begins, when absent. */
  readonly at?: string;
  /** Whether assistants may place orders in the simulated account, each with a confirmation. */
  readonly trading: boolean;
  readonly verbose: boolean;
}

const valued = ['port', 'state', 'at'] as const;
const switches = ['trading'] as const;

/** A command line that cannot be carried out; the message says what to type instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads the command line and `PORT`.
 * @param args without the program
 * @throws {UsageError}
 */
export function readStartOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  defaultState: string,
): StartOptions {
  const swallowed = [...valued, ...switches].filter((name) => env[`npm_config_${name}`] !== undefined);
  const command = new Command('npm start --')
    .description('Run the Worker, a simulated IB Gateway and a paired relay on this machine.')
    .addOption(new Option('-p, --port <port>', 'port of the MCP endpoint (or PORT)').argParser(parsePort))
    .option(
      '-s, --state <folder>',
      'where to keep tokens, pairing and the accounts',
      (text: string) => resolve(text),
      resolve(defaultState),
    )
    .option('-a, --at <instant>', 'begin anew at this instant, such as 2026-11-20T15:00:00Z', parseInstant)
    .option('-t, --trading', 'let assistants place orders in the simulated account', false)
    .option('-v, --verbose', 'show the logs of all parts', false)
    .argument('[rest...]')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    const { code, message, exitCode } = error as { code?: string; message: string; exitCode?: number };
    if (exitCode === 0) throw error;
    const what = message.replace(/^error: /, '').replace(/\n/g, ' ');
    throw new UsageError(code?.startsWith('commander.') ? `${what} See npm start -- --help.` : what);
  }
  if (command.args.length > 0 || swallowed.length > 0) throw swallowedFlags(command.args, swallowed, env);
  const options = command.opts<Omit<StartOptions, 'port'> & { port?: number }>();
  return { ...options, port: options.port ?? portOfEnvironment(env.PORT) };
}

function portOfEnvironment(text: string | undefined): number {
  if (text === undefined || text.trim() === '') return 8787;
  try {
    return parsePort(text.trim());
  } catch (error) {
    throw new UsageError(`PORT is ${JSON.stringify(text)}: ${(error as Error).message}`);
  }
}

/** npm takes flags that stand before `--` for its own, and passes on what follows them. */
function swallowedFlags(
  rest: readonly string[],
  swallowed: readonly (typeof valued | typeof switches)[number][],
  env: Readonly<Record<string, string | undefined>>,
): UsageError {
  const left = [...rest];
  const flags = swallowed.map((name) => {
    if (name === 'trading') return '--trading';
    const value = env[`npm_config_${name}`] ?? '';
    return `--${name} ${value === 'true' ? takeFitting(left, name) : value}`;
  });
  for (const value of left) flags.push(`--${valued.find((name) => fits[name](value)) ?? 'state'} ${value}`);
  return new UsageError(
    `npm keeps flags that stand before “--” to itself. Type this instead: npm start -- ${flags.join(' ')}`,
  );
}

const fits = {
  port: (text: string) => /^\d+$/.test(text),
  at: (text: string) => /^\d{4}-\d{2}/.test(text),
  state: (text: string) => !/^\d+$|^\d{4}-\d{2}/.test(text),
};

function takeFitting(left: string[], name: (typeof valued)[number]): string {
  const index = left.findIndex(fits[name]);
  return index < 0 ? `<${name}>` : (left.splice(index, 1)[0] as string);
}

function parsePort(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= 65_535) return value;
  throw new InvalidArgumentError('a port is a number from 1 to 65535.');
}

function parseInstant(text: string): string {
  const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  if (isInstant && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
  throw new InvalidArgumentError('an instant has a date, a time and a zone, such as 2026-11-20T15:00:00Z.');
}
