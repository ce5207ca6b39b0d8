import type { previewOrder } from '../../../shared/tools/preview_order.ts';
import type { HomeTool } from './support/context.ts';
import { orderBy } from './support/orders.ts';

/** Answers `preview_order`: what the order would cost and whether it may be placed, and a ticket for it. */
export const answerPreview: HomeTool<typeof previewOrder.input, typeof previewOrder.output> = (args, context) =>
  orderBy('place', args, context, true);
