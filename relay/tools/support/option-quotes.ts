import type { ToolErrorData } from '../../../shared/errors.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import type { DeltaReader } from './option-deltas.ts';
import type { Quote } from './quote.ts';
import { missingNote, quoteMany } from './quote-many.ts';
import type { ToolContext } from './tool.ts';

/** The quotes of options that one call needs: each is read once, and progress counts all of them. */
export class OptionQuotes implements DeltaReader {
  readonly #context: ToolContext;
  readonly #quotes = new Map<number, Quote | undefined>();
  readonly #missing = new Map<number, ToolErrorData>();

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
    const reasons: ToolErrorData[] = [];
    const quoted = await quoteMany(unread, async (option) => option, 'options', 'options', context, reasons);
    for (const [index, { conId }] of unread.entries()) {
      const quote = quoted[index]?.quote;
      this.#quotes.set(conId, quote);
      // Each that lacks one has its reason; which of one round's is whose makes no difference to what is said.
      const reason = quote ? undefined : reasons.shift();
      if (reason) this.#missing.set(conId, reason);
    }
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
    return this.#missing.values().next().value;
  }

  /** How many were read. */
  get size(): number {
    return this.#quotes.size;
  }

  /** What to know about those of these that were read and have no quote; undefined when all have one. */
  noteOf(options: readonly Instrument[]): string | undefined {
    const missing = options.flatMap(({ conId }) => this.#missing.get(conId) ?? []);
    return missingNote(missing, options.filter((option) => this.has(option)).length, 'options');
  }
}
