import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** What the line tells one of its ends. */
export interface LineEnd {
  receive(connection: string, text: string): void;
  closed(connection: string, code: number): void;
}

interface Connection {
  readonly name: string;
  readonly relay: LineEnd;
  readonly hub: LineEnd;
  /** Nothing arrives any more, in either direction, and neither end is told: something between them forgot it. */
  silent: boolean;
  /** When the relay's heartbeat last arrived. */
  pingedAt: number;
}

const latency = 8;

/** The way between relay and Home: at most one connection, in order, until it breaks; what is on the way is lost then. */
export class Line {
  readonly #timeline: Timeline;
  readonly #random: Random;
  #connection: Connection | undefined;
  #connections = 0;
  #slowUntil = 0;

  constructor(timeline: Timeline, random: Random) {
    this.#timeline = timeline;
    this.#random = random;
  }

  open(relay: LineEnd, hub: LineEnd): string {
    this.#connections += 1;
    const name = `c${this.#connections}`;
    this.#connection = { name, relay, hub, silent: false, pingedAt: this.#timeline.now };
    return name;
  }

  /** When the relay of that connection last gave a sign of life on it. */
  pingedAt(name: string): number | undefined {
    return this.#living(name)?.pingedAt;
  }

  toHub(name: string, text: string): void {
    const connection = this.#living(name);
    if (connection) this.#arrive(connection, latency, () => connection.hub.receive(name, text));
  }

  /** What leaves for the relay arrives in order, however slow the way is. */
  toRelay(name: string, text: string): void {
    const connection = this.#living(name);
    if (!connection) return;
    const ms = Math.max(latency, this.#slowUntil - this.#timeline.now);
    this.#arrive(connection, ms, () => connection.relay.receive(name, text));
  }

  /** Heartbeats are answered where the connection ends, not by Home. */
  ping(name: string, pong: () => void): void {
    const connection = this.#living(name);
    if (!connection) return;
    this.#arrive(connection, latency, () => {
      connection.pingedAt = this.#timeline.now;
      this.#arrive(connection, latency, pong);
    });
  }

  /** The way to the relay is slow for a while. */
  slowDown(): void {
    this.#slowUntil = Math.max(this.#slowUntil, this.#timeline.now + this.#random.between(100, 9_000));
  }

  /** One end closes; the other hears of it where the line still works. */
  close(name: string, by: 'relay' | 'hub', code: number): void {
    const connection = this.#living(name);
    if (!connection) return;
    this.#connection = undefined;
    const { silent, relay, hub } = connection;
    const [here, there] = by === 'relay' ? [relay, hub] : [hub, relay];
    this.#timeline.after(0, () => here.closed(name, code));
    if (!silent) this.#timeline.after(latency, () => there.closed(name, code));
  }

  /** The connection breaks, and both ends hear it; of one that is dead already nobody hears anything. */
  cut(): void {
    const connection = this.#connection;
    if (!connection || connection.silent) return;
    this.#connection = undefined;
    connection.hub.closed(connection.name, 1006);
    connection.relay.closed(connection.name, 1006);
  }

  /** The connection is dead, and nobody is told. @returns false when there is none */
  goSilent(): boolean {
    if (!this.#connection) return false;
    this.#connection.silent = true;
    return true;
  }

  #living(name: string): Connection | undefined {
    return this.#connection?.name === name ? this.#connection : undefined;
  }

  #arrive(connection: Connection, ms: number, run: () => void): void {
    if (connection.silent) return;
    this.#timeline.after(ms, () => {
      if (this.#connection === connection && !connection.silent) run();
    });
  }
}
