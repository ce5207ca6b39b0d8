import type { modifyOrder } from '../../../shared/tools/modify_order.ts';
import type { HomeTool } from './support/context.ts';
import { orderBy } from './support/orders.ts';

/** Answers `modify_order`: a change is an order of its own, with its own ticket. */
export const answerModify: HomeTool<typeof modifyOrder.input, typeof modifyOrder.output> = (args, context) =>
  orderBy('modify', args, context);
