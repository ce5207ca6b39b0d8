import type { z } from 'zod';
import { ToolError } from '../../shared/errors.ts';
import { getCalendarEvents } from '../../shared/tools/get_calendar_events.ts';
import { omitUndefined } from '../../shared/values.ts';
import type { CalendarEvent } from '../documents/calendar-json.ts';
import { reading } from '../documents/index.ts';
import { contractString } from '../gateway/contracts/naming.ts';
import { dateInZone } from '../gateway/time/time-zones.ts';
import { shift } from '../performance/returns.ts';
import { readableAccounts } from './support/accounts.ts';
import { type AskCalendar, calendarCursor, calendarPage, calendarPlace } from './support/calendar-pages.ts';
import { itemError } from './support/item-error.ts';
import { makeCursor, readCursor } from './support/paging.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

type Arguments = z.output<typeof getCalendarEvents.input>;
type ItemError = ReturnType<typeof itemError>;

const daysAhead = 90;
/** The calendar's days are those of New York. */
const zone = 'America/New_York';

export const getCalendarEventsExecutor = executorOf(getCalendarEvents, async (args, context) => {
  const { gateway } = context;
  if (args.show === 'types') return listTypes(args, context);
  if (args.account !== undefined && !args.held) {
    throw new ToolError({
      code: 'invalid_arguments',
      message: 'account says whose stocks are meant, and held is not set.',
      nextStep: 'Set held=true, or leave account out.',
    });
  }
  const { limit, cursor, ...question } = args;
  const place = calendarPlace(question, cursor);
  const { start, end } = period(args, gateway.serverTime());
  const errors: ItemError[] = [];
  const names = new Map<number, string>([
    ...(await named(args.contracts, errors, context)),
    ...(args.held ? await held(args.account, context) : []),
  ]);
  if (names.size === 0) return noneAsked(args, errors);
  const types = await typesOf(context);
  const part = { conIds: [...names.keys()].sort((a, b) => a - b), start, end };
  const page = await calendarPage(part, place, limit, asking(tagsOf(args.types, types), names, context));
  return omitUndefined({
    untrustedContent: true as const,
    events: page.events.flatMap((event) => describe(event, names, types)),
    errors: errors.length > 0 ? errors : undefined,
    next: page.next && calendarCursor(question, page.next),
  });
});

/** Reads parts of the calendar, events that say whose they are. */
function asking(
  types: readonly string[],
  names: ReadonlyMap<number, string>,
  { gateway, progress, signal }: ToolContext,
): AskCalendar {
  const companies = `the calendar of ${names.size} ${names.size === 1 ? 'company' : 'companies'}`;
  let asked = 0;
  return async ({ conIds, start, end }) => {
    progress(asked, undefined, companies);
    asked += 1;
    const json = await gateway.calendar.events({ conIds, types, start: compact(start), end: compact(end) }, signal);
    return reading('calendarEvents', json, json.length, signal);
  };
}

/** What the calendar holds, by tag. */
async function typesOf({ gateway, signal }: ToolContext): Promise<ReadonlyMap<string, string>> {
  const json = await gateway.calendar.meta(signal);
  return reading('calendarTypes', json, json.length, signal);
}

async function listTypes(args: Arguments, context: ToolContext) {
  const { contracts, types: words, held: alsoHeld, account, start, end, limit, cursor, ...question } = args;
  if (contracts.length > 0 || words.length > 0 || alsoHeld || account || start || end) {
    throw new ToolError({
      code: 'invalid_arguments',
      message: 'show=types lists what the calendar holds; it takes no other arguments.',
      nextStep: 'Leave them out, or ask for events.',
    });
  }
  const types = [...(await typesOf(context))];
  const offset = readCursor(question, cursor);
  const page = types.slice(offset, offset + limit);
  return omitUndefined({
    untrustedContent: true as const,
    events: [],
    types: Object.fromEntries(page),
    next: offset + page.length < types.length ? makeCursor(question, offset + page.length) : undefined,
  });
}

