import { z } from 'zod';
import { accountKind } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { table } from './support/render.ts';

export const listAccounts = defineReadTool({
  name: 'list_accounts',
  toolset: 'core',
  title: 'Accounts',
  description: 'Every account you may see: paper or live, type, base currency.',
  input: z.object({}),
  output: z.object({
    accounts: z.array(
      z.object({
        account: z.string(),
        kind: accountKind,
        alias: z.string().optional(),
        type: z.string().optional(),
        baseCurrency: z.string().optional(),
        relay: z.string(),
      }),
    ),
  }),
  render: ({ accounts }) =>
    table(
      ['account', 'kind', 'type', 'currency', 'relay'],
      accounts.map((account) => [
        account.account,
        account.kind,
        account.type ?? '',
        account.baseCurrency ?? '',
        account.relay,
      ]),
    ),
});
