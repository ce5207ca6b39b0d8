import type { MarketDataType } from '@stoqey/ib';
import { ToolError, type ToolErrorData } from '../../../shared/errors.ts';
import { Coalescer } from '../../async/coalesce.ts';
import { monotonicNow } from '../../async/monotonic.ts';
import type { DataConnection } from '../connection/data-connection.ts';
import { dataMayFollow, requestError } from '../connection/error-codes.ts';
import { dataTaken } from '../connection/supervisor.ts';
import { liveContract } from '../contracts/contracts.ts';
import type { Instrument } from '../contracts/instrument.ts';
import { type DataType, DataTypeLock, dataTypeNames } from './data-type-lock.ts';
import { MarketLines, type WarmLine } from './market-lines.ts';
import { keepOpen } from './steady-stream.ts';
import { isLivePrice, Ticker, type TickerField } from './ticker.ts';

/** IB's best available: live where subscribed, else delayed, else delayed-frozen. */
const bestAvailable = 4;
/** Live, else what was shown last before the close. */
const frozen = 2;
type Round = typeof bestAvailable | typeof frozen;

/** With one of these prices have begun to come. */
const beginnings: readonly TickerField[] = ['bid', 'ask', 'last', 'close'];

/** How long one instrument may keep a call waiting for ticks; the last values of a closed market come at once. */
const collectMs: Readonly<Record<Round, number>> = { [bestAvailable]: 3_000, [frozen]: 1_200 };
/** More ticks usually come right behind the last one that was waited for. */
const settleMs = 60;
/** After this long without anything new, what is missing will not come. */
const quietMs = 1_000;
/** A line that stays open is believed for so long without a tick: it may have died without a word. */
const believedMs = 5_000;
/** After this long it is made again, so that what IB tells only at the beginning is told again. */
const renewedMs = 300_000;
/** IB's refusal of a line when others of the same login use too many. */
const tooManyLines = 101;

export interface QuoteQuery {
  readonly instrument: Instrument;
  /** IB's generic tick list. */
  readonly genericTicks: string;
  /** Fields after which the quote is complete. */
  readonly wanted: readonly TickerField[];
}

/** What a line has told up to now. */
export interface QuoteReading {
  readonly ticker: Ticker;
  /** When the line told something last, epoch milliseconds of the gateway's clock. */
  readonly at: number;
}

/** What kind of data a market gives the login: `none` without a subscription. */
interface DataSeen {
  /** Kind and exchange: “STK NASDAQ”. */
  readonly market: string;
  readonly seen: (typeof dataTypeNames)[DataType] | 'none';
}

/** Markets that are remembered. */
const mostMarkets = 40;

interface Refused {
  readonly refused: ToolErrorData;
}

/** A subscription that has answered and goes on. */
interface QuoteLine extends WarmLine {
  readonly reading: () => QuoteReading;
}

/** Collects quotes over subscriptions that stay open for a while where they may soon be of use again. */
export class QuoteDesk {
  readonly #supervisor: DataConnection;
  readonly #lock = new DataTypeLock();
  readonly #lines: MarketLines<QuoteLine>;
  readonly #underWay = new Coalescer<QuoteReading>();
  /** Generic ticks that this gateway does not know (any more), by kind of instrument; they are left out from then on. */
  readonly #unknownTicks = new Map<string, Set<string>>();
  /** What each market has given, asked for last at the end. */
  readonly #given = new Map<string, DataSeen['seen']>();
  /** What the session was switched to; undefined when that is not known. */
  #sentType: DataType | undefined;

