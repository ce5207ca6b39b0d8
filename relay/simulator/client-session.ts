import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import type { Faults } from './faults.ts';
import type { Logger } from './logger.ts';
import { decodeFields, encodeFields, encodeFrame } from './protocol/codec.ts';
import { FrameReader, frame, ProtocolError, parseVersions, splitFields } from './protocol/framing.ts';
import { type ServerMessageName, type ServerMessageValues, serverMessages } from './protocol/messages.ts';
import { clientRequests, Request, requestNames } from './protocol/requests.ts';
import { Subscriptions } from './subscriptions.ts';

/** The oldest layout generation the field tables describe. */
const LOWEST_SERVER_VERSION = 163;
/** Above this much unsent output a client gets no more ticks until it has caught up. */
const CONGESTED_BYTES = 1 << 20;
/** Above this much it is given up. */
const HOPELESS_BYTES = 16 << 20;

/** What a session needs from the gateway it belongs to. */
export interface SessionHost {
  readonly faults: Faults;
  readonly log: Logger;
  readonly maxServerVersion: number;
  /** The gateway's clock, epoch milliseconds. */
  now(): number;
  /** The same as the handshake announces it, such as `20261120 13:30:00 US/Eastern`. */
  timeText(): string;
  /** Called for each well-formed request, in the order received. */
  onRequest(session: ClientSession, request: Request): void;
  onClose(session: ClientSession): void;
}

/** One TCP connection: handshake, framing, decoding, and sending with back-pressure. */
export class ClientSession {
  readonly subscriptions = new Subscriptions();
  /** Chosen by the client in startApi; undefined until then. */
  clientId: number | undefined;
  serverVersion = 0;
  /** 1 live, 2 frozen, 3 delayed, 4 delayed-frozen: what the client asked for last. */
  marketDataType = 1;
  readonly #socket: Socket;
  readonly #host: SessionHost;
  readonly #reader = new FrameReader();
  readonly #held: Request[] = [];
  /** Requests that wait out a delay, oldest first, with one timer each. */
  readonly #delayed: Request[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #nextDue = 0;

  constructor(socket: Socket, host: SessionHost) {
    this.#socket = socket;
    this.#host = host;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', (error) => host.log.debug({ clientId: this.clientId, error: error.message }, 'socket error'));
    socket.on('close', () => this.#onClose());
    if (host.faults.frozen) socket.pause();
  }

  /** True while the client reads more slowly than it is sent to. */
  get congested(): boolean {
    return this.#socket.writableLength > CONGESTED_BYTES;
  }

  /** Sends one message in the layout of this connection's server version. */
  send<K extends ServerMessageName>(name: K, values: ServerMessageValues<K>): void {
    if (this.#host.faults.frozen || !this.#socket.writable) return;
    if (this.#socket.writableLength > HOPELESS_BYTES) {
      this.close('the client does not read what it is sent');
      return;
    }
    const tokens = encodeFields(serverMessages[name], values, this.serverVersion);
    this.#socket.write(encodeFrame(this.#host.faults.mutilate(tokens)));
  }

  /** Sends an error or, with id −1, a system message. */
  sendError(reqId: number, code: number, text: string): void {
    this.send('error', { reqId, code, text, advancedOrderRejectJson: '', errorTime: this.#host.now() });
  }

  /** Ends the connection at once; what was already sent may be lost. */
  close(reason: string): void {
    this.#host.log.info({ clientId: this.clientId, reason }, 'closing a client connection');
    this.#socket.destroy();
  }

  /** Ends the connection after everything sent so far has gone out. */
  finish(reason: string): void {
    this.#host.log.info({ clientId: this.clientId, reason }, 'ending a client connection');
    this.#socket.end();
  }

  freeze(): void {
    this.#socket.pause();
  }

  thaw(): void {
    this.#socket.resume();
    for (const request of this.#held.splice(0)) this.#host.onRequest(this, request);
  }

  #onClose(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.subscriptions.clear();
    this.#held.length = 0;
    this.#delayed.length = 0;
    this.#host.onClose(this);
  }

  #onData(chunk: Buffer): void {
    try {
      for (const payload of this.#reader.push(chunk)) {
        if (this.#socket.destroyed) return;
        if (this.serverVersion === 0) this.#shakeHands(payload);
        else this.#receive(payload);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#host.log.warn({ clientId: this.clientId, reason: error.message }, 'a client broke the protocol');
      this.close(error.message);
    }
  }

  #shakeHands(payload: Buffer): void {
    if (this.#host.faults.ignoreHandshake) return;
    const { min, max } = parseVersions(payload);
    const agreed = Math.min(max, this.#host.maxServerVersion);
    if (agreed < LOWEST_SERVER_VERSION || agreed < min) {
      this.close(`no common server version with v${min}..${max}`);
      return;
    }
    this.serverVersion = agreed;
    this.#socket.write(frame(`${agreed}\0${this.#host.timeText()}\0`));
  }

  #receive(payload: Buffer): void {
    const tokens = splitFields(payload);
    const id = tokens[0] ?? '';
    if (!/^\d{1,9}$/.test(id)) throw new ProtocolError(`${JSON.stringify(id.slice(0, 40))} is not a message id`);
    const name = requestNames.get(Number(id));
    if (name === undefined) {
      this.#host.log.warn({ clientId: this.clientId, messageId: id }, 'ignoring an unknown request');
      return;
    }
    this.#deliver(new Request(name, decodeFields(clientRequests[name], tokens, this.serverVersion)));
  }

  /** Hands a request on, after the delay in force and never ahead of an earlier one. */
  #deliver(request: Request): void {
    const now = performance.now();
    this.#nextDue = Math.max(this.#nextDue, now + this.#host.faults.requestDelayMs);
    if (this.#nextDue <= now && this.#delayed.length === 0) {
      this.#handOver(request);
      return;
    }
    this.#delayed.push(request);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      // The oldest one, whichever timer fires first: close timers may swap places.
      this.#handOver(this.#delayed.shift() as Request);
    }, this.#nextDue - now);
    this.#timers.add(timer);
  }

  #handOver(request: Request): void {
    if (this.#host.faults.frozen) this.#held.push(request);
    else this.#host.onRequest(this, request);
  }
}
