import type { GatewayLogger } from './link.ts';

/** Those who want to hear of something. One that throws keeps nobody else from hearing it. */
export class Listeners<Args extends readonly unknown[]> {
  readonly #listeners = new Set<(...args: Args) => void>();
  readonly #logger: GatewayLogger;

  constructor(logger: GatewayLogger) {
    this.#logger = logger;
  }

  /** @returns what ends it */
  add(listener: (...args: Args) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(...args: Args): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(...args);
      } catch (error) {
        this.#logger.error({ err: error }, 'a listener of the gateway failed');
      }
    }
  }
}