  /**
   * @param lines market-data lines that may be open at a time
   * @param idleMs how long one stays open after it was last read
   */
  constructor(supervisor: DataConnection, lines: number, idleMs: number) {
    this.#supervisor = supervisor;
    this.#lines = new MarketLines(lines, idleMs);
    supervisor.onRestore(() => {
      this.#sentType = undefined;
      this.#lines.letGoAll();
    });
    supervisor.onInterrupted(() => void this.#lines.letGoAll());
    supervisor.onReview(() => void this.#lines.letGoAll());
  }

  /**
   * The instrument's quote: live, else delayed where live is not subscribed; frozen where the market is closed and
   * nothing else comes. At most two subscriptions, one after the other, so that a batch is done in a few seconds; those
   * who ask the same at the same time share them. Who asks the same soon after reads the line that is still open.
   * @throws ToolError `not_subscribed` when there is no delayed data either, `no_data` when nothing comes, or what IB says
   */
  async collect(query: QuoteQuery, signal?: AbortSignal): Promise<QuoteReading> {
    const key = keyOf(query);
    const warm = this.#lines.find(key);
    if (warm && !signal?.aborted) return warm.reading();
    return this.#underWay.run(key, (shared) => this.#collectAlone(query, shared), signal);
  }

  /** What data the markets have given that were asked for last, newest first. */
  get seen(): readonly DataSeen[] {
    return [...this.#given].map(([market, seen]) => ({ market, seen })).reverse();
  }

  #note({ secType, details }: Instrument, seen: DataSeen['seen']): void {
    const market = `${secType} ${details.contract.primaryExch || details.contract.exchange || ''}`.trim();
    this.#given.delete(market);
    this.#given.set(market, seen);
    for (const oldest of this.#given.keys()) {
      if (this.#given.size <= mostMarkets) break;
      this.#given.delete(oldest);
    }
  }

  async #collectAlone(query: QuoteQuery, signal: AbortSignal): Promise<QuoteReading> {
    const reading = await this.#bestOf(query, signal);
    const { isPriced, dataType } = reading.ticker;
    if (isPriced) this.#note(query.instrument, dataTypeNames[dataType]);
    return reading;
  }

  async #bestOf(query: QuoteQuery, signal: AbortSignal): Promise<QuoteReading> {
    const best = await this.#round(query, bestAvailable, signal);
    if ('refused' in best) {
      const { code, ibCode } = best.refused;
      if (code === 'not_subscribed' && ibCode !== dataTaken) this.#note(query.instrument, 'none');
      throw new ToolError(best.refused);
    }
    if (best.ticker.isPriced || best.ticker.dataType >= 3) return this.#some(best, query);
    const last = await this.#round(query, frozen, signal);
    return this.#some('refused' in last || !last.ticker.isPriced ? best : last, query);
  }

  #some(reading: QuoteReading, { instrument }: QuoteQuery): QuoteReading {
    if (reading.ticker.fieldCount > 0) return reading;
    throw new ToolError(this.silence(instrument));
  }

  /** What to say when nothing has come of an instrument. */
  silence({ name }: Instrument): ToolErrorData {
    const { problem, nextStep } = this.#supervisor.status().gateway;
    return {
      code: 'no_data',
      message: [`IB sent no data for ${name} in time.`, problem].filter(Boolean).join(' '),
      nextStep: nextStep ?? 'Try again; if it stays silent, get_status says whether the data farms are well.',
    };
  }

