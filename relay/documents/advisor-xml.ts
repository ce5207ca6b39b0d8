import type { z } from 'zod';
import { ToolError } from '../../shared/errors.ts';
import type { getAdvisorConfig } from '../../shared/tools/get_advisor_config.ts';
import { omitUndefined } from '../../shared/values.ts';
import { parseNumber } from '../gateway/numbers.ts';
import { XmlError } from './strict-xml.ts';
import { childrenOf, textOf, type XmlElement, xmlTree } from './xml-tree.ts';

type Config = z.output<typeof getAdvisorConfig.output>;
export type AdvisorGroup = NonNullable<Config['groups']>[number];
export type AccountAlias = NonNullable<Config['aliases']>[number];

/** Reads an advisor's groups. @throws ToolError `ib_error` when it is no such document */
export function parseGroups(xml: string): AdvisorGroup[] {
  return read(xml, 'ListOfGroups', 'Group').map((group) => {
    const [accounts] = childrenOf(group, 'ListOfAccts');
    return omitUndefined({
      name: textOf(group, 'name'),
      method: textOf(group, 'defaultMethod') || undefined,
      accounts: [
        // As gateways wrote groups before they merged them with profiles.
        ...childrenOf(accounts, 'String').map(({ text }) => ({ account: text })),
        ...childrenOf(accounts, 'Account').map((account) =>
          omitUndefined({ account: textOf(account, 'acct'), amount: parseNumber(textOf(account, 'amount')) }),
        ),
      ],
    });
  });
}

/** Reads an advisor's names for accounts. @throws ToolError `ib_error` when it is no such document */
export function parseAliases(xml: string): AccountAlias[] {
  return read(xml, 'ListOfAccountAliases', 'AccountAlias').map((entry) => ({
    account: textOf(entry, 'account'),
    alias: textOf(entry, 'alias'),
  }));
}

/** The items of a document that is a list. */
function read(xml: string, list: string, item: string): readonly XmlElement[] {
  try {
    const root = xmlTree(xml);
    if (root.name === list) return childrenOf(root, item);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
  }
  throw unreadable();
}

function unreadable(): ToolError {
  return new ToolError({
    code: 'ib_error',
    message: 'IB’s answer about the advisor’s accounts cannot be read.',
    nextStep: 'Try again; if it stays so, look at the groups in TWS under Global Configuration → Advisor Setup.',
  });
}
