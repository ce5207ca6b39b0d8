import type { Contract, MarketDataType } from '@stoqey/ib';
import { ToolError, type ToolErrorData } from '../../shared/errors.ts';
import { Coalescer } from './coalesce.ts';
import type { Instrument } from './contracts.ts';
import { type DataType, DataTypeLock } from './data-type-lock.ts';
import { dataMayFollow, requestError } from './error-codes.ts';
import type { Answer, OptionTick } from './messages.ts';
import { Semaphore } from './semaphore.ts';
import { keepOpen } from './steady-stream.ts';
import type { Supervisor } from './supervisor.ts';

/** IB's best available: live where subscribed, else delayed, else delayed-frozen. */
const bestAvailable = 4;
/** Live, else what was shown last before the close. */
const frozen = 2;
type Round = typeof bestAvailable | typeof frozen;

/** How long one instrument may keep a call waiting for ticks; the last values of a closed market come at once. */
const collectMs: Readonly<Record<Round, number>> = { [bestAvailable]: 3_000, [frozen]: 1_200 };
/** More ticks usually come right behind the last one that was waited for. */
const settleMs = 60;
/** After this long without anything new, what is missing will not come. */
const quietMs = 1_000;

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
const closeTick = 9;

interface Refused {
  readonly refused: ToolErrorData;
}

/** Collects quotes over short-lived subscriptions that are always taken back. */
export class QuoteDesk {
  private readonly supervisor: Supervisor;
  private readonly lock = new DataTypeLock();
  private readonly lines: Semaphore;
  private readonly underWay = new Coalescer<TickCollection>();
  /** Generic ticks that this gateway does not know (any more), by kind of instrument; they are left out from then on. */
  private readonly unknownTicks = new Map<string, Set<string>>();
  /** What the session was switched to; undefined when that is not known. */
  private sentType: DataType | undefined;

  /** @param lines market-data lines that may be open at a time */
  constructor(supervisor: Supervisor, lines: number) {
    this.supervisor = supervisor;
    this.lines = new Semaphore(lines);
    supervisor.onRestore(() => {
      this.sentType = undefined;
    });
  }

  /**
   * The instrument's ticks: live, else delayed where live is not subscribed; frozen where the market is closed and
   * nothing else comes. At most two subscriptions, one after the other, so that a batch is done in a few seconds; those
   * who ask the same at the same time share them.
   * @throws ToolError `not_subscribed` when there is no delayed data either, `no_data` when nothing comes, or what IB says
   */
  async collect(query: QuoteQuery, signal?: AbortSignal): Promise<TickCollection> {
    const key = JSON.stringify([lineOf(query.instrument), query.genericTicks, query.wanted]);
    return this.underWay.run(key, (shared) => this.collectAlone(query, shared), signal);
  }

  private async collectAlone(query: QuoteQuery, signal: AbortSignal): Promise<TickCollection> {
    const best = await this.round(query, bestAvailable, signal);
    if ('refused' in best) throw new ToolError(best.refused);
    if (hasPrice(best) || best.dataType >= 3) return some(best, query);
    const last = await this.round(query, frozen, signal);
    return some('refused' in last || !hasPrice(last) ? best : last, query);
  }

  /**
   * Keeps a line open until `over` aborts, and tells all that comes. The line is made again on a new connection, when
   * IB has lost it (1101), and when it stays silent after a data farm has come back.
   * @param over its end, whatever the reason; rejects only when the line could not be opened
   */
  async watch(
    line: {
      readonly instrument: Instrument;
      readonly onAnswer: (answer: Answer) => void;
      readonly onError: (error: ToolErrorData) => void;
    },
    over: AbortSignal,
  ): Promise<void> {
    const { instrument, onAnswer, onError } = line;
    const open = (heard: () => void) =>
      this.lock.hold(
        bestAvailable,
        (wanted) => this.switchTo(wanted),
        () =>
          this.supervisor.openStream({
            lane: 'interactive',
            send: (link, reqId) => link.call('reqMktData', reqId, lineOf(instrument), '', false, false),
            cancel: (link, reqId) => link.call('cancelMktData', reqId),
            onAnswer: (answer) => {
              heard();
              onAnswer(answer);
            },
            onError,
            survives: dataMayFollow,
          }),
        over,
      );
    await this.lines.run(() => keepOpen(this.supervisor, { open, onError }, over), over);
  }

