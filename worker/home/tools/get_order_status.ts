import { listOrders } from '../../../shared/orders/list-orders.ts';
import type { getOrderStatus } from '../../../shared/tools/get_order_status.ts';
import type { HomeTool } from './support/context.ts';

/** Answers `get_order_status`, at once or with the next news. */
export const answerOrderStatus: HomeTool<typeof getOrderStatus.input, typeof getOrderStatus.output> = (
  args,
  { caller, relays, tell, askRelay, reading },
) =>
  reading.status(args, {
    relays,
    scope: caller.accounts,
    tell,
    list: (device, wanted) => askRelay(device, listOrders, wanted),
  });
