import { ToolError } from '../../shared/errors.ts';
import { getPerformance } from '../../shared/tools/get_performance.ts';
import { omitUndefined, performancePeriods } from '../../shared/values.ts';
import { isAccountNumber, isAllowed, mainAccount } from '../documents/flex-accounts.ts';
import type { CashFlow, DailyValue } from '../documents/flex-history.ts';
import { dayBegin, fillZone } from '../fills/fill-job.ts';
import { fillTotalIn, fillTotals } from '../fills/fill-totals.ts';
import type { RememberedStatement } from '../flex/index.ts';
import { accountKind } from '../gateway/index.ts';
import { isoInZone, localToEpoch } from '../gateway/time/time-zones.ts';
import type { Snapshot } from '../performance/journal.ts';
import {
  coverage,
  type DateRange,
  firstWithin,
  type Period,
  periodBase,
  periodStart,
  type ReturnPoint,
  returnSeries,
  shift,
  thinOut,
} from '../performance/returns.ts';
import { clocksAgree, currentValues } from '../performance/snapshots.ts';
import { readableAccounts } from './support/accounts.ts';
import { exchangeRates } from './support/currencies.ts';
import { coverageNotes } from './support/fill-coverage.ts';
import { optional } from './support/optional.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

const columns = ['date', 'nav', 'flow', 'twr'];
const tradingColumns = ['currency', 'fills', 'commission', 'realizedPnl'];

/** Sentences about statements in a note. */
const maxGaps = 4;

/** What is on record of an account, oldest first, with its value of now at the end where the gateway tells it. */
interface AccountRecord {
  readonly account: string;
  readonly values: readonly DailyValue[];
  readonly flows: readonly CashFlow[];
  readonly known: readonly DateRange[];
  /** The gateway's value of now cannot be used: its clock and this machine's differ. */
  readonly stale: boolean;
  /** What statements of the account fail to tell, a sentence each. */
  readonly gaps: readonly string[];
}

type Rates = ReadonlyMap<string, number>;

export const getPerformanceExecutor = executorOf(
  getPerformance,
  async ({ account, period, max_points }, context) => {
    const { gateway, records, config } = context;
    const now = gateway.serverTime();
    const remembered = await records.flex.remembered();
    const accounts = accountsOnRecord(context, account, remembered);
    const agree = config.simulatedClock === true || clocksAgree(gateway);
    const current = gateway.ready && agree ? await valuesNow(accounts, now, context) : [];
    const rates = await ratesNow(context);
    const stale = gateway.ready && !agree;
    const journal = records.performance();
    const answered = accounts.flatMap((name) => {
      const { list, known } = journal.flows(name);
      const values = withCurrent(
        journal.values(name),
        current.find((one) => one.account === name),
      );
      const record = { account: name, values, flows: list, known, stale, gaps: gapsOf(name, remembered) };
      if (values.length === 0) return [];
      const trading = tradingIn(record, period, rates.get(name) ?? new Map(), context);
      return [summarise(record, trading, period, max_points)];
    });
    if (answered.length > 0) return { asOf: new Date(now).toISOString(), accounts: answered };
    const [gap] = accounts.flatMap((name) => gapsOf(name, remembered));
    if (gap !== undefined) throw untold(gap);
    throw new ToolError({
      code: 'no_data',
      message: agree
        ? 'No daily values are on record yet.'
        : 'No daily values are on record: the clocks of IB Gateway and of the relay’s machine differ.',
      nextStep: agree
        ? 'The relay keeps one a day from now on. Flex statements bring the past: set RELAY_FLEX_TOKENS.'
        : 'Set the clock of the relay’s machine. With a simulated gateway, let it run in the present.',
    });
  },
  { offline: true },
);

/** The accounts on record and, where there is a connection, of the login, as far as the owner allows them. */
function accountsOnRecord(
  context: ToolContext,
  named: string | undefined,
  remembered: readonly RememberedStatement[],
): readonly string[] {
  const { gateway, records, config } = context;
  const recorded = records
    .performance()
    .accounts()
    .filter((account) => isAllowed(account, config.allowedAccounts));
  const wanted = named?.toUpperCase();
  const segments = recorded.filter((account) => account === wanted || mainAccount(account) === wanted);
  if (segments.length > 0) return segments;
  const [gap] = wanted === undefined || !isAllowed(wanted, config.allowedAccounts) ? [] : gapsOf(wanted, remembered);
  if (gap !== undefined && !gateway.status().accounts.includes(wanted ?? '')) throw untold(gap);
  if (named !== undefined || recorded.length === 0) return readableAccounts(context, named);
  return gateway.ready ? [...new Set([...readableAccounts(context), ...recorded])] : recorded;
}

/** What the newest statements fail to tell of an account; of one that names none, it may be about any. */
function gapsOf(account: string, remembered: readonly RememberedStatement[]): string[] {
  const told = remembered.flatMap(({ query, digest }) =>
    digest.statements
      .filter((one) => mainAccount(one.account) === mainAccount(account) || !isAccountNumber(one.account))
      .flatMap(({ gaps = [] }) => gaps.map((gap) => `Flex query ${query}: ${gap}`)),
  );
  return [...new Set(told)].slice(0, maxGaps);
}

function untold(gap: string): ToolError {
  return new ToolError({
    code: 'no_data',
    message: `No daily values are on record. ${gap}`,
    nextStep: 'Change the query in Client Portal, then run it: get_flex_report with refresh.',
  });
}

async function valuesNow(accounts: readonly string[], now: number, context: ToolContext): Promise<Snapshot[]> {
  return (
    (await optional('account values', (signal) => currentValues(context.gateway, accounts, now, signal), context)) ?? []
  );
}