  private round(query: QuoteQuery, type: Round, signal?: AbortSignal): Promise<TickCollection | Refused> {
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
  private async subscribeKnown(query: QuoteQuery, type: Round, signal?: AbortSignal) {
    const { secType } = query.instrument;
    const unknown = this.unknownTicks.get(secType) ?? new Set();
    this.unknownTicks.set(secType, unknown);
    for (;;) {
      const genericTicks = query.genericTicks
        .split(',')
        .filter((id) => !unknown.has(id))
        .join(',');
      const round = await this.subscribeBriefly({ ...query, genericTicks }, type, signal);
      const refused = 'refused' in round ? refusedTicks(round.refused) : [];
      if (refused.every((id) => unknown.has(id))) return round;
      for (const id of refused) unknown.add(id);
    }
  }

  private async subscribeBriefly(
    query: QuoteQuery,
    type: Round,
    signal?: AbortSignal,
  ): Promise<TickCollection | Refused> {
    const { instrument, genericTicks } = query;
    const ticks = new Ticks(query.wanted);
    let refused: ToolErrorData | undefined;
    let patience: NodeJS.Timeout | undefined;
    const outcome = () => (refused && ticks.isEmpty ? { refused } : ticks.collection());
    try {
      return await this.supervisor.request<TickCollection | Refused>(
        {
          what: `quote of ${instrument.name}`,
          lane: 'interactive',
          deadlineMs: collectMs[type],
          send: (link, reqId) => link.call('reqMktData', reqId, lineOf(instrument), genericTicks, false, false),
          cancel: (link, reqId) => link.call('cancelMktData', reqId),
          cancelWhenDone: true,
          onDeadline: outcome,
          onAnswer: (answer, finish) => {
            if (!ticks.take(answer) || !ticks.hasBegun) return;
            clearTimeout(patience);
            patience = setTimeout(() => finish(outcome()), ticks.isComplete ? settleMs : quietMs);
          },
          onError: (code, text, finish) => {
            refused = requestError(code, text);
            if (!refused) return;
            if (!dataMayFollow.has(code)) finish({ refused });
            else patience ??= setTimeout(() => finish(outcome()), quietMs);
          },
        },
        signal,
      );
    } finally {
      clearTimeout(patience);
    }
  }
}

/** The ticks of one subscription as they come in. */
class Ticks {
  private readonly values = new Map<number, number | string>();
  private readonly options = new Map<number, OptionTick>();
  private readonly wanted: readonly number[];
  private told: DataType | undefined;
  private delayed = false;
  private at = Date.now();

  constructor(wanted: readonly number[]) {
    this.wanted = wanted;
  }

  /** Takes what the gateway sent. @returns whether it is a kind of tick that was not there before */
  take(answer: Answer): boolean {
    if (answer.type === 'market-data-type') this.told = clampType(answer.value);
    if (answer.type !== 'option-tick' && (answer.type !== 'tick' || answer.value === undefined)) return false;
    const twin = liveTwin[answer.field];
    const id = twin ?? answer.field;
    const isNew = !this.values.has(id) && !this.options.has(id);
    if (answer.type === 'option-tick') this.options.set(id, answer);
    else this.values.set(id, answer.value as number | string);
    this.delayed ||= twin !== undefined;
    this.at = Date.now();
    return isNew;
  }

  get isEmpty(): boolean {
    return this.values.size === 0 && this.options.size === 0;
  }

  /** Whether prices have begun to come: other ticks may be there long before them. */
  get hasBegun(): boolean {
    return [...priceTicks, closeTick].some((id) => this.values.has(id));
  }

  get isComplete(): boolean {
    return this.wanted.every((id) => this.values.has(id) || this.options.has(id));
  }

  collection(): TickCollection {
    const { values, options, at, told, delayed } = this;
    // Only data that is not live need be announced; the ids of the ticks tell delayed ones in any case.
    const dataType = delayed ? (told === 4 ? 4 : 3) : (told ?? 1);
    return { values, options, dataType, at };
  }
}

/** IB quotes no continuous future: its conId alone means the front month that it stands for. */
function lineOf({ secType, conId, contract }: Instrument): Contract {
  return secType === 'CONTFUT' ? { conId, exchange: contract.exchange ?? '' } : contract;
}

function hasPrice({ values }: TickCollection): boolean {
  return priceTicks.some((id) => {
    const value = values.get(id);
    return typeof value === 'number' && value !== -1 && value !== 0;
  });
}

function some(ticks: TickCollection, { instrument }: QuoteQuery): TickCollection {
  if (ticks.values.size > 0 || ticks.options.size > 0) return ticks;
  throw new ToolError({
    code: 'no_data',
    message: `IB sent no data for ${instrument.name} in time.`,
    nextStep: 'Try again; if it stays silent, get_status says whether the data farms are well.',
  });
}

/** The generic ticks that a refusal names. */
function refusedTicks({ message }: ToolErrorData): string[] {
  return /generic tick list of ([\d\s,]+)/i.exec(message)?.[1]?.match(/\d+/g) ?? [];
}

function clampType(value: number): DataType {
  return value === 2 || value === 3 || value === 4 ? value : 1;
}
