import { Decimal } from 'decimal.js';
import { getExecutions } from '../../shared/tools/get_executions.ts';
import type { Fill } from '../gateway/accounts/executions.ts';
import { contractString } from '../gateway/contracts/naming.ts';
import { omitUndefined } from '../gateway/numbers.ts';
import { isoInZone } from '../gateway/time/time-zones.ts';
import { readableAccounts } from './support/accounts.ts';
import { makeCursor, readCursor } from './support/paging.ts';
import { parseTime } from './support/times.ts';
import { executorOf } from './support/tool.ts';

/** Fills are told in New York's time, and so is a `since` without an offset. */
const zone = 'America/New_York';
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

export const getExecutionsExecutor = executorOf(getExecutions, async (args, context) => {
  const { gateway, signal } = context;
  const { limit, cursor, ...question } = args;
  const offset = readCursor(question, cursor);
  const accounts = readableAccounts(context, args.account);
  const since = args.since === undefined ? 0 : parseTime('start', args.since, zone, 0, 'since');
  const conIds =
    args.contract === undefined
      ? undefined
      : new Set((await gateway.contracts.resolveAll(args.contract, signal)).map(({ conId }) => conId));
  const fills = (await gateway.executions.fills(signal))
    .filter(({ account }) => accounts.includes(account))
    .filter(({ contract }) => conIds === undefined || conIds.has(contract.conId ?? 0))
    .filter(({ side }) => args.side === undefined || side === args.side)
    .filter(({ permId }) => args.order === undefined || permId === args.order)
    .filter(({ time }) => time === undefined || time >= since)
    .toReversed();
  const page = fills.slice(offset, offset + limit);
  return omitUndefined({
    asOf: new Date(gateway.serverTime()).toISOString(),
    columns,
    rows: page.map(rowOf),
    note: noteOf(fills, args.since),
    totals: totalsOf(fills),
    total: fills.length,
    next: offset + page.length < fills.length ? makeCursor(question, offset + page.length) : undefined,
  });
});

function rowOf(fill: Fill): (string | number)[] {
  return [
    fill.time === undefined ? `${fill.timeText} (zone unknown)` : isoInZone(zone, fill.time),
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

/** What is to be known of times that are not: such fills may be older than `since`. */
function noteOf(fills: readonly Fill[], since: string | undefined): string | undefined {
  const unknown = fills.filter(({ time }) => time === undefined).length;
  if (unknown === 0) return undefined;
  const kept = since === undefined ? '' : ', kept whatever `since` says';
  return `Times marked “zone unknown” are IB’s text: the relay cannot tell their zone (${unknown} fills${kept}).`;
}

function totalsOf(fills: readonly Fill[]) {
  const currencies = new Set(fills.flatMap(({ commissionCurrency }) => commissionCurrency ?? []));
  const sum = (values: readonly (number | undefined)[]): number =>
    Decimal.sum(0, ...values.map((value) => value ?? 0)).toNumber();
  return [...currencies].sort().map((currency) => {
    const own = fills.filter(({ commissionCurrency }) => commissionCurrency === currency);
    const realized = own.map(({ realizedPnl }) => realizedPnl).filter((value) => value !== undefined);
    return omitUndefined({
      currency,
      commission: sum(own.map(({ commission }) => commission)),
      realizedPnl: realized.length > 0 ? sum(realized) : undefined,
    });
  });
}
