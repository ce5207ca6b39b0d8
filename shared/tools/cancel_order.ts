import { z } from 'zod';
import { orderArgument } from '../orders/order-view.ts';
import { accountArgument } from '../values.ts';
import { cancelResult, renderCancel } from './support/cancel-results.ts';
import { defineTradeTool } from './support/define.ts';

export const cancelOrder = defineTradeTool({
  name: 'cancel_order',
  title: 'Cancel an order',
  description: 'Cancels one order or ticket, or says how it ended. Never waits for approval or limits.',
  input: z.object({ order: orderArgument.describe('Ticket, or `order` of get_orders'), account: accountArgument }),
  output: cancelResult,
  render: renderCancel,
});