  /**
   * Keeps a line open until `over` aborts, and tells each change of its ticker. The line is made again on a new
   * connection, when IB has lost it (1101), and when it stays silent after a data farm has come back; its ticker begins
   * anew then, for nobody knows what was withdrawn meanwhile.
   * @param over its end, whatever the reason; rejects only when the line could not be opened
   */
  async watch(
    line: {
      readonly instrument: Instrument;
      readonly onTicker: (ticker: Ticker) => void;
      readonly onError: (error: ToolErrorData) => void;
      /** It is open, for the first time or again. */
      readonly onOpen?: () => void;
    },
    over: AbortSignal,
  ): Promise<void> {
    const { instrument, onTicker, onError, onOpen } = line;
    const open = async (heard: () => void) => {
      let ticker = new Ticker(instrument.secType);
      const close = await this.#lock.hold(
        bestAvailable,
        (wanted) => this.#switchTo(wanted),
        () =>
          this.#supervisor.openStream({
            lane: 'interactive',
            send: (link, reqId) => link.call('reqMktData', reqId, liveContract(instrument), '', false, false),
            cancel: (link, reqId) => link.call('cancelMktData', reqId),
            onAnswer: (answer) => {
              heard();
              const before = ticker;
              ticker = ticker.after(answer);
              if (ticker.dataType === 1 && isLivePrice(answer)) this.#supervisor.dataIsLive();
              if (ticker !== before) onTicker(ticker);
            },
            onError: (error) => {
              // So that there is room for it when it is tried again.
              if (error.ibCode === tooManyLines) this.#lines.letGoAll();
              onError(error);
            },
            survives: dataMayFollow,
          }),
        over,
      );
      onOpen?.();
      return close;
    };
    await this.#lines.run(() => keepOpen(this.#supervisor, { open, onError }, over), over);
  }

  /** Room comes before the lock, as for lines that are watched: who has the lock never waits for room. */
  #round(query: QuoteQuery, type: Round, signal?: AbortSignal): Promise<QuoteReading | Refused> {
    return this.#lines.run(
      (keep) =>
        this.#lock.hold(
          type,
          (wanted) => this.#switchTo(wanted),
          () => this.#subscribeWithRoom(query, type, (line) => keep(keyOf(query), line), signal),
          signal,
        ),
      signal,
    );
  }

  /** Subscribes once more, without the lines that nobody reads, when IB says that there are too many. */
  async #subscribeWithRoom(
    query: QuoteQuery,
    type: Round,
    keep: (line: QuoteLine) => void,
    signal?: AbortSignal,
  ): Promise<QuoteReading | Refused> {
    const outcome = await this.#subscribeKnown(query, type, keep, signal);
    if (!('refused' in outcome)) {
      const { isPriced, dataType } = outcome.ticker;
      if (dataType === 1 && type === bestAvailable && isPriced) this.#supervisor.dataIsLive();
      return outcome;
    }
    if (outcome.refused.ibCode !== tooManyLines || this.#lines.letGoAll() === 0) return outcome;
    return this.#subscribeKnown(query, type, keep, signal);
  }

  async #switchTo(type: DataType): Promise<void> {
    if (this.#sentType === type) return;
    this.#sentType = type;
    try {
      await this.#supervisor.send('interactive', (link) => link.call('reqMarketDataType', type as MarketDataType));
    } catch (error) {
      this.#sentType = undefined;
      throw error;
    }
  }

  /** Subscribes without generic ticks that the gateway refuses; fundamental ratios (258), for one, were removed. */
  async #subscribeKnown(
    query: QuoteQuery,
    type: Round,
    keep: (line: QuoteLine) => void,
    signal?: AbortSignal,
  ): Promise<QuoteReading | Refused> {
    const { secType } = query.instrument;
    const unknown = this.#unknownTicks.get(secType) ?? new Set();
    this.#unknownTicks.set(secType, unknown);
    for (;;) {
      const genericTicks = query.genericTicks
        .split(',')
        .filter((id) => !unknown.has(id))
        .join(',');
      const round = await this.#subscribe({ ...query, genericTicks }, type, keep, signal);
      const refused = 'refused' in round ? refusedTicks(round.refused) : [];
      if (refused.every((id) => unknown.has(id))) return round;
      for (const id of refused) unknown.add(id);
    }
  }

  async #subscribe(
    query: QuoteQuery,
    type: Round,
    keep: (line: QuoteLine) => void,
    signal?: AbortSignal,
  ): Promise<QuoteReading | Refused> {
    const { instrument, genericTicks, wanted } = query;
    let ticker = new Ticker(instrument.secType);
    let at = this.#supervisor.serverTime();
    let heardAt = monotonicNow();
    let refused: ToolErrorData | undefined;
    let patience: NodeJS.Timeout | undefined;
    let answered = false;
    const reading = (): QuoteReading => ({ ticker, at });
    const outcome = () => (refused && ticker.fieldCount === 0 ? { refused } : reading());
    try {
      return await this.#supervisor.request<QuoteReading | Refused>(
        {
          what: `quote of ${instrument.name}`,
          lane: 'interactive',
          deadlineMs: collectMs[type],
          send: (link, reqId) => link.call('reqMktData', reqId, liveContract(instrument), genericTicks, false, false),
          cancel: (link, reqId) => link.call('cancelMktData', reqId),
          onDeadline: outcome,
          onAnswer: (answer, finish) => {
            const before = ticker;
            ticker = ticker.after(answer);
            if (answer.type !== 'market-data-type') {
              at = this.#supervisor.serverTime();
              heardAt = monotonicNow();
            }
            // Other ticks may be there long before prices.
            const hasBegun = beginnings.some((field) => ticker.has(field));
            if (answered || ticker.fieldCount === before.fieldCount || !hasBegun) return;
            clearTimeout(patience);
            const isComplete = wanted.every((field) => ticker.has(field));
            patience = setTimeout(() => finish(outcome()), isComplete ? settleMs : quietMs);
          },
          onError: (code, text, finish) => {
            const error = requestError(code, text);
            refused = error ?? refused;
            if (!error || answered) return;
            if (!dataMayFollow.has(code)) finish({ refused: error });
            else patience ??= setTimeout(() => finish(outcome()), quietMs);
          },
          onKept: (close) => {
            const { dataType, isPriced } = ticker;
            const openedAt = monotonicNow();
            const line: QuoteLine = {
              reading,
              close,
              get isCurrent() {
                const now = monotonicNow();
                const heard = now - heardAt < believedMs && now - openedAt < renewedMs;
                return heard && !refused && ticker.isPriced && ticker.dataType === dataType;
              },
            };
            // The last values of a closed market do not change, and a refusal has no line.
            if (type === bestAvailable && !refused && isPriced) keep(line);
            else close();
          },
        },
        signal,
      );
    } finally {
      answered = true;
      clearTimeout(patience);
    }
  }
}

/** What a line can answer: the same instrument, with the same kinds of tick. */
function keyOf({ instrument, genericTicks, wanted }: QuoteQuery): string {
  return JSON.stringify([liveContract(instrument), genericTicks, wanted]);
}

/** The generic ticks that a refusal names. */
function refusedTicks({ message }: ToolErrorData): string[] {
  return /generic tick list of ([\d\s,]+)/i.exec(message)?.[1]?.match(/\d+/g) ?? [];
}
