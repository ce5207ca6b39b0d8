import type { Schedule, Segment, TradingDay } from './calendar.ts';
import { type Candle, divide, ownIncrements, type Parts, partAt } from './candle.ts';
import type { Schedules } from './exchanges.ts';
import { type Instrument, isOption, type Process } from './instruments.ts';
import { hashText, mix, signed, unit, walk } from './noise.ts';
import { optionTerms } from './option-pricing.ts';
import { RecentlyUsed } from './recently-used.ts';
import { dayNumber } from './zone.ts';

export const minuteMs = 60_000;
const daysPerYear = 365.25;
/** The date on which every process stands at its base price. */
export const anchorDay = dayNumber('20260102');
const marketVolatility = 0.16;
const secondsPerMinute = 60;
const cachedBlocks = 192;
const cachedMinutes = 512;

/** Trading that belongs together: the regular hours of a day, or what comes before or after them. */
export interface Block {
  readonly regular: boolean;
  readonly segments: readonly Segment[];
  readonly whole: Candle;
}

export interface TradedDay {
  readonly tradingDay: TradingDay;
  readonly blocks: readonly Block[];
}

/** A block minute by minute; `starts` are epoch milliseconds. */
export interface Minutes {
  readonly starts: Float64Array;
  readonly parts: Parts;
  /** The seconds of a minute, by the minute's index. */
  seconds(index: number): Parts;
}

/** How much of a distance from the mean is left at the end, seen from a day. */
const remaining = ({ rate, until }: NonNullable<Process['reverting']>, day: number): number =>
  Math.exp((-rate * Math.max(0, until - day)) / daysPerYear);

/** The standard deviation of a day's move. */
const dailyVolatility = ({ volatility, reverting }: Process, day: number): number =>
  (volatility * (reverting ? remaining(reverting, day) : 1)) / Math.sqrt(daysPerYear);

/**
 * Prices of every instrument at every instant, as a pure function of the seed: nothing is simulated forward, so any past
 * range can be asked for in any order. Days are drawn first, divided into minutes, and those into seconds, so that every
 * coarser bar is exactly the sum of the finer ones. The memory holds only results that can be computed again.
 */
export class PriceModel {
  readonly #seed: number;
  readonly #schedules: Schedules;
  readonly #minutes = new RecentlyUsed<Minutes>(cachedBlocks);
  readonly #seconds = new RecentlyUsed<Parts>(cachedMinutes);

  constructor(seed: number, schedules: Schedules) {
    this.#seed = mix(seed, 0x1b2a);
    this.#schedules = schedules;
  }

  schedule(instrument: Instrument): Schedule {
    return this.#schedules[instrument.schedule];
  }

