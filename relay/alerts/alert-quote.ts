import type { Alert } from '../../shared/alerts/alert.ts';
import type { Answer } from '../gateway/connection/events/messages.ts';
import { knownPrice, knownSize } from '../gateway/numbers.ts';

type Field = 'bid' | 'ask' | 'last' | 'volume' | 'close' | 'lastTime';

/** Tick ids of live data, and the ids that stand for them in delayed data. */
const fields: Readonly<Record<number, Field>> = {
  1: 'bid',
  2: 'ask',
  4: 'last',
  8: 'volume',
  9: 'close',
  45: 'lastTime',
  66: 'bid',
  67: 'ask',
  68: 'last',
  74: 'volume',
  75: 'close',
  88: 'lastTime',
};

/** Kinds whose last trade is missing or old, so that the middle of bid and ask tells more. */
const quotedKinds: ReadonlySet<string> = new Set(['CASH', 'CMDTY', 'CFD', 'OPT', 'FOP', 'WAR', 'BOND']);

const dataTypes: Readonly<Record<number, string>> = { 2: 'frozen', 3: 'delayed', 4: 'delayed-frozen' };

/** What alerts look at in one instrument's quote. */
export class AlertQuote {
  readonly #secType: string;
  readonly #values = new Map<Field, number>();
  #dataType = 1;

  constructor(secType: string) {
    this.#secType = secType;
  }

  /** Takes what the gateway sent. @returns whether the quote is another than before */
  take(answer: Answer): boolean {
    if (answer.type === 'market-data-type') this.#dataType = answer.value;
    if (answer.type !== 'tick' || answer.value === undefined) return false;
    const field = fields[answer.field];
    if (field === undefined) return false;
    const number = Number(answer.value);
    const value = field === 'volume' || field === 'lastTime' ? knownSize(number) : knownPrice(number, this.#secType);
    if (value === undefined || this.#values.get(field) === value) return false;
    this.#values.set(field, value);
    return true;
  }

  /** Whether nothing has come yet. */
  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  /** The value that an alert of this kind compares; undefined while it is not known. */
  valueFor(kind: Alert['kind']): number | undefined {
    switch (kind) {
      case 'price':
        return this.#price;
      case 'change': {
        const close = this.#values.get('close');
        const price = this.#price;
        if (price === undefined || close === undefined || close <= 0) return undefined;
        return Number(((price / close - 1) * 100).toFixed(4));
      }
      case 'volume':
        return this.#values.get('volume');
      default:
        return undefined;
    }
  }

  /** When the last trade was, epoch milliseconds, where IB says so. */
  get tradedAt(): number | undefined {
    const seconds = this.#values.get('lastTime');
    return seconds === undefined || seconds <= 0 ? undefined : seconds * 1_000;
  }

  /** How fresh the data is, where it is not live. */
  get dataType(): string | undefined {
    return dataTypes[this.#dataType];
  }

  get #price(): number | undefined {
    if (!quotedKinds.has(this.#secType)) return this.#values.get('last');
    const [bid, ask] = [this.#values.get('bid'), this.#values.get('ask')];
    return bid === undefined || ask === undefined ? undefined : Number(((bid + ask) / 2).toFixed(8));
  }
}
