import { toToolErrorData } from '../../shared/errors.ts';
import { monotonicNow } from '../async/monotonic.ts';
import type { FlexDesk } from '../flex/index.ts';
import type { FlexToken } from '../flex/tokens.ts';
import type { GatewayLogger } from '../gateway/index.ts';

const checkEveryMs = 15 * 60_000;
/** IBKR renews activity statements once a day. */
const freshMs = 20 * 3_600_000;
const afterFailureMs = 6 * 3_600_000;
const runMs = 10 * 60_000;
/** Sections that say something about performance. */
const useful = /^(EquitySummary|CashTransactions|Transfers)/;

/** Runs the listed Flex queries once a day in the background, so that the past and its flows are known when asked for. */
export class StatementJob {
  readonly #flex: FlexDesk;
  readonly #logger: GatewayLogger;
  readonly #failures = new Map<string, number>();
  readonly #end = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running = false;

  constructor(flex: FlexDesk, logger: GatewayLogger) {
    this.#flex = flex;
    this.#logger = logger;
  }

  start(): void {
    const listed = this.#flex.tokens.some(({ queries }) => queries.length > 0);
    if (listed) this.#timer = setInterval(() => void this.check(), checkEveryMs).unref();
    void this.check();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#end.abort(new Error('the relay stops'));
  }

  /**
   * Reads again what an older relay has read, then runs what is due, one after the other. Never fails: what is refused is
   * tried again some hours later.
   */
  async check(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    await this.#readAgain();
    for (const token of this.#flex.tokens) {
      for (const { id } of token.queries) if (!this.#end.signal.aborted) await this.#refresh(token, id);
    }
    this.#running = false;
  }

  async #readAgain(): Promise<void> {
    try {
      await this.#flex.readAgain(this.#end.signal);
    } catch (error) {
      if (!this.#end.signal.aborted) this.#logger.warn({ err: error }, 'older Flex statements could not be read again');
    }
  }

  async #refresh(token: FlexToken, query: string): Promise<void> {
    const name = `${token.name} ${query}`;
    try {
      if (!(await this.#isDue(token, query))) return;
      await this.#flex.run(
        { token, query },
        { signal: this.#end.signal, deadline: monotonicNow() + runMs, progress: () => undefined },
      );
      this.#failures.delete(name);
      this.#logger.debug({ query: name }, 'fetched a Flex statement');
    } catch (error) {
      if (this.#end.signal.aborted) return;
      this.#failures.set(name, monotonicNow());
      const { message, ibCode } = toToolErrorData(error);
      this.#logger.warn({ query: name, ibCode, reason: message }, 'a Flex statement could not be fetched');
    }
  }

  async #isDue(token: FlexToken, query: string): Promise<boolean> {
    const failed = this.#failures.get(`${token.name} ${query}`);
    if (failed !== undefined && monotonicNow() - failed < afterFailureMs) return false;
    const last = await this.#flex.recall({ token, query });
    if (!last) return true;
    const helps = last.digest.statements.some(({ sections }) =>
      Object.keys(sections).some((name) => useful.test(name)),
    );
    return helps && Math.abs(Date.now() - last.fetchedAt) > freshMs;
  }
}
