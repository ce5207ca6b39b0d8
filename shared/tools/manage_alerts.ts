import { z } from 'zod';
import { alertKinds, firingSchema, repeats } from '../alerts/alert.ts';
import { contractArgument, instant } from '../values.ts';
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
  description: 'Alerts watched at home by the relay, and what fired. Reached at above or beyond, below or under.',
  input: z.object({
    action: z.enum(['list', 'create', 'change', 'pause', 'resume', 'delete']).default('list'),
    kind: z
      .enum(alertKinds)
      .optional()
      .describe('change: % since last close; cushion: fraction; daily_pnl: base currency'),
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
      ...(deleted ? [`Deleted ${deleted}.`] : []),
      ...(webhook ? [`Told to ${webhook}`] : []),
    ].join('\n'),
});

function line({ id, conId: _, ...alert }: AlertView): string {
  return `${id}: ${facts(alert)}`;
}
