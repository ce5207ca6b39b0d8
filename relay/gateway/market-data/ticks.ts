import type {
  DepthMktDataDescription,
  DurationUnit,
  HistogramEntry,
  HistoricalTick,
  HistoricalTickBidAsk,
  HistoricalTickLast,
  WhatToShow,
} from '@stoqey/ib';
import { ToolError } from '../../../shared/errors.ts';
import { Coalescer } from '../../async/coalesce.ts';
import { Semaphore } from '../../async/semaphore.ts';
import type { DataConnection } from '../connection/data-connection.ts';
import { requestError } from '../connection/error-codes.ts';
import type { Answer } from '../connection/events/messages.ts';
import type { RequestSpec } from '../connection/requests.ts';
import { liveContract } from '../contracts/contracts.ts';
import type { Instrument } from '../contracts/instrument.ts';
import { askHistory, orNone } from '../history/history-asking.ts';
import type { HistoryGate, Patience } from '../history/history-gate.ts';
import { identicalMs } from '../history/history-pacing.ts';
import { OrderBook } from './book.ts';

const answerDeadlineMs = 30_000;
/** How long a book may take to fill; it is complete earlier when both sides are full or nothing new comes. */
const bookDeadlineMs = 4_000;
const bookQuietMs = 600;
/** IB gives three depth subscriptions to a login without extra quote packs. */
const booksAtOnce = 3;
const resetCode = 317;

export type TickData = 'TRADES' | 'BID_ASK' | 'MIDPOINT';
export type HistoricalTicks =
  | { readonly data: 'TRADES'; readonly ticks: readonly HistoricalTickLast[] }
  | { readonly data: 'BID_ASK'; readonly ticks: readonly HistoricalTickBidAsk[] }
  | { readonly data: 'MIDPOINT'; readonly ticks: readonly HistoricalTick[] };

export interface TickQuery {
  readonly instrument: Instrument;
  readonly data: TickData;
  /** One of the two, IB's `yyyymmdd-HH:MM:SS` in UTC; the other empty. */
  readonly start: string;
  readonly end: string;
  /** At most a thousand; IB completes the last second. */
  readonly count: number;
  readonly regularHoursOnly: boolean;
  readonly ignoreSize: boolean;
}

/** Reads single ticks, histograms and order books. */
export class TickDesk {
  readonly #supervisor: Pick<DataConnection, 'ask' | 'request' | 'status'>;
  readonly #gate: HistoryGate;
  /** IB refuses the same ticks twice within this time. */
  readonly #lists = new Coalescer<HistoricalTicks>(identicalMs);
  readonly #books = new Semaphore(booksAtOnce);
  #depthExchanges: readonly DepthMktDataDescription[] | undefined;

  constructor(supervisor: Pick<DataConnection, 'ask' | 'request' | 'status'>, gate: HistoryGate) {
    this.#supervisor = supervisor;
    this.#gate = gate;
  }

