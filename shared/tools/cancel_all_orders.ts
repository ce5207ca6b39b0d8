import { z } from 'zod';
import { accountArgument } from '../values.ts';
import { cancelResult, renderCancel } from './support/cancel-results.ts';
import { defineTradeTool } from './support/define.ts';

export const cancelAllOrders = defineTradeTool({
  name: 'cancel_all_orders',
  title: 'Cancel all orders',
  description:
    'Cancels every order that this relay placed. With dry_run only says which. Others’ orders are named, and left.',
  input: z.object({ account: accountArgument, dry_run: z.boolean().default(false) }),
  output: cancelResult,
  render: renderCancel,
});
