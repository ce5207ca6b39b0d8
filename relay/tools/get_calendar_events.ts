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
import {
  askJoined,
  type Days,
  dividendTag,
  dueOf,
  joined,
  paidWithin,
  quotedDividends,
  type StockHeld,
  termsOf,
  totalsOf,
} from './support/dividends.ts';
import { itemError } from './support/item-error.ts';
import { makeCursor, readCursor } from './support/paging.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

type Arguments = z.output<typeof getCalendarEvents.input>;
type ItemError = ReturnType<typeof itemError>;

const daysAhead = 90;
/** Days from going ex to the payment that are looked back on: Japan's companies take three months. */
const longestToPayment = 120;
const mostDividends = 1_000;
const dividendWords = /^(wshe_div|dividends?)$/i;
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
  const today = dateInZone(zone, gateway.serverTime());
  const days = { today, ...period(args, today) };
  const { start, end } = days;
  const errors: ItemError[] = [];
  const ownNames = await named(args.contracts, errors, context);
  const holdings = args.held ? await held(args.account, context) : new Map<number, NamedHolding>();
  const names = new Map([...ownNames, ...[...holdings].map(([conId, { name }]) => [conId, name] as const)]);
  if (names.size === 0) return noneAsked(args, errors);
  const { types, refusal } = await typesOrRefusal(args, context);
  const tags = tagsOf(args.types, types);
  const isDividends = tags.includes(dividendTag) || (tags.length === 0 && args.held) || refusal !== undefined;
  const conIds = [...names.keys()].sort((a, b) => a - b);
  const ask: AskCalendar = refusal ? async () => [] : asking(tags, names, context);
  const { events, totals, notes } = isDividends
    ? await dividendsOf({ names, holdings, conIds, days, isOpen: refusal === undefined, context })
    : noDividends;
  const page = await calendarPage({ conIds, start, end }, place, limit, askJoined(ask, events));
  const note = [...(refusal ? [refusal] : []), ...notes].join(' ');
  return omitUndefined({
    untrustedContent: true as const,
    events: page.events.flatMap((event) => describe(event, { names, types, holdings, today })),
    totals: totals.length > 0 ? totals : undefined,
    errors: errors.length > 0 ? errors : undefined,
    next: page.next && calendarCursor(question, page.next),
    note: note || undefined,
  });
});

/** The calendar's types; without a subscription none, and why, where quotes can tell what is asked for instead. */
async function typesOrRefusal(
  { types: words, held: alsoHeld }: Arguments,
  context: ToolContext,
): Promise<{ types: ReadonlyMap<string, string>; refusal?: string }> {
  try {
    return { types: await typesOf(context) };
  } catch (error) {
    const isForDividends = words.length > 0 ? words.every((word) => dividendWords.test(word)) : alsoHeld;
    if (!isForDividends || !(error instanceof ToolError) || error.code !== 'not_subscribed') throw error;
    const { message, nextStep } = error.data;
    const refusal =
      `Only the next dividends by IB’s quotes, for the calendar is closed: ${message} ${nextStep ?? ''}`.trim();
    return { types: new Map(), refusal };
  }
}

interface DividendQuestion {
  readonly names: ReadonlyMap<number, string>;
  readonly holdings: ReadonlyMap<number, NamedHolding>;
  readonly conIds: readonly number[];
  readonly days: Days;
  /** Whether the calendar can be asked. */
  readonly isOpen: boolean;
  readonly context: ToolContext;
}

const noDividends = { events: [], totals: [], notes: [] };

