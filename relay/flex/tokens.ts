import { z } from 'zod';
import { isLoopback } from '../../shared/loopback.ts';

/** One query that the owner has named in the settings. */
export interface NamedQuery {
  /** IBKR's query id, digits. */
  readonly id: string;
  /** What the owner calls it. */
  readonly label?: string;
}

/** One Flex Web Service token: a secret that reads reports of the accounts it was made for. */
export interface FlexToken {
  readonly name: string;
  readonly token: string;
  readonly queries: readonly NamedQuery[];
}

const syntax = 'one line (or part between semicolons) for each token: name token [query-id[=label] …]';

/**
 * The setting that holds the tokens, as {@link FlexToken}s. Its complaints name the line, never the token.
 * Example: `main 123456789012345678901234 900001=activity 900002`.
 */
export const flexTokens: z.ZodType<readonly FlexToken[], string> = z.string().transform((text, context) => {
  const lines = text.split(/[\n;]/).map((line) => line.trim());
  const tokens: FlexToken[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const parsed = parseLine(line);
    if (typeof parsed === 'string' || tokens.some(({ name }) => name === parsed.name)) {
      const problem = typeof parsed === 'string' ? parsed : `the name ${parsed.name} is used twice`;
      context.addIssue({ code: 'custom', message: `line ${index + 1}: ${problem}. Write ${syntax}` });
      return z.NEVER;
    }
    tokens.push(parsed);
  }
  return tokens;
});

function parseLine(line: string): FlexToken | string {
  const [name = '', token, ...queries] = line.split(/\s+/);
  if (token === undefined) return 'a name and a token are needed';
  if (!/^[\w.-]{1,32}$/.test(name)) return 'the name may have letters, digits, dots and dashes only';
  if (!/^[A-Za-z0-9]{8,128}$/.test(token)) return `the token of ${name} is not one`;
  const named: NamedQuery[] = [];
  for (const query of queries) {
    const match = /^(\d{1,20})(?:=([\p{L}\p{N}_.-]{1,60}))?$/u.exec(query);
    if (!match?.[1]) return `a query of ${name} is not a number, or a number and a label as in 900001=activity`;
    named.push({ id: match[1], ...(match[2] && { label: match[2] }) });
  }
  return { name, token, queries: named };
}

/** IBKR's Flex Web Service, version 3. */
export const flexServiceUrl = 'https://ndcdyn.interactivebrokers.com/AccountManagement/FlexWebService';

/** The setting that holds the service's address: https, or http on this machine for tests. Without a final slash. */
export const flexUrl: z.ZodType<string, string> = z
  .string()
  .refine(isTrustworthy, 'must be an https:// address')
  .transform((text) => text.replace(/\/+$/, ''));

function isTrustworthy(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || url.search !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}
