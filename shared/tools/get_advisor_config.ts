import { z } from 'zod';
import { instant } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { table } from './support/render.ts';

export const getAdvisorConfig = defineReadTool({
  name: 'get_advisor_config',
  toolset: 'portfolio',
  title: 'Advisor configuration',
  description: 'Advisors’ account groups with their allocation methods, aliases, family codes, soft-dollar tiers.',
  input: z.object({}),
  output: z.object({
    asOf: instant,
    /** Whether the login is an advisor's; others have no groups and aliases. */
    advisor: z.boolean(),
    groups: z
      .array(
        z.object({
          name: z.string(),
          /** How IB divides an order among the accounts, such as `NetLiq` or `Percent`. */
          method: z.string().optional(),
          /** `amount` is the account's part, of methods that have parts. */
          accounts: z.array(z.object({ account: z.string(), amount: z.number().optional() })),
        }),
      )
      .optional(),
    aliases: z.array(z.object({ account: z.string(), alias: z.string() })).optional(),
    familyCodes: z.array(z.object({ account: z.string(), code: z.string() })).optional(),
    softDollarTiers: z
      .array(z.object({ name: z.string(), value: z.string().optional(), displayName: z.string().optional() }))
      .optional(),
    note: z.string().optional(),
  }),
  timeoutMs: 45_000,
  render: ({ advisor, groups, aliases, familyCodes, softDollarTiers, note }) =>
    [
      advisor ? 'An advisor’s login.' : 'Not an advisor’s login.',
      ...(groups ?? []).map(
        ({ name, method, accounts }) =>
          `Group ${name} (${method ?? 'no method'}): ${accounts.map(({ account, amount }) => (amount === undefined ? account : `${account} ${amount}`)).join(', ') || 'no accounts'}`,
      ),
      ...(aliases?.length
        ? [
            table(
              ['account', 'alias'],
              aliases.map(({ account, alias }) => [account, alias]),
            ),
          ]
        : []),
      ...(familyCodes ?? []).map(({ account, code }) => `Family of ${account}: ${code}`),
      ...(softDollarTiers?.length
        ? [`Soft-dollar tiers: ${softDollarTiers.map(({ name, displayName }) => displayName ?? name).join(', ')}`]
        : []),
      ...(note ? [note] : []),
    ].join('\n'),
});
