/** What happened in a run, in order: as a hash that tells two runs apart, and on demand as lines to read. */
export class RunLog {
  readonly lines: string[] = [];
  readonly #keep: boolean;
  #hash = 0;

  constructor(keep: boolean) {
    this.#keep = keep;
  }

  get hash(): string {
    return this.#hash.toString(16);
  }

  /** @param at milliseconds since the run began */
  note(at: number, line: string): void {
    const text = `${at} ${line}`;
    for (let index = 0; index < text.length; index += 1)
      this.#hash = (Math.imul(this.#hash, 31) + text.charCodeAt(index)) | 0;
    if (this.#keep) this.lines.push(text);
  }
}
