import { canonicalText, hashOf } from '../../../shared/orders/canonical.ts';
import type { OrderContract, OrderTerms, PlannedOrder } from '../../../shared/orders/order.ts';
import type { PreparedOrder } from '../../../shared/orders/preview.ts';

/** The orders that schedules are made of, planned once. Each is worth 15,000. */

export const account = 'DU1000001';

const contract = (conId: number, symbol: string): OrderContract => ({
  conId,
  secType: 'STK',
  symbol,
  exchange: 'SMART',
  currency: 'USD',
  name: symbol,
});

const terms = (changes: Partial<OrderTerms>): OrderTerms => ({
  account,
  side: 'BUY',
  quantity: '100',
  type: 'LMT',
  limitPrice: '150',
  tif: 'DAY',
  outsideRth: false,
  ...changes,
});

/** All of them are near 150 in the worlds of exchange/exchange-gateway.ts. */
const [disney, exxon, walmart] = [contract(6_459, 'DIS'), contract(13_977, 'XOM'), contract(13_824, 'WMT')];

export const worth = 15_000;

const plans: readonly PlannedOrder[] = [
  { version: 1, kind: 'place', contract: disney, entry: terms({}) },
  { version: 1, kind: 'place', contract: disney, entry: terms({ side: 'SELL', limitPrice: '151' }) },
  { version: 1, kind: 'place', contract: exxon, entry: terms({ tif: 'GTC' }) },
  {
    version: 1,
    kind: 'place',
    contract: walmart,
    entry: terms({}),
    takeProfit: terms({ side: 'SELL', limitPrice: '160', tif: 'GTC' }),
    stopLoss: terms({ side: 'SELL', type: 'STP', limitPrice: undefined, stopPrice: '140', tif: 'GTC' }),
  },
  {
    version: 1,
    kind: 'place',
    contract: exxon,
    entry: terms({ side: 'SELL', type: 'MKT', limitPrice: undefined }),
  },
];

export interface PoolOrder {
  readonly order: PlannedOrder;
  readonly text: string;
  readonly hash: string;
}

const entered = (order: PlannedOrder): PoolOrder => {
  const clean = JSON.parse(canonicalText(order)) as PlannedOrder;
  return { order: clean, text: canonicalText(clean), hash: hashOf(clean) };
};

export const pool: readonly PoolOrder[] = plans.map(entered);

const known = new Map(pool.map((each) => [each.text, each]));

/** A change of an order in the pool, as it would be planned. */
export function changeOf(
  order: PlannedOrder & { kind: 'place' },
  target: { orderId: number; permId: number },
): PoolOrder {
  const { contract: on, entry } = order;
  const planned = entered({
    version: 1,
    kind: 'modify',
    contract: on,
    target: { ...target, clientId: 7 },
    before: entry,
    entry: { ...entry, quantity: '90' },
  });
  known.set(planned.text, planned);
  return planned;
}

/** What a relay reads: parsing is tested elsewhere, and would cost more than all the rest. */
export function readKnown(text: string, hash: string): PlannedOrder {
  const found = known.get(text);
  if (found?.hash !== hash) throw new Error('the hash differs');
  return found.order;
}

export function prepared(
  one: PoolOrder,
  generation: string,
  gatewayTime: number,
  approval: 'none' | 'ticket',
): PreparedOrder {
  const { contract: on, kind } = one.order;
  const side = one.order.kind === 'exercise' ? 'BUY' : one.order.entry.side;
  const isNew = kind === 'place';
  return {
    order: one.text,
    hash: one.hash,
    account,
    facts: { summary: on.name, details: [], accountKind: 'paper', currency: 'USD', warnings: [] },
    verdicts: [],
    uses: { notional: String(isNew ? worth : 0), orders: isNew ? 1 : 0, quantity: isNew ? '100' : '0', loss: '0' },
    measures: {
      account,
      secType: on.secType,
      symbol: on.symbol,
      currency: 'USD',
      side,
      quantity: 100,
      notional: isNew ? worth : 0,
      reduces: false,
      short: false,
      uncoveredOption: false,
    },
    policy: 'p',
    approval,
    generation,
    gatewayTime,
  };
}
