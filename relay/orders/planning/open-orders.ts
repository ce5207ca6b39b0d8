import type { OrderDesk } from '../../gateway/orders/order-desk.ts';
import type { OpenOrder } from './trading-view.ts';

const lookWithinMs = 5_000;

/** Every open order of the login with what is left of it: all of it where no status tells. Rejects with a ToolError. */
export async function openOrdersOf(
  orders: Pick<OrderDesk, 'openOrders'>,
  signal?: AbortSignal,
): Promise<readonly OpenOrder[]> {
  const open = await orders.openOrders(lookWithinMs, signal);
  return open.map((order) => {
    const { filled = '0', remaining = order.terms.quantity ?? '0' } = order.progress ?? {};
    return { order, filled, remaining };
  });
}
