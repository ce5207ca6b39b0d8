import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/** As much of a socket as the simulated gateway uses, without a system behind it: bytes are handed on at once. */
export class MemorySocket extends EventEmitter {
  writable = true;
  destroyed = false;
  readonly writableLength = 0;
  readonly #onWrite: (bytes: Buffer) => void;
  readonly #onClose: () => void;

  constructor(onWrite: (bytes: Buffer) => void, onClose: () => void) {
    super();
    this.#onWrite = onWrite;
    this.#onClose = onClose;
  }

  /** For whoever takes a socket: what is missing here is not called. */
  asSocket(): Socket {
    return this as unknown as Socket;
  }

  setNoDelay(): void {}
  cork(): void {}
  uncork(): void {}
  pause(): void {}
  resume(): void {}

  write(bytes: Buffer): boolean {
    if (this.writable) this.#onWrite(bytes);
    return true;
  }

  end(): void {
    this.destroy();
  }

  resetAndDestroy(): void {
    this.destroy();
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.writable = false;
    this.emit('close');
    this.#onClose();
  }
}
