import type { cancelAllOrders } from '../../../shared/tools/cancel_all_orders.ts';
import type { HomeTool } from './support/context.ts';

/** Answers `cancel_all_orders`: what was placed from here, on every relay or for one account. */
export const answerCancelAll: HomeTool<typeof cancelAllOrders.input, typeof cancelAllOrders.output> = (
  { account, dry_run: dryRun },
  { caller, relays, cancelling },
) => cancelling.all(account, dryRun, { caller, relays });
