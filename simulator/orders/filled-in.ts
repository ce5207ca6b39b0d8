import type { Order } from '../exchange/model.ts';
import { lastPriceAt } from '../market/quotes.ts';
import type { Row } from '../protocol/fields.ts';
import type { World } from '../world/world.ts';

/** Types whose limit follows the market, whatever the client has sent. */
const following: ReadonlySet<string> = new Set([
  'REL',
  'PEG MID',
  'PEG MKT',
  'PEG BEST',
  'PEG STK',
  'PASSV REL',
  'MIDPRICE',
]);

/** What IB fills in of an order by itself, instead of what was sent: echoes of real gateways have it. */
export function filledIn(order: Order, { model, now }: World): Row {
  const { terms, filled, remaining } = order;
  const { type, legs, cashQuantity } = terms;
  const price = (): number => lastPriceAt(model, legs[0].instrument, now()).price;
  return {
    usePriceMgmtAlgo: true,
    ...(type === 'MKT' ? { lmtPrice: 0, auxPrice: 0 } : {}),
    ...(following.has(type) ? { lmtPrice: price() } : {}),
    ...(type === 'TRAIL' ? { lmtPrice: price(), trailStopPrice: order.trailStopPrice ?? price() } : {}),
    ...(cashQuantity?.gt(0) ? { totalQuantity: filled.plus(remaining).toFixed() } : {}),
  };
}
