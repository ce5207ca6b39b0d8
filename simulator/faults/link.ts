import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { mix } from '../market/noise.ts';

/** How bytes travel to the clients. */
export interface LinkSettings {
  /** Bytes a second; 0 is as fast as it goes. */
  readonly bytesPerSecond: number;
  /** How bytes are cut into segments: whole messages, so many bytes each, or sizes that look random. */
  readonly segments: 'whole' | 'random' | number;
  /** Messages of so many milliseconds leave together, in as few segments as possible; 0 sends each at once. */
  readonly gatherMs: number;
}

export const goodLink: LinkSettings = { bytesPerSecond: 0, segments: 'whole', gatherMs: 0 };

/** A slow link passes on about this much of its rate at a time. */
const slowStepMs = 20;
const largestRandomSegment = 64;

/** The way out of one connection: whatever is written leaves in order, in pieces and at a pace as the settings have it. */
export class Link {
  readonly #socket: Socket;
  readonly #settings: () => LinkSettings;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Calls off the piece that is due next. */
  #callOff: (() => void) | undefined;
  #segment = 0;
  #ending = false;
  #corked = false;

  constructor(socket: Socket, settings: () => LinkSettings) {
    this.#socket = socket;
    this.#settings = settings;
  }

  /** Bytes that have not left yet, in the gateway or in the operating system's queue. */
  get unsentBytes(): number {
    return this.#waitingBytes + this.#socket.writableLength;
  }

  write(bytes: Buffer): void {
    if (this.#ending) return;
    const { bytesPerSecond, segments, gatherMs } = this.#settings();
    const unhindered = bytesPerSecond === 0 && segments === 'whole' && gatherMs === 0;
    if (unhindered && !this.#callOff) {
      this.#emit(bytes);
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (!this.#callOff) this.#releaseAfter(gatherMs);
  }

  /** Hands what was written in this turn to the operating system. */
  flush(): void {
    if (!this.#corked) return;
    this.#corked = false;
    this.#socket.uncork();
  }

  /** Ends the connection once everything written so far has left. */
  end(): void {
    this.#ending = true;
    if (!this.#callOff) this.#socket.end();
  }

  /** Forgets what has not left. */
  discard(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  /** Lets the next piece go; the one after it follows no sooner than the link's pace allows. */
  #release(): void {
    const { bytesPerSecond } = this.#settings();
    const piece = this.#take(this.#pieceSize());
    this.#emit(piece);
    this.#callOff = undefined;
    if (this.#waitingBytes > 0) this.#releaseAfter(bytesPerSecond > 0 ? (piece.length / bytesPerSecond) * 1000 : 0);
    else if (this.#ending) this.#socket.end();
  }

  #releaseAfter(milliseconds: number): void {
    if (milliseconds > 0) {
      const timer = setTimeout(() => this.#release(), milliseconds);
      this.#callOff = () => clearTimeout(timer);
    } else {
      const turn = setImmediate(() => this.#release());
      this.#callOff = () => clearImmediate(turn);
    }
  }

  #take(most: number): Buffer {
    const parts: Buffer[] = [];
    let room = most;
    while (room > 0) {
      const first = this.#waiting.shift();
      if (!first) break;
      parts.push(first.subarray(0, room));
      if (first.length > room) this.#waiting.unshift(first.subarray(room));
      room -= Math.min(room, first.length);
    }
    const taken = Buffer.concat(parts);
    this.#waitingBytes -= taken.length;
    return taken;
  }

  /** What is written within one turn leaves in one go: a system call for each message would cost more than the rest. */
  #emit(bytes: Buffer): void {
    if (!this.#socket.writable) return;
    if (!this.#corked) {
      this.#corked = true;
      this.#socket.cork();
      process.nextTick(() => this.flush());
    }
    this.#socket.write(bytes);
  }

  /** The next piece's size. Random ones follow from their number, so that a run can be repeated. */
  #pieceSize(): number {
    const { segments, bytesPerSecond } = this.#settings();
    const paced = bytesPerSecond > 0 ? Math.max(1, Math.floor((bytesPerSecond * slowStepMs) / 1000)) : Infinity;
    if (segments === 'whole') return paced;
    if (segments !== 'random') return Math.min(paced, segments);
    this.#segment += 1;
    return Math.min(paced, 1 + ((mix(this.#segment, 0) >>> 0) % largestRandomSegment));
  }
}
