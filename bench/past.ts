import { pino } from 'pino';
import type { Gateway } from '../relay/gateway/index.ts';
import { openRecords, type Records } from '../relay/performance/records.ts';
import { shift } from '../relay/performance/returns.ts';
import { SnapshotJob } from '../relay/performance/snapshots.ts';
import { StatementJob } from '../relay/performance/statement-job.ts';
import type { RunTool } from '../relay/tools/run-tool.ts';
import { FlexService, flexDocument, row, statement } from '../test/support/flex-service.ts';

/** The past of an account as the long run's relay learns it: from Flex statements that grow, and its own daily look. */

const logger = pino({ level: 'silent' });
const token = { name: 'main', token: '1'.repeat(24), queries: [{ id: '900001', label: 'activity' }] };
/** Days of which IBKR tells before the run begins. */
const daysBefore = 10;

export class Past {
  readonly records: Records;
  readonly #service: FlexService;
  readonly #account: string;
  readonly #first: string;

  constructor(service: FlexService, records: Records, account: string, first: string) {
    this.#service = service;
    this.records = records;
    this.#account = account;
    this.#first = first;
  }

  /** @param from the day on which the run begins, `YYYY-MM-DD` */
  static async open(folder: string, account: string, from: string): Promise<Past> {
    const service = await FlexService.start();
    const limits = { firstWaitMs: 5, maxWaitMs: 20 };
    const records = openRecords(folder, { tokens: [token], baseUrl: service.url, limits });
    return new Past(service, records, account, shift(from, -daysBefore));
  }

  /** Statements fetched from IBKR so far. */
  get statements(): number {
    return this.#service.requests.filter(({ path }) => path.endsWith('/SendRequest')).length;
  }

  /** Lets IBKR's statement end on the day before `date`; a first answer says that it is still being made. */
  renew(date: string): void {
    const days = daysFrom(this.#first, date);
    const digits = days.map((day) => day.replaceAll('-', ''));
    const of = { accountId: this.#account, currency: 'USD' };
    const values = digits.map((reportDate, index) =>
      row('EquitySummaryByReportDateInBase', { ...of, reportDate, total: 100_000 + 250 * index }),
    );
    const trades = digits.map((tradeDate, index) =>
      row('Trade', { ...of, symbol: index % 2 === 0 ? 'AAPL' : 'MSFT', quantity: 1 + index, tradeDate }),
    );
    const sections = {
      EquitySummaryInBase: values.join('\n'),
      CashTransactions: '',
      Transfers: '',
      Trades: trades.join('\n'),
    };
    const period = { from: digits[0] ?? '', to: digits.at(-1) ?? '' };
    const document = flexDocument(statement(this.#account, sections, period));
    this.#service.tokens.set(token.token, new Map([['900001', document]]));
    this.#service.onGet.push({ code: 1019 });
  }

  /** What the relay does in the background once a day, after which the newest statement is known. */
  async look(gateway: Gateway, execute: RunTool): Promise<void> {
    const job = new SnapshotJob({ gateway, journal: () => this.records.performance(), logger, clockPatienceMs: 50 });
    await job.check();
    await new StatementJob(this.records.flex, logger).check();
    await execute('get_flex_report', { query: token.queries[0]?.id });
  }

  async close(): Promise<void> {
    this.records.close();
    await this.#service.close();
  }
}

/** The days from one to the day before another. */
function daysFrom(first: string, end: string): string[] {
  const days: string[] = [];
  for (let day = first; day < end; day = shift(day, 1)) days.push(day);
  return days;
}
