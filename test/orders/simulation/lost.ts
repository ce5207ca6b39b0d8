/** What a copy that was put back has lost, as long as nobody else knows of it. */
export interface Lost {
  /** Whether the other side knows of nothing newer than the copy. */
  readonly isUnheard: () => boolean;
  readonly tickets: readonly string[];
  readonly stop: boolean;
}
