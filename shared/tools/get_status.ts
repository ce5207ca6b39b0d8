import { z } from 'zod';
import { defineReadTool } from './support/define.ts';
import { accountKind, dataType, instant } from './support/fields.ts';
import { facts } from './support/render.ts';

/** States of the relay's connection to IB Gateway. */
export const gatewayStates = [
  'connecting',
  'handshaking',
  'waiting_for_login',
  'ready',
  'degraded',
  'maintenance',
  'stopped',
] as const;

/** What a relay says about itself and its gateway; also pushed to Home whenever it changes. */
export const relayStatusSchema = z.object({
  version: z.string().max(40),
  gateway: z.object({
    state: z.enum(gatewayStates),
    since: instant,
    serverVersion: z.number().int().optional(),
    /** One sentence: what is wrong. */
    problem: z.string().max(500).optional(),
    /** One sentence: what the human should do. */
    nextStep: z.string().max(500).optional(),
    /** Its own clock, by the difference that was measured within the last minute; while the relay answers. */
    time: instant.optional(),
    /** How far that is ahead of the relay's clock, where it is a minute or more. */
    clockAheadSeconds: z.number().int().optional(),
  }),
  /** What kind of data the markets have given that were asked for last; `none` where the login has no subscription. */
  data: z
    .array(z.object({ market: z.string().max(60), seen: dataType.or(z.literal('none')) }))
    .max(40)
    .optional(),
  farms: z.array(z.object({ name: z.string().max(40), state: z.enum(['ok', 'broken', 'inactive']) })).max(40),
  accounts: z.array(z.object({ account: z.string().max(32), kind: accountKind })).max(200),
  trading: z.enum(['read-only', 'paper', 'live']),
});

export type RelayStatus = z.infer<typeof relayStatusSchema>;

export const getStatus = defineReadTool({
  name: 'get_status',
  toolset: 'core',
  title: 'Connection status',
  description:
    'Relays, IB Gateway, data farms, accounts and trading mode; when something is wrong, what to do about it.',
  input: z.object({}),
  output: z.object({
    ok: z.boolean(),
    serverTime: instant,
    problem: z.string().optional(),
    nextStep: z.string().optional(),
    relays: z.array(
      z.object({
        name: z.string(),
        online: z.boolean(),
        since: instant.optional(),
        lastSeen: instant.optional(),
        ...relayStatusSchema.partial().shape,
      }),
    ),
  }),
  timeoutMs: 10_000,
  runsAt: 'home',
  render: (status) =>
    [
      status.ok
        ? `Everything works. ${status.serverTime}`
        : `${status.problem ?? 'Something is wrong.'} ${status.nextStep ?? ''}`.trim(),
      ...status.relays.map((relay) =>
        facts({
          relay: relay.name,
          tunnel: relay.online ? 'online' : 'offline',
          since: relay.since,
          gateway: relay.gateway?.state,
          'gateway time': relay.gateway?.time,
          'clock ahead of the relay’s (s)': relay.gateway?.clockAheadSeconds,
          accounts: relay.accounts?.map((account) => `${account.account} (${account.kind})`).join(', '),
          trading: relay.trading,
          'farms not ok':
            relay.farms
              ?.filter((farm) => farm.state === 'broken')
              .map((farm) => farm.name)
              .join(', ') || undefined,
          'data seen': relay.data?.map(({ market, seen }) => `${market} ${seen}`).join(', ') || undefined,
        }),
      ),
    ].join('\n'),
});
