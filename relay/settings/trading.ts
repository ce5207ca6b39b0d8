import { z } from 'zod';
import { policyText } from './policy-text.ts';
import { oneOf, type Setting } from './setting.ts';

const gatewayCommands = ['run', 'doctor'] as const;

/** A time of day and its zone: `23:45 America/New_York`. */
const timeOfDay = z
  .string()
  .regex(
    /^([01]\d|2[0-3]):[0-5]\d [A-Za-z_+\-/0-9]{1,60}$/,
    'must be a time and its zone, such as 23:45 America/New_York',
  )
  .transform((text, context) => {
    const [time = '', zone = ''] = text.split(' ');
    const [hour = 0, minute = 0] = time.split(':').map(Number);
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone });
    } catch {
      context.addIssue({ code: 'custom', message: `knows no time zone ${zone}; use a name such as America/New_York` });
      return z.NEVER;
    }
    return { hour, minute, zone };
  });

/** A time of day somewhere. */
export type TimeOfDay = z.output<typeof timeOfDay>;

/** What decides at home about orders. */
export const tradingSettings = {
  trading: {
    env: 'RELAY_TRADING',
    flag: '--trading <mode>',
    description:
      'read-only, or paper: orders in accounts that are certainly paper accounts. live is refused until a person’s approval can be demanded.',
    default: 'read-only',
    commands: gatewayCommands,
    schema: z
      .enum(['read-only', 'paper', 'live'], 'must be read-only or paper')
      .refine(
        (mode) => mode !== 'live',
        'cannot be live yet: this version cannot demand a person’s approval. Use paper, or read-only',
      ) as unknown as z.ZodType<'read-only' | 'paper' | 'live', string>,
  },
  approval: {
    env: 'RELAY_APPROVAL',
    flag: '--approval <mode>',
    description: 'none: an order within the limits goes out at once. ticket: each is previewed, and confirmed.',
    default: 'none',
    commands: ['run'],
    schema: oneOf(['none', 'ticket']),
  },
  policy: {
    env: 'RELAY_POLICY',
    flag: '--policy <text>',
    description:
      'Limits on orders, YAML or JSON; best as a file (RELAY_POLICY_FILE). docs/order-safety.md has the fields.',
    default: '{}',
    defaultText: 'no limits',
    commands: ['run'],
    schema: policyText,
  },
  killFile: {
    env: 'RELAY_KILL_FILE',
    flag: '--kill-file <file>',
    description: 'While this file exists nothing is traded. Looked at once a second.',
    defaultText: 'STOP in the data folder',
    commands: ['run'],
    schema: z.string().max(1_000).optional(),
  },
  gatewayRestartAt: {
    env: 'GATEWAY_RESTART_AT',
    flag: '--gateway-restart-at <time>',
    description:
      'When IB Gateway restarts each day, as it is set there, such as 23:45 America/New_York. No order leaves in the two minutes before.',
    defaultText: 'not known',
    commands: ['run'],
    schema: timeOfDay.optional(),
  },
} as const satisfies Record<string, Setting>;
