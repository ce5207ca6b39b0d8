import { type Contract, EventName, type Order, OrderAction, type OrderState, OrderType, SecType } from '@stoqey/ib';
import type { TestClient } from './client.ts';

/** What tests of orders share: contracts, orders, and what a client was told about them. */

export const aapl: Contract = { symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
export const msft: Contract = { ...aapl, symbol: 'MSFT' };
export const aaplConId = 265598;
export const msftConId = 272093;

export const market: Order = { action: OrderAction.BUY, orderType: OrderType.MKT, totalQuantity: 10, transmit: true };
/** Far below the market: it rests. */
export const resting: Order = { ...market, orderType: OrderType.LMT, lmtPrice: 20 };

/** Places an order and waits until it has a state. */
export async function place(client: TestClient, orderId: number, order: Order, contract = aapl): Promise<void> {
  client.api.placeOrder(orderId, contract, order);
  await client.until(EventName.orderStatus, (id) => id === orderId);
}

export const reaches = (client: TestClient, orderId: number, status: string) =>
  client.until(EventName.orderStatus, (id, state) => id === orderId && state === status);

/** Every state of an order that a client was told, in order and without repetitions. */
export function states(client: TestClient, orderId: number): string[] {
  const told = client.all(EventName.orderStatus).filter(([id]) => id === orderId);
  return told.map(([, status]) => status as string).filter((status, index, all) => status !== all[index - 1]);
}

/** The last openOrder message about an order. */
export function lastOrder(
  client: TestClient,
  orderId: number,
): { contract: Contract; order: Order; state: OrderState } {
  const [, contract, order, state] = client.all(EventName.openOrder).findLast(([id]) => id === orderId) ?? [];
  return { contract, order, state } as { contract: Contract; order: Order; state: OrderState };
}

/** What an answer to a list request consisted of, from a mark in the client's events on. */
export async function answerTo(
  client: TestClient,
  ask: () => void,
  end: EventName,
): Promise<readonly { name: string; args: readonly unknown[] }[]> {
  const mark = client.events.length;
  const before = client.all(end).length;
  ask();
  await client.until(end, () => client.all(end).length > before);
  return client.events.slice(mark);
}
