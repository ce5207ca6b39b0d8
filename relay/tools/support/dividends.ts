import { omitUndefined } from '../../../shared/values.ts';
import type { CalendarEvent } from '../../documents/calendar-json.ts';
import { mostEvents } from '../../gateway/research/calendar.ts';
import type { AskCalendar } from './calendar-pages.ts';
import { quoteMany } from './quote-many.ts';
import type { ToolContext } from './tool.ts';

/** The calendar's tag of cash dividends. */
export const dividendTag = 'wshe_div';
/** The calendar and a quote that are as near as this tell of the same dividend. */
const sameWithinMs = 7 * 86_400_000;
/** Quotes that are read for one answer at most. */
const mostQuoted = 100;

/** What the accounts hold of a stock; shorts are negative. */
export interface StockHeld {
  readonly currency: string;
  readonly parts: readonly { readonly account: string; readonly quantity: number }[];
}

/** Today and the period that is asked for, as ISO dates in the calendar's zone, ends included. */
export interface Days {
  readonly today: string;
  readonly start: string;
  readonly end: string;
}

/** What quotes tell of dividends to come. */
export interface QuotedDividends {
  readonly events: readonly CalendarEvent[];
  readonly notes: readonly string[];
}

export const noQuotedDividends: QuotedDividends = { events: [], notes: [] };

/** The amount of one share, its currency and its days, as far as an event of the calendar tells them. */
export function termsOf({ date, details }: CalendarEvent) {
  const { dividend_oc, amount_oc, dividend_currency, currency, ex_div_date, pay_date } = details;
  const perShare = Number(dividend_oc ?? amount_oc ?? '');
  return omitUndefined({
    perShare: perShare > 0 ? perShare : undefined,
    currency: String(dividend_currency ?? currency ?? '') || undefined,
    exDate: String(ex_div_date ?? date),
    payDate: pay_date === undefined ? undefined : String(pay_date),
  });
}

/** A dividend that went ex before the period and is paid in it is listed on the day that it is paid. */
export function paidWithin(events: readonly CalendarEvent[], { start, end, today }: Days): CalendarEvent[] {
  return events.flatMap((event) => {
    const { exDate, payDate } = termsOf(event);
    if (exDate >= start || payDate === undefined || payDate < start || payDate > end || payDate < today) return [];
    return [{ ...event, date: payDate }];
  });
}

/**
 * The next dividends of instruments whose dividends to come the calendar does not tell, by IB's quotes (tick 456).
 * @param names of the instruments that are asked about, by conId
 * @param told the calendar's dividends
 */
export async function quotedDividends(
  names: ReadonlyMap<number, string>,
  told: readonly CalendarEvent[],
  { today, start, end }: Days,
  context: ToolContext,
): Promise<QuotedDividends> {
  if (end < today) return noQuotedDividends;
  const coming = told.filter((event) => termsOf(event).exDate >= today && termsOf(event).perShare !== undefined);
  const covered = new Set(coming.flatMap(({ conIds }) => conIds));
  const missing = [...names].filter(([conId]) => !covered.has(conId));
  const asked = missing.slice(0, mostQuoted);
  const find = ([conId]: readonly [number, string], signal: AbortSignal) =>
    context.gateway.contracts.resolve(String(conId), signal);
  const quotes = await quoteMany(asked, find, 'fundamentals', 'dividends', context);
  const events: CalendarEvent[] = [];
  const unknown = missing.slice(mostQuoted).map(([, name]) => name);
  const undated: string[] = [];
  for (const [index, [conId, name]] of asked.entries()) {
    const found = quotes[index];
    const { nextDate, nextAmount, next12Months } = found?.quote.dividends ?? {};
    if (found?.quote.dividends === undefined) unknown.push(name);
    else if (nextDate !== undefined && nextDate >= today) {
      if (nextDate >= start && nextDate <= end) {
        const { currency } = found.quote;
        const details = omitUndefined({
          dividend_oc: nextAmount,
          dividend_currency: currency,
          ex_div_date: nextDate,
        }) as CalendarEvent['details'];
        events.push({ type: dividendTag, date: nextDate, conIds: [conId], details, source: 'quotes' });
      }
    } else if (next12Months) undated.push(`${name} (${next12Months} a share in the next twelve months)`);
  }
  const single = events.flatMap(({ conIds: [conId = 0] }) => names.get(conId) ?? []);
  const notes = [
    single.length > 0 ? [`Of ${listed(single)} only the next dividend is told, by IB’s quotes.`] : [],
    unknown.length > 0 ? [`Neither the calendar nor IB’s quotes tell of dividends to come of ${listed(unknown)}.`] : [],
    undated.length > 0 ? [`IB expects dividends without telling a date: ${listed(undated)}.`] : [],
  ].flat();
  return { events, notes };
}

