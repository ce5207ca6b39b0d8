import { closest } from 'fastest-levenshtein';
import type { z } from 'zod';
import { ToolError } from '../../shared/errors.ts';
import { getFlexReport } from '../../shared/tools/get_flex_report.ts';
import { omitUndefined } from '../../shared/values.ts';
import { monotonicNow } from '../async/monotonic.ts';
import { isAccountNumber, isAllowed } from '../documents/flex-accounts.ts';
import { flexDate } from '../documents/flex-dates.ts';
import { type FlexFilter, type FlexPage, parseFilter } from '../documents/flex-rows.ts';
import type { FlexRequest } from '../flex/client.ts';
import type { FlexDesk, RememberedStatement } from '../flex/index.ts';
import type { FlexToken } from '../flex/tokens.ts';
import { notesOf } from './support/options.ts';
import { makeCursor, readCursor } from './support/paging.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

type Arguments = z.output<typeof getFlexReport.input>;

const freshMs = 6 * 3_600_000;
/** Trade confirmations are renewed through the day, activity once after it. */
const freshConfirmationsMs = 10 * 60_000;
const longestDays = 366;
/** The part of the call's time after which IBKR is not asked again, so that the answer still arrives. */
const timeToAsk = 0.9;
const howToSetUp = 'Set RELAY_FLEX_TOKENS at home; docs/relay.md says how.';

export const getFlexReportExecutor = executorOf(
  getFlexReport,
  async (args, context) => {
    const { flex } = context.records;
    if (args.query === undefined) return list(args, context);
    const request = await requestOf(args, args.query, flex);
    const filters = filtersOf(args);
    const entry = await obtain(request, args, context);
    return { ...headOf(entry, request.token), ...(await contentOf(entry, args, filters, context)) };
  },
  { offline: true },
);

async function list({ query: _, token, limit, ...others }: Arguments, { records }: ToolContext) {
  const { refresh, ...given } = others;
  if (refresh || Object.values(given).some((value) => value !== undefined)) {
    throw invalid('These arguments need a query.', 'Name the query, or leave them out to list the queries.');
  }
  const { flex } = records;
  const chosen = token === undefined ? flex.tokens : [tokenOf(token, flex.tokens)];
  const remembered = await flex.remembered();
  const queries = chosen.flatMap((one) => queriesOf(one, remembered)).slice(0, limit);
  const missing = flex.tokens.length === 0 ? `No Flex token is set up. ${howToSetUp}` : undefined;
  const empty = queries.length === 0 ? 'No query is listed or remembered yet; name one by its id.' : undefined;
  return omitUndefined({ queries, note: missing ?? empty });
}

function queriesOf(token: FlexToken, remembered: readonly RememberedStatement[]) {
  const own = remembered.filter((entry) => entry.token === token.name);
  const ids = new Set([...token.queries.map(({ id }) => id), ...own.map(({ query }) => query)]);
  return [...ids].map((query) => {
    const newest = own.find((entry) => entry.query === query);
    const label = token.queries.find(({ id }) => id === query)?.label;
    return omitUndefined({
      token: token.name,
      query,
      name: label ?? (newest?.digest.queryName || undefined),
      fetchedAt: newest && new Date(newest.fetchedAt).toISOString(),
      sections: newest && [...new Set(newest.digest.statements.flatMap(({ sections }) => Object.keys(sections)))],
    });
  });
}

