import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { getFlexReport } from '../../shared/tools/get_flex_report.ts';
import { getPerformance } from '../../shared/tools/get_performance.ts';
import { FlexService, flexDocument, row, statement } from '../../test/support/flex-service.ts';
import { failure, TestRelay } from '../../test/support/relay.ts';
import { openRecords } from '../performance/records.ts';

/** What get_performance learns of statements, whatever columns, dates and names they have. */

const token = '111111111111111111111111';
const account = 'U7654321';
let relay: TestRelay;
let service: FlexService;
let folder: string;

beforeAll(async () => {
  relay = await TestRelay.start();
});
afterAll(() => relay.stop());
beforeEach(async () => {
  service = await FlexService.start();
  folder = mkdtempSync(join(tmpdir(), 'flex-'));
  relay.records = openRecords(folder, {
    tokens: [{ name: 'main', token, queries: [] }],
    baseUrl: service.url,
    limits: { firstWaitMs: 5, maxWaitMs: 20, throttledWaitMs: 10 },
  });
  relay.config = {};
});
afterEach(async () => {
  relay.records.close();
  await service.close();
  rmSync(folder, { recursive: true });
});

/** The formats of a query, each as a function of day and month of 2026. */
const formats = {
  yyyyMMdd: (day, month) => `2026${month}${day}`,
  'yyyy-MM-dd': (day, month) => `2026-${month}-${day}`,
  'MM/dd/yyyy': (day, month) => `${month}/${day}/2026`,
  'dd/MM/yyyy': (day, month) => `${day}/${month}/2026`,
  'MM/dd/yy': (day, month) => `${month}/${day}/26`,
  'dd/MM/yy': (day, month) => `${day}/${month}/26`,
  'dd-MMM-yy': (day, month) => `${day}-${month === '08' ? 'AUG' : 'SEP'}-26`,
  'dd-MMM-yyyy': (day, month) => `${day}-${month === '08' ? 'Aug' : 'Sep'}-2026`,
} as const satisfies Record<string, (day: string, month: string) => string>;

type Day = (day: string, month: string) => string;

const navOf = (day: Day, navs: readonly (readonly [day: string, nav: number])[], accountId: string) =>
  navs
    .map(([at, total]) =>
      row('EquitySummaryByReportDateInBase', { accountId, currency: 'EUR', reportDate: day(at, '09'), total }),
    )
    .join('');

const cash = (reportDate: string, more: object) =>
  row('CashTransaction', {
    accountId: account,
    currency: 'EUR',
    fxRateToBase: 1,
    reportDate,
    amount: 1000,
    type: 'Deposits/Withdrawals',
    ...more,
  });

function september(
  day: Day,
  sections: Readonly<Record<string, string>>,
  {
    name = account,
    navs = [
      ['01', 10_000],
      ['15', 11_000],
      ['30', 11_000],
    ] as [string, number][],
  } = {},
): string {
  const values = { EquitySummaryInBase: navOf(day, navs, name) };
  return statement(name, { ...values, ...sections }, { from: day('31', '08'), to: day('30', '09') }).replace(
    /whenGenerated="[^"]*"/,
    `whenGenerated="${day('30', '09')};202000"`,
  );
}

async function learn(...statements: readonly string[]): Promise<void> {
  service.tokens.set(token, new Map([['900001', flexDocument(...statements)]]));
  await relay.read(getFlexReport, { query: '900001', refresh: true });
}

it.each(Object.entries(formats))('counts a deposit once, with dates as %s', async (_, day) => {
  const CashTransactions =
    cash(day('15', '09'), { transactionID: '11' }) +
    cash(day('15', '09'), { accountId: '-', acctAlias: '-', transactionID: '' });
  await learn(september(day, { CashTransactions, Transfers: '' }));
  const { accounts } = await relay.read(getPerformance, { account });
  expect(accounts[0]?.periods.find(({ period }) => period === 'all')).toMatchObject({
    from: '2026-09-01',
    to: '2026-09-30',
    netFlow: 1000,
    twr: 0,
    flows: 'known',
  });
});

it('does not call flows known without the transfers, and says which section is missing', async () => {
  await learn(
    september(
      formats.yyyyMMdd,
      { CashTransactions: '' },
      {
        navs: [
          ['01', 10_000],
          ['30', 15_000],
        ],
      },
    ),
  );
  const { accounts } = await relay.read(getPerformance, { account });
  expect(accounts[0]?.periods.find(({ period }) => period === 'all')?.flows).toBe('unknown');
  expect(accounts[0]?.note).toMatch(/Flex query 900001: It has no section Transfers/);
});

it('shows a segment beside its account, and by itself when it is named', async () => {
  await learn(
    september(formats.yyyyMMdd, { CashTransactions: '', Transfers: '' }),
    september(
      formats.yyyyMMdd,
      { CashTransactions: '', Transfers: '' },
      {
        name: `${account}-P`,
        navs: [
          ['01', 5],
          ['30', 6],
        ],
      },
    ),
  );
  const names = async (args: object) => (await relay.read(getPerformance, args)).accounts.map((one) => one.account);
  expect(await names({ account })).toEqual([account, `${account}-P`]);
  expect(await names({ account: 'u7654321-p' })).toEqual([`${account}-P`]);
  relay.config = { allowedAccounts: [account] };
  expect(await names({ account })).toEqual([account, `${account}-P`]);
});

it.each([
  ['an alias', september(formats.yyyyMMdd, {}, { name: 'Joint' }), /calls its account “Joint”.*to No/],
  [
    'dates that read in two ways',
    statement(account, { EquitySummaryInBase: '' }, { from: '01/02/2026', to: '03/04/2026' }).replace(
      '20261120;031500',
      '05/06/2026;031500',
    ),
    /Its dates can be read in two ways \(“01\/02\/2026”\).*yyyyMMdd/,
  ],
  ['no values', statement(account, { Trades: '' }), /no section “Net Asset Value/],
])('says what a statement with %s lacks, instead of that there is no such account', async (_, text, sentence) => {
  await learn(text);
  const refused = await failure(relay.call('get_performance', { account }));
  expect(refused.code).toBe('no_data');
  expect(refused.message).toMatch(sentence);
  expect(`${refused.message} ${refused.nextStep}`).not.toContain('RELAY_FLEX_TOKENS');
});
