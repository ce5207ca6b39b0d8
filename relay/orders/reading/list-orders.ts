import type { Contract, SecType } from '@stoqey/ib';
import { listOrders } from '../../../shared/orders/list-orders.ts';
import type { FillView } from '../../../shared/orders/order-view.ts';
import { omitUndefined } from '../../../shared/values.ts';
import { bringUpToDate } from '../../fills/fill-job.ts';
import type { Fill } from '../../fills/fill-journal.ts';
import type { FoundOrders } from '../../gateway/orders/order-lists.ts';
import { readableAccounts } from '../../tools/support/accounts.ts';
import { instrumentFilter } from '../../tools/support/instrument-filter.ts';
import { optional } from '../../tools/support/optional.ts';
import { notesOf } from '../../tools/support/options.ts';
import { executorOf, type ToolContext, type ToolExecutor } from '../../tools/support/tool.ts';
import { type Onlooker, type ViewedOrder, viewedOrders } from './order-views.ts';

const lookWithinMs = 15_000;
const fillPatienceMs = 5_000;
/** Fills of an order that works until it is cancelled can be old. */
const fillsBackMs = 180 * 86_400_000;
const mostOrders = 1_000;
const mostFills = 1_000;

/**
 * The operation that lists the orders of the login, whoever placed them, and what came of one.
 * @param onlooker which of them are this relay's
 */
export function listOrdersExecutor(onlooker: () => Onlooker): ToolExecutor {
  return executorOf(listOrders, async ({ account, contract, order: named, completed }, context) => {
    const { gateway, records, config, signal } = context;
    const accounts = readableAccounts(context, account);
    // An order of an advisor's group names no account: it is for those who see every account of the login.
    const seesAll = account === undefined && config.allowedAccounts === undefined;
    const conIds = contract === undefined ? undefined : await instrumentFilter(contract, context);
    const [listed, told] = await Promise.all([gateway.orders.look(lookWithinMs, signal), newFills(context)]);
    const fills = records.fills().fills(accounts, gateway.serverTime() - fillsBackMs);
    const seen = viewedOrders(listed, fills, onlooker())
      .filter((one) => (one.accountKnown ? accounts.includes(one.view.account) : seesAll))
      .filter(({ view }) => completed || named !== undefined || view.ended === undefined)
      .filter((one) => named === undefined || isNamed(one, named));
    const wanted = await conIds?.(contractsOf(listed));
    const orders = wanted ? seen.filter((one) => one.conIds.some((conId) => wanted.has(conId))) : seen;
    const permIds = new Set(orders.map(({ permId }) => permId).filter((permId) => permId > 0));
    const shown = named === undefined ? [] : fills.filter(({ permId }) => permIds.has(permId));
    return omitUndefined({
      orders: orders.slice(0, mostOrders).map(({ view }) => view),
      fills: wholeOf(shown).slice(-mostFills).map(fillViewOf),
      note: notesOf([
        ...(orders.length > mostOrders ? [`Only the newest ${mostOrders} of ${orders.length} orders are shown.`] : []),
        ...(told ? [] : ['IB did not tell the newest fills in time, so that costs may be missing.']),
        ...(completed ? ['IB keeps completed orders until the end of its day.'] : []),
      ])?.slice(0, 600),
    });
  });
}

/** Brings the journal of fills up to date, as far as there is time. */
async function newFills(context: ToolContext): Promise<boolean> {
  const { gateway, records, config } = context;
  const read = (signal: AbortSignal) =>
    bringUpToDate({ gateway, journal: () => records.fills(), allowedAccounts: config.allowedAccounts }, signal);
  return (await optional('executions', read, context, fillPatienceMs)) !== undefined;
}

/** By IB's permanent id, or as a ticket with or without its leg. */
function isNamed({ view, permId }: ViewedOrder, named: string): boolean {
  if (/^\d+$/.test(named)) return permId === Number(named);
  const [ticket, leg] = named.toLowerCase().split('/');
  return view.ticket === ticket && (leg === undefined || leg === view.leg);
}

function contractsOf({ open, completed }: FoundOrders): Contract[] {
  return [...open, ...completed].flatMap(({ contract }) =>
    (contract.legs ?? [contract]).map(({ conId, secType, symbol, currency }) => ({
      conId,
      secType: secType as SecType,
      symbol,
      currency,
    })),
  );
}

/** Of a combination the lines of the whole, which its legs' would only repeat. */
function wholeOf(fills: readonly Fill[]): readonly Fill[] {
  const whole = fills.filter(({ contract }) => String(contract.secType) === 'BAG');
  return whole.length > 0 ? whole : fills;
}

function fillViewOf(fill: Fill): FillView {
  const { time, quantity, price, exchange, commission, commissionCurrency, realizedPnl } = fill;
  return omitUndefined({
    time: time === undefined ? undefined : new Date(time).toISOString(),
    quantity,
    price,
    exchange: exchange || undefined,
    commission,
    commissionCurrency: commission === undefined ? undefined : commissionCurrency,
    realizedPnl,
  });
}
