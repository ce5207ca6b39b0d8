import { EventEmitter } from 'node:events';
import { EventName, type IBApi } from '@stoqey/ib';
import { Decoder } from '@stoqey/ib/dist/core/io/decoder.js';
import { Encoder } from '@stoqey/ib/dist/core/io/encoder.js';
import type { Answer, Broadcast } from '../../../../relay/gateway/connection/events/messages.ts';
import { subscribeOrderEvents } from '../../../../relay/gateway/connection/events/orders.ts';
import { completedOrder, seenOrder } from '../../../../relay/gateway/orders/decode.ts';
import { encodeOrder } from '../../../../relay/gateway/orders/encode.ts';
import { encodeCancel, encodeCancelEverything } from '../../../../relay/gateway/orders/encode-ending.ts';
import { type FeedSource, OrderFeed } from '../../../../relay/gateway/orders/order-feed.ts';
import { executionOf, type FoundOrders } from '../../../../relay/gateway/orders/order-lists.ts';
import type { GatewayMessage, GatewayNews } from '../../../../relay/orders/model.ts';
import { frame, splitFields } from '../../../../simulator/protocol/framing.ts';

const serverVersion = 193;
const zone = 'America/New_York';
/** Above every order id. */
const executionsId = 2_000_000_000;
const codes = { lost: 1100, back: [1101, 1102] } as const;

type FeedNews = Parameters<Parameters<FeedSource['onNews']>[0]>[0];

const written = (token: unknown): string =>
  typeof token === 'boolean' ? (token ? '1' : '0') : token === undefined || token === null ? '' : String(token);

/**
 * The relay's end of a connection to the gateway: the library's encoder and decoder, the relay's own encoding of orders, and
 * its feed, with bytes in and out and without anything that waits.
 */
export class WireClient {
  readonly #clientId: number;
  readonly #send: (bytes: Buffer) => void;
  readonly #now: () => number;
  readonly #encoder: Encoder;
  readonly #decoder: Decoder;
  readonly #events = new EventEmitter();
  readonly #feed = new EventEmitter();
  #accounts: readonly string[] = [];
  #nextOrderId: number | undefined;
  #isGreeted = false;
  #isOver = false;
  #timesAsked = 0;
  #timesStale = 0;
  #lists:
    | {
        look: number;
        open: FoundOrders['open'][number][];
        completed: FoundOrders['completed'][number][];
        executions: FoundOrders['executions'][number][];
      }
    | undefined;
  readonly #tell: (news: GatewayNews) => void;

