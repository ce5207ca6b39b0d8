import { z } from 'zod';
import { accountArgument, contractArgument, contractFields, itemErrors } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { quoteForeign, untrustedContent } from './support/foreign.ts';
import { facts, renderItemErrors } from './support/render.ts';

const amount = z.number().optional();
/** Of dividends to come of what is held: by today's quantity, in the dividend's currency, negative for a short. */
const dividendFields = {
  quantity: z.number().optional(),
  perShare: amount,
  currency: z.string().optional(),
  amount,
  accounts: z.array(z.object({ account: z.string(), quantity: z.number(), amount })).optional(),
  source: z.string().optional(),
};

type DividendRow = z.output<z.ZodObject<typeof dividendFields>>;

/** `40 × 1.95 = 78 USD`; what a short pays is said so. */
function due({ quantity, perShare, currency = '', amount, accounts }: DividendRow): string {
  if (quantity === undefined) return '';
  const parts = accounts?.map(
    (part) => `${part.account} ${part.quantity}${part.amount === undefined ? '' : `: ${part.amount}`}`,
  );
  const of = parts ? ` (${parts.join('; ')})` : '';
  if (perShare === undefined || amount === undefined) return `held ${quantity}${of}, amount not announced`;
  const said = amount < 0 ? ', you pay' : '';
  return `held ${quantity} × ${perShare} = ${amount} ${currency}${said}${of}`;
}

export const getCalendarEvents = defineReadTool({
  name: 'get_calendar_events',
  toolset: 'research',
  title: 'Corporate calendar',
  description: 'Earnings, dividends, splits, meetings of companies, or of all stocks held (Wall Street Horizon).',
  input: z.object({
    contracts: z.array(contractArgument).max(50).default([]),
    held: z.boolean().default(false).describe('Also the stocks in the account'),
    account: accountArgument,
    types: z.array(z.string().trim().min(2).max(60)).max(30).default([]).describe('earnings, dividend …; default all'),
    start: z.iso.date().optional().describe('Default today'),
    end: z.iso.date().optional().describe('Default 90 days later'),
    limit: z.number().int().min(1).max(100).default(50),
    cursor: z.string().max(200).optional(),
    show: z.enum(['events', 'types']).default('events'),
  }),
  output: z.object({
    untrustedContent,
    events: z.array(
      z.object({
        date: z.string(),
        type: z.string(),
        ...contractFields,
        details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
        ...dividendFields,
      }),
    ),
    totals: z.array(z.object({ currency: z.string(), amount: z.number(), youPay: amount })).optional(),
    /** Types of events by the names that `types` takes. */
    types: z.record(z.string(), z.string()).optional(),
    next: z.string().optional(),
    errors: itemErrors,
    note: z.string().optional(),
  }),
  timeoutMs: 120_000,
  render: ({ events, totals, types, next, errors, note }) =>
    [
      ...(types ? Object.entries(types).map(([tag, name]) => `${tag}: ${name}`) : []),
      ...(events.length > 0
        ? [
            quoteForeign(
              'Wall Street Horizon',
              events
                .map(({ date, type, contract, details, source, ...row }) =>
                  [date, contract, type, facts(details ?? {}), due(row), source && `by IB’s ${source}`]
                    .filter(Boolean)
                    .join('  '),
                )
                .join('\n'),
            ),
          ]
        : types
          ? []
          : ['No events.']),
      ...(totals ?? []).map(
        ({ currency, amount, youPay }) =>
          `Dividends to come in the period: ${amount} ${currency}${youPay === undefined ? '' : `, of which you pay ${youPay}`}`,
      ),
      ...(next ? [`More with cursor ${next}`] : []),
      ...renderItemErrors(errors),
      ...(note ? [note] : []),
    ].join('\n'),
});
