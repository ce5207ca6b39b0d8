import { optional } from './optional.ts';
import type { ToolContext } from './tool.ts';

/** IB's advisors have account codes that begin with F or I, on paper after a D; their account type says so too. */
export async function isAdvisor(context: ToolContext): Promise<boolean> {
  const { accounts } = context.gateway.status();
  if (accounts.some((account) => /^D?[FI]/.test(account))) return true;
  const summaries = await optional('account types', (signal) => context.gateway.accounts.summaries(signal), context);
  return accounts.some((account) =>
    /advisor|adviser|broker/i.test(summaries?.accounts.get(account)?.get('AccountType')?.get('') ?? ''),
  );
}
