import { getExecutions } from '../../shared/tools/get_executions.ts';
import { omitUndefined } from '../../shared/values.ts';
import { bringUpToDate, dayBegin, fillZone } from '../fills/fill-job.ts';
import type { Fill, FillJournal } from '../fills/fill-journal.ts';
import { fillTotals } from '../fills/fill-totals.ts';
import { contractString } from '../gateway/contracts/naming.ts';
import { priceUnitOf } from '../gateway/contracts/price-unit.ts';
import { isoInZone } from '../gateway/time/time-zones.ts';
import { readableAccounts } from './support/accounts.ts';
import { coverageNotes } from './support/fill-coverage.ts';
import { instrumentFilter } from './support/instrument-filter.ts';
import { optional } from './support/optional.ts';
import { notesOf } from './support/options.ts';
import { makeCursor, readCursor } from './support/paging.ts';
import { parseTime } from './support/times.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

const columns = [
  'time',
  'account',
  'contract',
  'conId',
  'side',
  'quantity',
  'price',
  'commission',
  'currency',
  'realizedPnl',
  'exchange',
  'permId',
  'execId',
  'reference',
];

/** Kinds whose prices are always in the currency itself. */
const unmagnified: ReadonlySet<string> = new Set(['CASH', 'BAG', 'BOND', 'CRYPTO']);

export const getExecutionsExecutor = executorOf(getExecutions, async (args, context) => {
  const { gateway, records, config, signal } = context;
  const { limit, cursor, ...question } = args;
  const offset = readCursor(question, cursor);
  const accounts = readableAccounts(context, args.account);
  const now = gateway.serverTime();
  const from = args.since === undefined ? dayBegin(now) : parseTime('start', args.since, fillZone, 0, 'since');
  const to = args.until === undefined ? now : Math.min(now, parseTime('end', args.until, fillZone, 0, 'until'));
  const filter = args.contract === undefined ? undefined : await instrumentFilter(args.contract, context);
  await bringUpToDate({ gateway, journal: () => records.fills(), allowedAccounts: config.allowedAccounts }, signal);
  const read = records.fills().fills(accounts, from);
  const conIds = await filter?.(read.map(({ contract }) => contract));
  const fills = read
    .filter(({ contract }) => conIds?.has(contract.conId ?? 0) ?? true)
    // One whose time is unknown may be as much earlier than it was heard of as it likes.
    .filter(({ at, time }) => args.until === undefined || time === undefined || at < to)
    .filter(({ side }) => args.side === undefined || side === args.side)
    .filter(({ permId }) => args.order === undefined || permId === args.order)
    .toReversed();
  const page = fills.slice(offset, offset + limit);
  const units = await priceUnits(page, context);
  return omitUndefined({
    asOf: new Date(now).toISOString(),
    from: isoInZone(fillZone, from),
    to: isoInZone(fillZone, to),
    columns,
    rows: page.map(rowOf),
    totals: fillTotals(fills).map(({ fills: _, ...sums }) => omitUndefined(sums)),
    total: fills.length,
    next: offset + page.length < fills.length ? makeCursor(question, offset + page.length) : undefined,
    note: [noteOf(fills, accounts, from, records.fills()), ...units].filter(Boolean).join(' ') || undefined,
  });
});

/** Where fills were in parts of their currency, what those are: a price of 2479.5 is 24.795 GBP. */
async function priceUnits(fills: readonly Fill[], context: ToolContext): Promise<string[]> {
  const names = new Map(
    fills
      .filter(({ contract }) => contract.conId && !unmagnified.has(String(contract.secType)))
      .map(({ contract }) => [contract.conId ?? 0, contractString(contract)]),
  );
  const units = await Promise.all(
    [...names].map(async ([conId, name]) => {
      const read = (patience: AbortSignal) => context.gateway.contracts.resolve(String(conId), patience);
      const instrument = await optional('price unit', read, context);
      return { name, unit: instrument && priceUnitOf(instrument) };
    }),
  );
  const byUnit = Map.groupBy(units, ({ unit }) => unit);
  return [...byUnit].flatMap(([unit, of]) =>
    unit === undefined ? [] : [`Prices of ${of.map(({ name }) => name).join(', ')} are in ${unit}.`],
  );
}

function rowOf(fill: Fill): (string | number)[] {
  return [
    fill.time === undefined ? `${fill.timeText} (zone unknown)` : isoInZone(fillZone, fill.time),
    fill.account,
    contractString(fill.contract),
    fill.contract.conId ?? '',
    fill.side,
    fill.quantity,
    fill.price,
    fill.commission ?? '',
    fill.commissionCurrency ?? fill.contract.currency ?? '',
    fill.realizedPnl ?? '',
    fill.exchange,
    fill.permId,
    fill.execId,
    fill.orderRef ?? '',
  ];
}

function noteOf(
  fills: readonly Fill[],
  accounts: readonly string[],
  from: number,
  journal: FillJournal,
): string | undefined {
  const notes = [...coverageNotes(accounts, from, journal)];
  const uncharged = fills.filter(
    ({ commission, contract }) => commission === undefined && (contract.secType as string) !== 'BAG',
  ).length;
  if (uncharged > 0) notes.push(`IB has not told the commission of ${uncharged} of them.`);
  const untimed = fills.filter(({ time }) => time === undefined).length;
  if (untimed > 0) {
    notes.push(
      `Times marked “zone unknown” are IB’s text: the relay cannot tell their zone, and counts them (${untimed}) from when it heard of them.`,
    );
  }
  return notesOf(notes);
}
