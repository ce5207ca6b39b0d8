import { z } from 'zod';
import type { Instrument } from '../market/instruments.ts';
import { dayNumber } from '../market/zone.ts';
import type { RequestOf } from '../protocol/requests.ts';
import { researchSettings } from '../research/settings.ts';
import { eventTypes, wshEventsOf } from '../research/wsh-events.ts';
import { wshEventJson, wshMetaData } from '../research/wsh-json.ts';
import type { ClientSession } from '../session/client-session.ts';
import type { World } from '../world/world.ts';
import type { Context, Handlers } from './handler.ts';

const daysBack = 365;
const daysAhead = 365;
const unset = '2147483647';

/** What a client has asked the calendar for. A request stands until it is cancelled, also after its answer. */
interface WshState {
  readonly metaData: Standing;
  readonly events: Standing;
  /** Event data can be asked for only after the meta data has been. */
  metaDataKnown: boolean;
}

interface Standing {
  reqId: number | undefined;
}

const states = new WeakMap<ClientSession, WshState>();

function stateOf(session: ClientSession): WshState {
  const state = states.get(session) ?? {
    metaData: { reqId: undefined },
    events: { reqId: undefined },
    metaDataKnown: false,
  };
  states.set(session, state);
  return state;
}

/** True when the login may see the calendar; otherwise the refusal has been sent. */
function isAllowed({ session, world }: Context, reqId: number): boolean {
  const { wsh } = researchSettings(world);
  if (wsh === 'notOffered') session.sendError(reqId, 10276, 'News feed is not allowed.');
  if (wsh === 'unsubscribed')
    session.sendError(reqId, 10277, 'News Feed requires permissions. Please login to Portal to subscribe.');
  return wsh === 'subscribed';
}

const Flag = z
  .union([z.boolean(), z.literal('true'), z.literal('false')])
  .transform((value) => String(value) === 'true');
const Count = z.coerce.number().int().nonnegative();
const Filter = z
  .object({
    country: z.string().optional(),
    watchlist: z.array(z.union([z.string(), z.number()])).optional(),
    limit: Count.optional(),
    limit_region: Count.optional(),
  })
  .catchall(z.unknown());

/** What a request asks of the calendar, whether by contract or by filter. */
interface WshQuery {
  readonly instruments: readonly { readonly instrument: Instrument; readonly source: string }[];
  /** Empty for every type. */
  readonly types: ReadonlySet<string>;
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

/** A request that is not well-formed: error 10283. */
class WshRequestError extends Error {
  override readonly name = 'WshRequestError';
}

function parseFilter(text: string): z.infer<typeof Filter> {
  if (text.trim() === '') return {};
  try {
    return Filter.parse(JSON.parse(text));
  } catch {
    throw new WshRequestError('Invalid filter');
  }
}

function typesIn(filter: z.infer<typeof Filter>): ReadonlySet<string> {
  const asked = Object.entries(filter).filter(([tag]) => tag.startsWith('wshe_'));
  const unknown = asked.find(([tag]) => !(tag in eventTypes));
  if (unknown) throw new WshRequestError(`Invalid filter tag ${unknown[0]}`);
  return new Set(asked.filter(([, value]) => Flag.safeParse(value).data).map(([tag]) => tag));
}

function dayIn(text: string, fallback: number): number {
  if (text === '') return fallback;
  if (!/^\d{8}$/.test(text)) throw new WshRequestError('Invalid date format');
  return dayNumber(text);
}

const isGiven = (text: string): boolean => text !== '' && text !== '0' && text !== unset;

function instrumentsIn(
  world: World,
  request: RequestOf<'reqWshEventData'>,
  watchlist: readonly (string | number)[],
): WshQuery['instruments'] {
  const conIds = new Map<number, string>(watchlist.map((id) => [Number(id), 'watchlist']));
  if (isGiven(request.text('conId'))) conIds.set(request.int('conId'), 'watchlist');
  if (request.flag('fillPortfolio')) {
    for (const { holdings } of world.accounts)
      for (const { instrument } of holdings)
        if (!conIds.has(instrument.conId)) conIds.set(instrument.conId, 'portfolio');
  }
  return [...conIds].flatMap(([conId, source]) => {
    const instrument = world.catalogue.byConId(conId, world.today());
    return instrument ? [{ instrument, source }] : [];
  });
}

/** @throws {WshRequestError} when the filter or a date cannot be read */
function queryOf(world: World, request: RequestOf<'reqWshEventData'>): WshQuery {
  const filter = parseFilter(request.text('filter'));
  const today = world.today();
  const asked = isGiven(request.text('totalLimit')) ? request.int('totalLimit') : undefined;
  return {
    instruments: instrumentsIn(world, request, filter.watchlist ?? []),
    types: typesIn(filter),
    from: dayIn(request.text('startDate'), today - daysBack),
    to: dayIn(request.text('endDate'), today + daysAhead),
    limit: asked ?? filter.limit ?? Number.POSITIVE_INFINITY,
  };
}

function eventsFor(world: World, { instruments, types, from, to, limit }: WshQuery): object[] {
  return instruments
    .flatMap(({ instrument, source }) =>
      wshEventsOf(world.model, instrument, world.now(), { from, to })
        .filter(({ type }) => types.size === 0 || types.has(type))
        .map((event) => ({ day: event.day, json: wshEventJson(instrument, event, source) })),
    )
    .sort((a, b) => a.day - b.day)
    .slice(0, limit)
    .map(({ json }) => json);
}

/** Ends a standing request; 10280 or 10284 when it does not stand. */
function cancel({ session }: Context, standing: Standing, reqId: number, code: number, what: string): void {
  if (standing.reqId === reqId) standing.reqId = undefined;
  else session.sendError(reqId, code, `Failed to cancel WSH ${what}.`);
}

export const wshHandlers: Handlers = {
  reqWshMetaData(context, request) {
    const { session } = context;
    const reqId = request.int('reqId');
    if (!isAllowed(context, reqId)) return;
    const state = stateOf(session);
    if (state.metaData.reqId !== undefined) {
      session.sendError(reqId, 10278, 'Duplicate WSH meta data request.');
      return;
    }
    state.metaData.reqId = reqId;
    state.metaDataKnown = true;
    session.send('wshMetaData', { reqId, json: wshMetaData() });
  },

  cancelWshMetaData(context, request) {
    cancel(context, stateOf(context.session).metaData, request.int('reqId'), 10280, 'meta data');
  },

  reqWshEventData(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    if (!isAllowed(context, reqId)) return;
    const state = stateOf(session);
    if (!state.metaDataKnown) {
      session.sendError(reqId, 10282, 'WSH meta data not requested.');
      return;
    }
    if (state.events.reqId !== undefined) {
      session.sendError(reqId, 10281, 'Duplicate WSH event data request.');
      return;
    }
    if (!isGiven(request.text('conId')) && request.text('filter').trim() === '') {
      session.sendError(reqId, 10309, 'Invalid WSH event data request');
      return;
    }
    try {
      const events = eventsFor(world, queryOf(world, request));
      state.events.reqId = reqId;
      session.send('wshEventData', { reqId, json: JSON.stringify(events) });
    } catch (error) {
      if (!(error instanceof WshRequestError)) throw error;
      session.sendError(reqId, 10283, `Failed to request WSH event data.${error.message}`);
    }
  },

  cancelWshEventData(context, request) {
    cancel(context, stateOf(context.session).events, request.int('reqId'), 10284, 'event data');
  },
};