const mostListed = 20;

function listed(names: readonly string[]): string {
  const more = names.length - mostListed;
  return [...names.slice(0, mostListed), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** The calendar's events with what else is known: a dividend that both tell is the calendar's, its amount where it has none the quote's. */
export function joined(events: readonly CalendarEvent[], extra: readonly CalendarEvent[]): CalendarEvent[] {
  const used = new Set<CalendarEvent>();
  const own = events.map((event) => {
    if (event.type !== dividendTag) return event;
    const same = extra.find((other) => other.source !== undefined && isSame(event, other));
    if (!same) return event;
    used.add(same);
    if (termsOf(event).perShare !== undefined) return event;
    return { ...event, details: { ...same.details, ...event.details }, source: same.source };
  });
  return [...own, ...extra.filter((event) => !used.has(event))];
}

function isSame(a: CalendarEvent, b: CalendarEvent): boolean {
  const apart = Math.abs(Date.parse(termsOf(a).exDate) - Date.parse(termsOf(b).exDate));
  return a.conIds.some((conId) => b.conIds.includes(conId)) && apart <= sameWithinMs;
}

/** Asks the calendar, and joins what else is known; answers that may have been cut are left as they are. */
export function askJoined(ask: AskCalendar, extra: readonly CalendarEvent[]): AskCalendar {
  return async (part) => {
    const told = await ask(part);
    const { conIds, start, end } = part;
    if (told.length === mostEvents) return told;
    const within = extra.filter(
      ({ date, conIds: of }) => date >= start && date <= end && of.some((conId) => conIds.includes(conId)),
    );
    return joined(told, within);
  };
}

/** A row's part about what is held; `accounts` only where several hold it. */
export interface Due {
  readonly quantity?: number;
  readonly perShare?: number | undefined;
  readonly currency?: string | undefined;
  readonly amount?: number | undefined;
  readonly accounts?: { account: string; quantity: number; amount: number | undefined }[] | undefined;
}

/**
 * What a dividend brings to who holds the stock now: negative for a short. Empty for one that has been paid, of which
 * today's quantity says nothing.
 */
export function dueOf(event: CalendarEvent, holding: StockHeld, today: string): Due {
  const { perShare, currency = holding.currency, exDate, payDate } = termsOf(event);
  if ((payDate ?? exDate) < today) return {};
  const quantity = rounded(holding.parts.reduce((sum, part) => sum + part.quantity, 0));
  const amountOf = (held: number) => (perShare === undefined ? undefined : rounded(held * perShare));
  const accounts = holding.parts.map((part) => omitUndefined({ ...part, amount: amountOf(part.quantity) }));
  return omitUndefined({
    quantity,
    perShare,
    currency: currency || undefined,
    amount: amountOf(quantity),
    accounts: accounts.length > 1 ? accounts : undefined,
  });
}

/** What sums and products of binary fractions add is no amount. */
const rounded = (value: number): number => Number(value.toPrecision(12));

/** Sums of amounts, by currency; `youPay` is the part of shorts. */
export function totalsOf(rows: readonly Due[]) {
  const byCurrency = Map.groupBy(
    rows.filter(({ amount, currency }) => amount !== undefined && currency !== undefined),
    ({ currency }) => currency ?? '',
  );
  return [...byCurrency].map(([currency, of]) => {
    const amounts = of.flatMap(({ amount, accounts }) => accounts?.map((part) => part.amount ?? 0) ?? [amount ?? 0]);
    const sum = (values: readonly number[]) => rounded(values.reduce((total, value) => total + value, 0));
    const paid = sum(amounts.filter((amount) => amount < 0));
    return omitUndefined({ currency, amount: sum(amounts), youPay: paid < 0 ? -paid : undefined });
  });
}
