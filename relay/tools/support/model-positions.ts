import { ToolError } from '../../../shared/errors.ts';
import type { AccountValues } from '../../gateway/accounts/account-values.ts';
import type { ModelPosition } from '../../gateway/accounts/model-portfolios.ts';
import { isAdvisor } from './is-advisor.ts';
import { optional } from './optional.ts';
import type { ToolContext } from './tool.ts';

/**
 * What accounts hold in a model portfolio.
 * @throws ToolError `invalid_arguments` when none of them has anything in such a model, naming those that there are
 */
export async function positionsInModel(
  model: string,
  accounts: readonly string[],
  context: ToolContext,
): Promise<readonly ModelPosition[]> {
  const desk = context.gateway.accounts.models;
  const found = await ofEach(accounts, (account) => desk.positions(account, model, context.signal), context);
  const positions = found.flat();
  // A model may hold nothing but cash.
  if (positions.length === 0) await valuesInModel(model, accounts, { ...context, progress: () => {} });
  return positions;
}

/** The values of a model's part of each account that has one. @throws ToolError as `positionsInModel` does */
export async function valuesInModel(
  model: string,
  accounts: readonly string[],
  context: ToolContext,
): Promise<readonly { readonly account: string; readonly values: AccountValues }[]> {
  const desk = context.gateway.accounts.models;
  const found = await ofEach(
    accounts,
    async (account) => ({ account, values: await desk.values(account, model, context.signal) }),
    context,
  );
  const invested = found.filter(({ values }) => values.size > 0);
  if (invested.length > 0) return invested;
  const names = await modelsOf(accounts, context);
  throw new ToolError({
    code: 'invalid_arguments',
    message: `There is no model “${model}” here.`,
    nextStep: names
      ? `Use one of: ${names.slice(0, 20).join(', ')}.`
      : 'IB names no model that holds positions here. In TWS an advisor finds them in the Advisor Setup, under Models.',
  });
}

/** The models in which an advisor's accounts hold positions; undefined where there are none, and of all other logins. */
export async function modelsInUse(
  accounts: readonly string[],
  context: ToolContext,
): Promise<readonly string[] | undefined> {
  // An advisor's login has its own account besides those of its clients.
  if (context.gateway.status().accounts.length < 2 || !(await isAdvisor(context))) return undefined;
  return modelsOf(accounts, context);
}

async function modelsOf(accounts: readonly string[], context: ToolContext): Promise<readonly string[] | undefined> {
  const { models } = context.gateway.accounts;
  const told = await Promise.all(
    accounts.map((account) => optional('models', (signal) => models.names(account, signal), context)),
  );
  const names = [...new Set(told.flatMap((each) => each ?? []))].sort();
  return names.length > 0 ? names : undefined;
}

/** Asks about each account at once, with progress when there are several. */
function ofEach<Found>(
  accounts: readonly string[],
  ask: (account: string) => Promise<Found>,
  { progress }: ToolContext,
): Promise<Found[]> {
  let done = 0;
  return Promise.all(
    accounts.map(async (account) => {
      const found = await ask(account);
      done += 1;
      if (accounts.length > 1) progress(done, accounts.length, `${done} of ${accounts.length} accounts`);
      return found;
    }),
  );
}
