import type { CalendarEvent } from '../../documents/calendar-json.ts';
import { mostEvents } from '../../gateway/research/calendar.ts';
import { shift } from '../../performance/returns.ts';
import { makeCursor, readCursor } from './paging.ts';

/** More companies than this at a time IB answers slowly or not at all. */
const mostCompanies = 100;

/** A part of the calendar: companies, and days as ISO dates, both included. */
export interface CalendarPart {
  readonly conIds: readonly number[];
  readonly start: string;
  readonly end: string;
}

/** Asks for the events of a part; an answer of `mostEvents` may have been cut. */
export type AskCalendar = (part: CalendarPart) => Promise<readonly CalendarEvent[]>;

/** Where a page begins: behind the first events of a day. */
export interface Place {
  /** ISO date; empty for events whose day is not known, which come first. */
  readonly date: string;
  readonly shown: number;
}

/** The day that an event is listed under. */
function dayOf({ date }: CalendarEvent): string {
  return /^\d{4}-\d\d-\d\d$/.test(date) ? date : '';
}

/** The cursor of the page that begins at a place in this question's answer. */
export function calendarCursor(question: object, { date, shown }: Place): string {
  return `${date}.${makeCursor({ ...question, date }, shown)}`;
}

/**
 * The place that a cursor stands for; the beginning without one.
 * @throws ToolError `invalid_arguments` when it belongs to another question or is no cursor at all
 */
export function calendarPlace(question: object, cursor: string | undefined): Place {
  if (cursor === undefined) return { date: '', shown: 0 };
  const [date = '', rest = ''] = cursor.split('.');
  return { date, shown: readCursor({ ...question, date }, rest) };
}

/**
 * A page of a part's events in a fixed order, by day.
 * @returns the events and, where more follow, the place of the next page
 */
export async function calendarPage(
  part: CalendarPart,
  from: Place,
  limit: number,
  ask: AskCalendar,
): Promise<{ events: readonly CalendarEvent[]; next?: Place }> {
  const events: CalendarEvent[] = [];
  const wanted = from.date === '' ? part : { ...part, start: from.date };
  let skip = from.shown;
  for await (const event of inOrder(wanted, ask)) {
    const day = dayOf(event);
    if (day < from.date || (day === from.date && skip-- > 0)) continue;
    if (events.length === limit) return { events, next: placeBehind(events, from) };
    events.push(event);
  }
  return { events };
}

function placeBehind(events: readonly CalendarEvent[], from: Place): Place {
  const days = events.map(dayOf);
  const date = days.at(-1) ?? '';
  const before = date === from.date ? from.shown : 0;
  return { date, shown: before + days.filter((day) => day === date).length };
}

/** All events of a part, each once. Where an answer may have been cut, the part is asked for in smaller ones. */
async function* inOrder(part: CalendarPart, ask: AskCalendar): AsyncGenerator<CalendarEvent> {
  const told = new Set<string>();
  for await (const events of runs(part, ask)) {
    const isFirst = told.size === 0;
    const keyed = new Map(events.map((event) => [keyOf(event), event]));
    for (const [key, event] of [...keyed].sort(byKey)) {
      // What has no day comes with every part of the calendar.
      if (told.has(key) || (dayOf(event) === '' && !isFirst)) continue;
      told.add(key);
      yield event;
    }
  }
}

/** Runs of whole days, one after the other. */
async function* runs(part: CalendarPart, ask: AskCalendar): AsyncGenerator<readonly CalendarEvent[]> {
  const { start, end } = part;
  const answers = await answersOf(part, ask);
  if (!answers.some(mayBeCut)) yield answers.flat();
  else if (start === end) yield await eventsOfDay(part, ask);
  else {
    const middle = middleOf(start, end);
    yield* runs({ ...part, end: middle }, ask);
    yield* runs({ ...part, start: shift(middle, 1) }, ask);
  }
}

/** A day is divided by company; what one company has on one day is not. */
async function eventsOfDay(part: CalendarPart, ask: AskCalendar): Promise<readonly CalendarEvent[]> {
  const answers = await answersOf(part, ask);
  const { conIds } = part;
  if (conIds.length === 1 || !answers.some(mayBeCut)) return answers.flat();
  const half = Math.ceil(conIds.length / 2);
  const halves = [conIds.slice(0, half), conIds.slice(half)];
  const parts: (readonly CalendarEvent[])[] = [];
  for (const some of halves) parts.push(await eventsOfDay({ ...part, conIds: some }, ask));
  return parts.flat();
}

/** IB was asked for no more; who gives more than that has not cut. */
function mayBeCut(events: readonly CalendarEvent[]): boolean {
  return events.length === mostEvents;
}

async function answersOf(part: CalendarPart, ask: AskCalendar): Promise<(readonly CalendarEvent[])[]> {
  const answers: (readonly CalendarEvent[])[] = [];
  for (let from = 0; from < part.conIds.length; from += mostCompanies) {
    answers.push(await ask({ ...part, conIds: part.conIds.slice(from, from + mostCompanies) }));
  }
  return answers;
}

/** The last day of the first half. */
function middleOf(start: string, end: string): string {
  const days = (Date.parse(end) - Date.parse(start)) / 86_400_000;
  return shift(start, Math.floor(days / 2));
}

/** Orders events by day, then in a way that does not depend on how the calendar was asked. */
function keyOf(event: CalendarEvent): string {
  return JSON.stringify([dayOf(event), event.conIds, event.type, event.details]);
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
