import type { TradeTool } from '../../../../shared/orders/home-model.ts';
import { lookAtOrder, prepareOrder } from '../../../../shared/orders/preview.ts';
import type { TicketResult } from '../../../../shared/tools/support/order-results.ts';
import type { HomeToolContext } from './context.ts';

/** Carries out a tool that prepares an order and, unless it only previews, takes it as far as may be. */
export function orderBy(
  tool: TradeTool,
  args: Readonly<Record<string, unknown>>,
  context: HomeToolContext,
  previewOnly = false,
): Promise<TicketResult> {
  const { caller, relays, askRelay, tell, desk } = context;
  return desk.order(
    { tool, args, previewOnly },
    {
      caller,
      relays,
      tell,
      prepare: (device, which, order) => askRelay(device, prepareOrder, { tool: which, arguments: order }),
      look: (device, order) => askRelay(device, lookAtOrder, order),
    },
  );
}
