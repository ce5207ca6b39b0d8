import { Socket } from 'node:net';
import { ErrorCode, EventName, IBApi } from '@stoqey/ib';
import type { Logger } from 'pino';
import { ToolError } from '../../../shared/errors.ts';
import { TurnBudget } from '../../async/turn-budget.ts';
import { withoutProfile } from './completed-profile.ts';
import { subscribeEvents } from './events/index.ts';
import type { Answer, Broadcast } from './events/messages.ts';
import { type ActingMessage, actingRequests, type DataLink, readingRequests } from './faces.ts';
import { withReadableRejection } from './rejection.ts';
import { neverSent } from './request-errors.ts';

export type GatewayLogger = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** What one connection tells its owner. Nothing is told after `close()`. */
export interface LinkListener {
  tcpOpen(): void;
  /** The handshake's answer; `greeting` is the gateway's local time as it writes it, `20261128 10:00:00 EST`. */
  serverVersion(version: number, greeting: string): void;
  nextValidId(orderId: number): void;
  managedAccounts(accounts: readonly string[]): void;
  time(epochSeconds: number): void;
  /** Any message at all arrived. */
  inbound(): void;
  /** A message of the system, about no request. */
  notice(code: number, text: string): void;
  /** `rejection` is what IB says in detail about an order that it refused. */
  requestError(id: number, code: number, text: string, rejection?: unknown): void;
  answer(reqId: number, answer: Answer): void;
  broadcast(broadcast: Broadcast): void;
  /** A message could not be read. `fatal` when nothing after it can be either. */
  protocolAlarm(text: string, fatal: boolean): void;
  closed(reason: string | undefined): void;
}

const reading: ReadonlySet<string> = new Set(readingRequests);
const acting: ReadonlySet<string> = new Set(actingRequests);

/** Above any rate that our own pacer allows, so that the library's first-in-first-out limiter never delays anything. */
const libraryRate = 1_000_000;

/** How long decoding may keep one turn of the event loop, give or take one message. */
const decodeMsPerTurn = 20;

export interface LinkSettings {
  readonly host: string;
  readonly port: number;
  readonly clientId: number;
  /** Whether anything that acts may be sent. */
  readonly mayAct: boolean;
}

/**
 * One connection to IB Gateway, used once: the codec and socket of `@stoqey/ib` behind guards. Listeners cannot crash
 * the process, control characters cannot reach the wire, and an undecodable message ends the connection, not the relay.
 * What is sent is in one of the lists of `faces.ts`, here and at run time; nothing leads from outside to the codec.
 */
export class Link {
  /** What may be handed on: it can only ask. */
  readonly data: DataLink = Object.freeze({
    call: (name: string, ...args: readonly unknown[]) => {
      this.#check(reading, name, args);
      this.#send(name, args);
    },
  });
  readonly #ib: IBApi;
  readonly #mayAct: boolean;
  readonly #listener: LinkListener;
  readonly #logger: GatewayLogger;
  #lastError: string | undefined;
  #open = true;

  constructor({ mayAct, ...address }: LinkSettings, listener: LinkListener, logger: GatewayLogger) {
    this.#mayAct = mayAct;
    this.#listener = listener;
    this.#logger = logger;
    // With all of these given the library reads no configuration of its own, which would load a stray `.env`.
    this.#ib = new IBApi({ ...address, maxReqPerSec: libraryRate });
    this.#guardDecoder();
    this.#subscribeSession();
    subscribeEvents({
      ib: this.#ib,
      guarded: (listener) => this.#guarded(listener),
      answer: (reqId, message) => listener.answer(reqId, message),
      broadcast: (message) => listener.broadcast(message),
    });
    this.#ib.connect();
  }

