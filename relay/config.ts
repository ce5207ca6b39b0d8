import { readFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { Option } from 'commander';
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { flexServiceUrl, flexTokens, flexUrl } from './flex/tokens.ts';
import { hubOrigin } from './hub/hub-url.ts';
import { accountList, type CommandName, oneOf, onOff, type Setting, wholeNumber } from './settings/setting.ts';
import { tradingSettings } from './settings/trading.ts';

const host = z.string().regex(/^[\w.:%-]{1,253}$/, 'must be a host name or an IP address');

const instant = z.iso
  .datetime({ offset: true, error: 'must be an instant with its zone, such as 2026-11-20T17:00:00Z' })
  .transform((text) => Date.parse(text));

/** An instant, or the middle of a trading day. */
const instantOrMidday = z.union([z.literal('midday'), instant], {
  error: 'must be midday, or an instant with its zone, such as 2026-11-20T17:00:00Z',
});

/** How fast the simulator's clock can run. */
const fastest = 86_400;

const speed = z
  .string()
  .regex(/^\d{1,5}(\.\d{1,6})?$/, 'must be a number from 0 to 86400')
  .transform(Number)
  .refine((value) => value <= fastest, 'must be a number from 0 to 86400');

/** Any address of the server will do; what counts is its origin. */
const serverOrigin = z.string().transform((text, context) => {
  try {
    return hubOrigin(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

export type { CommandName } from './settings/setting.ts';

const relayCommands = ['run', 'pair', 'doctor'] as const;
const gatewayCommands = ['run', 'doctor'] as const;

/** Every setting of the relay, in the order in which a newcomer meets them. */
export const settings = {
  url: {
    env: 'RELAY_URL',
    flag: '--url <address>',
    description: 'Address of your server; any page of it will do. Needed to pair, afterwards the device key knows it.',
    quotesItself: true,
    commands: relayCommands,
    schema: serverOrigin.optional(),
  },
  pairingCode: {
    env: 'RELAY_PAIRING_CODE',
    flag: '--pairing-code <code>',
    description: 'One-time code from the dashboard. Used only while this relay is not paired.',
    secret: true,
    commands: ['run', 'pair'],
    schema: z.string().max(200, 'is too long for a pairing code').optional(),
  },
  name: {
    env: 'RELAY_NAME',
    flag: '--name <name>',
    description: 'What the dashboard calls this relay.',
    default: () => hostname().slice(0, 100),
    defaultText: 'the host name',
    commands: relayCommands,
    schema: z.string().max(100, 'must have at most 100 characters'),
  },
  dataDir: {
    env: 'RELAY_DATA_DIR',
    flag: '--data-dir <folder>',
    description: 'Where the device key, daily values and Flex statements are kept.',
    default: () => join(homedir(), '.ibkr-remote-mcp'),
    defaultText: '~/.ibkr-remote-mcp (/data in the image)',
    commands: [...relayCommands, 'control'],
    schema: z.string(),
  },
  gatewayHost: {
    env: 'GATEWAY_HOST',
    flag: '--gateway-host <host>',
    description: 'Where IB Gateway (or TWS) is.',
    default: '127.0.0.1',
    commands: gatewayCommands,
    schema: host,
  },
  gatewayPort: {
    env: 'GATEWAY_PORT',
    flag: '--gateway-port <port>',
    description:
      'Its API port. Container: 4004 paper, 4003 live. Installed on this machine: 4002 paper, 4001 live (TWS 7497, 7496).',
    default: '4004',
    commands: gatewayCommands,
    schema: wholeNumber(1, 65_535),
  },
  gatewayClientId: {
    env: 'GATEWAY_CLIENT_ID',
    flag: '--gateway-client-id <id>',
    description: 'API client id; no other program may use the same one on this gateway.',
    default: '11',
    commands: gatewayCommands,
    schema: wholeNumber(0, 999_999_999).refine(
      (id) => id !== 0,
      'must not be 0: client 0 also takes over the orders placed by hand. Choose another number',
    ),
  },
  gatewayClock: {
    env: 'GATEWAY_CLOCK',
    flag: '--gateway-clock <kind>',
    description:
      'real or simulated. A simulated gateway has a time of its own; with simulated the relay keeps daily values by it, and must have a data folder for it alone.',
    default: 'real',
    commands: ['run'],
    schema: oneOf(['real', 'simulated']),
  },
  accounts: {
    env: 'RELAY_ACCOUNTS',
    flag: '--accounts <ids>',
    description: 'The only accounts this relay serves, separated by commas.',
    defaultText: 'all accounts of the login',
    commands: gatewayCommands,
    schema: accountList.optional(),
  },
  ...tradingSettings,
  maxRequestsPerSecond: {
    env: 'GATEWAY_MAX_REQUESTS_PER_SECOND',
    flag: '--gateway-max-requests-per-second <n>',
    description:
      'Requests a second to the gateway. IB allows half the number of market-data lines: 50 for most people.',
    default: '40',
    commands: gatewayCommands,
    schema: wholeNumber(1, 5_000),
  },
  marketDataLines: {
    env: 'GATEWAY_MARKET_DATA_LINES',
    flag: '--gateway-market-data-lines <n>',
    description:
      'Market data lines open at once, with those that stay open for a minute after a quote. A login has 100 unless more were bought.',
    default: '90',
    commands: gatewayCommands,
    schema: wholeNumber(1, 10_000),
  },
  flexTokens: {
    env: 'RELAY_FLEX_TOKENS',
    flag: '--flex-tokens <list>',
    description:
      'Tokens of IBKR’s Flex Web Service, one a line: name, token, query ids, as in `main 1234567890 900001=activity`. Best as a file.',
    defaultText: 'none',
    secret: true,
    commands: ['run'],
    schema: flexTokens.optional(),
  },
  flexUrl: {
    env: 'RELAY_FLEX_URL',
    flag: '--flex-url <address>',
    description: 'Address of the Flex Web Service.',
    default: flexServiceUrl,
    defaultText: 'IBKR’s',
    commands: ['run'],
    schema: flexUrl,
  },
  healthPort: {
    env: 'RELAY_HEALTH_PORT',
    flag: '--health-port <port>',
    description: 'Port of /healthz and /readyz, on the loopback address only; 0 is off.',
    default: '8081',
    commands: gatewayCommands,
    schema: wholeNumber(0, 65_535),
  },
  exitDelay: {
    env: 'RELAY_EXIT_DELAY',
    flag: '--exit-delay <seconds>',
    description: 'How long to wait before exiting when only a person can help, so that automatic restarts stay rare.',
    default: '0',
    defaultText: '0 (300 in the image)',
    commands: ['run'],
    schema: wholeNumber(0, 86_400),
  },
  logLevel: {
    env: 'RELAY_LOG_LEVEL',
    flag: '--log-level <level>',
    description: 'fatal, error, warn, info, debug or trace. Account ids appear at debug and trace only.',
    default: 'info',
    commands: ['run', 'pair', 'simulate'],
    schema: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace']),
  },
  logFormat: {
    env: 'RELAY_LOG_FORMAT',
    flag: '--log-format <format>',
    description: 'json or pretty.',
    default: () => (process.stderr.isTTY ? 'pretty' : 'json'),
    defaultText: 'pretty on a terminal, else json',
    commands: ['run', 'pair', 'simulate'],
    schema: oneOf(['json', 'pretty']),
  },
  exitWithParent: {
    env: 'RELAY_EXIT_WITH_PARENT',
    flag: '--exit-with-parent',
    description: 'Stop when standard input closes, that is when the program that started this one is gone.',
    default: 'false',
    commands: ['run', 'simulate'],
    schema: onOff,
  },
  simulatorHost: {
    env: 'SIMULATOR_HOST',
    flag: '--host <host>',
    description: 'Address on which the simulated gateway listens.',
    default: '127.0.0.1',
    commands: ['simulate'],
    schema: host,
  },
  simulatorPort: {
    env: 'SIMULATOR_PORT',
    flag: '--port <port>',
    description: 'Port of the simulated gateway; 0 picks a free one.',
    default: '4002',
    commands: ['simulate'],
    schema: wholeNumber(0, 65_535),
  },
  simulatorSeed: {
    env: 'SIMULATOR_SEED',
    flag: '--seed <number>',
    description: 'The same seed gives the same market.',
    default: '1',
    commands: ['simulate'],
    schema: wholeNumber(0, 4_294_967_295),
  },
  simulatorAccounts: {
    env: 'SIMULATOR_ACCOUNTS',
    flag: '--accounts <ids>',
    description: 'Account ids of the simulated login, separated by commas.',
    default: 'DU1234567',
    commands: ['simulate'],
    schema: accountList,
  },
  simulatorAt: {
    env: 'SIMULATOR_AT',
    flag: '--at <instant>',
    description:
      'What time it is in the simulated world at the start, such as 2026-11-20T17:00:00Z. With midday it is noon in New York on the latest trading day; a saved clock goes on instead, from the next noon when New York has closed.',
    defaultText: 'now',
    commands: ['simulate'],
    schema: instantOrMidday.optional(),
  },
  simulatorHistory: {
    env: 'SIMULATOR_HISTORY',
    flag: '--history <days>',
    description:
      'How many days of trading lie behind the accounts when there is no saved state: orders, dividends and interest by the market’s own prices.',
    default: '0',
    commands: ['simulate'],
    schema: wholeNumber(0, 366),
  },
  simulatorRecords: {
    env: 'SIMULATOR_RECORDS',
    flag: '--records <folder>',
    description:
      'Data folder of a relay that does not run yet: it gets the history of the accounts, as if it had run meanwhile.',
    defaultText: 'none',
    commands: ['simulate'],
    schema: z.string().optional(),
  },
  simulatorFlexPort: {
    env: 'SIMULATOR_FLEX_PORT',
    flag: '--flex-port <port>',
    description:
      'Port of a Flex Web Service with a statement of the accounts, on the loopback address only; 0 is off. Its token is simulated1234567890, its query 900001.',
    default: '0',
    commands: ['simulate'],
    schema: wholeNumber(0, 65_535),
  },
  simulatorSpeed: {
    env: 'SIMULATOR_SPEED',
    flag: '--speed <factor>',
    description: 'How many seconds of the simulated world go by in one, up to 86400; 0 lets its clock stand still.',
    default: '1',
    commands: ['simulate'],
    schema: speed,
  },
  simulatorScenario: {
    env: 'SIMULATOR_SCENARIO',
    flag: '--scenario <name>',
    description: 'What goes wrong, and when: the name of a ready-made scenario, or a YAML or JSON file.',
    defaultText: 'nothing',
    commands: ['simulate'],
    schema: z.string().optional(),
  },
  simulatorState: {
    env: 'SIMULATOR_STATE',
    flag: '--state <file>',
    description: 'Where orders, positions and the clock are kept from one run to the next.',
    defaultText: 'nowhere',
    commands: ['simulate'],
    schema: z.string().optional(),
  },
  simulatorControlPort: {
    env: 'SIMULATOR_CONTROL_PORT',
    flag: '--control-port <port>',
    description: 'Port of the control API, on the loopback address only; 0 is off.',
    default: '0',
    commands: ['simulate'],
    schema: wholeNumber(0, 65_535),
  },
  simulatorPacing: {
    env: 'SIMULATOR_PACING',
    flag: '--pacing <mode>',
    description:
      'More than 50 requests a second of one client: queue lets them wait, reject refuses them with error 100, off lets them through. All but off also limit requests for history.',
    default: 'queue',
    commands: ['simulate'],
    schema: oneOf(['queue', 'reject', 'off']),
  },
  simulatorReadOnlyApi: {
    env: 'SIMULATOR_READ_ONLY_API',
    flag: '--read-only-api',
    description: 'Refuse all orders, as a gateway with this box ticked does.',
    default: 'false',
    commands: ['simulate'],
    schema: onOff,
  },
  simulatorMasterClient: {
    env: 'SIMULATOR_MASTER_CLIENT',
    flag: '--master-client <id>',
    description: 'The client id that sees the orders of all clients.',
    defaultText: 'none',
    commands: ['simulate'],
    schema: wholeNumber(0, 999_999_999).optional(),
  },
  simulatorMaxClients: {
    env: 'SIMULATOR_MAX_CLIENTS',
    flag: '--max-clients <n>',
    description: 'How many clients can be connected at once.',
    default: '32',
    commands: ['simulate'],
    schema: wholeNumber(1, 1_000),
  },
  simulatorMarketDataLines: {
    env: 'SIMULATOR_MARKET_DATA_LINES',
    flag: '--market-data-lines <n>',
    description: 'How many market data lines all clients can have together.',
    default: '100',
    commands: ['simulate'],
    schema: wholeNumber(1, 100_000),
  },
} as const satisfies Record<string, Setting>;

type Settings = typeof settings;
export type SettingName = keyof Settings;

/** The validated settings of one command. */
export type ConfigOf<Command extends CommandName> = {
  readonly [Name in SettingName as Command extends Settings[Name]['commands'][number] ? Name : never]: z.output<
    Settings[Name]['schema']
  >;
};

export interface ConfigSources {
  /** What commander parsed, by its attribute names. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The configuration cannot be used; `problems` are sentences, one for each setting that is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/** The settings of a command with their names, in the order of the table. */
export function settingsOf(command: CommandName): [SettingName, Setting][] {
  return (Object.entries(settings) as [SettingName, Setting][]).filter(([, { commands }]) =>
    commands.includes(command),
  );
}

/** The commander option of a setting. Values stay text: `loadConfig` validates them together with the environment. */
export function optionOf({ flag, description, env, ...setting }: Setting): Option {
  const byDefault = defaultOf(setting);
  return new Option(flag, `${description} [${env}${byDefault ? `; default: ${byDefault}` : ''}]`);
}

/** The default as documentation and help show it. */
export function defaultOf(setting: Pick<Setting, 'default' | 'defaultText'>): string | undefined {
  return setting.defaultText ?? (typeof setting.default === 'string' ? setting.default : undefined);
}

/**
 * The settings of a command from its flags, the environment and files, in this order of precedence. For each variable
 * `X`, `X_FILE` may name a file that holds the value, as container secrets do. Empty variables count as absent.
 *
 * @returns the settings, and warnings: sentences about variables that look like ours but are none
 * @throws ConfigError with every problem at once
 */
export function loadConfig<Command extends CommandName>(
  command: Command,
  { flags, env }: ConfigSources,
): { config: ConfigOf<Command>; warnings: string[] } {
  const config: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, setting] of settingsOf(command)) {
    const given = givenFor(setting, flags, env);
    if (given.problem) {
      problems.push(given.problem);
      continue;
    }
    const parsed = setting.schema.safeParse(given.text);
    if (parsed.success) config[name] = parsed.data;
    else problems.push(describe(setting, given, parsed.error.issues[0]?.message ?? 'is not valid'));
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { config: config as ConfigOf<Command>, warnings: unknownVariables(env) };
}

/** A value as text and where it comes from, or what is wrong with getting it. */
interface Given {
  readonly text?: string;
  readonly source: string;
  readonly problem?: string;
}

function givenFor(setting: Setting, flags: ConfigSources['flags'], env: ConfigSources['env']): Given {
  const option = new Option(setting.flag);
  const flag = flags[option.attributeName()];
  if (flag !== undefined) return { text: String(flag).trim(), source: option.long ?? setting.flag };
  const fileVariable = `${setting.env}_FILE`;
  const text = env[setting.env]?.trim();
  const file = env[fileVariable]?.trim();
  if (text && file) {
    return { source: fileVariable, problem: `Both ${setting.env} and ${fileVariable} are set; keep one of them.` };
  }
  if (file) return readValue(fileVariable, file);
  if (text) return { text, source: setting.env };
  const byDefault = typeof setting.default === 'function' ? setting.default() : setting.default;
  return { source: setting.env, ...(byDefault === undefined ? {} : { text: byDefault }) };
}

function readValue(source: string, file: string): Given {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return text ? { text, source } : { source, problem: `${source}: the file ${file} is empty.` };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    return { source, problem: `${source}: the file ${file} cannot be read (${reason}).` };
  }
}

function describe(setting: Setting, { source, text }: Given, message: string): string {
  const sentence = `${source}: ${message.replace(/\.$/, '')}`;
  return setting.secret || setting.quotesItself || text === undefined
    ? `${sentence}.`
    : `${sentence} (it is ${JSON.stringify(text.slice(0, 80))}).`;
}

function unknownVariables(env: ConfigSources['env']): string[] {
  const known = Object.values(settings).flatMap((setting) => [setting.env, `${setting.env}_FILE`]);
  return Object.keys(env)
    .filter((name) => /^(RELAY|GATEWAY|SIMULATOR)_/.test(name) && !known.includes(name))
    .map((name) => `${name} is not a setting of the relay and has no effect. Did you mean ${closest(name, known)}?`);
}

/** Where in the data folder the device key is. */
export function keyFileIn(dataDir: string): string {
  return join(dataDir, 'device-key.json');
}
