import { getAdvisorConfig } from '../../shared/tools/get_advisor_config.ts';
import { omitUndefined } from '../../shared/values.ts';
import type { AccountAlias, AdvisorGroup } from '../documents/advisor-xml.ts';
import { reading } from '../documents/index.ts';
import { readableAccounts } from './support/accounts.ts';
import { isAdvisor } from './support/is-advisor.ts';
import { optional } from './support/optional.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

/** More than the gateway takes to answer, or not. */
const patienceMs = 9_000;

export const getAdvisorConfigExecutor = executorOf(getAdvisorConfig, async (_args, context) => {
  const { advisors } = context.gateway;
  const readable = new Set(readableAccounts(context));
  const [advisor, families, tiers] = await Promise.all([
    isAdvisor(context),
    optional('family codes', (signal) => advisors.familyCodes(signal), context, patienceMs),
    optional('soft-dollar tiers', (signal) => advisors.softDollarTiers(signal), context, patienceMs),
  ]);
  const arrangement = advisor ? await arrangementOf(readable, context) : undefined;
  return omitUndefined({
    asOf: new Date(context.gateway.serverTime()).toISOString(),
    advisor,
    groups: arrangement?.groups,
    aliases: arrangement?.aliases,
    familyCodes: families?.flatMap(({ accountID = '', familyCode = '' }) =>
      readable.has(accountID) && familyCode !== '' ? [{ account: accountID, code: familyCode }] : [],
    ),
    softDollarTiers: tiers?.map(({ name = '', value, displayName }) =>
      omitUndefined({ name, value: value || undefined, displayName: displayName || undefined }),
    ),
    note: noteOf(advisor, arrangement, families, tiers),
  });
});

interface Arrangement {
  readonly groups: AdvisorGroup[] | undefined;
  readonly aliases: AccountAlias[] | undefined;
  /** Whether accounts were left out that the relay’s owner does not allow. */
  readonly reduced: boolean;
}

async function arrangementOf(readable: ReadonlySet<string>, context: ToolContext): Promise<Arrangement> {
  const { advisors } = context.gateway;
  const { signal } = context;
  const groupsXml = await optional('groups', (until) => advisors.configuration('groups', until), context, patienceMs);
  const aliasesXml = await optional(
    'aliases',
    (until) => advisors.configuration('aliases', until),
    context,
    patienceMs,
  );
  const groups =
    groupsXml === undefined ? undefined : await reading('advisorGroups', groupsXml, groupsXml.length, signal);
  const aliases =
    aliasesXml === undefined ? undefined : await reading('advisorAliases', aliasesXml, aliasesXml.length, signal);
  const named = [...(groups ?? []).flatMap(({ accounts }) => accounts), ...(aliases ?? [])];
  return {
    groups: groups?.flatMap((group) => readableGroup(group, readable)),
    aliases: aliases?.filter(({ account }) => readable.has(account)),
    reduced: named.some(({ account }) => !readable.has(account)),
  };
}

/** The group with the accounts that may be seen; none when it has others only. */
function readableGroup(group: AdvisorGroup, readable: ReadonlySet<string>) {
  const accounts = group.accounts.filter(({ account }) => readable.has(account));
  return accounts.length === 0 && group.accounts.length > 0 ? [] : [{ ...group, accounts }];
}

function noteOf(advisor: boolean, arrangement: Arrangement | undefined, families: unknown, tiers: unknown) {
  const parts = { groups: arrangement?.groups, aliases: arrangement?.aliases };
  const silent = [
    ...(advisor ? Object.entries(parts) : []),
    ...Object.entries({ 'family codes': families, 'soft-dollar tiers': tiers }),
  ].flatMap(([name, value]) => (value === undefined ? [name] : []));
  const sentences = [
    ...(advisor ? [] : ['This login is no financial advisor’s: it has no groups and aliases.']),
    ...(arrangement?.reduced ? ['Accounts that the relay’s owner does not allow are left out.'] : []),
    ...(silent.length > 0 ? [`IB did not tell: ${silent.join(', ')}.`] : []),
  ];
  return sentences.length > 0 ? sentences.join(' ') : undefined;
}
