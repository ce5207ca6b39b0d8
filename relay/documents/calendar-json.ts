import { z } from 'zod';
import { ToolError } from '../../shared/errors.ts';
import { foreignLine } from './foreign-text.ts';

/** Longer texts of an event tell nothing that a calendar needs. */
const longestText = 300;

const eventTypeSchema = z.object({ tag: z.string(), name: z.string().optional() });
/** How deep in the metadata its list of event types may be. */
const deepest = 4;

const eventSchema = z
  .object({
    event_type: z.string(),
    index_date: z.string().optional(),
    conids: z.array(z.union([z.string(), z.number()])).default([]),
    data: z.record(z.string(), z.unknown()).default({}),
  })
  .loose();

/** One event as the calendar tells it. */
export interface CalendarEvent {
  /** Tag of its type. */
  readonly type: string;
  /** ISO date; empty when the calendar does not say. */
  readonly date: string;
  readonly conIds: readonly number[];
  readonly details: Readonly<Record<string, string | number | boolean>>;
  /** Where it, or its amount, is not the calendar's own. */
  readonly source?: 'quotes' | undefined;
}

/** Event types by tag, as the calendar's metadata names them. @throws ToolError `ib_error` when it cannot be read */
export function parseEventTypes(json: string): ReadonlyMap<string, string> {
  const types = eventTypesIn(parseJson(json), deepest) ?? [];
  return new Map(
    types
      .flatMap((type) => eventTypeSchema.safeParse(type).data ?? [])
      .map(({ tag, name }) => [tag, foreignLine(name ?? tag).slice(0, longestText)]),
  );
}

function eventTypesIn(meta: unknown, depth: number): readonly unknown[] | undefined {
  if (typeof meta !== 'object' || meta === null || depth === 0) return undefined;
  for (const [name, value] of Object.entries(meta)) {
    const found = name === 'event_types' && Array.isArray(value) ? value : eventTypesIn(value, depth - 1);
    if (found) return found;
  }
  return undefined;
}

/** Events, earliest first. What is not an event is left out. @throws ToolError `ib_error` when it cannot be read */
export function parseEvents(json: string): readonly CalendarEvent[] {
  const told = parseJson(json);
  if (!Array.isArray(told)) throw unreadable();
  return told
    .flatMap((item) => eventSchema.safeParse(item).data ?? [])
    .map(({ event_type, index_date, conids, data }) => ({
      type: event_type,
      date: isoDate(index_date ?? ''),
      conIds: conids.map(Number).filter((conId) => Number.isSafeInteger(conId) && conId > 0),
      details: detailsOf(data),
    }))
    .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}

/** Numbers, flags and texts of an event; what describes the company or is empty says nothing new. */
function detailsOf(data: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> {
  const details: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(data)) {
    const known = foreignLine(name).slice(0, 60);
    if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) details[known] = value;
    const text = typeof value === 'string' ? foreignLine(value).slice(0, longestText) : '';
    if (text !== '') details[known] = isoDate(text);
  }
  return details;
}

/** `20261029` is a date, and a moment's first part is; anything else stays as it is. */
function isoDate(text: string): string {
  const match = /^((?:19|20)\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?:T00:00.*)?$/.exec(text);
  return match ? match.slice(1).join('-') : text;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw unreadable();
  }
}

function unreadable(): ToolError {
  return new ToolError({
    code: 'ib_error',
    message: 'The calendar’s answer cannot be read.',
    nextStep: 'Try again; if it stays so, ask for fewer types or a shorter period.',
  });
}