  /** Where a process stands at the regular close of a day, before rounding; also defined between trading days. */
  levelOf(process: Process, day: number): number {
    const { path, base, volatility, beta, drift, octaves, reverting, cross } = process;
    if (cross) return this.levelOf(cross.of, day) * this.levelOf(cross.with, day) ** cross.power;
    const factor = volatility > 0 ? Math.min(1, (Math.abs(beta) * marketVolatility) / volatility) : 0;
    const daily = volatility / Math.sqrt(daysPerYear);
    const since = (key: number): number => walk(key, day, octaves) - walk(key, anchorDay, octaves);
    const common = Math.sign(beta) * factor * since(this.#key('market'));
    const own = Math.sqrt(1 - factor * factor) * since(this.#key(path));
    const level = base * Math.exp((drift * (day - anchorDay)) / daysPerYear + daily * (common + own));
    if (!reverting) return level;
    return reverting.mean * (level / reverting.mean) ** remaining(reverting, day);
  }

  #key(name: string): number {
    return mix(this.#seed, hashText(name));
  }

  /** Increments correlated with the market's as far as the instrument depends on it, one per minute. */
  #minuteIncrements({ path, volatility, beta, cross }: Process, starts: Float64Array): (part: number) => number {
    if (cross) {
      const first = this.#minuteIncrements(cross.of, starts);
      const second = this.#minuteIncrements(cross.with, starts);
      const weight = (of: Process): number => of.volatility / volatility;
      return (part) => weight(cross.of) * first(part) + cross.power * weight(cross.with) * second(part);
    }
    const factor = volatility > 0 ? Math.min(1, (Math.abs(beta) * marketVolatility) / volatility) : 0;
    const market = mix(this.#key('market'), 0x3117);
    const own = mix(this.#key(path), 0x3117);
    const common = Math.sign(beta) * factor;
    const rest = Math.sqrt(1 - factor * factor);
    return (part) => {
      const minute = (starts[part] as number) / minuteMs;
      return common * signed(market, minute) + rest * signed(own, minute);
    };
  }

  /** The regular close of a trading day, unrounded. */
  closeOf(instrument: Instrument, day: number): number {
    if (!instrument.underlying || !isOption(instrument)) return this.levelOf(instrument.process, day);
    return optionTerms(instrument, day, this).value(this.closeOf(instrument.underlying, day));
  }

  /** The blocks of a trading day with their candles, unrounded. */
  day(instrument: Instrument, tradingDay: TradingDay): TradedDay {
    if (isOption(instrument)) return this.#optionDay(instrument, tradingDay);
    if (instrument.process.fixing) return this.#fixingDay(instrument, tradingDay);
    const { process } = instrument;
    const { day, segments } = tradingDay;
    const previous = this.schedule(instrument).previous(day - 1).day;
    const daily = dailyVolatility(process, day);
    const key = this.#key(process.path);
    const close = this.levelOf(process, day);
    const before = this.levelOf(process, previous);
    const open = before * Math.exp(process.gap * (Math.log(close / before) + daily * signed(mix(key, 0x0be1), day)));
    const activity = Math.exp(
      0.35 * signed(mix(this.#key('market'), 0x701e), day) + 0.3 * signed(mix(key, 0x701e), day),
    );
    const firstRegular = segments.findIndex(({ regular }) => regular);
    const afterRegular = segments.findLastIndex(({ regular }) => regular) + 1;
    const settled = (on: number, at: number): number => at * Math.exp(0.12 * daily * signed(mix(key, 0xaf7e), on));
    const drafts = [
      {
        regular: false,
        segments: segments.slice(0, firstRegular),
        open: settled(previous, before),
        close: open,
        share: 0.03,
      },
      { regular: true, segments: segments.slice(firstRegular, afterRegular), open, close, share: 1 },
      { regular: false, segments: segments.slice(afterRegular), open: close, close: settled(day, close), share: 0.02 },
    ];
    const blocks = drafts.flatMap((draft, index): Block[] => {
      if (draft.segments.length === 0) return [];
      const reach = daily * (draft.regular ? 0.75 : 0.25);
      const stretch = (side: number): number => Math.exp(reach * unit(mix(key, 0x41 + 2 * index + side), day) ** 2);
      const volume = Math.round(process.volume * activity * draft.share);
      const whole: Candle = {
        open: draft.open,
        close: draft.close,
        high: Math.max(draft.open, draft.close) * stretch(0),
        low: Math.min(draft.open, draft.close) / stretch(1),
        volume,
        trades: Math.ceil(volume / 90),
      };
      return [{ regular: draft.regular, segments: draft.segments, whole }];
    });
    return { tradingDay, blocks };
  }

  /** A day with a single price. */
  #fixingDay(instrument: Instrument, tradingDay: TradingDay): TradedDay {
    const price = this.levelOf(instrument.process, tradingDay.day);
    const whole: Candle = { open: price, high: price, low: price, close: price, volume: 0, trades: 0 };
    return { tradingDay, blocks: [{ regular: true, segments: tradingDay.segments, whole }] };
  }

  #optionDay(option: Instrument, tradingDay: TradingDay): TradedDay {
    const underlying = option.underlying as Instrument;
    const terms = optionTerms(option, tradingDay.day, this);
    const activity =
      option.process.volume * terms.popularity * (0.5 + unit(this.#key(option.localSymbol), tradingDay.day));
    const opening = new Set(tradingDay.segments.map(({ start }) => start));
    const blocks = this.day(underlying, this.#underlyingDay(underlying, tradingDay))
      .blocks.filter(({ segments }) => opening.has(segments[0]?.start ?? 0))
      .map(({ regular, segments, whole: base }): Block => {
        const volume = Math.round(activity * (regular ? 1 : 0.05));
        return { regular, segments, whole: terms.candle(base, volume, Math.ceil(volume / 3)) };
      });
    return { tradingDay, blocks };
  }

  #underlyingDay(underlying: Instrument, { day }: TradingDay): TradingDay {
    return this.schedule(underlying).next(day);
  }

  /** A block divided into minutes, unrounded. */
  minutes(instrument: Instrument, traded: TradedDay, block: Block): Minutes {
    const key = `${instrument.conId}:${instrument.process.path}:${block.segments[0]?.start}`;
    return this.#minutes.get(key, () => this.#divideBlock(instrument, traded, block));
  }

  #divideBlock(instrument: Instrument, { tradingDay }: TradedDay, block: Block): Minutes {
    const starts = Float64Array.from(
      block.segments.flatMap(({ start, end }) =>
        Array.from({ length: (end - start) / minuteMs }, (_, minute) => start + minute * minuteMs),
      ),
    );
    const length = starts.length;
    const key = mix(this.#key(instrument.localSymbol), Math.floor((starts[0] ?? 0) / minuteMs));
    const busy = mix(key, 0xac7);
    const activity = (part: number): number =>
      (1 + 2 * Math.abs((2 * part) / length - 1) ** 3) * (0.4 + unit(busy, part));
    if (isOption(instrument) && instrument.underlying) {
      const base = this.day(instrument.underlying, this.#underlyingDay(instrument.underlying, tradingDay));
      const active = base.blocks.find(({ segments }) => segments[0]?.start === block.segments[0]?.start) as Block;
      const underlying = this.minutes(instrument.underlying, base, active);
      const terms = optionTerms(instrument, tradingDay.day, this);
      const parts = terms.parts(
        underlying.parts,
        divide(block.whole, length, key, () => 0, activity),
      );
      return {
        starts,
        parts,
        seconds: (index) =>
          this.#divideMinute(instrument, starts[index] as number, (divided) =>
            terms.parts(underlying.seconds(index), divided(partAt(parts, index))),
          ),
      };
    }
    const parts = divide(block.whole, length, key, this.#minuteIncrements(instrument.process, starts), activity);
    return {
      starts,
      parts,
      seconds: (index) =>
        this.#divideMinute(instrument, starts[index] as number, (divided) => divided(partAt(parts, index))),
    };
  }

  #divideMinute(instrument: Instrument, start: number, build: (divided: (minute: Candle) => Parts) => Parts): Parts {
    return this.#seconds.get(`${instrument.conId}:${instrument.process.path}:${start}`, () => {
      const key = mix(this.#key(instrument.localSymbol), start / minuteMs);
      const activity = (second: number): number => 0.2 + unit(mix(key, 0xac), second);
      return build((minute) => divide(minute, secondsPerMinute, key, ownIncrements(key), activity));
    });
  }
}
