import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import type { Faults } from '../faults/faults.ts';
import { Incoming } from '../faults/incoming.ts';
import { Link } from '../faults/link.ts';
import { Outgoing } from '../faults/outgoing.ts';
import { RequestBudget } from '../faults/request-pacing.ts';
import { handshakeName } from '../faults/rules.ts';
import { decodeFields, encodeFields } from '../protocol/codec.ts';
import type { Row } from '../protocol/fields.ts';
import { FrameReader, ProtocolError, parseVersions, splitFields } from '../protocol/framing.ts';
import { type ServerMessageName, type ServerMessageValues, serverMessages } from '../protocol/messages.ts';
import { clientRequests, Request, requestNames } from '../protocol/requests.ts';
import type { Logger } from '../world/logger.ts';
import { Subscriptions } from './subscriptions.ts';

/** The oldest layout generation the field tables describe. */
const lowestServerVersion = 163;
/** What a gateway tells the requests of clients that are older. */
const tooOld = `Your API version does not support fractional size rules. Please upgrade to a minimum version ${lowestServerVersion}.`;
/** Above this much unsent output a client gets no more ticks until it has caught up. */
const congestedBytes = 1 << 20;
/** Above this much it is given up. */
const hopelessBytes = 16 << 20;
/** Above this many requests that wait for their turn a client is given up. */
const mostDelayed = 20_000;

/** What a session needs from the gateway it belongs to. */
export interface SessionHost {
  readonly faults: Faults;
  readonly log: Logger;
  readonly maxServerVersion: number;
  /** A client that has not started after so many milliseconds is cut off. */
  readonly handshakeMs: number;
  /** The gateway's clock, epoch milliseconds, as it announces it. */
  now(): number;
  /** The same as the handshake announces it, such as `20261120 13:30:00 US/Eastern`. */
  timeText(): string;
  /** Called for each well-formed request, in the order in which they are to be handled. */
  onRequest(session: ClientSession, request: Request): void;
  /** Called for a request that was received and will not be handled. */
  onIgnored(session: ClientSession, request: Request): void;
  onClose(session: ClientSession): void;
  /** Does something after so many milliseconds, whatever has become of the connection by then. */
  later(milliseconds: number, run: () => void): void;
}