  constructor(clientId: number, now: () => number, send: (bytes: Buffer) => void, tell: (news: GatewayNews) => void) {
    this.#now = now;
    this.#send = send;
    this.#tell = tell;
    const fail = (text: string): never => {
      throw new Error(text);
    };
    this.#encoder = new Encoder({
      serverVersion,
      sendMsg: (...tokens: unknown[]) => send(frame(`${tokens.flat(5).map(written).join('\0')}\0`)),
      emitError: fail,
    });
    this.#decoder = new Decoder({
      serverVersion,
      emitEvent: (name, ...values) => this.#events.emit(name, ...values),
      emitError: (text, code, id = -1) =>
        id > 0
          ? this.#feed.emit('error-of-order', { type: 'order-error', orderId: id, code, text })
          : this.#notice(code),
      emitInfo: (_text, code) => this.#notice(code),
    });
    this.#listen();
    const feed = this.#feed;
    const source = {
      gatewayZone: () => zone,
      serverTime: now,
      status: () => ({ accounts: this.#accounts }),
      onBroadcast: (listener: (message: Broadcast) => void) => feed.on('broadcast', listener),
      onNews: (listener: (news: FeedNews) => void) => feed.on('news', listener),
      onOrderError: (listener: (error: unknown) => void) => feed.on('error-of-order', listener),
    } as unknown as FeedSource;
    new OrderFeed(source, { clientId, nextOrderId: () => this.#nextOrderId, tell });
    this.#clientId = clientId;
  }

  /** Begins with the handshake. */
  start(): void {
    this.#news({ type: 'dialled' });
    this.#send(Buffer.concat([Buffer.from('API\0', 'latin1'), frame(`v100..${serverVersion}`)]));
  }

  /** The bytes that a message is. */
  bytesOf(message: GatewayMessage): Buffer {
    const sent: Buffer[] = [];
    const encoder = new Encoder({
      serverVersion,
      sendMsg: (...tokens: unknown[]) => sent.push(frame(`${tokens.flat(5).map(written).join('\0')}\0`)),
      emitError: (text: string) => {
        throw new Error(text);
      },
    });
    const [name, ...args] = acting(message);
    Reflect.apply(Reflect.get(encoder, name), encoder, args);
    return Buffer.concat(sent);
  }

  receive(bytes: Buffer): void {
    if (this.#isOver) return;
    for (let at = 0; at < bytes.length; ) {
      const length = bytes.readUInt32BE(at);
      const tokens = splitFields(bytes.subarray(at + 4, at + 4 + length));
      at += 4 + length;
      if (this.#isGreeted) {
        this.#decoder.enqueueMessage(tokens);
        this.#decoder.process();
      } else {
        this.#isGreeted = true;
        this.#send(frame(['71', '2', String(this.#clientId), ''].map((field) => `${field}\0`).join('')));
      }
    }
  }

  /** Nothing arrives any more. */
  over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#news({ type: 'gone' });
    if (this.#lists) this.#tell({ type: 'looked', look: this.#lists.look });
  }

  askTime(): void {
    this.#timesAsked += 1;
    this.#encoder.reqCurrentTime();
  }

  /** Whole lists, one after the other. */
  look(look: number): void {
    this.#lists = { look, open: [], completed: [], executions: [] };
    this.#encoder.reqAllOpenOrders();
  }

  #news(news: FeedNews): void {
    this.#feed.emit('news', news);
  }

  #notice(code: number): void {
    const isUp = codes.back.some((back) => back === code);
    if (code !== codes.lost && !isUp) return;
    // As the connection's supervisor: what was asked before says nothing of the time after.
    if (code === codes.lost) this.#timesStale = this.#timesAsked;
    this.#news({ type: 'upstream', up: isUp });
  }

  #listen(): void {
    const events = this.#events;
    subscribeOrderEvents({
      ib: events as unknown as IBApi,
      guarded: (listener) => listener,
      answer: (_id, answer) => this.#answer(answer),
      broadcast: (message) => this.#broadcast(message),
    });
    events.on(EventName.managedAccounts, (list: string) => {
      this.#accounts = list.split(',');
    });
    events.on(EventName.nextValidId, (id: number) => {
      const isFirst = this.#nextOrderId === undefined;
      this.#nextOrderId = id;
      if (isFirst) this.#news({ type: 'up' });
    });
    events.on(EventName.currentTime, () => {
      this.#timesAsked -= 1;
      const isStale = this.#timesStale > 0;
      if (isStale) this.#timesStale -= 1;
      if (!isStale) this.#news({ type: 'heartbeat' });
    });
  }

  #broadcast(message: Broadcast): void {
    this.#collect(message);
    this.#feed.emit('broadcast', message);
  }

  #collect(message: Broadcast): void {
    const lists = this.#lists;
    if (!lists) return;
    switch (message.type) {
      case 'open-order':
        lists.open.push(seenOrder({ ...message, status: message.state.status ?? '' }, zone));
        return;
      case 'open-orders-end':
        this.#encoder.reqCompletedOrders(false);
        return;
      case 'completed-order': {
        const { contract, order, state } = message;
        const { status = '', completedStatus = '' } = state;
        lists.completed.push(completedOrder({ contract, order, status, completedStatus }, zone));
        return;
      }
      case 'completed-orders-end':
        this.#encoder.reqExecutions(executionsId, {});
    }
  }

  #answer(answer: Answer): void {
    const lists = this.#lists;
    if (!lists) return;
    if (answer.type === 'execution')
      lists.executions.push(
        executionOf(answer.contract, answer.execution, { gatewayZone: () => zone, serverTime: this.#now }),
      );
    if (answer.type !== 'executions-end') return;
    this.#lists = undefined;
    const { look, ...found } = lists;
    this.#tell({ type: 'looked', look, found });
  }
}

function acting(message: GatewayMessage) {
  switch (message.type) {
    case 'place':
      return encodeOrder(message, serverVersion);
    case 'cancel':
      return encodeCancel(message.orderId);
    case 'cancel-everything':
      return encodeCancelEverything();
    case 'exercise':
      throw new Error('no schedule exercises an option');
  }
}
