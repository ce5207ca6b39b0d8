import { z } from 'zod';
import { alertKinds, firingSchema, repeats } from '../alerts/alert.ts';
import { type Standing, standingSchema } from '../alerts/standing.ts';
import { contractArgument, instant } from '../values.ts';
import { explainKinds } from './support/data-kinds.ts';
import { defineOwnTool } from './support/define.ts';
import { facts } from './support/render.ts';

const number = z.number().optional();

const alertView = z.object({
  id: z.string(),
  kind: z.enum(alertKinds),
  conId: z.number().int().optional(),
  contract: z.string().optional(),
  account: z.string().optional(),
  above: number,
  below: number,
  at: instant.optional(),
  repeat: z.enum(repeats),
  note: z.string().optional(),
  created: instant,
  /** `waiting`: the relay is away or has not heard of it yet. `expired`: its instrument trades no more. */
  state: z.enum(['watching', 'waiting', 'paused', 'fired', 'expired']),
  /** How far it is from firing; absent where that is not known, and of alerts that fire no more. */
  now: standingSchema.optional(),
  /** Why it cannot be watched at the moment. */
  problem: z.string().optional(),
  fired: z.number().int(),
  lastFired: instant.optional(),
});

export type AlertView = z.output<typeof alertView>;

export const manageAlerts = defineOwnTool({
  name: 'manage_alerts',
  toolset: 'personal',
  title: 'Alerts',
  description: 'Alerts watched by the relay at home, and what fired. Limits are inclusive.',
  input: z.object({
    action: z.enum(['list', 'create', 'change', 'pause', 'resume', 'delete']).default('list'),
    kind: z
      .enum(alertKinds)
      .optional()
      .describe('change: % since close, falls negative; cushion: fraction; daily_pnl: base currency'),
    contract: contractArgument.optional(),
    account: z.string().trim().min(1).max(32).optional(),
    above: number,
    below: number,
    at: z
      .string()
      .trim()
      .refine(
        (text) => z.iso.datetime({ offset: true }).safeParse(text).success,
        'is not as in 2026-04-02T09:30:00-04:00',
      )
      .optional()
      .describe('For time: ISO 8601 with zone'),
    fire_now: z.boolean().optional().describe('Also if reached already'),
    repeat: z.enum(repeats).optional().describe('Default once'),
    note: z.string().trim().min(1).max(200).optional(),
    id: z.string().trim().min(1).max(24).optional(),
  }),
  output: z.object({
    /** All of them, or the one that was changed, paused or resumed. */
    alerts: z.array(alertView).optional(),
    /** The newest fifty, newest first. */
    firings: z
      .array(
        firingSchema.omit({ day: true }).extend({
          kind: z.enum(alertKinds),
          contract: z.string().optional(),
          account: z.string().optional(),
          note: z.string().optional(),
        }),
      )
      .optional(),
    created: alertView.optional(),
    deleted: z.string().optional(),
    /** Where fired alerts are sent, if the user has set that up on the dashboard. */
    webhook: z.string().optional(),
  }),
  timeoutMs: 45_000,
  render: ({ alerts, firings, created, deleted, webhook }) =>
    [
      ...(alerts?.length === 0 ? ['No alerts yet.'] : []),
      ...(alerts ?? []).map(line),
      ...(firings?.length ? ['Fired:', ...firings.map((firing) => facts(firing))] : []),
      ...(created ? [`Created. ${line(created)}`] : []),
      ...explainKinds([...(alerts ?? []), ...(created ? [created] : [])].map(({ now }) => now?.dataType)),
      ...(deleted ? [`Deleted ${deleted}.`] : []),
      ...(webhook ? [`Told to ${webhook}`] : []),
    ].join('\n'),
});

function line({ id, conId: _, now, ...alert }: AlertView): string {
  return [`${id}: ${facts(alert)}`, ...(now ? [`  ${standing(alert.kind, now)}`] : [])].join('\n');
}

function standing(kind: AlertView['kind'], now: Standing): string {
  const { value, currency, priceUnit, price, reference, referenceDate, firesAt, distance, dataType, asOf } = now;
  const money = priceUnit ? ` × ${priceUnit}` : currency ? ` ${currency}` : '';
  const unit = kind === 'change' ? ' %' : money;
  const points = kind === 'change' ? ' percentage points' : unit;
  return facts({
    now: `${value}${unit}`,
    price: price === undefined ? undefined : `${price}${money}`,
    'counts from':
      reference === undefined ? undefined : `${reference}, the close of ${referenceDate ?? 'the day before'}`,
    'fires at': firesAt,
    away: distance === 0 ? 'nothing: it is reached' : `${distance}${points}`,
    data: dataType,
    'as of': asOf,
  });
}
