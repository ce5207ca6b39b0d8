import type { closePosition } from '../../../shared/tools/close_position.ts';
import type { HomeTool } from './support/context.ts';
import { orderBy } from './support/orders.ts';

/** Answers `close_position`: an order for the position’s other side. */
export const answerClose: HomeTool<typeof closePosition.input, typeof closePosition.output> = (args, context) =>
  orderBy('close', args, context);
