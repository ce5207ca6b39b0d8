import type { BarSizeSetting, Contract, WhatToShow } from '@stoqey/ib';
import { Coalescer } from '../../async/coalesce.ts';
import { Semaphore } from '../../async/semaphore.ts';
import type { DataConnection } from '../connection/data-connection.ts';
import type { Answer, Bar } from '../connection/events/messages.ts';
import { zoneOfHours } from '../time/exchange-zones.ts';
import type { MarketSession } from '../time/hours.ts';
import { localToEpoch } from '../time/time-zones.ts';
import { askTwice, orNone } from './history-asking.ts';
import type { HistoryGate, Patience } from './history-gate.ts';
import { identicalMs } from './history-pacing.ts';
import { type BarSize, type HistoryPiece, historyEnd, isSmallBar } from './history-plan.ts';

const answerDeadlineMs = 60_000;
/** IB serves at most 50 history requests at a time; this leaves room for other clients of the same login. */
const maxOpen = 8;

/** IB's spelling of bar sizes, where it differs from ours. */
const spellings: Readonly<Partial<Record<BarSize, string>>> = { '1 sec': '1 secs', '1 week': '1W', '1 month': '1M' };

export interface HistoryQuery {
  readonly contract: Contract;
  readonly barSize: BarSize;
  /** IB's whatToShow. */
  readonly data: string;
  readonly regularHoursOnly: boolean;
}

export interface HistoryOptions extends Patience {
  /** Ask for the newest bars without naming an end, as ADJUSTED_LAST and continuous futures demand. */
  readonly latest: boolean;
}

/** Fetches historical bars, one bounded answer at a time. */
export class HistoryDesk {
  readonly #connection: Pick<DataConnection, 'request' | 'status'>;
  readonly #gate: HistoryGate;
  readonly #underWay = new Coalescer<readonly Bar[]>();
  /** IB refuses the same small bars twice within this time. */
  readonly #small = new Coalescer<readonly Bar[]>(identicalMs);
  readonly #open = new Semaphore(maxOpen);

  constructor(connection: Pick<DataConnection, 'request' | 'status'>, gate: HistoryGate) {
    this.#connection = connection;
    this.#gate = gate;
  }

  /**
   * One piece's bars as IB sends them, possibly more than the piece wants; empty when IB has none.
   * @throws ToolError `pacing` when IB's limits would make it wait beyond `options.until`
   */
  async fetch(
    query: HistoryQuery,
    piece: Pick<HistoryPiece, 'to' | 'duration'>,
    options: HistoryOptions,
    signal?: AbortSignal,
  ): Promise<readonly Bar[]> {
    const end = options.latest ? '' : historyEnd(piece.to);
    const key = JSON.stringify([query, end, piece.duration]);
    const small = isSmallBar(query.barSize);
    return (small ? this.#small : this.#underWay).run(
      key,
      (shared) => {
        const fetch = (sent?: () => void) =>
          this.#open.run(() => this.#request(query, { end, duration: piece.duration }, shared, sent), shared);
        return askTwice(
          () => this.#connection.status(),
          () => (small ? this.#gate.run({ ...query, identity: key }, options, fetch, shared) : fetch()),
          shared,
        );
      },
      signal,
    );
  }

  /** How many small bars' requests may be sent until then, BID_ASK counting twice. @param until by `monotonicNow` */
  room(until: number): number {
    return this.#gate.room(until);
  }

  /**
   * The sessions of the trading days that end at `to`, oldest first; empty when IB has none, or in a zone that is unknown.
   * @param span `days` are trading days
   * @param options `marketZone` is the IANA zone of the instrument's hours
   */
  async schedule(
    contract: Contract,
    span: { readonly to: number; readonly days: number },
    options: { readonly regularHoursOnly: boolean; readonly marketZone: string | undefined },
    signal?: AbortSignal,
  ): Promise<readonly (MarketSession & { readonly date: string })[]> {
    return askTwice(
      () => this.#connection.status(),
      () => this.#open.run(() => this.#requestSchedule(contract, span, options, signal), signal),
      signal,
    );
  }

  #requestSchedule(
    contract: Contract,
    span: { readonly to: number; readonly days: number },
    { regularHoursOnly, marketZone }: { readonly regularHoursOnly: boolean; readonly marketZone: string | undefined },
    signal?: AbortSignal,
  ): Promise<readonly (MarketSession & { readonly date: string })[]> {
    return this.#connection.request<readonly (MarketSession & { readonly date: string })[]>(
      {
        what: 'trading schedule',
        lane: 'interactive',
        deadlineMs: answerDeadlineMs,
        send: (link, reqId) =>
          link.call(
            'reqHistoricalData',
            reqId,
            contract,
            historyEnd(span.to),
            `${span.days} D`,
            '1 day' as BarSizeSetting,
            'SCHEDULE' as WhatToShow,
            regularHoursOnly,
            1,
            false,
          ),
        cancel: (link, reqId) => link.call('cancelHistoricalData', reqId),
        onAnswer: (answer, finish) => {
          if (answer.type === 'schedule') finish(sessionsOf(answer, marketZone));
        },
        onError: orNone([]),
      },
      signal,
    );
  }

  #request(
    query: HistoryQuery,
    { end, duration }: { readonly end: string; readonly duration: string },
    signal: AbortSignal,
    onSent?: () => void,
  ): Promise<readonly Bar[]> {
    const bars: Bar[] = [];
    const barSize = spellings[query.barSize] ?? query.barSize;
    return this.#connection.request<readonly Bar[]>(
      {
        what: `${duration} of ${query.barSize} bars`,
        lane: 'bulk',
        deadlineMs: answerDeadlineMs,
        send: (link, reqId) =>
          link.call(
            'reqHistoricalData',
            reqId,
            query.contract,
            end,
            duration,
            barSize as BarSizeSetting,
            query.data as WhatToShow,
            query.regularHoursOnly,
            2,
            false,
          ),
        cancel: (link, reqId) => link.call('cancelHistoricalData', reqId),
        ...(onSent ? { onSent } : {}),
        onAnswer: (answer, finish) => {
          if (answer.type === 'bar') bars.push(answer);
          if (answer.type === 'bars-end') finish(bars);
        },
        onError: orNone(bars),
      },
      signal,
    );
  }
}

/** `yyyymmdd-HH:MM:SS` as epoch milliseconds. */
function scheduledTime(text: string, zone: string): number {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = (
    /^(\d{4})(\d{2})(\d{2})-(\d{2}):(\d{2}):(\d{2})/.exec(text) ?? []
  )
    .slice(1)
    .map(Number);
  return localToEpoch(zone, { year, month, day, hour, minute, second });
}

function sessionsOf({ timeZone, sessions }: Extract<Answer, { type: 'schedule' }>, marketZone: string | undefined) {
  const zone = zoneOfHours(timeZone, marketZone);
  if (zone === undefined) return [];
  return sessions.map(({ startDateTime, endDateTime, refDate }) => ({
    open: scheduledTime(startDateTime, zone),
    close: scheduledTime(endDateTime, zone),
    date: `${refDate.slice(0, 4)}-${refDate.slice(4, 6)}-${refDate.slice(6, 8)}`,
  }));
}
