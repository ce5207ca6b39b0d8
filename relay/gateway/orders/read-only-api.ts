import type { GatewayLogger } from '../connection/link.ts';
import { Listeners } from '../connection/listeners.ts';
import type { OrderError } from '../connection/supervisor.ts';

/** What is to be done about a gateway that takes no orders. */
export const readOnlyApi = {
  message: 'IB Gateway is in read-only mode, and takes no orders.',
  nextStep:
    'At home, untick Configure → API → Settings → Read-Only API in IB Gateway (with Docker READ_ONLY_API=no in .env), then preview the order again.',
} as const;

/** Whether this is how a gateway in read-only mode answers what would place or change an order. */
export function isReadOnlyRefusal(code: number, text: string): boolean {
  return code === 321 && /read.?only/i.test(text);
}

/**
 * Whether IB Gateway has said on this connection that it takes no orders. It says so only when it is asked: in answer to an
 * order or to the question what one would cost, and sometimes without naming which.
 */
export class ReadOnlyApi {
  #isKnown = false;
  readonly #changed: Listeners<[]>;
  readonly #refused: Listeners<[text: string]>;

  constructor(logger: GatewayLogger) {
    this.#changed = new Listeners(logger);
    this.#refused = new Listeners(logger);
  }

  /** It has refused, and taken nothing since. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  onChange(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  /** Tells of every refusal. @returns what ends it */
  onRefusal(listener: (text: string) => void): () => void {
    return this.#refused.add(listener);
  }

  /** @returns whether this was such a refusal */
  hear({ code, text }: Pick<OrderError, 'code' | 'text'>): boolean {
    if (!isReadOnlyRefusal(code, text)) return false;
    this.#put(true);
    this.#refused.tell(text);
    return true;
  }

  /** It has computed what an order would cost, or the connection is another one, of which nothing is known. */
  clear(): void {
    this.#put(false);
  }

  #put(isKnown: boolean): void {
    if (this.#isKnown === isKnown) return;
    this.#isKnown = isKnown;
    this.#changed.tell();
  }
}
