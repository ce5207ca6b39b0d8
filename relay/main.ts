#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { Command, CommanderError } from 'commander';
import type { Logger } from 'pino';
import { version } from '../shared/version.ts';
import { CommandError, exitCodes } from './commands/exit.ts';
import { type CommandName, ConfigError, type ConfigOf, loadConfig, optionOf, settingsOf } from './config.ts';
import type { ControlRequest } from './control/control-socket.ts';
import { createLogger } from './logger.ts';
import { stopTimes } from './stop-times.ts';

type Flags = Readonly<Record<string, unknown>>;

// Commands are loaded when they are called, and what was compiled once is kept: nobody should wait for what they do not use.
enableCompileCache();

const print = (line: string) => console.log(line);
let exitCode: number = exitCodes.ok;

const program = new Command('relay')
  .description('Connects IB Gateway at home with your ibkr-remote-mcp server.')
  .version(version)
  .addHelpText(
    'after',
    '\nEach option can also be set by the variable in brackets, or by a file that <variable>_FILE names.',
  )
  .exitOverride();

addCommand('run', 'Run the relay: connect IB Gateway and the server, and stay connected.').action(
  async (flags: Flags) => {
    const { config, warnings } = loadConfig('run', { flags, env: process.env });
    const logger = startLogging(config, warnings);
    const { run } = await import('./commands/run.ts');
    exitCode = await run(config, logger, stopSignal(config.exitWithParent, logger));
  },
);

addCommand('pair', 'Pair this relay with your server. A pairing that exists is replaced.')
  .argument('[code]', 'one-time code from the dashboard; or RELAY_PAIRING_CODE')
  .action(async (code: string | undefined, flags: Flags) => {
    const given = code === undefined ? flags : { ...flags, pairingCode: code };
    const { config, warnings } = loadConfig('pair', { flags: given, env: process.env });
    startLogging(config, warnings);
    const { identityOf, pairHere } = await import('./commands/pairing.ts');
    const key = await pairHere(config);
    const { phrase, fingerprint } = await identityOf(key);
    print(`Paired with ${key.url} as “${key.name}”. Start the relay with the run command.`);
    print(`The dashboard must show the same four words: ${phrase}\nFingerprint of the key: ${fingerprint}`);
  });

addControl(
  'rotate-key',
  'Give this relay a new key. It counts from the relay’s next start on; then the old one opens nothing any more.',
).action(async (flags: Flags) => {
  const { config } = loadConfig('control', { flags, env: process.env });
  const { identityOf, rotateKeyHere } = await import('./commands/pairing.ts');
  const { phrase, fingerprint } = await identityOf(await rotateKeyHere(config));
  print('The server knows the new key. Restart the relay now: with its first connection the old key ends.');
  print(`The dashboard must then show the same four words: ${phrase}\nFingerprint of the key: ${fingerprint}`);
});

addCommand('doctor', 'Test each hop to the server and to IB Gateway, and say what to do.')
  .option('--json', 'print the findings as JSON')
  .action(async ({ json, ...flags }: Flags) => {
    const { doctor } = await import('./commands/doctor.ts');
    exitCode = await doctor({ flags, env: process.env }, json === true, print);
  });

addCommand('simulate', 'Serve a simulated IB Gateway for trying things out.').action(async (flags: Flags) => {
  const { config, warnings } = loadConfig('simulate', { flags, env: process.env });
  const logger = startLogging(config, warnings);
  const { simulate } = await import('./commands/simulate.ts');
  exitCode = await simulate(config, logger, stopSignal(config.exitWithParent, logger), print);
});

const reason = ['--reason <text>', 'why, for the record', 'stopped at home'] as const;

addControl(
  'stop-trading',
  'Stop trading: nothing new leaves until it is resumed. Own orders are cancelled, but for those that protect a position.',
)
  .option(...reason)
  .option('--keep-orders', 'leave own working orders as they are')
  .option('--everything', 'cancel the orders of every program and hand too')
  .action(({ reason: why, keepOrders, everything, ...flags }: Flags) =>
    controlRelay(flags, {
      command: 'stop-trading',
      reason: String(why),
      cancelOwn: keepOrders !== true,
      everything: everything === true,
    }),
  );

addControl('resume-trading', 'Show why trading is stopped; with --yes lift it.')
  .option('--yes', 'lift it')
  .action(({ yes, ...flags }: Flags) => controlRelay(flags, { command: 'resume-trading', yes: yes === true }));

addControl(
  'trust',
  'Show what this relay’s journal and the server know of each other; with --yes make them believe it.',
)
  .option('--yes', 'believe it')
  .action(({ yes, ...flags }: Flags) => controlRelay(flags, { command: 'trust', yes: yes === true }));

