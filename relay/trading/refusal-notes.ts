/** In an hour so many are written down; a caller that goes on for ever fills no disk. */
const mostAnHour = 300;
const hour = 3_600_000;

/** An order that was refused before it was one: nothing was approved, journalled or sent. */
export interface RefusalNote {
  readonly tool: string;
  /** Of the planned order, where it came so far. */
  readonly hash?: string;
  readonly why: string;
}

/** Keeps refusals for the audit, but no more than an hour has room for; of the rest it tells that there were some. */
export class RefusalNotes {
  readonly #add: (entry: Readonly<Record<string, unknown>>) => void;
  readonly #now: () => number;
  #since = Number.NEGATIVE_INFINITY;
  #count = 0;

  /** @param now milliseconds of a clock that is never set */
  constructor(add: (entry: Readonly<Record<string, unknown>>) => void, now: () => number) {
    this.#add = add;
    this.#now = now;
  }

  note({ tool, hash, why }: RefusalNote): void {
    const now = this.#now();
    if (now - this.#since >= hour) {
      this.#since = now;
      this.#count = 0;
    }
    this.#count += 1;
    if (this.#count > mostAnHour) return;
    const isLast = this.#count === mostAnHour;
    this.#add({
      ...{ kind: 'refused', tool, why: why.slice(0, 1_000) },
      ...(hash !== undefined && { hash }),
      ...(isLast && { more: 'Further refusals within the hour are not written down.' }),
    });
  }
}
