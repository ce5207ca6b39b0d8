import type { JournalHead } from '../../shared/orders/frames.ts';
import type { TraderEffect } from '../orders/model.ts';

type TellEffect = Extract<TraderEffect, { type: 'tell' }>;

/** Something to tell Home, with the journal as it was when that happened. */
export interface Told {
  readonly effect: TellEffect;
  readonly head: JournalHead;
}

/** What was said that concerns no ticket; as many as Home keeps. */
const mostNotices = 20;

/**
 * What the outbox has no room for. Each word is whole, so that of one ticket, request or stop the last one is enough: there
 * are never more than of these. All but notices can be told again from the journal after the process has ended; a notice
 * stands in the audit.
 */
export class Untold {
  readonly #waiting = new Map<string, Told>();
  #notices = 0;

  get size(): number {
    return this.#waiting.size;
  }

  add(told: Told): void {
    const key = this.#keyOf(told.effect.body);
    // The later word stands where it was said: what is taken up to there must not cover what is not.
    this.#waiting.delete(key);
    this.#waiting.set(key, told);
    const notices = [...this.#waiting.keys()].filter((each) => each.startsWith('notice '));
    if (notices.length > mostNotices) this.#waiting.delete(notices[0] ?? '');
  }

  /** The oldest, which is gone from here then. */
  take(): Told | undefined {
    const [first] = this.#waiting;
    if (!first) return undefined;
    this.#waiting.delete(first[0]);
    return first[1];
  }

  #keyOf(body: TellEffect['body']): string {
    switch (body.kind) {
      case 'ticket':
        return `ticket ${body.ticket}`;
      case 'cancel':
        return `cancel ${body.request}`;
      case 'stop':
        return `stop ${body.request ?? ''}`;
      case 'trust':
        return 'trust';
      case 'notice':
        this.#notices += 1;
        return `notice ${this.#notices}`;
    }
  }
}
