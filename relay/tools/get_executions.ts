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

/** IB writes times of fills with their zone; this one is for gateways that do not. */
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
  const fills = (await gateway.executions.fills(zone, signal))
    .filter(({ account }) => accounts.includes(account))
    .filter(({ contract }) => conIds === undefined || conIds.has(contract.conId ?? 0))
    .filter(({ side }) => args.side === undefined || side === args.side)
    .filter(({ permId }) => args.order === undefined || permId === args.order)
    .filter(({ time }) => time >= since)
    .toReversed();
  const page = fills.slice(offset, offset + limit);
  return omitUndefined({
    asOf: new Date(gateway.serverTime()).toISOString(),
    columns,
    rows: page.map(rowOf),
    totals: totalsOf(fills),
    total: fills.length,
    next: offset + page.length < fills.length ? makeCursor(question, offset + page.length) : undefined,
  });
});

function rowOf(fill: Fill): (string | number)[] {
  return [
    isoInZone(zone, fill.time),
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
