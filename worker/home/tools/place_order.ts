import type { placeOrder } from '../../../shared/tools/place_order.ts';
import type { HomeTool } from './support/context.ts';
import { orderBy } from './support/orders.ts';

/** Answers `place_order`: a ticket that is submitted at once where nobody has to approve it. */
export const answerPlace: HomeTool<typeof placeOrder.input, typeof placeOrder.output> = (args, context) =>
  orderBy('place', args, context);
