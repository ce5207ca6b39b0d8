import type { Decimal } from 'decimal.js';
import { cancelOrder, refresh, rejectFor } from './ending.ts';
import { afterFill } from './families.ts';
import type { Floor } from './floor.ts';
import { correctedId } from './ids.ts';
import { acceptOrder, editOrder } from './intake.ts';
import type { ExchangeScripts, Execution, Order, OrderTerms } from './model.ts';
import { average, settle } from './settlement.ts';
import { type Working, withOrder } from './working.ts';

function need(floor: Floor, permId: number): Working {
  const working = floor.registry.get(permId);
  if (!working) throw new RangeError(`no working order has the perm id ${permId}`);
  return working;
}

/** What scenarios make happen. `catchUp` brings the market to the present first. */
export function createScripts(floor: Floor, catchUp: () => void): ExchangeScripts {
  return {
    fill(permId: number, quantity: Decimal, price: number) {
      catchUp();
      const working = need(floor, permId);
      if (!quantity.gt(0) || quantity.gt(working.order.remaining))
        throw new RangeError(`${quantity} is not between 0 and the ${working.order.remaining} that remain`);
      const after = settle(floor, { ...working, transmitted: true }, { quantity, price, liquidity: 2 });
      afterFill(floor, after.order, quantity);
    },
    reject(permId, reason) {
      catchUp();
      need(floor, permId);
      rejectFor(floor, permId, reason);
    },
    cancel(permId, reason) {
      catchUp();
      need(floor, permId);
      cancelOrder(floor, permId, reason === '' ? 'Cancelled by System' : reason, reason);
    },
    correct(execId, price) {
      catchUp();
      correct(floor, execId, price);
    },
    edit(permId, changes) {
      catchUp();
      editOrder(floor, need(floor, permId), changes);
    },
    setInactive(permId, on) {
      catchUp();
      refresh(floor, { ...need(floor, permId), inactive: on });
    },
    fork(owner, terms, wire) {
      catchUp();
      acceptOrder(floor, owner, terms, wire);
    },
    forgetIds: () => floor.registry.forgetIds(),
    loseUntransmitted() {
      for (const { order, transmitted } of floor.registry.living()) if (!transmitted) floor.registry.drop(order);
    },
    halt(on) {
      catchUp();
      floor.halted = on;
    },
    rejectNext(code, text) {
      floor.nextRejection = { code, text };
    },
    enterByHand(terms: OrderTerms): Order {
      catchUp();
      const order = acceptOrder(floor, { clientId: -1, orderId: 0 }, { ...terms, transmit: true, parentId: 0 }, noWire);
      if (!order) throw new RangeError('the order was refused');
      return order;
    },
  };
}

const noWire = { values: {}, rows: {} };

/** Reports an execution again at another price, and books it so. */
function correct(floor: Floor, execId: string, price: number): void {
  const versions = floor.registry.executions().filter((one) => stem(one.execId) === stem(execId));
  const latest = versions.at(-1);
  const [first] = versions;
  if (!latest || !first) throw new RangeError(`no execution of today has the id ${execId}`);
  const realizedPnl = floor.book.correct(first.execId, price);
  const corrected: Execution = {
    ...latest,
    execId: correctedId(latest.execId),
    price,
    time: floor.at,
    realizedPnl,
  };
  floor.registry.addExecution(corrected);
  const order = floor.registry.find(latest.permId);
  if (!order) return;
  const changed = withCorrection(order, corrected);
  const working = floor.registry.get(order.permId);
  if (working) floor.registry.keep(withOrder(working, changed));
  else floor.registry.amend(changed);
  floor.registry.emit({ type: 'execution', order: changed, execution: corrected });
  floor.registry.emit({ type: 'order', order: changed });
  floor.registry.emit({ type: 'commission', order: changed, execution: corrected });
}

/** The part of an id that all versions of an execution share. */
const stem = (execId: string): string => execId.slice(0, execId.lastIndexOf('.'));

/** The order with one of its executions replaced by its correction. */
function withCorrection(order: Order, corrected: Execution): Order {
  const executions = order.executions.map((one) => (stem(one.execId) === stem(corrected.execId) ? corrected : one));
  const priced = executions.filter(({ isComboSummary }) => isComboSummary === order.terms.combo);
  const averageFillPrice = average(priced).toNumber();
  return { ...order, executions, averageFillPrice, lastFillPrice: priced.at(-1)?.price ?? order.lastFillPrice };
}
