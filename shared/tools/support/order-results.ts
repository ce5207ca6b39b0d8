import { z } from 'zod';
import { orderView } from '../../orders/order-view.ts';
import { verdict } from '../../orders/policy-fields.ts';
import { previewFacts } from '../../orders/preview.ts';
import { approvalModes, ticketStates } from '../../orders/ticket-states.ts';
import { instant } from '../../values.ts';
import { facts, table } from './render.ts';

/** What every tool answers that prepares or submits an order. */
export const ticketResult = z.object({
  /** Names the order from now on. */
  ticket: z.string(),
  state: z.enum(ticketStates),
  /** The order in one line, as it was or will be sent. */
  summary: z.string(),
  /** What has come of it. */
  message: z.string().optional(),
  nextStep: z.string().optional(),
  ibCode: z.number().int().optional(),
  /** Who submits it, where, until when; while it waits for that. */
  approval: z
    .object({ mode: z.enum(approvalModes), by: z.string(), url: z.string().optional(), until: instant })
    .optional(),
  /** Before it is sent. */
  preview: previewFacts.omit({ summary: true, warnings: true }).optional(),
  policy: z.array(verdict).optional(),
  warnings: z.array(z.string()),
  /** At IB, the entry first. */
  orders: z.array(orderView).optional(),
});
export type TicketResult = z.output<typeof ticketResult>;

/** The answer for a person, and for hosts that read text only. */
export function renderTicket({ ticket, state, summary, ...rest }: TicketResult): string {
  const { message, nextStep, ibCode, approval, preview, policy, warnings, orders } = rest;
  return [
    summary,
    `${facts({ ticket, state, 'IB code': ibCode })}${message ? `: ${message}` : ''}`,
    ...(preview ? renderPreview(preview) : []),
    ...(policy ?? []).map(({ rule, pass, by, text }) => `${pass ? 'passes' : 'REFUSED by'} ${rule} (${by}): ${text}`),
    ...warnings.map((warning) => `! ${warning}`),
    ...(orders?.length ? [renderOrders(orders)] : []),
    ...(approval ? [`Waits for ${approval.by} until ${approval.until}${approval.url ? `: ${approval.url}` : ''}`] : []),
    ...(nextStep ? [`Next: ${nextStep}`] : []),
  ].join('\n');
}

function renderPreview(preview: NonNullable<TicketResult['preview']>): string[] {
  const { details, accountKind, currency, baseCurrency, whatIf, whatIfMissing, notional, position, ...words } = preview;
  const margins = whatIf && {
    'commission about': whatIf.commission ?? range(whatIf.commissionMin, whatIf.commissionMax),
    in: whatIf.commissionCurrency,
    'initial margin': change(whatIf.initialMarginBefore, whatIf.initialMarginAfter),
    'maintenance margin': change(whatIf.maintenanceMarginBefore, whatIf.maintenanceMarginAfter),
  };
  return [
    ...details,
    facts({
      account: accountKind,
      currency,
      base: baseCurrency,
      notional: notional && `${notional.amount} ${notional.currency} (${notional.basis})`,
      position: position && `${position.before} → ${position.after}`,
    }),
    ...(margins ? [facts(margins)] : []),
    ...[whatIf?.warning, whatIf?.covers, whatIfMissing].filter((line) => line !== undefined),
    ...[words.realizedGain, words.resultingDebit, words.quote, words.protection].filter((line) => line !== undefined),
  ];
}

function change(before: number | undefined, after: number | undefined): string | undefined {
  return before === undefined && after === undefined ? undefined : `${before ?? '?'} → ${after ?? '?'}`;
}

function range(min: number | undefined, max: number | undefined): string | undefined {
  return min === undefined || max === undefined ? undefined : `${min}–${max}`;
}

/** Orders as a table. */
export function renderOrders(orders: readonly z.output<typeof orderView>[]): string {
  return table(
    [
      'order',
      'account',
      'side',
      'quantity',
      'contract',
      'type',
      'limit',
      'stop',
      'tif',
      'status',
      'filled',
      'average',
      'by',
    ],
    orders.map((one) => [
      one.order,
      one.account,
      one.side,
      one.quantity ?? one.cashQuantity,
      one.contract,
      [one.type, one.terms].filter(Boolean).join(' '),
      one.limitPrice,
      one.stopPrice,
      one.tif,
      [one.status, one.waitsFor].filter(Boolean).join(', '),
      one.filled,
      one.averagePrice,
      one.placedBy,
    ]),
  );
}
