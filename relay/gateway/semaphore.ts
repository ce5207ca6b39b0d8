import { abortError } from './ending.ts';

/** Lets a number of callers work at a time; the others wait in order of arrival. */
export class Semaphore {
  private free: number;
  private readonly queue: (() => void)[] = [];

  constructor(permits: number) {
    this.free = permits;
  }

  /** Runs the work when there is room. Rejects with the abort's ToolError when the caller leaves before. */
  async run<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    await this.enter(signal);
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.free += 1;
    }
  }

  private async enter(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) throw abortError(signal);
    if (this.free > 0) {
      this.free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.queue.splice(this.queue.indexOf(turn), 1);
        reject(abortError(signal));
      };
      this.queue.push(turn);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}
