import type { Answer, OptionTick } from '../connection/events/messages.ts';
import { asDataType, type DataType } from './data-type-lock.ts';

/** Raw ticks of one instrument; delayed ticks stand under the ids of their live twins. */
export interface TickCollection {
  readonly values: ReadonlyMap<number, number | string>;
  readonly options: ReadonlyMap<number, OptionTick>;
  /** What IB says it sent: 1 live, 2 frozen, 3 delayed, 4 delayed-frozen. */
  readonly dataType: DataType;
  /** When the last tick arrived, epoch milliseconds. */
  readonly at: number;
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

/** The ticks of one subscription as they come in. */
export class Ticks {
  readonly #values = new Map<number, number | string>();
  readonly #options = new Map<number, OptionTick>();
  readonly #wanted: readonly number[];
  #told: DataType | undefined;
  #delayed = false;
  #at = Date.now();
  /** When anything came last, on the clock of `performance.now()`. */
  heardAt = performance.now();

  constructor(wanted: readonly number[]) {
    this.#wanted = wanted;
  }

  /** Takes what the gateway sent. @returns whether it is a kind of tick that was not there before */
  take(answer: Answer): boolean {
    if (answer.type === 'market-data-type') this.#told = asDataType(answer.value);
    if (answer.type !== 'option-tick' && (answer.type !== 'tick' || answer.value === undefined)) return false;
    const twin = liveTwin[answer.field];
    const id = twin ?? answer.field;
    const isNew = !this.#values.has(id) && !this.#options.has(id);
    if (answer.type === 'option-tick') this.#options.set(id, answer);
    else this.#values.set(id, answer.value as number | string);
    this.#delayed ||= twin !== undefined;
    this.#at = Date.now();
    this.heardAt = performance.now();
    return isNew;
  }

  get isEmpty(): boolean {
    return this.#values.size === 0 && this.#options.size === 0;
  }

  /** Whether prices have begun to come: other ticks may be there long before them. */
  get hasBegun(): boolean {
    return [...priceTicks, closeTick].some((id) => this.#values.has(id));
  }

  get isComplete(): boolean {
    return this.#wanted.every((id) => this.#values.has(id) || this.#options.has(id));
  }

  /** Only data that is not live need be announced; the ids of the ticks tell delayed ones in any case. */
  get dataType(): DataType {
    return this.#delayed ? (this.#told === 4 ? 4 : 3) : (this.#told ?? 1);
  }

  /** What there is at this moment. */
  collection(): TickCollection {
    const at = this.#at;
    const { dataType } = this;
    return { values: new Map(this.#values), options: new Map(this.#options), dataType, at };
  }
}

/** Whether a message is a price of live or frozen data, whichever was announced. */
export function isPrice(answer: Answer): boolean {
  return answer.type === 'tick' && priceTicks.includes(answer.field) && Number(answer.value) > 0;
}

/** Whether anything says what the instrument costs. */
export function hasPrice({ values }: TickCollection): boolean {
  return priceTicks.some((id) => {
    const value = values.get(id);
    return typeof value === 'number' && value !== -1 && value !== 0;
  });
}