  /** Volume by price over a period. Empty when there is none. */
  async histogram(
    instrument: Instrument,
    period: { readonly amount: number; readonly unit: DurationUnit },
    regularHoursOnly: boolean,
    signal?: AbortSignal,
  ): Promise<readonly HistogramEntry[]> {
    return this.#ask<readonly HistogramEntry[]>(
      {
        what: `price histogram of ${instrument.name}`,
        lane: 'bulk',
        deadlineMs: answerDeadlineMs,
        send: (link, reqId) =>
          link.call('reqHistogramData', reqId, instrument.contract, regularHoursOnly, period.amount, period.unit),
        cancel: (link, reqId) => link.call('cancelHistogramData', reqId),
        onAnswer: (answer, finish) => {
          if (answer.type === 'histogram') finish(answer.entries);
        },
        onError: orNone([]),
      },
      signal,
    );
  }

  /** The first moment for which IB has data of a kind, epoch milliseconds. */
  async earliest(
    instrument: Instrument,
    data: string,
    regularHoursOnly: boolean,
    signal?: AbortSignal,
  ): Promise<number> {
    return this.#ask<number>(
      {
        what: `earliest ${data} of ${instrument.name}`,
        lane: 'bulk',
        deadlineMs: answerDeadlineMs,
        send: (link, reqId) =>
          link.call('reqHeadTimestamp', reqId, instrument.contract, data as WhatToShow, regularHoursOnly, 2),
        cancel: (link, reqId) => link.call('cancelHeadTimestamp', reqId),
        cancelWhenDone: true,
        onAnswer: (answer, finish) => {
          if (answer.type === 'head-timestamp') finish(Number(answer.timestamp) * 1_000);
        },
      },
      signal,
    );
  }

  /**
   * Single ticks of the past, oldest first. Empty when there are none.
   * @throws ToolError `pacing` when IB's limits would make it wait beyond `patience.until`
   */
  async historical(query: TickQuery, patience: Patience, signal?: AbortSignal): Promise<HistoricalTicks> {
    const { instrument, data, start, end, count, regularHoursOnly, ignoreSize } = query;
    const identity = JSON.stringify([instrument.contract, data, start, end, count, regularHoursOnly, ignoreSize]);
    return this.#lists.run(
      identity,
      (shared) =>
        askHistory(
          () => this.#supervisor.status(),
          () =>
            this.#gate.run(
              { identity, contract: instrument.contract, data },
              patience,
              (sent) => this.#requestTicks(query, shared, sent),
              shared,
            ),
        ),
      signal,
    );
  }

  #ask<Result>(spec: RequestSpec<Result>, signal?: AbortSignal): Promise<Result> {
    return askHistory(
      () => this.#supervisor.status(),
      () => this.#supervisor.request(spec, signal),
    );
  }

  #requestTicks(query: TickQuery, signal: AbortSignal, onSent: () => void): Promise<HistoricalTicks> {
    const { instrument, data, start, end, count, regularHoursOnly, ignoreSize } = query;
    return this.#supervisor.request<HistoricalTicks>(
      {
        what: `${data} ticks of ${instrument.name}`,
        lane: 'bulk',
        deadlineMs: answerDeadlineMs,
        send: (link, reqId) =>
          link.call(
            'reqHistoricalTicks',
            reqId,
            instrument.contract,
            start,
            end,
            count,
            data as WhatToShow,
            regularHoursOnly ? 1 : 0,
            ignoreSize,
          ),
        onAnswer: collectTicks(),
        onError: orNone({ data, ticks: [] }),
        onSent,
      },
      signal,
    );
  }

  /**
   * The order book of an instrument as it is now.
   * @param rows rows on each side
   * @param smart whether to gather the books of all exchanges
   * @throws ToolError `not_subscribed` and others as IB refuses, `no_data` when nothing comes
   */
  async book(instrument: Instrument, rows: number, smart: boolean, signal?: AbortSignal): Promise<OrderBook> {
    return this.#books.run(() => this.#readBook(instrument, rows, smart, signal), signal);
  }

  /** The exchanges that give depth, by kind of instrument. */
  async exchangesWithDepth(signal?: AbortSignal): Promise<readonly DepthMktDataDescription[]> {
    this.#depthExchanges ??= await this.#supervisor.ask<readonly DepthMktDataDescription[]>(
      {
        what: 'exchanges with market depth',
        lane: 'interactive',
        deadlineMs: answerDeadlineMs,
        send: (link) => link.call('reqMktDepthExchanges'),
        onBroadcast: (message, finish) => {
          if (message.type === 'depth-exchanges') finish(message.exchanges);
        },
      },
      signal,
    );
    return this.#depthExchanges;
  }

  async #readBook(instrument: Instrument, rows: number, smart: boolean, signal?: AbortSignal): Promise<OrderBook> {
    const book = new OrderBook();
    let quiet: NodeJS.Timeout | undefined;
    const isEmpty = () => book.asks.length === 0 && book.bids.length === 0;
    try {
      return await this.#supervisor.request<OrderBook>(
        {
          what: `market depth of ${instrument.name}`,
          lane: 'interactive',
          deadlineMs: bookDeadlineMs,
          send: (link, reqId) => link.call('reqMktDepth', reqId, liveContract(instrument), rows, smart),
          cancel: (link, reqId) => link.call('cancelMktDepth', reqId, smart),
          cancelWhenDone: true,
          onDeadline: () => {
            if (isEmpty()) throw noBook(instrument);
            return book;
          },
          onAnswer: (answer, finish) => {
            if (answer.type !== 'depth') return;
            book.apply(answer);
            clearTimeout(quiet);
            quiet = setTimeout(() => finish(book), bookQuietMs);
          },
          onError: (code, text) => {
            if (code === resetCode) book.clear();
            const error = requestError(code, text);
            if (error) throw new ToolError(error);
          },
        },
        signal,
      );
    } finally {
      clearTimeout(quiet);
    }
  }
}

/** Gathers the parts of an answer until IB says that it is done. */
function collectTicks(): (answer: Answer, finish: (result: HistoricalTicks) => void) => void {
  const trades: HistoricalTickLast[] = [];
  const quotes: HistoricalTickBidAsk[] = [];
  const midpoints: HistoricalTick[] = [];
  return (answer, finish) => {
    if (answer.type === 'trade-ticks') {
      trades.push(...answer.ticks);
      if (answer.done) finish({ data: 'TRADES', ticks: trades });
    } else if (answer.type === 'quote-ticks') {
      quotes.push(...answer.ticks);
      if (answer.done) finish({ data: 'BID_ASK', ticks: quotes });
    } else if (answer.type === 'midpoint-ticks') {
      midpoints.push(...answer.ticks);
      if (answer.done) finish({ data: 'MIDPOINT', ticks: midpoints });
    }
  };
}

function noBook({ name }: Instrument): ToolError {
  return new ToolError({
    code: 'no_data',
    message: `IB sent no order book of ${name}.`,
    nextStep: 'The market may be closed, or this exchange may give no depth; try smart=false or another exchange.',
  });
}