/** The token and query that the names mean. */
async function requestOf(args: Arguments, query: string, flex: FlexDesk): Promise<FlexRequest> {
  if (flex.tokens.length === 0) {
    throw new ToolError({ code: 'no_data', message: 'No Flex token is set up on this relay.', nextStep: howToSetUp });
  }
  const candidates = args.token === undefined ? flex.tokens : [tokenOf(args.token, flex.tokens)];
  const remembered = await flex.remembered();
  const known = candidates.flatMap((token) => queriesOf(token, remembered).map((entry) => ({ ...entry, from: token })));
  const lower = query.toLowerCase();
  const matches = known.filter((entry) => entry.query === query || entry.name?.toLowerCase() === lower);
  const dates = datesOf(args);
  const [match] = matches;
  if (match && matches.length === 1) return { token: match.from, query: match.query, ...dates };
  if (matches.length > 1) {
    const names = matches.map(({ token, query: id }) => `${id} of token ${token}`).join(', ');
    throw invalid(`Several queries are called “${query}”: ${names}.`, 'Name the token, or the query by its id.');
  }
  if (!/^\d{1,20}$/.test(query)) {
    const names = known.map((entry) => entry.name ?? entry.query);
    const hint = names.length > 0 ? `Did you mean ${closest(query, names)}?` : 'Use the id that Client Portal shows.';
    throw invalid(`There is no Flex query called “${query}”.`, hint);
  }
  const [token] = candidates;
  if (!token || candidates.length > 1) {
    throw invalid(`It is not known which token query ${query} belongs to.`, `Name one: ${namesOf(candidates)}.`);
  }
  return { token, query, ...dates };
}

function tokenOf(name: string, tokens: readonly FlexToken[]): FlexToken {
  const token = tokens.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (token) return token;
  throw invalid(`There is no Flex token called “${name}”.`, tokens.length > 0 ? `Use ${namesOf(tokens)}.` : howToSetUp);
}

function namesOf(tokens: readonly FlexToken[]): string {
  return tokens.map(({ name }) => name).join(', ');
}

