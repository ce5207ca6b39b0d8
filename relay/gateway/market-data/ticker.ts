import { IBApiTickType as TickType } from '@stoqey/ib';
import type { Answer } from '../connection/events/messages.ts';
import { known, knownPrice, knownSize } from '../numbers.ts';
import { asDataType, type DataType } from './data-type-lock.ts';

/** Every field of a ticker: IB's tick for it, and the one that stands for the same in delayed data. */
const fields = {
  bid: [TickType.BID, TickType.DELAYED_BID],
  bidSize: [TickType.BID_SIZE, TickType.DELAYED_BID_SIZE],
  ask: [TickType.ASK, TickType.DELAYED_ASK],
  askSize: [TickType.ASK_SIZE, TickType.DELAYED_ASK_SIZE],
  last: [TickType.LAST, TickType.DELAYED_LAST],
  lastSize: [TickType.LAST_SIZE, TickType.DELAYED_LAST_SIZE],
  lastTime: [TickType.LAST_TIMESTAMP, TickType.DELAYED_LAST_TIMESTAMP],
  volume: [TickType.VOLUME, TickType.DELAYED_VOLUME],
  open: [TickType.OPEN, TickType.DELAYED_OPEN],
  high: [TickType.HIGH, TickType.DELAYED_HIGH],
  low: [TickType.LOW, TickType.DELAYED_LOW],
  close: [TickType.CLOSE, TickType.DELAYED_CLOSE],
  halted: [TickType.HALTED, TickType.DELAYED_HALTED],
  bidGreeks: [TickType.BID_OPTION, TickType.DELAYED_BID_OPTION],
  askGreeks: [TickType.ASK_OPTION, TickType.DELAYED_ASK_OPTION],
  lastGreeks: [TickType.LAST_OPTION, TickType.DELAYED_LAST_OPTION],
  modelGreeks: [TickType.MODEL_OPTION, TickType.DELAYED_MODEL_OPTION],
  mark: [TickType.MARK_PRICE],
  low52: [TickType.LOW_52_WEEK],
  high52: [TickType.HIGH_52_WEEK],
  averageVolume: [TickType.AVG_VOLUME],
  historicalVolatility: [TickType.OPTION_HISTORICAL_VOL],
  impliedVolatility: [TickType.OPTION_IMPLIED_VOL],
  callOpenInterest: [TickType.OPTION_CALL_OPEN_INTEREST],
  putOpenInterest: [TickType.OPTION_PUT_OPEN_INTEREST],
  futuresOpenInterest: [TickType.FUTURES_OPEN_INTEREST],
  shortable: [TickType.SHORTABLE],
  shortableShares: [TickType.SHORTABLE_SHARES],
  ratios: [TickType.FUNDAMENTAL_RATIOS],
  dividends: [TickType.IB_DIVIDENDS],
} as const satisfies Record<string, readonly [live: TickType, delayed?: TickType]>;

export type TickerField = keyof typeof fields;

interface Place {
  readonly field: TickerField;
  readonly delayed: boolean;
}

const places: ReadonlyMap<number, Place> = new Map(
  (Object.entries(fields) as [TickerField, readonly TickType[]][]).flatMap(([field, ids]) =>
    ids.map((id, index) => [id, { field, delayed: index === 1 }] as const),
  ),
);

const prices = ['bid', 'ask', 'last'] as const;
const sizeOf = { bid: 'bidSize', ask: 'askSize', last: 'lastSize' } as const;
type Priced = keyof typeof sizeOf;
const isPriced = (field: TickerField): field is Priced => field in sizeOf;

/** What an option is worth by a model: that of its bid, of its ask, of its last price, or IB's own. */
export interface Greeks {
  readonly iv?: number | undefined;
  readonly delta?: number | undefined;
  readonly gamma?: number | undefined;
  readonly vega?: number | undefined;
  readonly theta?: number | undefined;
  /** Of the option, and of what it is on. */
  readonly price?: number | undefined;
  readonly underlying?: number | undefined;
}

/** What a tick said, as it came. */
interface Told {
  readonly value: number | string | Greeks;
  readonly delayed: boolean;
}