/** The instruments that are named; those that cannot be found become errors of their own. */
async function named(
  contracts: readonly string[],
  errors: ItemError[],
  context: ToolContext,
): Promise<(readonly [conId: number, name: string])[]> {
  const found = await Promise.all(
    contracts.map(async (text) => {
      try {
        const { conId, name } = await context.gateway.contracts.resolve(text, context.signal);
        return [[conId, name] as const];
      } catch (error) {
        errors.push(itemError(text, error, context));
        return [];
      }
    }),
  );
  return found.flat();
}

/** The stocks in the accounts that may be read: IB itself would look into all accounts of the login. */
async function held(
  account: string | undefined,
  context: ToolContext,
): Promise<(readonly [conId: number, name: string])[]> {
  const accounts = readableAccounts(context, account);
  const positions = await context.gateway.accounts.positions(context.signal);
  return positions
    .filter((position) => accounts.includes(position.account) && position.quantity !== 0)
    .filter(({ contract }) => String(contract.secType) === 'STK' && (contract.conId ?? 0) > 0)
    .map(({ contract }) => [contract.conId ?? 0, contractString(contract)] as const);
}

function noneAsked(args: Arguments, errors: readonly ItemError[]) {
  if (args.held) {
    const note = 'The account holds no stocks.';
    return { untrustedContent: true as const, events: [], note, ...(errors.length > 0 ? { errors: [...errors] } : {}) };
  }
  const [first] = errors;
  if (first) {
    const { contract: _, ...error } = first;
    throw new ToolError(error);
  }
  throw new ToolError({
    code: 'invalid_arguments',
    message: 'No company is named.',
    nextStep: 'Pass contracts, or held=true for the stocks in the account.',
  });
}

function period(args: Arguments, now: number): { start: string; end: string } {
  const start = args.start ?? dateInZone(zone, now);
  const end = args.end ?? shift(start, daysAhead);
  if (start <= end) return { start, end };
  throw new ToolError({
    code: 'invalid_arguments',
    message: `The period begins on ${start} and ends on ${end}.`,
    nextStep: 'Give a later end, or an earlier start.',
  });
}

const compact = (date: string): string => date.replaceAll('-', '');

/**
 * The tags that words mean: a tag itself, or whatever types have all of the words in their names.
 * @throws ToolError `invalid_arguments` for words that mean nothing
 */
function tagsOf(words: readonly string[], types: ReadonlyMap<string, string>): string[] {
  const tags = words.flatMap((word) => {
    if (types.has(word.toLowerCase()) || types.size === 0) return [word.toLowerCase()];
    const parts = word.toLowerCase().split(/[\s_]+/);
    const fitting = [...types].filter(([, name]) => parts.every((part) => name.toLowerCase().includes(stem(part))));
    if (fitting.length > 0) return fitting.map(([tag]) => tag);
    throw new ToolError({
      code: 'invalid_arguments',
      message: `The calendar has no events “${word}”.`,
      nextStep: `There are: ${[...types.values()].join(', ')}.`.slice(0, 1_000),
    });
  });
  return [...new Set(tags)];
}

/** `dividends` means what `dividend` does. */
function stem(word: string): string {
  return word.length > 4 ? word.replace(/s$/, '') : word;
}

function describe(event: CalendarEvent, names: ReadonlyMap<number, string>, types: ReadonlyMap<string, string>) {
  const only = names.size === 1 ? [...names.keys()][0] : undefined;
  const conId = event.conIds.find((id) => names.has(id)) ?? only ?? event.conIds[0];
  if (conId === undefined) return [];
  const contract = names.get(conId) ?? contractString({ conId });
  const details = Object.keys(event.details).length > 0 ? { details: event.details } : {};
  return [{ date: event.date, type: types.get(event.type) ?? event.type, conId, contract, ...details }];
}
