import { WshEventData } from '@stoqey/ib';
import { ToolError } from '../../../shared/errors.ts';
import { Semaphore } from '../../async/semaphore.ts';
import type { DataConnection } from '../connection/data-connection.ts';

const answerDeadlineMs = 30_000;
/** The client library's way to name no instrument. */
const noContract = 2_147_483_647;
const notOpened = 10_282;

/** What IB gives at most in one answer. */
export const mostEvents = 100;

export interface CalendarQuery {
  readonly conIds: readonly number[];
  /** Tags of event types, as the calendar's metadata names them; empty for all. */
  readonly types: readonly string[];
  /** `YYYYMMDD`, both included. */
  readonly start: string;
  readonly end: string;
}

/**
 * Reads Wall Street Horizon's corporate calendar. IB answers one question of it at a time, and only after its metadata
 * has been asked for on the same connection; every question has to be taken back before the next.
 */
export class CalendarDesk {
  readonly #connection: Pick<DataConnection, 'onRestore' | 'request'>;
  readonly #turn = new Semaphore(1);
  /** The metadata of this connection's calendar. */
  #metaData: string | undefined;

  constructor(connection: Pick<DataConnection, 'onRestore' | 'request'>) {
    this.#connection = connection;
    connection.onRestore(() => {
      this.#metaData = undefined;
    });
  }

  /** What the calendar holds, as JSON. @throws ToolError `not_subscribed` and others as IB refuses */
  async meta(signal?: AbortSignal): Promise<string> {
    return this.#turn.run(() => this.#open(signal), signal);
  }

  /** Events as JSON, at most `mostEvents`. @throws ToolError `not_subscribed` and others as IB refuses */
  async events(query: CalendarQuery, signal?: AbortSignal): Promise<string> {
    return this.#turn.run(async () => {
      await this.#open(signal);
      try {
        return await this.#ask(query, signal);
      } catch (error) {
        if (!(error instanceof ToolError) || error.data.ibCode !== notOpened) throw error;
        // The gateway has forgotten the metadata; asking for it once more opens the calendar again.
        this.#metaData = undefined;
        await this.#open(signal);
        return this.#ask(query, signal);
      }
    }, signal);
  }

  async #open(signal?: AbortSignal): Promise<string> {
    this.#metaData ??= await this.#connection.request<string>(
      {
        what: 'what the calendar holds',
        lane: 'interactive',
        deadlineMs: answerDeadlineMs,
        send: (link, reqId) => link.call('reqWshMetaData', reqId),
        cancel: (link, reqId) => link.call('reqCancelWshMetaData', reqId),
        cancelWhenDone: true,
        onAnswer: (answer, finish) => {
          if (answer.type === 'calendar-meta') finish(answer.json);
        },
      },
      signal,
    );
    return this.#metaData;
  }

  #ask(query: CalendarQuery, signal?: AbortSignal): Promise<string> {
    return this.#connection.request<string>(
      {
        what: 'calendar events',
        lane: 'interactive',
        deadlineMs: answerDeadlineMs,
        send: (link, reqId) => link.call('reqWshEventData', reqId, eventData(query)),
        cancel: (link, reqId) => link.call('reqCancelWshEventData', reqId),
        cancelWhenDone: true,
        onAnswer: (answer, finish) => {
          if (answer.type === 'calendar-events') finish(answer.json);
        },
      },
      signal,
    );
  }
}

/** One instrument with all its events is asked for by conId; anything else takes a filter. */
function eventData({ conIds, types, start, end }: CalendarQuery): WshEventData {
  const [conId] = conIds;
  const plain = conIds.length === 1 && types.length === 0 && conId !== undefined;
  const data = new WshEventData(plain ? conId : noContract, false, false, false, start, end, mostEvents);
  if (plain) return data;
  data.filter = JSON.stringify({
    country: 'All',
    watchlist: conIds.map(String),
    ...Object.fromEntries(types.map((type) => [type, 'true'])),
  });
  return data;
}
