import { fingerprintOf } from '../../shared/approvers/fingerprint.ts';
import {
  type ApproversOffer,
  type ApproversStatus,
  approversOffer,
  approversVersion,
} from '../../shared/approvers/offer.ts';
import { ToolError } from '../../shared/errors.ts';
import { executorOf, type ToolExecutor } from '../tools/support/tool.ts';
import {
  type ApproverBook,
  approversFor,
  type BookStep,
  type Commanded,
  describe,
  emptyBook,
  offer,
  pin,
  unpin,
} from './book.ts';
import { BookFileError, type BookStore } from './book-file.ts';
import { pinAllVouched } from './vouching.ts';

/** What a person at home asks about keys that approve. */
export interface ApproverCommand {
  readonly action: 'list' | 'add' | 'remove';
  /** As it was typed. */
  readonly fingerprint: string;
}

export interface ApproverDeskOptions {
  readonly store: BookStore;
  /** The machine's clock, epoch milliseconds. */
  readonly wallTime: () => number;
  /** Writes into the audit at home. */
  readonly record: (entry: Readonly<Record<string, unknown>>) => void;
  readonly warn: (message: string) => void;
  /** Told when `status()` has changed. */
  readonly onChange: () => void;
}

const atHome = 'a person at home';

/** The keys that approve orders at this relay: takes what the server offers, and does what a person at home says. */
export class ApproverDesk {
  readonly #options: ApproverDeskOptions;
  #book: ApproverBook = emptyBook;
  /** Why the file cannot be used: then no key counts, and the file is left as it is. */
  #problem: string | undefined;

  constructor(options: ApproverDeskOptions) {
    this.#options = options;
  }

  /** Reads what is kept; before anything else, by whoever holds the data folder. */
  open(): void {
    try {
      this.#book = this.#options.store.load();
    } catch (error) {
      if (!(error instanceof BookFileError)) throw error;
      this.#problem = error.message;
      this.#options.warn(error.message);
    }
  }

  /** What the Home of this id calls to offer its keys. */
  executor(home: string): ToolExecutor {
    return executorOf(approversOffer, (given) => this.#offered(home, given), { offline: true });
  }

  status(home: string): ApproversStatus {
    const { list } = this.#book.home === home ? this.#book : {};
    const pinned = approversFor(this.#book, home).map(fingerprintOf);
    return { version: approversVersion, ...(list !== undefined && { list }), pinned };
  }

  /** Carries out what a person at home says. @throws {FileError} when it cannot be kept: then nothing has changed */
  async command({ action, fingerprint }: ApproverCommand): Promise<{ ok: boolean; text: string }> {
    if (this.#problem !== undefined) return { ok: false, text: this.#problem };
    if (action === 'list') return { ok: true, text: describe(this.#book) };
    const { ok, text, ...step } = this.#commanded(action, fingerprint);
    if (step.book) {
      this.#take({ book: step.book, notes: step.notes ?? [] });
      await this.#pinVouched();
    }
    return { ok, text };
  }

  #commanded(action: 'add' | 'remove', fingerprint: string): Commanded {
    return action === 'add'
      ? pin(this.#book, fingerprint, this.#options.wallTime(), atHome)
      : unpin(this.#book, fingerprint, atHome);
  }

  async #offered(home: string, given: ApproversOffer): Promise<{ version: typeof approversVersion }> {
    if (this.#problem !== undefined) {
      throw new ToolError({
        code: 'internal',
        message: 'The relay cannot use its file of keys that approve orders.',
        nextStep: 'Its owner looks at the relay’s log at home, which says what to do.',
      });
    }
    this.#take(offer(this.#book, home, given, this.#options.wallTime()));
    await this.#pinVouched();
    return { version: approversVersion };
  }

  #pinVouched(): Promise<void> {
    return pinAllVouched(
      () => this.#book,
      (step) => this.#take(step),
      (fingerprint, why) => {
        this.#options.record({ kind: 'approver', what: 'refused', fingerprint, why });
        this.#options.warn(`The key ${fingerprint} is not pinned: what vouches for it does not hold.`);
      },
      this.#options.wallTime,
    );
  }

  /** On disk first, then in force. */
  #take({ book, notes }: BookStep): void {
    if (book === this.#book) return;
    this.#options.store.save(book);
    this.#book = book;
    for (const note of notes) this.#options.record({ kind: 'approver', ...note });
    this.#options.onChange();
  }
}