function withCurrent(values: readonly DailyValue[], current: Snapshot | undefined): readonly DailyValue[] {
  if (!current) return values;
  const { date, nav, currency } = current;
  return [...values.filter((value) => value.date < date && value.currency === currency), { date, nav, currency }];
}

/** Each account's rates into its base currency, as far as the gateway tells them now. */
async function ratesNow(context: ToolContext): Promise<ReadonlyMap<string, Rates>> {
  if (!context.gateway.ready) return new Map();
  const summaries = await optional('exchange rates', (signal) => context.gateway.accounts.summaries(signal), context);
  return new Map([...(summaries?.accounts ?? [])].map(([account, values]) => [account, exchangeRates(values)]));
}

interface Trading {
  readonly table: { readonly since: string; readonly columns: string[]; readonly rows: (string | number)[][] };
  readonly notes: readonly string[];
}

/** What the fills of a period have cost and realized, from the relay's own journal; undefined when it knows nothing. */
function tradingIn(
  { account, values }: AccountRecord,
  period: Period,
  rates: Rates,
  { records, gateway }: ToolContext,
): Trading | undefined {
  const journal = records.fills();
  const known = journal.knows(account);
  if (!known) return undefined;
  const base = periodBase(period, values);
  const from = base === undefined ? known.since : Math.min(dayOf(shift(base, 1)), dayBegin(gateway.serverTime()));
  const totals = fillTotals(journal.fills([account], from));
  const currency = values.at(-1)?.currency ?? '';
  const foreign = totals.some((total) => total.currency !== currency);
  const whole = foreign ? fillTotalIn(currency, totals, rates) : undefined;
  const rows = totals.map(({ currency: name, fills, commission, realizedPnl }) => [
    ...[name, fills, commission],
    realizedPnl ?? '',
  ]);
  if (whole) rows.push([`all in ${currency}`, whole.fills, whole.commission, whole.realizedPnl ?? '']);
  return {
    table: { since: isoInZone(fillZone, from), columns: tradingColumns, rows },
    notes: coverageNotes([account], from, journal),
  };
}

/** When a date begins in New York. */
function dayOf(date: string): number {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return localToEpoch(fillZone, { year, month, day, hour: 0, minute: 0, second: 0 });
}

function summarise(record: AccountRecord, trading: Trading | undefined, period: Period, maxPoints: number) {
  const { account, values, flows, known } = record;
  const last = values.at(-1) as DailyValue;
  const start = periodStart(period, values);
  const series = returnSeries(values.slice(start ?? firstWithin(period, values)), flows);
  return omitUndefined({
    account,
    kind: accountKind(account),
    currency: last.currency,
    nav: cents(last.nav),
    periods: performancePeriods.flatMap((name) => {
      const index = periodStart(name, values);
      return index === undefined ? [] : [periodOf(name, values.slice(index), flows, known)];
    }),
    trading: trading?.table,
    columns,
    rows: thinOut(series, maxPoints).map((point) => [
      point.date,
      cents(point.nav),
      cents(point.flow),
      percent(point) ?? '',
    ]),
    days: series.length,
    note: noteOf(period, record, start, trading?.notes ?? []),
  });
}

function periodOf(
  period: Period,
  values: readonly DailyValue[],
  flows: readonly CashFlow[],
  known: readonly DateRange[],
) {
  const series = returnSeries(values, flows);
  const [first, last] = [series[0], series.at(-1)] as [ReturnPoint, ReturnPoint];
  const netFlow = series.reduce((sum, { flow }) => sum + flow, 0);
  return omitUndefined({
    period,
    from: first.date,
    to: last.date,
    startNav: cents(first.nav),
    endNav: cents(last.nav),
    gain: cents(last.nav - first.nav - netFlow),
    twr: percent(last),
    netFlow: cents(netFlow),
    flows: coverage(known, first.date, last.date),
  });
}

function noteOf(
  period: Period,
  { values, known, stale, gaps }: AccountRecord,
  start: number | undefined,
  further: readonly string[],
): string | undefined {
  const [first, last] = [values[0], values.at(-1)] as [DailyValue, DailyValue];
  const notes: string[] = [];
  if (values.length === 1) notes.push(`The record begins on ${first.date}; returns need a second day.`);
  else if (start === undefined) {
    const since = values[firstWithin(period, values)]?.date ?? last.date;
    notes.push(`The record does not reach back to the beginning of ${period}; the series is since ${since}.`);
  }
  const flows = coverage(known, first.date, last.date);
  if (values.length > 1 && flows === 'unknown') {
    notes.push(
      'Deposits, withdrawals and transfers are not known and count as gains and losses.',
      ...(gaps.length > 0 ? gaps : ['A Flex query with Cash Transactions and Transfers would tell them.']),
    );
  } else if (values.length > 1 && flows === 'partly') {
    const days = known.map(({ from, to }) => `${from} to ${to}`).join(', ');
    notes.push(
      `Deposits, withdrawals and transfers are known from ${days} only; others count as gains and losses.`,
      ...gaps,
    );
  }
  if (stale) notes.push('The clocks of IB Gateway and of the relay’s machine differ, so nothing newer is on record.');
  notes.push(...further);
  return notes.length > 0 ? notes.join(' ') : undefined;
}

function cents(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Growth in percent, to a hundredth of a basis point. */
function percent({ growth }: ReturnPoint): number | undefined {
  return growth === undefined ? undefined : Math.round((growth - 1) * 1_000_000) / 10_000;
}
