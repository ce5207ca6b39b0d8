import { existsSync } from 'node:fs';
import type { ConfigOf } from '../config.ts';
import { type DeskReport, deskReport } from '../control/desk-report.ts';
import { accountKind } from '../gateway/index.ts';
import { readOnlyApi } from '../gateway/orders/read-only-api.ts';
import { parseJson } from '../json.ts';
import { deskFilesIn } from '../trading/desk-files.ts';
import type { Check } from './check.ts';
import { askAtHome } from './control.ts';
import { CommandError } from './exit.ts';

/** The settings that decide about orders. */
export type ExaminedSettings = Pick<ConfigOf<'run'>, 'trading' | 'approval' | 'policy' | 'killFile' | 'dataDir'>;

const compose = 'docker compose -f docker-compose.relay.yml exec relay';

/** The line that a person types where this program was started: in the container of the compose file, or here. */
export function lineFor(command: string, program = process.argv[1] ?? ''): string {
  if (program === '/app/relay.mjs') return `${compose} node /app/relay.mjs ${command}`;
  return program.endsWith('main.ts') ? `npm run relay -- ${command}` : `node ${program || 'relay.mjs'} ${command}`;
}

function removalOf(file: string, program = process.argv[1] ?? ''): string {
  return program === '/app/relay.mjs' ? `${compose} rm ${file}` : `rm ${file}`;
}

/**
 * How trading stands at home: asked of the relay that runs, or read from its files while none does. A relay for reading only
 * has one line.
 */
export async function checkTrading(config: ExaminedSettings): Promise<readonly Check[]> {
  const { trading, approval, policy } = config;
  if (trading === 'read-only') {
    return [ok('trading', 'This relay only reads. RELAY_TRADING=paper lets it place orders in paper accounts.')];
  }
  const limits = Object.keys(policy).length;
  const mode = ok('trading', `Mode ${trading}, approval ${policy.approval ?? approval}, ${limits} limits.`);
  const killFile = config.killFile ?? deskFilesIn(config.dataDir).killFile;
  try {
    const { reply, isRunning } = await askAtHome(config.dataDir, { command: 'doctor' });
    if (!reply.ok) return [mode, failed('order journal', reply.text, 'The relay’s log says what to do.')];
    const report = deskReport.parse(parseJson(reply.text));
    return [mode, ...checksOf(report, { isRunning, killFile: existsSync(killFile) ? killFile : undefined })];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const isNew = !existsSync(deskFilesIn(config.dataDir).journal);
    const journal = isNew
      ? skipped('order journal', 'There is none yet: the relay makes it when it first runs.')
      : failed('order journal', error.message, 'Do what is said, then run the doctor again.');
    return [mode, journal];
  }
}

interface Surroundings {
  readonly isRunning: boolean;
  /** Its path, while it is there. */
  readonly killFile: string | undefined;
}

function checksOf(report: DeskReport, { isRunning, killFile }: Surroundings): readonly Check[] {
  const { journal, verified, readOnly, accounts } = report;
  const holder = isRunning ? 'The relay that runs has it' : 'No relay runs, so nobody has it';
  const others = accounts.filter((account) => accountKind(account) !== 'paper').length;
  return [
    verified.ok
      ? ok('order journal', `${verified.text} ${holder}; its generation is ${journal.generation}.`)
      : failed(
          'order journal',
          verified.text,
          'Look at the open orders in TWS, and put back the data folder from a copy.',
        ),
    accounts.length === 0
      ? skipped('order accounts', 'Known while a relay runs and its gateway is connected.')
      : others === 0
        ? ok('order accounts', `All ${accounts.length} of the login are paper accounts.`)
        : failed(
            'order accounts',
            `${others} of the login are not certainly paper accounts, so nothing is traded.`,
            'Log the gateway in to the paper account: TRADING_MODE=paper, GATEWAY_PORT=4004.',
          ),
    !isRunning
      ? skipped('gateway’s orders', 'Known while a relay runs.')
      : readOnly
        ? failed('gateway’s orders', readOnlyApi.message, readOnlyApi.nextStep)
        : ok('gateway’s orders', 'IB Gateway has refused none for being read-only on this connection.'),
    stopCheck(report, killFile),
    trustCheck(report),
    ticketCheck(report),
  ];
}

function stopCheck({ stops }: DeskReport, killFile: string | undefined): Check {
  const [first] = stops;
  const isSeen = stops.some(({ where }) => where === 'kill_file');
  if (!first && killFile === undefined) return ok('stops', 'Trading is not stopped.');
  const all = stops.map(
    ({ where, reason, since }) => `${where.replace('_', ' ')}, since ${new Date(since).toISOString()}: ${reason}`,
  );
  if (killFile !== undefined && !isSeen) all.push('kill file: it is there, and heeded when the relay runs.');
  const steps = [
    ...(stops.some(({ where }) => where === 'breaker' || where === 'home')
      ? [`${lineFor('resume-trading')} (it shows why; with --yes it lifts that)`]
      : []),
    ...(killFile !== undefined ? [removalOf(killFile)] : []),
    ...(stops.some(({ where }) => where === 'dashboard') ? ['lift it on the dashboard, under Trading'] : []),
  ];
  return failed('stops', `Trading is stopped (${all.join('; ')})`, steps.join('; then '));
}

function trustCheck({ trust }: DeskReport): Check {
  if (trust === 'believed') return ok('trust', 'Journal and server believe each other.');
  if (trust === 'none') return ok('trust', 'No server has asked for an order yet: the first one is believed.');
  return failed('trust', 'The server means another journal than this one.', `${lineFor('trust')} shows both sides.`);
}

function ticketCheck({ open, unknown }: DeskReport): Check {
  const [first] = unknown;
  if (first === undefined) return ok('tickets', `${open} open, none of unknown outcome.`);
  return failed(
    'tickets',
    `${unknown.length} of ${open} open ones have an outcome that is not known: ${unknown.slice(0, 5).join(', ')}.`,
    `Look at the orders at IBKR, then ${lineFor(`resolve ${first} --placed`)} (or --not-placed).`,
  );
}

const ok = (name: string, detail: string): Check => ({ name, state: 'ok', detail });
const failed = (name: string, detail: string, nextStep: string): Check => ({ name, state: 'failed', detail, nextStep });
const skipped = (name: string, detail: string): Check => ({ name, state: 'skipped', detail });
