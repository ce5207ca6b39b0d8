import { Decimal } from 'decimal.js';
import type { z } from 'zod';
import { getPortfolioSummary } from '../../shared/tools/get_portfolio_summary.ts';
import { omitUndefined } from '../../shared/values.ts';
import type { AccountValues } from '../gateway/accounts/account-values.ts';
import type { AccountSummaries, Pnl } from '../gateway/accounts/accounts.ts';
import { parseNumber } from '../gateway/numbers.ts';
import { allocationsOf, money, sum, totalsOf, type ValuedHolding, valued } from '../portfolio/allocation.ts';
import { isOption, isPaidFor, type Reported } from '../portfolio/holdings.ts';
import { concentrationOf, greeksOf, topOf, withoutGreeks } from '../portfolio/risk.ts';
import { readableAccounts } from './support/accounts.ts';
import { baseCurrency } from './support/currencies.ts';
import { dailyPnlNote } from './support/daily-pnl.ts';
import { optional } from './support/optional.ts';
import { accruedIn, fundsOf, limits, type ReadPosition, readHoldings } from './support/portfolio-holdings.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

type Arguments = z.output<typeof getPortfolioSummary.input>;
type Portfolio = z.input<typeof getPortfolioSummary.output>['portfolios'][number];

const windowPatienceMs = 12_000;
/** Names that a list in a note holds. */
const namesShown = 10;

/** One account with everything IB says about it. */
interface ReadAccount {
  readonly account: string;
  readonly currency: string;
  readonly values: AccountValues | undefined;
  readonly pnl: Pnl | undefined;
  /** What the account summary says, which may be older. */
  readonly summary: number | undefined;
  readonly positions: readonly ReadPosition[];
}

export const getPortfolioSummaryExecutor = executorOf(getPortfolioSummary, async (args, caller) => {
  const context = countingOn(caller);
  const accounts = await readAccounts(readableAccounts(context, args.account), context);
  const currencies = [...new Set(accounts.map(({ currency }) => currency))];
  const portfolios: Portfolio[] = [];
  for (const currency of currencies) {
    portfolios.push(
      await portfolioOf(
        currency,
        accounts.filter((account) => account.currency === currency),
        args,
        context,
      ),
    );
  }
  return { asOf: new Date(context.gateway.serverTime()).toISOString(), portfolios };
});

/** One piece of work after another begins at 1; whoever watches sees one count that goes on. */
function countingOn(context: ToolContext): ToolContext {
  let before = 0;
  let last = 0;
  return {
    ...context,
    progress: (done, total, message) => {
      if (done <= last) before += last;
      last = done;
      context.progress(before + done, total === undefined ? undefined : before + total, message);
    },
  };
}

async function readAccounts(names: readonly string[], context: ToolContext): Promise<ReadAccount[]> {
  const { accounts: desk } = context.gateway;
  const [positions, summaries] = await Promise.all([
    desk.positions(context.signal),
    optional('account summary', (signal) => desk.summaries(signal), context),
  ]);
  const read: ReadAccount[] = [];
  // IB shows one account's window at a time.
  for (const account of names) {
    read.push(
      await readAccount(
        account,
        positions.filter((position) => position.account === account),
        summaries,
        context,
      ),
    );
    context.progress(read.length, names.length, `values of ${read.length} of ${names.length} accounts`);
  }
  return read;
}

async function readAccount(
  account: string,
  positions: readonly ReadPosition['position'][],
  summaries: AccountSummaries | undefined,
  context: ToolContext,
): Promise<ReadAccount> {
  const { accounts: desk } = context.gateway;
  const window = await optional('account window', (signal) => desk.window(account, signal), context, windowPatienceMs);
  const pnl = await optional('profit and loss', (signal) => desk.pnl(account, undefined, signal), context);
  const summary = summaries?.accounts.get(account);
  const values = window?.values.has('NetLiquidation') ? window.values : summary;
  const held = await Promise.all(
    positions.map(async (position) => {
      const conId = position.contract.conId ?? 0;
      const item = window?.items.get(conId);
      const told =
        item?.marketValue === undefined
          ? await optional('value of a position', (signal) => desk.pnl(account, conId, signal), context)
          : undefined;
      return { position, item, values, marketValue: item?.marketValue ?? told?.value };
    }),
  );
  const currency = baseCurrency(values) ?? '';
  return { account, currency, values, pnl, summary: amountIn(summary, 'NetLiquidation'), positions: held };
}

function amountIn(values: AccountValues | undefined, tag: string): number | undefined {
  return parseNumber(values?.get(tag)?.get(baseCurrency(values) ?? ''));
}

async function portfolioOf(
  currency: string,
  accounts: readonly ReadAccount[],
  args: Arguments,
  context: ToolContext,
): Promise<Portfolio> {
  const read = accounts.flatMap(({ positions }) => positions);
  const holdings = valued(await readHoldings(read, args.greeks, context));
  const parts = accounts.map((account) => reportedBy(account));
  const reported = together(parts);
  return omitUndefined({
    currency,
    accounts: accounts.map(({ account }) => account),
    totals: { ...totalsOf(holdings, reported), ...furtherTotals(accounts, reported) },
    byAccount: accounts.length > 1 ? byAccount(accounts, parts, holdings) : undefined,
    allocation: allocationsOf(holdings, reported),
    top: topOf(holdings, reported.netLiquidation, args.top),
    concentration: concentrationOf(holdings),
    greeks: args.greeks ? greeksWithMissing(holdings, args.top) : undefined,
    notes: notesOf(holdings, accounts, args.greeks, context.gateway.serverTime()),
  });
}

