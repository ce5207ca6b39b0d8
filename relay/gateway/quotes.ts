import type { MarketDataType } from '@stoqey/ib';
import { ToolError, type ToolErrorData } from '../../shared/errors.ts';
import type { Instrument } from './contracts.ts';
import { type DataType, DataTypeLock } from './data-type-lock.ts';
import { delayedMayWork, requestError } from './error-codes.ts';
import type { OptionTick } from './messages.ts';
import { Semaphore } from './semaphore.ts';
import type { Supervisor } from './supervisor.ts';

/** How long one instrument may keep a call waiting for ticks. */
const collectMs = 4_000;
/** More ticks usually come right behind the last one that was waited for. */
const settleMs = 60;
/** How long an instrument is asked for delayed data straight away after its live data was refused. */
const rememberRefusalMs = 10 * 60_000;

/** Another login is using the live data; it may stop doing so at any moment. */
const competingSession = 10197;

/** Raw ticks of one instrument; delayed ticks stand under the ids of their live twins. */
export interface TickCollection {
  readonly values: ReadonlyMap<number, number | string>;
  readonly options: ReadonlyMap<number, OptionTick>;
  /** What IB says it sent: 1 live, 2 frozen, 3 delayed, 4 delayed-frozen. */
  readonly dataType: DataType;
  /** When the last tick arrived, epoch milliseconds. */
  readonly at: number;
}

export interface QuoteQuery {
  readonly instrument: Instrument;
  /** IB's generic tick list. */
  readonly genericTicks: string;
  /** Tick ids after which the collection is complete; option computations count with their own id. */
  readonly wanted: readonly number[];
}

/** Delayed tick ids and their live twins. */
const liveTwin: Readonly<Record<number, number>> = {
  66: 1,
  67: 2,
  68: 4,
  69: 0,
  70: 3,
  71: 5,
  72: 6,
  73: 7,
  74: 8,
  75: 9,
  76: 14,
  80: 10,
  81: 11,
  82: 12,
  83: 13,
  88: 45,
  90: 49,
};

const priceTicks = [1, 2, 4];

interface Refused {
  readonly refused: ToolErrorData;
}

/** Collects quotes over short-lived subscriptions that are always taken back. */
export class QuoteDesk {
  private readonly supervisor: Supervisor;
  private readonly lock = new DataTypeLock();
  private readonly delayedOnly = new Map<number, number>();
  private readonly lines: Semaphore;
  /** Generic ticks that this gateway does not know (any more); they are left out from then on. */
  private readonly unknownTicks = new Set<string>();
  /** What the session was switched to; undefined when that is not known. */
  private sentType: DataType | undefined;

  /** @param lines market-data lines that may be open at a time */
  constructor(supervisor: Supervisor, lines: number) {
    this.supervisor = supervisor;
    this.lines = new Semaphore(lines);
    supervisor.onRestore(() => {
      this.sentType = undefined;
      this.delayedOnly.clear();
    });
  }

  /**
   * The instrument's ticks: live, else delayed where live is refused; frozen where the market is closed and nothing else
   * comes.
   * @throws ToolError `not_subscribed` when there is no delayed data either, or what IB says
   */
  async collect(query: QuoteQuery, signal?: AbortSignal): Promise<TickCollection> {
    const { conId } = query.instrument;
    const refusedAt = this.delayedOnly.get(conId) ?? 0;
    let delayed = Date.now() - refusedAt < rememberRefusalMs;
    if (!delayed) {
      const live = await this.round(query, 1, signal);
      if (!('refused' in live)) return hasPrice(live) ? live : this.orFrozen(query, live, 2, signal);
      if (!delayedMayWork.has(live.refused.ibCode ?? 0)) throw new ToolError(live.refused);
      if (live.refused.ibCode !== competingSession) this.delayedOnly.set(conId, Date.now());
      delayed = true;
    }
    const late = await this.round(query, 3, signal);
    if ('refused' in late) throw new ToolError(late.refused);
    return hasPrice(late) ? late : this.orFrozen(query, late, 4, signal);
  }

