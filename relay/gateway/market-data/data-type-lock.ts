import { abortError } from '../../async/abort.ts';

/** IB's market data types: 1 live, 2 frozen, 3 delayed, 4 delayed-frozen. */
export type DataType = 1 | 2 | 3 | 4;

export const dataTypeNames = { 1: 'live', 2: 'frozen', 3: 'delayed', 4: 'delayed-frozen' } as const;

/** What several together are: no fresher than any of them. */
export function stalest(types: readonly DataType[]): DataType {
  const base = types.some((type) => type >= 3) ? 3 : 1;
  return (types.some((type) => type % 2 === 0) ? base + 1 : base) as DataType;
}

/** What IB announces; live when it is none of those that are known. */
export function asDataType(value: number): DataType {
  return value === 2 || value === 3 || value === 4 ? value : 1;
}

interface Waiting {
  readonly type: DataType;
  readonly begin: () => void;
}

/**
 * The market data type belongs to the whole session, not to a request. Readers of the same type work side by side;
 * readers of another type wait until they are done, in order of arrival.
 */
export class DataTypeLock {
  #type: DataType = 1;
  #holders = 0;
  #queue: Waiting[] = [];

  /**
   * Runs `work` while the session has the type.
   * @param switchTo told which type to switch to, before the work, whenever the type changes
   */
  async hold<Result>(
    type: DataType,
    switchTo: (type: DataType) => Promise<void>,
    work: () => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    await this.#acquire(type, signal);
    try {
      await switchTo(type);
      return await work();
    } finally {
      this.#holders -= 1;
      this.#admit();
    }
  }

  async #acquire(type: DataType, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) throw abortError(signal);
    if (this.#queue.length === 0 && this.#fits(type)) {
      this.#take(type);
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const waiting: Waiting = {
        type,
        begin: () => {
          signal?.removeEventListener('abort', leave);
          this.#take(type);
          resolve();
        },
      };
      const leave = () => {
        this.#queue = this.#queue.filter((other) => other !== waiting);
        reject(abortError(signal));
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#queue.push(waiting);
    });
  }

  #fits(type: DataType): boolean {
    return this.#holders === 0 || this.#type === type;
  }

  #take(type: DataType): void {
    this.#type = type;
    this.#holders += 1;
  }

  #admit(): void {
    for (let next = this.#queue[0]; next && this.#fits(next.type); next = this.#queue[0]) {
      this.#queue.shift();
      next.begin();
    }
  }
}