/**
 * The living quote of one instrument: what IB's ticks say about it up to a moment, and the only place that knows their
 * ids. It never changes; `after` gives the ticker as it is after one more message. A field is undefined while IB has
 * not told it and after IB has withdrawn it. Prices and sizes are exactly what IB sent.
 */
export class Ticker {
  readonly secType: string;
  readonly #told: ReadonlyMap<TickerField, Told>;
  readonly #announced: DataType | undefined;

  /** @param past of the ticker that this one follows */
  constructor(secType: string, past?: { told: ReadonlyMap<TickerField, Told>; announced: DataType | undefined }) {
    this.secType = secType;
    this.#told = past?.told ?? new Map();
    this.#announced = past?.announced;
  }

  /** The ticker after a message of its line; itself when the message says nothing new. */
  after(answer: Answer): Ticker {
    if (answer.type === 'market-data-type') {
      const announced = asDataType(answer.value);
      return announced === this.#announced ? this : new Ticker(this.secType, { told: this.#told, announced });
    }
    if (answer.type !== 'tick' && answer.type !== 'option-tick') return this;
    const place = places.get(answer.field);
    if (place === undefined) return this;
    const { field, delayed } = place;
    if (answer.type === 'option-tick') return this.#with([[field, { value: greeksIn(answer), delayed }]]);
    const told: Told = { value: answer.value ?? '', delayed };
    if (!isPriced(field)) return this.#with([[field, told]]);
    // Whether a price of −1 is one depends on its own size; the size of the price before it says nothing.
    const size = answer.size ?? (Number(answer.value) > 0 ? undefined : 0);
    return this.#with([
      [field, told],
      ...(size === undefined ? [] : [[sizeOf[field], { value: size, delayed }] as const]),
    ]);
  }

  #with(changes: readonly (readonly [TickerField, Told])[]): Ticker {
    const isNew = changes.some(([field, { value, delayed }]) => {
      const before = this.#told.get(field);
      return before === undefined || before.delayed !== delayed || !isSame(before.value, value);
    });
    if (!isNew) return this;
    return new Ticker(this.secType, { told: new Map([...this.#told, ...changes]), announced: this.#announced });
  }

  /** Whether IB has said anything of a field, be it that there is nothing. */
  has(field: TickerField): boolean {
    return this.#told.has(field);
  }

  /** Of how many fields IB has said anything. */
  get fieldCount(): number {
    return this.#told.size;
  }

  /** Whether anything says what the instrument costs now: a bid, an ask or a last price. */
  get isPriced(): boolean {
    return prices.some((field) => this[field] !== undefined);
  }

  /** Whether IB has said what kind of data follows. */
  get isAnnounced(): boolean {
    return this.#announced !== undefined;
  }

  /**
   * 1 live, 2 frozen, 3 delayed, 4 delayed-frozen. The ids of the ticks tell delayed data whether IB announces it or
   * not; it is live only when no price shown is delayed. Live, too, where nothing is announced: see `kindOf` for what to show.
   */
  get dataType(): DataType {
    const shown = prices.filter((field) => this[field] !== undefined);
    const sources: readonly TickerField[] = shown.length > 0 ? shown : [...this.#told.keys()];
    if (!sources.some((field) => this.#told.get(field)?.delayed)) return this.#announced ?? 1;
    return this.#announced === 4 ? 4 : 3;
  }

  get bid(): number | undefined {
    return this.#price('bid', 'bidSize');
  }
  get ask(): number | undefined {
    return this.#price('ask', 'askSize');
  }
  get last(): number | undefined {
    return this.#price('last', 'lastSize');
  }
  get bidSize(): number | undefined {
    return this.bid === undefined ? undefined : this.#size('bidSize');
  }
  get askSize(): number | undefined {
    return this.ask === undefined ? undefined : this.#size('askSize');
  }
  get lastSize(): number | undefined {
    return this.last === undefined ? undefined : this.#size('lastSize');
  }
  /** When the last trade was, epoch milliseconds. */
  get lastTime(): number | undefined {
    const seconds = this.#number('lastTime');
    return seconds === undefined || seconds <= 0 ? undefined : seconds * 1_000;
  }

  /** Of the day. */
  get volume(): number | undefined {
    return this.#size('volume');
  }
  get open(): number | undefined {
    return this.#price('open');
  }
  get high(): number | undefined {
    return this.#price('high');
  }
  get low(): number | undefined {
    return this.#price('low');
  }
  /** Of the day before. */
  get close(): number | undefined {
    return this.#price('close');
  }
  get mark(): number | undefined {
    return this.#price('mark');
  }
  get low52(): number | undefined {
    return this.#price('low52');
  }
  get high52(): number | undefined {
    return this.#price('high52');
  }
  get averageVolume(): number | undefined {
    return this.#size('averageVolume');
  }
  get historicalVolatility(): number | undefined {
    return this.#size('historicalVolatility');
  }
  get impliedVolatility(): number | undefined {
    return this.#size('impliedVolatility');
  }
  /** Of a future; of the calls and puts on anything else, or of an option itself. */
  get openInterest(): number | undefined {
    if (this.secType === 'FUT') return this.#size('futuresOpenInterest');
    const sides = [this.#size('callOpenInterest'), this.#size('putOpenInterest')].filter((side) => side !== undefined);
    return sides.length > 0 ? sides.reduce((sum, side) => sum + side, 0) : undefined;
  }

  /** Undefined while IB has not said, or does not know. */
  get halted(): boolean | undefined {
    const value = this.#size('halted');
    return value === undefined ? undefined : value > 0;
  }
  /** IB: above 2.5 at least 1,000 shares are there, above 1.5 they must be located, else none. */
  get shortable(): 'available' | 'locate' | 'unavailable' | undefined {
    const value = this.#size('shortable');
    if (value === undefined) return undefined;
    return value > 2.5 ? 'available' : value > 1.5 ? 'locate' : 'unavailable';
  }
  get shortableShares(): number | undefined {
    return this.#size('shortableShares');
  }
  /** `NAME=value;NAME=value`. */
  get ratios(): string | undefined {
    return this.#text('ratios');
  }
  /** `past12Months,next12Months,nextDate,nextAmount`, any of them empty. */
  get dividends(): string | undefined {
    return this.#text('dividends');
  }

  /** By IB's model, else of the last price, else of the bid. */
  get greeks(): Greeks | undefined {
    for (const field of ['modelGreeks', 'lastGreeks', 'bidGreeks'] as const) {
      const greeks = this.#told.get(field)?.value;
      if (typeof greeks === 'object') return greeks;
    }
    return undefined;
  }

  /** The middle of bid and ask, without the digits of binary fractions. */
  get midpoint(): number | undefined {
    const { bid, ask } = this;
    return bid === undefined || ask === undefined ? undefined : Number(((bid + ask) / 2).toFixed(8));
  }

  #number(field: TickerField): number | undefined {
    const value = this.#told.get(field)?.value;
    return value === undefined || value === '' || typeof value === 'object' ? undefined : known(Number(value));
  }

  #price(field: TickerField, size?: TickerField): number | undefined {
    return knownPrice(this.#number(field), this.secType, size && this.#number(size));
  }

  #size(field: TickerField): number | undefined {
    return knownSize(this.#number(field));
  }

  #text(field: TickerField): string | undefined {
    const value = this.#told.get(field)?.value;
    return typeof value === 'string' ? value : undefined;
  }
}

/** Whether a message is a price of live or frozen data, whichever was announced. */
export function isLivePrice(answer: Answer): boolean {
  if (answer.type !== 'tick') return false;
  const place = places.get(answer.field);
  return place !== undefined && !place.delayed && isPriced(place.field) && Number(answer.value) > 0;
}

function isSame(one: Told['value'], other: Told['value']): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return one === other;
  return (Object.keys(one) as (keyof Greeks)[]).every((name) => one[name] === other[name]);
}

function greeksIn({ iv, delta, gamma, vega, theta, price, underlying }: Greeks): Greeks {
  return {
    iv: known(iv),
    delta: known(delta),
    gamma: known(gamma),
    vega: known(vega),
    theta: known(theta),
    price: known(price),
    underlying: known(underlying),
  };
}
