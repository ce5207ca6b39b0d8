import * as z from 'zod';
import { childrenOf, escapeXml, parseXml, textOf, type XmlElement } from './xml.ts';

/** Accounts that an advisor trades for together. */
export interface AdvisorGroup {
  readonly name: string;
  /** How orders are divided: Equal, NetLiq, AvailableEquity, ContractsOrShares, Percent, Ratio, MonetaryAmount. */
  readonly method: string;
  /** `amount` is each account's part, of the methods that have parts; empty otherwise. */
  readonly accounts: readonly { readonly account: string; readonly amount: string }[];
}

/** A configuration that cannot be taken over. */
export class AdvisorError extends Error {
  override readonly name = 'AdvisorError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const malformed = 10_229;
const invalidAccounts = 10_231;
const invalidDefaults = 10_232;
const methods = new Set([
  'Equal',
  'EqualQuantity',
  'NetLiq',
  'AvailableEquity',
  'PctChange',
  'Percent',
  'Ratio',
  'ContractsOrShares',
  'MonetaryAmount',
]);

const savedAdvisor = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      method: z.string(),
      accounts: z.array(z.object({ account: z.string(), amount: z.string() })),
    }),
  ),
  aliases: z.array(z.tuple([z.string(), z.string()])),
});

/** What an advisor has configured: groups of accounts, and names for them. */
export class Advisor {
  /** The advisor's own account. */
  readonly master: string;
  readonly clients: readonly string[];
  #groups: readonly AdvisorGroup[] = [];
  #aliases: ReadonlyMap<string, string>;

  constructor(master: string, clients: readonly string[]) {
    this.master = master;
    this.clients = clients;
    this.#aliases = new Map([master, ...clients].map((account) => [account, account]));
  }

  get groups(): readonly AdvisorGroup[] {
    return this.#groups;
  }

  group(name: string): AdvisorGroup | undefined {
    return this.#groups.find((group) => group.name === name);
  }

  /** The groups as one XML document. */
  groupsXml(): string {
    const lines = this.#groups.flatMap(({ name, method, accounts }) => [
      '\t<Group>',
      `\t\t<name>${escapeXml(name)}</name>`,
      '\t\t<ListOfAccts varName="list">',
      ...accounts.flatMap(({ account, amount }) => [
        '\t\t\t<Account>',
        `\t\t\t\t<acct>${escapeXml(account)}</acct>`,
        ...(amount === '' ? [] : [`\t\t\t\t<amount>${escapeXml(amount)}</amount>`]),
        '\t\t\t</Account>',
      ]),
      '\t\t</ListOfAccts>',
      `\t\t<defaultMethod>${escapeXml(method)}</defaultMethod>`,
      '\t</Group>',
    ]);
    return xmlDocument('ListOfGroups', lines);
  }

  /** The names of the accounts as one XML document. */
  aliasesXml(): string {
    const lines = [...this.#aliases].flatMap(([account, alias]) => [
      '\t<AccountAlias>',
      `\t\t<account>${escapeXml(account)}</account>`,
      `\t\t<alias>${escapeXml(alias)}</alias>`,
      '\t</AccountAlias>',
    ]);
    return xmlDocument('ListOfAccountAliases', lines);
  }

  /** Takes over all groups of a document. @throws {AdvisorError} and changes nothing when any of it is wrong */
  replaceGroups(document: string): void {
    const groups = childrenOf(rootOf(document, 'ListOfGroups'), 'Group').map(groupOf);
    const unknown = groups.filter(({ accounts }) => accounts.some(({ account }) => !this.clients.includes(account)));
    const list = (some: readonly AdvisorGroup[]): string => some.map(({ name }) => name).join(', ');
    if (unknown.length > 0) {
      throw new AdvisorError(
        invalidAccounts,
        `The following Groups and/or Profiles contain invalid accounts: ${list(unknown)}`,
      );
    }
    const methodless = groups.filter(({ method }) => !methods.has(method));
    if (methodless.length > 0) {
      const text = `Defaults were inherited for the following invalid Groups and/or Profiles: ${list(methodless)}`;
      throw new AdvisorError(invalidDefaults, text);
    }
    if (new Set(groups.map(({ name }) => name)).size < groups.length) {
      throw new AdvisorError(malformed, 'Two groups have the same name.');
    }
    this.#groups = groups;
  }

  /** Takes over the names of a document; accounts that are not in it keep theirs. @throws {AdvisorError} */
  replaceAliases(document: string): void {
    const named = childrenOf(rootOf(document, 'ListOfAccountAliases'), 'AccountAlias');
    const aliases = named.map((alias): [string, string] => [textOf(alias, 'account'), textOf(alias, 'alias')]);
    const unknown = aliases.filter(([account]) => !this.#aliases.has(account)).map(([account]) => account);
    if (unknown.length > 0) throw new AdvisorError(invalidAccounts, `Invalid accounts: ${unknown.join(', ')}`);
    this.#aliases = new Map([...this.#aliases, ...aliases]);
  }

  /** A value that survives `JSON.stringify`. */
  save(): unknown {
    return { groups: this.#groups, aliases: [...this.#aliases] };
  }

  /** @throws when it is not what `save` gave */
  restore(saved: unknown): void {
    const { groups, aliases } = savedAdvisor.parse(saved);
    this.#groups = groups;
    this.#aliases = new Map(aliases);
  }
}

const xmlDocument = (root: string, lines: readonly string[]): string =>
  ['<?xml version="1.0" encoding="UTF-8"?>', `<${root}>`, ...lines, `</${root}>`, ''].join('\n');

function rootOf(document: string, name: string): XmlElement {
  try {
    const root = parseXml(document);
    if (root.name === name) return root;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new AdvisorError(malformed, `Unable to parse the XML: ${error.message}`);
  }
  throw new AdvisorError(malformed, `Unable to parse the XML: <${name}> is expected`);
}

/** A group, whether its accounts stand alone, as they used to, or with their parts. */
function groupOf(element: XmlElement): AdvisorGroup {
  const [list] = childrenOf(element, 'ListOfAccts');
  return {
    name: textOf(element, 'name'),
    method: textOf(element, 'defaultMethod'),
    accounts: [
      ...childrenOf(list, 'String').map(({ text }) => ({ account: text, amount: '' })),
      ...childrenOf(list, 'Account').map((account) => ({
        account: textOf(account, 'acct'),
        amount: textOf(account, 'amount'),
      })),
    ],
  };
}
