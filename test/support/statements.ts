import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shift } from '../../relay/performance/returns.ts';
import { tradingDateAt } from '../../relay/performance/trading-date.ts';
import { FlexService, flexDocument, row, statement } from './flex-service.ts';

const token = '123456789012345678901234';

/** The days before today of an account, with the money that came in on one of them. `twr` in percent since the first. */
export const pastDays = [
  { ago: 5, nav: 100_000, flow: 0, twr: 0 },
  { ago: 4, nav: 110_000, flow: 0, twr: 10 },
  { ago: 3, nav: 176_000, flow: 50_000, twr: 21 },
  { ago: 2, nav: 88_000, flow: 0, twr: -39.5 },
  { ago: 1, nav: 96_800, flow: 0, twr: -33.45 },
] as const;

/** The trades of the statement, oldest first. */
export const pastTrades = Array.from({ length: 30 }, (_, index) => ({
  tradeID: String(500_001 + index),
  symbol: index % 3 === 0 ? 'MSFT' : 'AAPL',
  quantity: index % 2 === 0 ? 10 + index : -index,
  description: index === 7 ? 'Käufe & <Verkäufe>' : 'COMMON STOCK',
}));

/** The day so many before the trading day of now, `YYYY-MM-DD`. */
export const dayBefore = (ago: number): string => shift(tradingDateAt(Date.now()), -ago);

/** IBKR's Flex Web Service with one statement of one account, and the settings by which a relay finds it. */
export interface Statements {
  readonly service: FlexService;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startStatements(account: string): Promise<Statements> {
  const service = await FlexService.start();
  service.tokens.set(token, new Map([['900001', flexDocument(statementOf(account))]]));
  const folder = await mkdtemp(join(tmpdir(), 'flex-'));
  const file = join(folder, 'tokens');
  await writeFile(file, `main ${token} 900001=activity\n`, { mode: 0o600 });
  return {
    service,
    env: { RELAY_FLEX_URL: service.url, RELAY_FLEX_TOKENS_FILE: file },
    async close() {
      await service.close();
      await rm(folder, { recursive: true });
    },
  };
}

function statementOf(account: string): string {
  const values = pastDays.map(({ ago, nav }) =>
    row('EquitySummaryByReportDateInBase', { accountId: account, currency: 'USD', reportDate: day(ago), total: nav }),
  );
  const flows = pastDays
    .filter(({ flow }) => flow !== 0)
    .map(({ ago, flow }) =>
      row('CashTransaction', {
        accountId: account,
        currency: 'USD',
        fxRateToBase: 1,
        type: 'Deposits/Withdrawals',
        reportDate: day(ago),
        amount: flow,
      }),
    );
  const trades = pastTrades.map((trade) => row('Trade', { accountId: account, currency: 'USD', ...trade }));
  return statement(
    account,
    {
      EquitySummaryInBase: values.join('\n'),
      CashTransactions: flows.join('\n'),
      Transfers: '',
      Trades: trades.join('\n'),
    },
    { from: day(5), to: day(1) },
  );
}

const day = (ago: number): string => dayBefore(ago).replaceAll('-', '');