  /**
   * Sends messages that act; see `ActingConnection`.
   * @throws when nothing was sent; once something may have been, a ToolError with `sent`
   */
  act(messages: readonly ActingMessage[]): void {
    if (!this.#mayAct) throw new Error('This connection is for reading only.');
    for (const [name, ...args] of messages) this.#check(acting, name, args);
    try {
      for (const [name, ...args] of messages) this.#send(name, args);
    } catch (error) {
      this.#logger.error({ err: error }, 'a message about an order could not be encoded');
      throw new ToolError({
        code: 'internal',
        message: 'A message to IB Gateway could not be encoded; it may have been sent in part.',
        nextStep: 'Look at the open orders before anything is tried again.',
        sent: true,
      });
    }
  }

  /** Bytes that were handed to the socket and that the operating system has not taken yet. */
  get unsentBytes(): number {
    const socket: unknown = Reflect.get(this.#codecSocket(), 'client');
    return socket instanceof Socket ? socket.writableLength : 0;
  }

  /** Ends the connection; the listener hears nothing of it any more. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#ib.disconnect();
  }

  #check(allowed: ReadonlySet<string>, name: string, args: readonly unknown[]): void {
    if (!allowed.has(name)) throw new Error(`The request ${String(name)} cannot be sent from here.`);
    if (!this.#open)
      throw neverSent({ code: 'gateway_disconnected', message: 'The connection to IB Gateway is gone.' });
    refuseControlCharacters(args, name);
  }

  #send(name: string, args: readonly unknown[]): void {
    Reflect.apply(Reflect.get(this.#ib, name), this.#ib, args);
  }

  #controller(): object {
    return Reflect.get(this.#ib, 'controller') as object;
  }

  #codecSocket(): object {
    const socket: unknown = Reflect.get(this.#controller(), 'socket');
    if (typeof socket !== 'object' || socket === null) throw new TypeError('@stoqey/ib has no socket to guard');
    return socket;
  }

  #guarded<Args extends unknown[]>(listener: (...args: Args) => void): (...args: Args) => void {
    return (...args) => {
      if (!this.#open) return;
      try {
        listener(...args);
      } catch (error) {
        this.#logger.error({ err: error }, 'a listener of the gateway connection failed');
      }
    };
  }

  /** The library lets exceptions of its decoder escape into the socket's event, where they would end the process. */
  #guardDecoder(): void {
    const socket = this.#codecSocket();
    const decode: unknown = Reflect.get(socket, 'onData');
    if (typeof decode !== 'function') throw new TypeError('@stoqey/ib has no decoder to guard');
    const turns = new TurnBudget<Buffer>(decodeMsPerTurn, (data) => {
      if (!this.#open) return;
      try {
        Reflect.apply(decode, socket, [data]);
      } catch (error) {
        this.#logger.error({ err: error }, 'a message of IB Gateway could not be decoded');
        this.#listener.protocolAlarm(String(error), true);
      }
    });
    Reflect.set(socket, 'onData', (data: Buffer) => turns.push(data));
    const decoder: unknown = Reflect.get(this.#controller(), 'decoder');
    const enqueue: unknown = typeof decoder === 'object' && decoder && Reflect.get(decoder, 'enqueueMessage');
    if (!decoder || typeof enqueue !== 'function') throw new TypeError('@stoqey/ib has no queue to guard');
    Reflect.set(decoder, 'enqueueMessage', (tokens: readonly string[]) => {
      const version = Number(Reflect.get(decoder, 'serverVersion'));
      Reflect.apply(enqueue, decoder, [withoutProfile(withReadableRejection(tokens), version)]);
    });
  }

  #subscribeSession(): void {
    const ib = this.#ib;
    const listener = this.#listener;
    ib.once(
      EventName.sent,
      this.#guarded(() => listener.tcpOpen()),
    );
    ib.on(
      EventName.received,
      this.#guarded(() => listener.inbound()),
    );
    ib.on(
      EventName.server,
      this.#guarded((version: number, greeting: string) => listener.serverVersion(version, greeting)),
    );
    ib.on(
      EventName.nextValidId,
      this.#guarded((orderId: number) => listener.nextValidId(orderId)),
    );
    ib.on(
      EventName.managedAccounts,
      this.#guarded((list: string) =>
        listener.managedAccounts(
          list
            .split(',')
            .map((account) => account.trim())
            .filter((account) => account !== ''),
        ),
      ),
    );
    ib.on(
      EventName.currentTime,
      this.#guarded((time: number) => listener.time(time)),
    );
    ib.on(
      EventName.disconnected,
      this.#guarded(() => listener.closed(this.#lastError)),
    );
    ib.on(
      EventName.info,
      this.#guarded((text: string, code: number) => listener.notice(code, text)),
    );
    ib.on(
      EventName.error,
      this.#guarded((error: Error, code: number, id: number, rejection?: unknown) =>
        this.#onError(error.message, code, id, rejection),
      ),
    );
  }

  #onError(text: string, code: number, id: number, rejection: unknown): void {
    if (id !== ErrorCode.NO_VALID_ID) this.#listener.requestError(id, code, text, rejection);
    else if (code === ErrorCode.UNKNOWN_ID) this.#listener.protocolAlarm(text, false);
    else if (code === ErrorCode.CONNECT_FAIL) this.#lastError = text;
    else this.#listener.notice(code, text);
  }
}

function refuseControlCharacters(value: unknown, name: string): void {
  if (typeof value === 'string') {
    if (/\p{Cc}/u.test(value)) {
      throw new ToolError({
        code: 'invalid_arguments',
        message: `Text for ${name} holds control characters.`,
        nextStep: 'Remove them and call again.',
      });
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) refuseControlCharacters(member, name);
  }
}
