import type { cancelOrder } from '../../../shared/tools/cancel_order.ts';
import type { HomeTool } from './support/context.ts';

/** Answers `cancel_order`, which waits for no approval and no limit. */
export const answerCancel: HomeTool<typeof cancelOrder.input, typeof cancelOrder.output> = (
  { order, account },
  { caller, relays, cancelling },
) => cancelling.order(order, account, { caller, relays });
