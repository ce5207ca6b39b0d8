import { listOrders } from '../../../shared/orders/list-orders.ts';
import type { getOrders } from '../../../shared/tools/get_orders.ts';
import type { HomeTool } from './support/context.ts';

/** Answers `get_orders`: what relays see at IB, and the tickets that are not there yet. */
export const answerOrders: HomeTool<typeof getOrders.input, typeof getOrders.output> = (
  args,
  { caller, relays, tell, askRelay, reading },
) =>
  reading.list(args, {
    relays,
    scope: caller.accounts,
    tell,
    list: (device, wanted) => askRelay(device, listOrders, wanted),
  });
