import { lookAtOrder, prepareOrder } from '../../../shared/orders/preview.ts';
import type { confirmOrder } from '../../../shared/tools/confirm_order.ts';
import type { HomeTool } from './support/context.ts';

/** Answers `confirm_order`: a ticket is submitted at most once, and tells its first outcome ever after. */
export const answerConfirm: HomeTool<typeof confirmOrder.input, typeof confirmOrder.output> = (
  { ticket },
  { caller, relays, tell, askRelay, desk },
) =>
  desk.confirm(ticket, {
    caller,
    relays,
    tell,
    prepare: (device, tool, order) => askRelay(device, prepareOrder, { tool, arguments: order }),
    look: (device, order) => askRelay(device, lookAtOrder, order),
  });