/** What the calendar's own answer lacks of dividends, and what those of the whole period come to. */
async function dividendsOf({ names, holdings, conIds, days, isOpen, context }: DividendQuestion) {
  const { today, end } = days;
  const start = shift(days.start, -longestToPayment);
  const ask = asking([dividendTag], names, context);
  const told = isOpen
    ? await calendarPage({ conIds, start, end }, calendarPlace({}, undefined), mostDividends, ask)
    : { events: [] };
  const quoted = await quotedDividends(names, told.events, days, context);
  const late =
    holdings.size > 0 ? paidWithin(told.events, days).filter((event) => heldBy(event, holdings).length > 0) : [];
  const events = [...late, ...quoted.events];
  const inPeriod = told.events.filter(({ date }) => date >= days.start && date <= end);
  const rows = joined(inPeriod, events).flatMap((event) =>
    heldBy(event, holdings).map(([, holding]) => ({ event, due: dueOf(event, holding, today) })),
  );
  const hasGoneEx = rows.some(({ event, due }) => due.quantity !== undefined && termsOf(event).exDate <= today);
  const isPaid = rows.some(({ due }) => due.quantity === undefined);
  const notes = [
    ...quoted.notes,
    ...(hasGoneEx
      ? ['Where the ex-date has come, what was held before that day is paid for; the amount is by today’s quantity.']
      : []),
    ...(isPaid
      ? ['Past dividends have no amount here: what was held then may differ (get_flex_report has them).']
      : []),
    ...(told.next ? [`More than ${mostDividends} dividends: the totals are of the first.`] : []),
  ];
  return { events, totals: totalsOf(rows.map(({ due }) => due)), notes };
}

function heldBy({ conIds }: CalendarEvent, holdings: ReadonlyMap<number, NamedHolding>) {
  return conIds.flatMap((conId) => {
    const holding = holdings.get(conId);
    return holding ? [[conId, holding] as const] : [];
  });
}

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

interface NamedHolding extends StockHeld {
  readonly name: string;
}

/** The stocks in the accounts that may be read, by conId: IB itself would look into all accounts of the login. */
async function held(account: string | undefined, context: ToolContext): Promise<ReadonlyMap<number, NamedHolding>> {
  const accounts = readableAccounts(context, account);
  const positions = await context.gateway.accounts.positions(context.signal);
  const stocks = positions
    .filter((position) => accounts.includes(position.account) && position.quantity !== 0)
    .filter(({ contract }) => String(contract.secType) === 'STK' && (contract.conId ?? 0) > 0);
  const byConId = Map.groupBy(stocks, ({ contract }) => contract.conId ?? 0);
  return new Map(
    [...byConId].map(([conId, of]) => {
      const contract = of[0]?.contract ?? {};
      const parts = of.map(({ account, quantity }) => ({ account, quantity }));
      return [conId, { name: contractString(contract), currency: contract.currency ?? '', parts }] as const;
    }),
  );
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

function period(args: Arguments, today: string): { start: string; end: string } {
  const start = args.start ?? today;
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

interface Known {
  readonly names: ReadonlyMap<number, string>;
  readonly types: ReadonlyMap<string, string>;
  readonly holdings: ReadonlyMap<number, NamedHolding>;
  readonly today: string;
}

/** An event as a row; a dividend of several stocks that are held as a row of each. */
function describe(event: CalendarEvent, { names, types, holdings, today }: Known) {
  const of = event.type === dividendTag ? heldBy(event, holdings) : [];
  const only = names.size === 1 ? [...names.keys()][0] : undefined;
  const first = event.conIds.find((id) => names.has(id)) ?? only ?? event.conIds[0];
  const conIds = of.length > 0 ? of.map(([conId]) => conId) : first === undefined ? [] : [first];
  return conIds.map((conId) => {
    const holding = event.type === dividendTag ? holdings.get(conId) : undefined;
    return omitUndefined({
      date: event.date,
      type: types.get(event.type) ?? (event.type === dividendTag ? 'Dividend' : event.type),
      conId,
      contract: names.get(conId) ?? contractString({ conId }),
      details: Object.keys(event.details).length > 0 ? event.details : undefined,
      ...(holding ? dueOf(event, holding, today) : {}),
      source: event.source,
    });
  });
}
