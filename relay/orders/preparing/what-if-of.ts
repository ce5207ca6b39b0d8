import { ToolError } from '../../../shared/errors.ts';
import type { OrderTerms, PlannedOrder } from '../../../shared/orders/order.ts';
import type { PreviewFacts } from '../../../shared/orders/preview.ts';
import { waitingTimes } from '../../../shared/orders/waiting-times.ts';
import { omitUndefined } from '../../../shared/values.ts';
import { type WhatIf, WhatIfRefused } from '../../gateway/orders/what-if.ts';
import type { ToolContext } from '../../tools/support/tool.ts';
import type { TradingView } from '../planning/trading-view.ts';

/** The broker's figures, or why there are none. */
export type WhatIfFacts = Pick<PreviewFacts, 'whatIf' | 'whatIfMissing'>;

/** Codes that say of a what-if alone that it is not possible. */
const noPreview: ReadonlySet<number> = new Set([360, 413]);

/**
 * Asks the broker what an order would cost, under an id of its own.
 * @throws WhatIfRefused when the order itself would be refused, and for a gateway that takes no orders
 */
export async function whatIfOf(
  order: PlannedOrder,
  { gateway, signal }: Pick<ToolContext, 'gateway' | 'signal'>,
  view: Pick<TradingView, 'nextOrderId'>,
): Promise<WhatIfFacts> {
  if (order.kind === 'exercise') return { whatIfMissing: 'IB previews no exercises.' };
  const desk = gateway.orders.whatIf;
  const { serverVersion } = gateway.status().gateway;
  if (!desk) return { whatIfMissing: 'This relay is read-only: it may not even ask IB what an order would cost.' };
  const orderId = serverVersion === undefined ? undefined : view.nextOrderId();
  if (serverVersion === undefined || orderId === undefined) {
    return { whatIfMissing: 'IB Gateway has not given an order id yet.' };
  }
  const { contract, entry: terms } = order;
  try {
    const figures = await desk.ask({ orderId, contract, terms, serverVersion }, waitingTimes.previewWithin, signal);
    return { whatIf: shown(figures, order) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ToolError)) throw error;
    const missing = missingBecause(error);
    if (missing === undefined) throw error;
    return { whatIfMissing: missing };
  }
}

/** Undefined where the order itself cannot be placed. */
function missingBecause(error: ToolError): string | undefined {
  if (error instanceof WhatIfRefused) {
    if (noPreview.has(error.orderCode)) return `IB gives no preview of this order: ${error.text}`.slice(0, 600);
    return error.fate === 'unsure'
      ? `IB gave no figures: ${error.text} (code ${error.orderCode})`.slice(0, 600)
      : undefined;
  }
  return error.code === 'gateway_timeout' ? 'IB gave no figures in time; of some types it never does.' : undefined;
}

function shown(
  figures: WhatIf,
  order: Exclude<PlannedOrder, { kind: 'exercise' }>,
): NonNullable<PreviewFacts['whatIf']> {
  const { initialMarginChange: _, warning, ...rest } = figures;
  return omitUndefined({
    ...rest,
    warning: warning?.slice(0, 1_000),
    covers: coversOf(order, order.entry),
  }) as NonNullable<PreviewFacts['whatIf']>;
}

/** What IB's figure leaves out. */
function coversOf(order: PlannedOrder, { oca, allocation }: OrderTerms): string | undefined {
  const parts = [
    order.kind === 'modify'
      ? 'The figures are of the order as if it were a new one beside that which works.'
      : undefined,
    order.kind === 'place' && (order.takeProfit ?? order.stopLoss)
      ? 'The figures are of the entry only, not of its protection.'
      : undefined,
    oca ? 'The figures are of this order only, not of its group.' : undefined,
    allocation ? 'The figures are IB’s for the order as a whole, not for each account.' : undefined,
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(' ') : undefined;
}
