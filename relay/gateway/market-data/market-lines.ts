import { Semaphore } from '../../async/semaphore.ts';

/** A subscription that has answered and stays open, so that it can answer again. */
export interface WarmLine {
  /** Whether what it holds can be believed now. */
  readonly isCurrent: boolean;
  /** Takes the subscription back at the gateway. */
  close(): void;
}

interface Kept<Line> {
  readonly line: Line;
  readonly leave: () => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * The market-data lines of a login. A line that has answered may stay open for a while, so that the next question about
 * it costs nothing; when room is needed, the one that was read longest ago gives way. When all lines are at work, callers
 * wait in order of arrival.
 */
export class MarketLines<Line extends WarmLine> {
  readonly #room: Semaphore;
  readonly #idleMs: number;
  /** Least recently read first. */
  readonly #kept = new Map<string, Kept<Line>>();

  /**
   * @param count lines that may be open at a time
   * @param idleMs how long a line stays open after it was last read; 0 closes it at once
   */
  constructor(count: number, idleMs: number) {
    this.#room = new Semaphore(count);
    this.#idleMs = idleMs;
  }

  /**
   * Runs the work with room for one line.
   * @param work may hand its line over to be kept open, under a key by which it is found again
   */
  async run<Result>(
    work: (keep: (key: string, line: Line) => void) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    if (this.#room.isFull) this.#letGoOldest();
    const leave = await this.#room.acquire(signal);
    let stays = false;
    try {
      return await work((key, line) => {
        stays = this.#keep(key, line, leave);
      });
    } finally {
      if (!stays) leave();
    }
  }

  /** The open line under the key, which counts as read now; undefined when there is none to be believed. */
  find(key: string): Line | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    if (!kept.line.isCurrent) {
      this.#letGo(key);
      return undefined;
    }
    kept.timer.refresh();
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept.line;
  }

  /** Closes all lines that nobody is reading. @returns how many there were */
  letGoAll(): number {
    const count = this.#kept.size;
    for (const key of this.#kept.keys()) this.#letGo(key);
    return count;
  }

  #keep(key: string, line: Line, leave: () => void): boolean {
    this.#letGo(key);
    if (this.#idleMs === 0 || this.#room.isAwaited) {
      line.close();
      return false;
    }
    const timer = setTimeout(() => this.#letGo(key), this.#idleMs);
    timer.unref();
    this.#kept.set(key, { line, leave, timer });
    return true;
  }

  #letGoOldest(): void {
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#letGo(oldest);
  }

  #letGo(key: string): void {
    const kept = this.#kept.get(key);
    if (!kept) return;
    this.#kept.delete(key);
    clearTimeout(kept.timer);
    kept.line.close();
    kept.leave();
  }
}
