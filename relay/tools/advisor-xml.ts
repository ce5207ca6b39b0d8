import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';
import { ToolError } from '../../shared/errors.ts';
import type { getAdvisorConfig } from '../../shared/tools/get_advisor_config.ts';
import { parseNumber, present } from '../gateway/numbers.ts';

type Config = z.output<typeof getAdvisorConfig.output>;
export type AdvisorGroup = NonNullable<Config['groups']>[number];
export type AccountAlias = NonNullable<Config['aliases']>[number];

const lists = new Set(['Group', 'Account', 'String', 'AccountAlias']);
const parser = new XMLParser({ parseTagValue: false, isArray: (name) => lists.has(name) });

/** An element that IB writes without content arrives as an empty text. */
const element = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess((value) => (value === '' ? {} : value), z.object(shape));
const text = z.string().default('');

const groupsDocument = z.object({
  ListOfGroups: element({
    Group: z
      .array(
        z.object({
          name: text,
          defaultMethod: text,
          ListOfAccts: element({
            Account: z.array(z.object({ acct: text, amount: text })).default([]),
            // As gateways wrote groups before they merged them with profiles.
            String: z.array(z.string()).default([]),
          }),
        }),
      )
      .default([]),
  }),
});

const aliasesDocument = z.object({
  ListOfAccountAliases: element({
    AccountAlias: z.array(z.object({ account: text, alias: text })).default([]),
  }),
});

/** Reads an advisor's groups. @throws ToolError `ib_error` when it is no such document */
export function parseGroups(xml: string): AdvisorGroup[] {
  return read(groupsDocument, xml).ListOfGroups.Group.map(({ name, defaultMethod, ListOfAccts }) =>
    present({
      name,
      method: defaultMethod || undefined,
      accounts: [
        ...ListOfAccts.String.map((account) => ({ account })),
        ...ListOfAccts.Account.map(({ acct, amount }) => present({ account: acct, amount: parseNumber(amount) })),
      ],
    }),
  );
}

/** Reads an advisor's names for accounts. @throws ToolError `ib_error` when it is no such document */
export function parseAliases(xml: string): AccountAlias[] {
  return read(aliasesDocument, xml).ListOfAccountAliases.AccountAlias;
}

function read<Document>(schema: z.ZodType<Document>, xml: string): Document {
  if (XMLValidator.validate(xml) === true) {
    const document = schema.safeParse(parsed(xml));
    if (document.success) return document.data;
  }
  throw unreadable();
}

/** The parser refuses what could blow up, such as entities that hold entities. */
function parsed(xml: string): unknown {
  try {
    return parser.parse(xml);
  } catch {
    throw unreadable();
  }
}

function unreadable(): ToolError {
  return new ToolError({
    code: 'ib_error',
    message: 'IB’s answer about the advisor’s accounts cannot be read.',
    nextStep: 'Try again; if it stays so, look at the groups in TWS under Global Configuration → Advisor Setup.',
  });
}
