import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { createGateway } from '../relay/gateway/index.ts';
import { openRecords } from '../relay/performance/records.ts';
import { createToolRunner } from '../relay/tools/run-tool.ts';
import { omitUndefined } from '../shared/values.ts';
import { FlexService } from '../test/support/flex-service.ts';
import { account, type Facts, type StatementCase, statementCases } from './flex-parsers.cases.ts';

/**
 * What the Flex parsers of PyPI and this relay make of the same statements, as the table in docs/flex.md:
 * `npm run bench:flex`. It needs a network and Python 3.11 with venv; two of the packages have the same module.
 */

type Answer = Partial<Facts> & { readonly error?: string };

const packages = [
  { title: 'ibflex 1.1', requirement: 'ibflex==1.1', reader: 'ibflex' },
  { title: 'ibflex2 1.0.0', requirement: 'ibflex2==1.0.0', reader: 'ibflex' },
  { title: 'py-ibkr 0.1.8', requirement: 'py-ibkr==0.1.8', reader: 'py_ibkr' },
];
const run = promisify(execFile);
const token = { name: 'main', token: '1'.repeat(24), queries: [] };
const logger = pino({ level: 'silent' });

/** The answers of a package, in an environment of its own. */
async function answersOf({ requirement, reader }: (typeof packages)[number], folder: string): Promise<Answer[]> {
  const environment = join(folder, requirement);
  await run('python3', ['-m', 'venv', environment]);
  const python = join(environment, 'bin', 'python');
  await run(python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    requirement,
    'requests==2.32.5',
  ]);
  const asked = run(python, [join(import.meta.dirname, 'flex-parsers.py'), reader], { maxBuffer: 16 * 1_048_576 });
  asked.child.stdin?.end(JSON.stringify(statementCases.map(({ name, xml }) => ({ name, xml }))));
  return JSON.parse((await asked).stdout) as Answer[];
}

/** The answer of this relay's tools, each time with an empty memory. */
async function ownAnswer(service: FlexService, { xml, expected }: StatementCase, folder: string): Promise<Answer> {
  service.tokens.set(token.token, new Map([['1', xml]]));
  const records = openRecords(await mkdtemp(join(folder, 'records-')), {
    tokens: [token],
    baseUrl: service.url,
    limits: { firstWaitMs: 1, maxWaitMs: 1 },
  });
  const gateway = createGateway({ host: '127.0.0.1', port: 1, clientId: 1 }, logger);
  const config = { relayName: 'home', trading: 'read-only' } as const;
  const call = createToolRunner({ gateway, config, records, version: '0', logger });
  const trades = (filter: readonly string[] = []) => call('get_flex_report', { query: '1', section: 'Trades', filter });
  try {
    await call('get_flex_report', { query: '1' });
    if (expected.deposits !== undefined) return depositsOf(await call('get_performance', { account }));
    if (expected.day !== undefined)
      return omitUndefined({ day: await dayOf(expected.day, (filter) => trades([filter])) });
    return tradesOf(await trades());
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  } finally {
    records.close();
  }
}

interface Rows {
  readonly columns?: readonly string[];
  readonly rows?: readonly (readonly (string | number)[])[];
  readonly total?: number;
  readonly note?: string;
}

function tradesOf({ columns = [], rows = [], total = 0 }: Rows): Answer {
  const cells = (name: string) => rows.map((row) => row[columns.indexOf(name)] ?? '');
  const quantity = cells('quantity').reduce<number>((sum, cell) => sum + Number(cell), 0);
  const accounts = [...new Set(cells('accountId'))] as string[];
  return { trades: total, quantity, accounts: accounts.length > 0 ? accounts : [account] };
}

function depositsOf(answer: Record<string, unknown>): Answer {
  const { accounts } = answer as { accounts: { periods: { period: string; netFlow: number; flows: string }[] }[] };
  const all = accounts[0]?.periods.find(({ period }) => period === 'all');
  if (all?.flows !== 'known') return { error: `flows: ${all?.flows}` };
  return { deposits: all.netFlow };
}

/**
 * The day that a filter finds the trade on: the true one, or the one with day and month the other way round; undefined
 * when it is not found. @throws what is said instead
 */
async function dayOf(day: string, ask: (filter: string) => Promise<Rows>): Promise<string | undefined> {
  const [year, month, date] = day.split('-');
  for (const candidate of [day, `${year}-${date}-${month}`]) {
    const { total, note } = await ask(`dateTime=${candidate}`);
    if (total === 1) return candidate;
    if (/date format/i.test(note ?? '')) throw new Error(note);
  }
  return undefined;
}

/** One cell: how many of a group's statements were read right, and what became of the others. */
function verdict(cases: readonly StatementCase[], answers: readonly Answer[]): string {
  const outcomes = cases.map(({ expected }, index) => outcomeOf(expected, answers[index] ?? { error: 'no answer' }));
  const counts = [...new Set(outcomes)].map((one) => [one, outcomes.filter((other) => other === one).length] as const);
  return counts.map(([outcome, count]) => (cases.length === 1 ? outcome : `${outcome} ${count}`)).join(', ');
}

function outcomeOf(expected: Partial<Facts>, answer: Answer): string {
  if (answer.error !== undefined) return 'refused';
  const wrong = (Object.keys(expected) as (keyof Facts)[]).find(
    (fact) => JSON.stringify(answer[fact]) !== JSON.stringify(expected[fact]),
  );
  return wrong === undefined ? 'right' : `**wrong: ${wrong} ${answer[wrong] ?? 'not found'}**`;
}

const folder = await mkdtemp(join(tmpdir(), 'flex-parsers-'));
const service = await FlexService.start();
try {
  const own: Answer[] = [];
  for (const one of statementCases) own.push(await ownAnswer(service, one, folder));
  const columns = [...(await Promise.all(packages.map((one) => answersOf(one, folder)))), own];
  const titles = [...packages.map(({ title }) => title), 'this relay'];
  console.log(`| Statement | ${titles.join(' | ')} |\n|---${'|---'.repeat(titles.length)}|`);
  for (const group of new Set(statementCases.map((one) => one.group))) {
    const at = statementCases.flatMap((one, index) => (one.group === group ? [index] : []));
    const cells = columns.map((answers) =>
      verdict(
        at.map((index) => statementCases[index] as StatementCase),
        at.map((index) => answers[index] ?? {}),
      ),
    );
    console.log(`| ${group} | ${cells.join(' | ')} |`);
  }
  const failed = statementCases.flatMap(({ name }, index) =>
    own[index]?.error ? [`${name}: ${own[index].error}`] : [],
  );
  if (failed.length > 0) console.error(`\nThis relay:\n${failed.join('\n')}`);
} finally {
  await service.close();
  await rm(folder, { recursive: true });
}