addControl('orders', 'List the orders that are open here, and those whose outcome is not known.').action(
  (flags: Flags) => controlRelay(flags, { command: 'orders' }),
);

addControl('resolve', 'Close a ticket whose outcome is not known, after looking at IBKR.')
  .argument('<ticket>')
  .option('--placed', 'the order is, or was, at IBKR')
  .option('--not-placed', 'it never was')
  .option('--note <text>', 'how it was found out', 'looked at IBKR')
  .action((ticket: string, { placed, notPlaced, note, ...flags }: Flags) => {
    if ((placed === true) === (notPlaced === true)) {
      throw new CommandError({ reason: 'Say either --placed or --not-placed.', exitCode: exitCodes.usage });
    }
    return controlRelay(flags, { command: 'resolve', ticket, placed: placed === true, note: String(note) });
  });

addControl('audit', 'Check that the journal of orders and the audit are complete and unchanged.')
  .option(
    '--verify [file]',
    'check a file with an exported audit, of the server or of a relay, instead (- is standard input); that of the server is compared with the relay’s own',
  )
  .option('--export', 'print the audit instead, one line of JSON an entry')
  .action(async ({ verify, export: exported, ...flags }: Flags) => {
    if (exported !== true && typeof verify !== 'string') return controlRelay(flags, { command: 'audit' });
    const { config } = loadConfig('control', { flags, env: process.env });
    const { exportAudit, verifyAudit } = await import('./commands/audit-files.ts');
    exitCode = typeof verify === 'string' ? await verifyAudit(config, verify, print) : exportAudit(config, print);
  });

const approvers = program
  .command('approvers')
  .description('The keys that approve orders here: which are pinned, and which the server offers.');
addControl('list', 'List the pinned keys, and those that the server offers, by fingerprint.', approvers).action(
  (flags: Flags) => controlRelay(flags, { command: 'approvers', action: 'list', fingerprint: '' }),
);
addControl('add', 'Pin an offered key, after comparing its fingerprint with the page on which it was made.', approvers)
  .argument('<fingerprint>', 'all of it, or at least its first five groups')
  .action((fingerprint: string, flags: Flags) =>
    controlRelay(flags, { command: 'approvers', action: 'add', fingerprint }),
  );
addControl('remove', 'Unpin a key: it approves nothing here any more, whatever the server says.', approvers)
  .argument('<fingerprint>', 'or its beginning')
  .action((fingerprint: string, flags: Flags) =>
    controlRelay(flags, { command: 'approvers', action: 'remove', fingerprint }),
  );

try {
  await program.parseAsync();
} catch (error) {
  exitCode = explain(error);
}
process.exit(exitCode);

/** A command for the relay that runs. */
function addControl(name: string, description: string, parent = program): Command {
  const command = parent.command(name).description(description);
  for (const [, setting] of settingsOf('control')) command.addOption(optionOf(setting));
  return command;
}

async function controlRelay(flags: Flags, request: ControlRequest): Promise<void> {
  const { config } = loadConfig('control', { flags, env: process.env });
  const { control } = await import('./commands/control.ts');
  exitCode = await control(config, request, print);
}

function addCommand(name: CommandName, description: string): Command {
  const command = program.command(name).description(description);
  for (const [, setting] of settingsOf(name)) command.addOption(optionOf(setting));
  return command;
}

/** The logger as configured. From here on whatever goes wrong unexpectedly is logged without secrets. */
function startLogging(config: Pick<ConfigOf<'run'>, 'logLevel' | 'logFormat'>, warnings: readonly string[]): Logger {
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  for (const warning of warnings) logger.warn(warning);
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'an unexpected error; the relay ends');
    process.exit(exitCodes.failure);
  });
  return logger;
}

/** Aborts on SIGTERM, SIGINT and SIGHUP, and on request when standard input closes. Ends the process if nobody heeds it. */
function stopSignal(exitWithParent: boolean, logger: Logger): AbortSignal {
  const controller = new AbortController();
  const stop = (why: string) => {
    if (controller.signal.aborted) return;
    logger.info({ why }, 'stopping');
    setTimeout(() => process.exit(exitCodes.ok), stopTimes.processMs).unref();
    controller.abort();
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => stop(signal));
  if (exitWithParent) {
    process.stdin.on('close', () => stop('standard input closed')).on('error', () => stop('standard input failed'));
    process.stdin.resume();
  }
  return controller.signal;
}

/** Tells the human, and gives the exit code. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof ConfigError || error instanceof CommandError) {
    console.error(error.message);
    return error instanceof CommandError ? error.exitCode : exitCodes.config;
  }
  createLogger({ level: 'info', format: process.stderr.isTTY ? 'pretty' : 'json' }).fatal(
    { err: error },
    'an unexpected error',
  );
  return exitCodes.failure;
}
