import { listAccounts } from '../../shared/tools/list_accounts.ts';
import { omitUndefined } from '../../shared/values.ts';
import { accountKind } from '../gateway/index.ts';
import { readableAccounts } from './support/accounts.ts';
import { baseCurrency } from './support/currencies.ts';
import { optional } from './support/optional.ts';
import { executorOf } from './support/tool.ts';

export const listAccountsExecutor = executorOf(listAccounts, async (_args, context) => {
  const accounts = readableAccounts(context);
  const summaries = await optional('summary', (signal) => context.gateway.accounts.summaries(signal), context);
  return {
    accounts: accounts.map((account) => {
      const values = summaries?.accounts.get(account);
      return omitUndefined({
        account,
        kind: accountKind(account),
        type: values?.get('AccountType')?.get('') || undefined,
        baseCurrency: baseCurrency(values),
        relay: context.config.relayName,
      });
    }),
  };
});
