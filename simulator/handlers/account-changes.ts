/** Remembers what a client was told, so that it is told only what is new. */
export class Told {
  readonly #sent = new Map<string, string>();

  /** True when the text under a key is new, which it then no longer is. */
  isNew(key: string, text: string): boolean {
    if (this.#sent.get(key) === text) return false;
    this.#sent.set(key, text);
    return true;
  }

  /** Forgets every key that is not among these, and gives back those it forgot. */
  forgetAllBut(keys: ReadonlySet<string>): string[] {
    const gone = [...this.#sent.keys()].filter((key) => !keys.has(key));
    for (const key of gone) this.#sent.delete(key);
    return gone;
  }
}

/** How often subscribed account values are sent again when nothing has happened: milliseconds of the world's time. */
const refreshMs = 180_000;

/** Looks at every tick whether a value has become another, and acts then and every three minutes. */
export function onChangeOrRefresh<T>(
  read: () => T,
  start: number,
  act: (value: T, reason: 'change' | 'refresh') => void,
): (now: number) => void {
  let last = read();
  let due = start + refreshMs;
  return (now) => {
    const current = read();
    // A clock that is set back begins a new wait.
    const refresh = now >= due || now < due - refreshMs;
    if (current === last && !refresh) return;
    if (refresh) due = now + refreshMs;
    const reason = current === last ? 'refresh' : 'change';
    last = current;
    act(current, reason);
  };
}
