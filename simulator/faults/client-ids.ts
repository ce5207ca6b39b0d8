/** Which client ids are taken: by a connection, or still for a while after it has gone. */
export class ClientIds {
  readonly #sticking = new Map<number, number>();

  /** Keeps an id taken although its connection has gone. @param until monotonic milliseconds */
  stick(clientId: number, until: number): void {
    this.#sticking.set(clientId, until);
  }

  /** True while an id whose connection has gone is still taken. */
  sticks(clientId: number, now: number): boolean {
    const until = this.#sticking.get(clientId) ?? Number.NEGATIVE_INFINITY;
    if (until <= now) this.#sticking.delete(clientId);
    return until > now;
  }

  clear(): void {
    this.#sticking.clear();
  }
}
