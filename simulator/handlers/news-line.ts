import type { Instrument } from '../market/instruments.ts';
import type { PriceModel } from '../market/prices.ts';
import { dayMs } from '../market/zone.ts';
import { newsTicksFor } from '../research/news.ts';
import type { ClientSession } from '../session/client-session.ts';

/** A line begins with the headlines of so long before. */
const recentMs = dayMs;

export interface NewsLineOptions {
  readonly session: ClientSession;
  readonly model: PriceModel;
  readonly instrument: Instrument;
  readonly reqId: number;
  /** The codes of the providers wanted. */
  readonly providers: ReadonlySet<string>;
}

/** The headlines of one market data line with generic tick 292: the recent ones, then each as it appears. */
export class NewsLine {
  readonly #options: NewsLineOptions;
  #told: number | undefined;

  constructor(options: NewsLineOptions) {
    this.#options = options;
  }

  update(now: number): void {
    const { session, model, instrument, reqId, providers } = this.#options;
    const from = this.#told ?? now - recentMs;
    this.#told = now;
    if (from >= now) return;
    for (const tick of newsTicksFor(model, instrument, from, now, providers)) {
      session.send('tickNews', { reqId, ...tick });
    }
  }
}
