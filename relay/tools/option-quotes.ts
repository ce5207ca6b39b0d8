import type { ToolErrorData } from '../../shared/errors.ts';
import type { Instrument } from '../gateway/contracts.ts';
import type { DeltaReader } from './option-deltas.ts';
import type { Quote } from './quote.ts';
import { missingNote, quoteMany } from './quote-many.ts';
import type { ToolContext } from './tool.ts';

/** The quotes of options that one call needs: each is read once, and progress counts all of them. */
export class OptionQuotes implements DeltaReader {
  readonly #context: ToolContext;
  readonly #quotes = new Map<number, Quote | undefined>();
  readonly #missing: ToolErrorData[] = [];

  constructor(context: ToolContext) {
    this.#context = context;
  }

  /** Reads those that were not read before. Gateway failures end the call. */
  async read(options: readonly Instrument[]): Promise<void> {
    const unread = options.filter((option) => !this.has(option));
    const before = this.#quotes.size;
    const total = before + unread.length;
    const context: ToolContext = {
      ...this.#context,
      progress: (done) =>
        this.#context.progress(before + done, total, `quotes of ${before + done} of ${total} options`),
    };
    const quoted = await quoteMany(unread, async (option) => option, 'options', 'options', context, this.#missing);
    for (const [index, { conId }] of unread.entries()) this.#quotes.set(conId, quoted[index]?.quote);
  }

  /** Whether it was asked for. */
  has({ conId }: Instrument): boolean {
    return this.#quotes.has(conId);
  }

  /** Undefined where IB has none. */
  of({ conId }: Instrument): Quote | undefined {
    return this.#quotes.get(conId);
  }

  /** Without sign; undefined where IB does not tell it. */
  delta(option: Instrument): number | undefined {
    const delta = this.of(option)?.greeks?.delta;
    return delta === undefined ? undefined : Math.abs(delta);
  }

  /** Why the first of those without a quote has none. */
  get refusal(): ToolErrorData | undefined {
    return this.#missing[0];
  }

  /** What to know about those without a quote; undefined when all have one. */
  get note(): string | undefined {
    return missingNote(this.#missing, this.#quotes.size, 'options');
  }
}