/** One TCP connection: handshake, framing, decoding, pacing, and sending with back-pressure and with the faults in force. */
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
  readonly #budget = new RequestBudget(performance.now());
  readonly #link: Link;
  readonly #outgoing: Outgoing;
  readonly #incoming: Incoming;
  readonly #held: Request[] = [];
  /** Requests that wait out a delay or their turn, oldest first, with one timer each. */
  readonly #delayed: Request[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #patience: NodeJS.Timeout;
  #nextDue = 0;
  /** Set once nothing may be sent any more. */
  #mute = false;

  constructor(socket: Socket, host: SessionHost) {
    this.#socket = socket;
    this.#host = host;
    this.#link = new Link(socket, () => host.faults.link);
    this.#outgoing = new Outgoing(this.#link, (reason) => this.finish(reason));
    this.#incoming = new Incoming({
      handle: (request) => host.onRequest(this, request),
      note: (request) => host.onIgnored(this, request),
      refuse: (request, code, text) => this.#refuse(request, code, text),
      breakOff: (request, acted) => this.#breakOff(request, acted),
      handleLate: (request, ms) => host.later(ms, () => host.onRequest(this, request)),
    });
    this.#patience = setTimeout(() => this.#losePatience(), host.handshakeMs);
    this.#patience.unref();
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', (error) => host.log.debug({ clientId: this.clientId, error: error.message }, 'socket error'));
    socket.on('close', () => this.#onClose());
    if (host.faults.frozen) socket.pause();
  }

  /** True while the client reads more slowly than it is sent to. */
  get congested(): boolean {
    return this.#link.unsentBytes > congestedBytes;
  }

  /** True once nothing that is sent arrives any more. */
  get closed(): boolean {
    return this.#mute || !this.#socket.writable;
  }

  /** Sends one message in the layout of this connection's server version. */
  send<K extends ServerMessageName>(name: K, values: ServerMessageValues<K>): void {
    if (!this.#canSend()) return;
    const rule = this.#host.faults.rules.outgoing({ name, fields: values, clientId: this.clientId });
    const honest = this.#withSkew(name, values);
    const sent = rule?.do === 'change' ? { ...honest, ...rule.fields } : honest;
    this.#outgoing.send(encodeFields(serverMessages[name], sent, this.serverVersion), rule);
  }

  /** The gateway tells the time by its own clock, which may be off. */
  #withSkew(name: ServerMessageName, values: Row): Row {
    const { clockSkewMs } = this.#host.faults;
    if (name === 'currentTime') return { time: Number(values.time) + Math.round(clockSkewMs / 1000) };
    return name === 'currentTimeInMillis' ? { time: Number(values.time) + clockSkewMs } : values;
  }

  #canSend(): boolean {
    if (this.#host.faults.frozen || this.closed) return false;
    if (this.#link.unsentBytes <= hopelessBytes) return true;
    this.close('the client does not read what it is sent');
    return false;
  }

  /** Sends an error or, with id −1, a system message. */
  sendError(reqId: number, code: number, text: string): void {
    this.send('error', { reqId, code, text, advancedOrderRejectJson: '', errorTime: this.#host.now() });
  }

  /** Ends the connection at once; what was already sent may be lost. */
  close(reason: string): void {
    this.#host.log.info({ clientId: this.clientId, reason }, 'closing a client connection');
    this.#link.flush();
    this.#socket.destroy();
  }

  /** Ends the connection after everything sent so far has gone out. */
  finish(reason: string): void {
    this.#host.log.info({ clientId: this.clientId, reason }, 'ending a client connection');
    this.#mute = true;
    this.#link.end();
  }

  /** Lets the other side believe that the connection lives: nothing is read or sent any more, and nothing closed. */
  goSilent(): void {
    this.#mute = true;
    this.#incoming.clear();
    this.#outgoing.clear();
    this.#link.discard();
    this.#socket.pause();
  }

  freeze(): void {
    this.#socket.pause();
  }

  thaw(): void {
    this.#socket.resume();
    for (const request of this.#held.splice(0)) this.#take(request);
  }

  #onClose(): void {
    clearTimeout(this.#patience);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#incoming.clear();
    this.#outgoing.clear();
    this.#link.discard();
    this.subscriptions.clear();
    this.#held.length = 0;
    this.#delayed.length = 0;
    this.#host.onClose(this);
  }

  #losePatience(): void {
    const { frozen, handshake } = this.#host.faults;
    if (this.clientId !== undefined || frozen || handshake === 'ignore') return;
    this.close(`the client has not started within ${this.#host.handshakeMs} ms`);
  }

  #onData(chunk: Buffer): void {
    try {
      for (const payload of this.#reader.push(chunk)) {
        if (this.#socket.destroyed || this.#mute) return;
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
    const { faults, maxServerVersion } = this.#host;
    if (faults.handshake === 'ignore') return;
    if (faults.handshake === 'refuse') {
      this.close('the gateway is not logged in');
      return;
    }
    const { min, max } = parseVersions(payload);
    if (min > maxServerVersion) {
      // As a gateway does: it says what it speaks, and the client, which knows its own needs best, says what is wrong.
      this.#announce(maxServerVersion);
      this.#turnAway(
        `the client speaks server versions ${min} to ${max} only, this gateway none above ${maxServerVersion}: it needs a client that still speaks the text protocol`,
      );
      return;
    }
    this.serverVersion = Math.min(max, maxServerVersion);
    this.#announce(this.serverVersion);
  }

  #turnAway(reason: string): void {
    this.#host.log.warn({ reason }, 'a client of another protocol version is turned away');
    this.finish(reason);
  }

  #announce(agreed: number): void {
    const { faults } = this.#host;
    const version = String(faults.announcedServerVersion ?? agreed);
    const time = this.#host.timeText();
    const rule = faults.rules.outgoing({ name: handshakeName, fields: { version, time }, clientId: undefined });
    const changed = rule?.do === 'change' ? { version, time, ...rule.fields } : { version, time };
    this.#outgoing.send([String(changed.version), String(changed.time)], rule);
  }

  #receive(payload: Buffer): void {
    if (this.serverVersion < lowestServerVersion) {
      this.sendError(-1, 10285, tooOld);
      this.#turnAway(
        `the client speaks no server version from ${lowestServerVersion} on, at most ${this.serverVersion}`,
      );
      return;
    }
    const tokens = splitFields(payload);
    const id = tokens[0] ?? '';
    if (!/^\d{1,9}$/.test(id)) throw new ProtocolError(`${JSON.stringify(id.slice(0, 40))} is not a message id`);
    const name = requestNames.get(Number(id));
    if (name === undefined) {
      this.#host.log.warn({ clientId: this.clientId, messageId: id }, 'ignoring an unknown request');
      return;
    }
    const wait = this.#pace();
    if (wait === undefined) return;
    this.#deliver(new Request(name, decodeFields(clientRequests[name], tokens, this.serverVersion)), wait);
  }

  /** How long the next request has to wait, in milliseconds; undefined when it is refused. */
  #pace(): number | undefined {
    const { requestPacing } = this.#host.faults;
    const now = performance.now();
    if (requestPacing === 'off') return 0;
    if (requestPacing === 'queue') return this.#budget.wait(now);
    const admitted = this.#budget.admit(now);
    if (admitted === 'yes') return 0;
    this.sendError(-1, 100, 'Max rate of messages per second has been exceeded: max=50 rec=51 (1)');
    if (admitted === 'out') this.finish('too many requests a second, three times');
    return undefined;
  }

  /** Hands a request on, after the delay in force and never ahead of an earlier one. */
  #deliver(request: Request, wait: number): void {
    const now = performance.now();
    this.#nextDue = Math.max(this.#nextDue, now + wait + this.#host.faults.requestDelayMs);
    if (this.#nextDue <= now && this.#delayed.length === 0) {
      this.#take(request);
      return;
    }
    if (this.#delayed.length >= mostDelayed) throw new ProtocolError('too many requests wait for their turn');
    this.#delayed.push(request);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      // The oldest one, whichever timer fires first: close timers may swap places.
      this.#take(this.#delayed.shift() as Request);
    }, this.#nextDue - now);
    this.#timers.add(timer);
  }

  #take(request: Request): void {
    if (this.#host.faults.frozen) this.#held.push(request);
    else this.#incoming.receive(request, this.#host.faults.rules.incoming(request, this.clientId));
  }

  #refuse(request: Request, code: number, text: string): void {
    this.#host.onIgnored(this, request);
    this.sendError(idOf(request), code, text);
  }

  /** A socket that is closed over unread bytes is reset, and the client may see that. */
  #breakOff(request: Request, acted: boolean): void {
    this.#mute = true;
    if (acted) this.#host.onRequest(this, request);
    this.#host.log.info({ clientId: this.clientId, name: request.name, acted }, 'a rule breaks a connection off');
    this.#socket.resetAndDestroy();
  }
}

/** The id by which a request's answer is known: its request id, its order id, or −1. */
export function idOf(request: Request): number {
  const { reqId, orderId } = request.values;
  const id = Number(reqId ?? orderId);
  return Number.isInteger(id) && id > 0 ? id : -1;
}