function reportedBy({ values }: ReadAccount): Reported {
  const amount = (tag: string): Decimal => new Decimal(amountIn(values, tag) ?? 0);
  return {
    netLiquidation: amount('NetLiquidation'),
    cash: amount('TotalCashValue'),
    accrued: accruedIn(values),
    funds: fundsOf(values),
  };
}

function together(parts: readonly Reported[]): Reported {
  const total = (value: (part: Reported) => Decimal): Decimal => sum(parts.map(value));
  const names = [...new Set(parts.flatMap(({ funds }) => funds.map(({ currency }) => currency)))];
  return {
    netLiquidation: total(({ netLiquidation }) => netLiquidation),
    cash: total(({ cash }) => cash),
    accrued: total(({ accrued }) => accrued),
    funds: names.map((currency) => {
      const own = parts.flatMap(({ funds }) => funds.filter((fund) => fund.currency === currency));
      return { currency, cash: sum(own.map(({ cash }) => cash)), accrued: sum(own.map(({ accrued }) => accrued)) };
    }),
  };
}

/** The sum of what is known of every account; undefined where one does not tell it. */
function total(values: readonly (number | undefined)[]): Decimal | undefined {
  const known = values.flatMap((value) => (value === undefined ? [] : [new Decimal(value)]));
  return known.length === values.length ? sum(known) : undefined;
}

function furtherTotals(accounts: readonly ReadAccount[], { netLiquidation }: Reported) {
  const gross = total(accounts.map(({ values }) => amountIn(values, 'GrossPositionValue')));
  const pnl = (value: (pnl: Pnl) => number | undefined): number | undefined => {
    const amount = total(accounts.map((account) => account.pnl && value(account.pnl)));
    return amount && money(amount);
  };
  const summary = total(accounts.map((account) => account.summary));
  const since = summary && netLiquidation.minus(summary);
  return omitUndefined({
    gross: gross && money(gross),
    leverage: gross && !netLiquidation.isZero() ? gross.div(netLiquidation).toDecimalPlaces(2).toNumber() : undefined,
    dailyPnl: pnl(({ daily }) => daily),
    unrealizedPnl: pnl(({ unrealized }) => unrealized),
    realizedPnl: pnl(({ realized }) => realized),
    sinceSummary: since && !since.isZero() ? money(since) : undefined,
  });
}

function byAccount(accounts: readonly ReadAccount[], parts: readonly Reported[], holdings: readonly ValuedHolding[]) {
  const rows = accounts.map(({ account, pnl }, index) => {
    const own = holdings.filter((holding) => holding.account === account);
    const reported = parts[index] ?? together([]);
    const { netLiquidation, cash, positions, accrued, unexplained } = totalsOf(own, reported);
    return [
      account,
      netLiquidation,
      cash,
      positions,
      accrued,
      unexplained,
      pnl?.daily === undefined ? '' : money(pnl.daily),
    ];
  });
  return { columns: ['account', 'netLiquidation', 'cash', 'positions', 'accrued', 'unexplained', 'dailyPnl'], rows };
}

function greeksWithMissing(holdings: readonly ValuedHolding[], limit: number) {
  const missing = withoutGreeks(holdings);
  return { ...greeksOf(holdings, limit), ...(missing.length > 0 ? { missing: shortened(missing) } : {}) };
}

function shortened(names: readonly string[]): string[] {
  const more = names.length - namesShown;
  return more > 0 ? [...names.slice(0, namesShown), `and ${more} more`] : [...names];
}

function notesOf(
  holdings: readonly ValuedHolding[],
  accounts: readonly ReadAccount[],
  withGreeks: boolean,
  now: number,
) {
  const worthless = holdings.filter((holding) => holding.worth === undefined && isPaidFor(holding));
  const silent = accounts.filter(({ values }) => values === undefined).map(({ account }) => account);
  const options = holdings.filter(isOption);
  const instruments = new Set(holdings.map(({ conId }) => conId)).size;
  const notes = [
    ...(silent.length > 0 ? [`IB told nothing about: ${silent.join(', ')}.`] : []),
    ...(worthless.length > 0
      ? [
          `IB tells no value of ${shortened(worthless.map(({ contract }) => contract)).join(', ')}: it is in \`unexplained\`.`,
        ]
      : []),
    ...(!withGreeks && options.length > 0 ? ['Options have no exposure here: Greeks were not read.'] : []),
    ...(instruments > limits.details ? [`Sector and country of the ${limits.details} largest positions only.`] : []),
    ...(withGreeks && options.length > limits.greeks ? [`Greeks of the ${limits.greeks} largest options only.`] : []),
    ...(accounts.some(({ pnl }) => pnl?.daily !== undefined) ? [dailyPnlNote(now)] : []),
  ];
  return notes.length > 0 ? notes : undefined;
}