  /** What the market showed last, when it shows nothing now. */
  private async orFrozen(
    query: QuoteQuery,
    empty: TickCollection,
    type: DataType,
    signal?: AbortSignal,
  ): Promise<TickCollection> {
    const frozen = await this.round(query, type, signal);
    return 'refused' in frozen || frozen.values.size < empty.values.size ? empty : frozen;
  }

  private round(query: QuoteQuery, type: DataType, signal?: AbortSignal): Promise<TickCollection | Refused> {
    return this.lock.hold(
      type,
      (wanted) => this.switchTo(wanted),
      () => this.lines.run(() => this.subscribeKnown(query, type, signal), signal),
      signal,
    );
  }

  private async switchTo(type: DataType): Promise<void> {
    if (this.sentType === type) return;
    this.sentType = type;
    try {
      await this.supervisor.send('interactive', (link) => link.call('reqMarketDataType', type as MarketDataType));
    } catch (error) {
      this.sentType = undefined;
      throw error;
    }
  }

  /** Subscribes without generic ticks that the gateway refuses; fundamental ratios (258), for one, were removed. */
  private async subscribeKnown(query: QuoteQuery, type: DataType, signal?: AbortSignal) {
    for (;;) {
      const genericTicks = query.genericTicks
        .split(',')
        .filter((id) => !this.unknownTicks.has(id))
        .join(',');
      const round = await this.subscribeBriefly({ ...query, genericTicks }, type, signal);
      const unknown = 'refused' in round ? /generic tick list of (\d+)/i.exec(round.refused.message)?.[1] : undefined;
      if (unknown === undefined || this.unknownTicks.has(unknown)) return round;
      this.unknownTicks.add(unknown);
    }
  }

  private async subscribeBriefly(
    query: QuoteQuery,
    type: DataType,
    signal?: AbortSignal,
  ): Promise<TickCollection | Refused> {
    const { instrument, genericTicks, wanted } = query;
    const values = new Map<number, number | string>();
    const options = new Map<number, OptionTick>();
    let dataType = type;
    let at = Date.now();
    let settle: NodeJS.Timeout | undefined;
    const collection = (): TickCollection => ({ values, options, dataType, at });
    try {
      return await this.supervisor.request<TickCollection | Refused>(
        {
          what: `quote of ${instrument.name}`,
          lane: 'interactive',
          deadlineMs: collectMs,
          send: (link, reqId) => link.call('reqMktData', reqId, instrument.contract, genericTicks, false, false),
          cancel: (link, reqId) => link.call('cancelMktData', reqId),
          cancelWhenDone: true,
          onDeadline: collection,
          onAnswer: (answer, finish) => {
            if (answer.type === 'market-data-type') dataType = clampType(answer.value);
            if (answer.type === 'tick' && answer.value !== undefined) {
              values.set(liveTwin[answer.field] ?? answer.field, answer.value);
            } else if (answer.type === 'option-tick') {
              options.set(liveTwin[answer.field] ?? answer.field, answer);
            } else return;
            at = Date.now();
            if (settle === undefined && wanted.every((id) => values.has(id) || options.has(id))) {
              settle = setTimeout(() => finish(collection()), settleMs);
            }
          },
          onError: (code, text, finish) => {
            const refused = requestError(code, text);
            if (refused) finish({ refused });
          },
        },
        signal,
      );
    } finally {
      clearTimeout(settle);
    }
  }
}

function hasPrice({ values }: TickCollection): boolean {
  return priceTicks.some((id) => {
    const value = values.get(id);
    return typeof value === 'number' && value !== -1 && value !== 0;
  });
}

function clampType(value: number): DataType {
  return value === 2 || value === 3 || value === 4 ? value : 1;
}