function datesOf({ from, to }: Arguments): { from?: string; to?: string } {
  if (from === undefined && to === undefined) return {};
  const [first = '', last = ''] = [from, to].map((text = '') => flexDate(text) ?? '');
  const days = (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1;
  if (days >= 1 && days <= longestDays) return { from: first.replaceAll('-', ''), to: last.replaceAll('-', '') };
  const unread = [from, to].find((text) => text !== undefined && flexDate(text) === undefined);
  throw invalid(
    unread === undefined
      ? 'from and to must both be dates, in this order.'
      : `“${unread}” is no date that reads in one way.`,
    'Write 2026-01-01 and 2026-03-31, a year at most.',
  );
}

function filtersOf({ filter = [], section, columns, cursor }: Arguments): FlexFilter[] {
  if (section === undefined && (filter.length > 0 || columns || cursor !== undefined)) {
    throw invalid('Rows belong to a section.', 'Name the section; a call without one shows which there are.');
  }
  return filter.map((text) => {
    const parsed = parseFilter(text);
    if (parsed) return parsed;
    throw invalid(`“${text}” is no condition.`, 'Write column=value, column~part, column>=number or column<=number.');
  });
}

/** The remembered statement while it is fresh or being paged through, else a new one. */
async function obtain(request: FlexRequest, args: Arguments, context: ToolContext): Promise<RememberedStatement> {
  const { flex } = context.records;
  const known = await flex.recall(request);
  const lasts = known?.digest.type === 'TCF' ? freshConfirmationsMs : freshMs;
  const fresh = known && Math.abs(Date.now() - known.fetchedAt) < lasts && !args.refresh;
  if (known && (fresh || args.cursor !== undefined)) return known;
  const now = monotonicNow();
  let steps = 0;
  return flex.run(request, {
    signal: context.signal,
    deadline: now + (context.deadline - now) * timeToAsk,
    progress: (message) => {
      steps += 1;
      context.progress(steps, undefined, message);
    },
  });
}

function headOf(entry: RememberedStatement, token: FlexToken) {
  return omitUndefined({
    token: entry.token,
    query: entry.query,
    name: token.queries.find(({ id }) => id === entry.query)?.label ?? (entry.digest.queryName || undefined),
    fetchedAt: new Date(entry.fetchedAt).toISOString(),
  });
}

async function contentOf(entry: RememberedStatement, args: Arguments, filters: FlexFilter[], context: ToolContext) {
  const accounts = context.config.allowedAccounts;
  const { digest } = entry;
  const allowed = digest.statements.filter(({ account }) => isAllowed(account, accounts));
  const sections: Record<string, number> = {};
  for (const statement of allowed) {
    for (const name of Object.keys(statement.sections)) {
      sections[name] = (sections[name] ?? 0) + rowsOf(statement, name, accounts);
    }
  }
  const statements = allowed.map(({ account, from, to }) => ({ account, from, to }));
  const notes: string[] = [];
  if (digest.statements.length > allowed.length) notes.push('Accounts that this relay does not serve are left out.');
  const alias = allowed.length === 0 || accounts === undefined ? aliasProblem(digest.statements) : undefined;
  for (const problem of [alias, digest.datesProblem]) if (problem) notes.push(problem);
  if (args.section === undefined) return omitUndefined({ statements, sections, note: notesOf(notes) });
  const section = sectionOf(args.section, Object.keys(sections), digest);
  const { limit, cursor, refresh: _, ...asked } = args;
  const question = { ...asked, fetchedAt: entry.fetchedAt };
  const offset = readCursor(question, cursor);
  const selection = { section, filters, columns: args.columns, accounts, dates: digest.dates, offset, limit };
  const page = await context.records.flex.read(entry, selection, context.signal);
  const { columns, rows, total, leftOut, withoutDay } = checked(page);
  const next = offset + rows.length < total ? makeCursor(question, offset + rows.length) : undefined;
  if (leftOut) {
    const kinds = Object.entries(leftOut).map(([filter, count]) => `${count} by filter ${filter}`);
    notes.push(`Rows that tell these again are left out: ${kinds.join(', ')}.`.slice(0, 1_000));
  }
  if (withoutDay) notes.push(`${withoutDay} rows fit no date: theirs is MULTI or unreadable.`);
  return omitUndefined({ section, columns, rows, total, next, note: notesOf(notes) });
}

type Statement = RememberedStatement['digest']['statements'][number];

/** Rows of a section, but for those of accounts that are not allowed. */
function rowsOf({ sections, others }: Statement, name: string, accounts: readonly string[] | undefined): number {
  const foreign = Object.entries(others?.[name] ?? {}).filter(([account]) => !isAllowed(account, accounts));
  return foreign.reduce((left, [, count]) => left - count, sections[name] ?? 0);
}

function sectionOf(name: string, known: readonly string[], { statements }: RememberedStatement['digest']): string {
  const section = known.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (section) return section;
  if (known.length === 0) {
    throw new ToolError({
      code: 'no_data',
      message: 'The statement holds nothing for the accounts that this relay serves.',
      nextStep: aliasProblem(statements) ?? 'Check in Client Portal which accounts and sections the query covers.',
    });
  }
  throw invalid(
    `The statement has no section “${name}”. Did you mean ${closest(name, [...known])}?`,
    `It has: ${known.join(', ')}.`.slice(0, 1_000),
  );
}

/** What to do about statements that name no account by its number. */
function aliasProblem(statements: readonly Statement[]): string | undefined {
  return statements.find(({ account, gaps }) => !isAccountNumber(account) && gaps?.length)?.gaps?.[0];
}

function checked(page: FlexPage): FlexPage {
  if (page.notADay) {
    const { filter, example } = page.notADay;
    throw invalid(
      `“${filter.value}” is no day to compare ${filter.column} with, which has days as “${example.slice(0, 40)}”.`,
      'Write the day as 2026-03-31.',
    );
  }
  if (!page.unknownColumn) return page;
  const { name, known } = page.unknownColumn;
  throw invalid(
    `The section has no column “${name}”. Did you mean ${closest(name, [...known])}?`,
    `It has: ${known.join(', ')}.`.slice(0, 1_000),
  );
}

function invalid(message: string, nextStep: string): ToolError {
  return new ToolError({ code: 'invalid_arguments', message: message.slice(0, 2_000), nextStep });
}
