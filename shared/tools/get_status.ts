import { z } from 'zod';
import { relayStatusSchema } from '../status.ts';
import { instant } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { facts } from './support/render.ts';

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
        ...relayStatusSchema.omit({ orders: true }).partial().shape,
        /** What it cannot do with orders at present, and who changes it. */
        orderNotes: z.array(z.string()).optional(),
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
          orders: relay.orderNotes?.join(' '),
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
