import { EventEmitter } from 'node:events';
import type { Call } from './history.ts';

/** What can happen while orders are on their way; `over` ends a schedule's orders. */
export type Moment = 'asked' | 'read' | 'accepted' | 'over';

/** Every call of an arena's clients, and the moments at which a fault can strike. */
export class CallLog {
  readonly calls: Call[] = [];
  readonly #moments = new EventEmitter<Record<Moment, []>>().setMaxListeners(0);
  #open = 0;

  /** How many confirmations, changes and cancels have no answer yet. */
  get open(): number {
    return this.#open;
  }

  /** @returns what ends the call, with its answer if there was one */
  begin(call: Omit<Call, 'at'>): (told: Call['told'] | undefined) => void {
    const at = Date.now();
    const index = this.calls.push({ ...call, at }) - 1;
    const counts = call.tool === 'confirm' || call.tool === 'modify' || call.tool === 'cancel';
    if (counts) this.#open += 1;
    if (counts) this.say('asked');
    return (told) => {
      if (counts) this.#open -= 1;
      if (told) this.calls[index] = { ...call, at, until: Date.now(), told };
    };
  }

  say(moment: Moment): void {
    this.#moments.emit(moment);
  }

  /** Waits for a moment; false when the orders were over before it came. */
  next(moment: Moment): Promise<boolean> {
    return new Promise((resolve) => {
      const came = () => end(moment !== 'over');
      const over = () => end(moment === 'over');
      const end = (value: boolean) => {
        this.#moments.off(moment, came);
        this.#moments.off('over', over);
        resolve(value);
      };
      this.#moments.on(moment, came);
      this.#moments.on('over', over);
    });
  }
}
