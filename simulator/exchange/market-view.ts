import type { Instrument } from '../market/instruments.ts';
import { mix, unit } from '../market/noise.ts';
import { type Minutes, minuteMs, type PriceModel } from '../market/prices.ts';
import { quoteAt } from '../market/quotes.ts';
import { moveByTicks, roundToTick } from '../market/rules.ts';

/** The market at a moment, as an order meets it. Indices have their last price on both sides. */
export interface View {
  readonly instant: number;
  readonly bid: number;
  readonly ask: number;
  readonly last: number;
  readonly bidSize: number;
  readonly askSize: number;
  /** The price came here without passing what lies between: at the opening. */
  readonly jump: boolean;
}

/** The prices of a stretch of time, on ticks. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** What quotes can reach in a stretch of time, a little more to be safe, around the prices of its trades. */
export interface Reach extends Range {
  readonly lowest: number;
  readonly highest: number;
}

/** Seconds of trading per day over which an instrument's volume is spread when the size of a price level is guessed. */
const levelsPerDay = 20_000;
/** What a price level of an instrument without volume, such as a currency pair, holds. */
const bankLiquidity = 2_000_000;
const bookLevels = 12;

/** A block of trading by the second. */
class Tape {
  readonly start: number;
  readonly end: number;
  readonly #minutes: Minutes;

  constructor(start: number, end: number, minutes: Minutes) {
    this.start = start;
    this.end = end;
    this.#minutes = minutes;
  }

  #indexOf(instant: number): number {
    const { starts } = this.#minutes;
    let index = Math.min(starts.length - 1, Math.floor((instant - this.start) / minuteMs));
    while (index > 0 && (starts[index] as number) > instant) index -= 1;
    return index;
  }

  minute(instant: number): Range {
    const index = this.#indexOf(instant);
    const { parts } = this.#minutes;
    return { low: parts.low[index] as number, high: parts.high[index] as number };
  }

  /** The prices of a second in the order in which they came. */
  second(instant: number): readonly [open: number, first: number, second: number, close: number] {
    const index = this.#indexOf(instant);
    const seconds = this.#minutes.seconds(index);
    const at = Math.min(59, Math.floor((instant - (this.#minutes.starts[index] as number)) / 1000));
    const open = seconds.open[at] as number;
    const close = seconds.close[at] as number;
    const low = seconds.low[at] as number;
    const high = seconds.high[at] as number;
    return close >= open ? [open, low, high, close] : [open, high, low, close];
  }
}

/** What the exchange knows of the market: quotes and the path of prices between them. */
export class MarketView {
  readonly #model: PriceModel;
  readonly #seed: number;
  readonly #tapes = new Map<number, Tape>();

  constructor(model: PriceModel, seed: number) {
    this.#model = model;
    this.#seed = mix(seed, 0xe8c4);
  }

  /** The quote at an instant. */
  quote(instrument: Instrument, instant: number): View {
    const { bid, ask, last, bidSize, askSize } = quoteAt(this.#model, instrument, instant);
    return { instant, bid: bid ?? last, ask: ask ?? last, last, bidSize, askSize, jump: false };
  }

  /** The quote as it would be with another last price. */
  shifted(instrument: Instrument, view: View, last: number, jump = view.jump): View {
    const at = roundToTick(instrument.rule, last);
    const move = at - view.last;
    const { rule } = instrument;
    return {
      ...view,
      jump,
      last: at,
      bid: roundToTick(rule, view.bid + move),
      ask: roundToTick(rule, view.ask + move),
    };
  }

  #tape(instrument: Instrument, instant: number): Tape | undefined {
    const known = this.#tapes.get(instrument.conId);
    if (known && instant >= known.start && instant < known.end) return known;
    const traded = this.#model.day(instrument, this.#model.schedule(instrument).latest(instant));
    const block = traded.blocks.find(
      ({ segments }) => instant >= (segments[0]?.start ?? 0) && instant < (segments.at(-1)?.end ?? 0),
    );
    const start = block?.segments[0]?.start;
    const end = block?.segments.at(-1)?.end;
    if (!block || start === undefined || end === undefined) return undefined;
    const tape = new Tape(start, end, this.#model.minutes(instrument, traded, block));
    if (this.#tapes.size > 200) this.#tapes.clear();
    this.#tapes.set(instrument.conId, tape);
    return tape;
  }

  /** What a minute's quotes can reach, a little more to be safe; undefined when nothing is traded then. */
  minuteReach(instrument: Instrument, instant: number): Reach | undefined {
    const range = this.#tape(instrument, instant)?.minute(instant);
    return range && this.#widened(instrument, range);
  }

  secondReach(instrument: Instrument, instant: number): Reach | undefined {
    const prices = this.#tape(instrument, instant)?.second(instant);
    return prices && this.#widened(instrument, { low: Math.min(...prices), high: Math.max(...prices) });
  }

  #widened({ rule, halfSpreadTicks }: Instrument, { low, high }: Range): Reach {
    const ticks = 3 * halfSpreadTicks + 1;
    const lowest = roundToTick(rule, low);
    const highest = roundToTick(rule, high);
    return { lowest, highest, low: moveByTicks(rule, lowest, -ticks), high: moveByTicks(rule, highest, ticks) };
  }

  /** The moments of a second: its opening, its extremes in order, its close. A single one when nothing is traded. */
  moments(instrument: Instrument, instant: number): View[] {
    const closing = this.quote(instrument, instant);
    const tape = this.#tape(instrument, instant);
    if (!tape) return [closing];
    const [open, first, second, close] = tape.second(instant);
    const jump = instant === tape.start;
    return [
      this.shifted(instrument, closing, open, jump),
      this.shifted(instrument, closing, first),
      this.shifted(instrument, closing, second),
      this.shifted(instrument, closing, close),
    ];
  }

  /** What rests on the side an order takes from, best price first: the quote and levels behind it. */
  levels(
    instrument: Instrument,
    view: View,
    side: 'BUY' | 'SELL',
  ): { readonly price: number; readonly size: number }[] {
    const [best, shown, direction] = side === 'BUY' ? [view.ask, view.askSize, 1] : [view.bid, view.bidSize, -1];
    const second = Math.floor(view.instant / 1000);
    const key = mix(this.#seed, mix(instrument.conId, second * 2 + (direction + 1) / 2));
    const { volume } = instrument.process;
    const usual = volume > 0 ? Math.max(1, volume / levelsPerDay) : bankLiquidity;
    return Array.from({ length: bookLevels }, (_, index) => ({
      price: moveByTicks(instrument.rule, best, index * direction),
      size: index === 0 && shown * 10 >= usual ? shown : Math.ceil(usual * (0.5 + unit(key, index)) * (1 + index / 2)),
    })).filter(({ price }) => price > 0);
  }
}
