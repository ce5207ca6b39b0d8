import { setTimeout as sleep } from 'node:timers/promises';
import { ToolError, toToolErrorData } from '../../../shared/errors.ts';
import type { ActingConnection, ActingMessage } from '../connection/faces.ts';
import { neverSent } from '../connection/request-errors.ts';
import { encodeOrder } from './encode.ts';
import { encodeCancel, encodeCancelEverything, encodeExercise } from './encode-ending.ts';
import type { GatewayMessage, GatewayNews } from './news.ts';
import type { FoundOrders, OrderLists } from './order-lists.ts';

/** How often an order that waits for the socket looks at it. */
const socketMs = 5;

/** Messages that leave together, on one session's connection or not at all. */
export interface OrderBatch {
  readonly session: string;
  readonly messages: readonly GatewayMessage[];
  /** Asked in the turn of the write; with it nothing leaves, either, while anything of before waits in this process. */
  readonly mayLeave?: () => boolean;
}

/** `handedOver`: the socket has it, or may have. Otherwise certainly nothing left, and `why` says why. */
export interface BatchOutcome {
  readonly handedOver: boolean;
  readonly why?: string;
}

/** What the trading desk has of the gateway; taken once, and given to nobody else. */
export interface TradingConnection {
  /** Of one listener, which hears everything from the first connection on. */
  readonly onNews: (listener: (news: GatewayNews) => void) => void;
  /** Hands messages over in one turn of the event loop, in their order. Never rejects. */
  readonly send: (batch: OrderBatch) => Promise<BatchOutcome>;
  /** Rejects with a ToolError. */
  readonly look: (deadlineMs: number) => Promise<FoundOrders>;
  readonly reconnect: () => void;
}

/** The socket has not taken what was sent before. */
class SocketBusy extends ToolError {}

/** How messages leave: encoded before anything is decided, checked in the turn of their write. */
export class OrderSender {
  readonly #acting: ActingConnection;
  readonly #session: () => string | undefined;
  /** Nothing overtakes what was handed in before it: a gateway refuses an order id below one that it has seen. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(acting: ActingConnection, session: () => string | undefined) {
    this.#acting = acting;
    this.#session = session;
  }

  /** Never rejects. */
  send(batch: OrderBatch): Promise<BatchOutcome> {
    const outcome = this.#before.then(() => this.#sendNext(batch));
    this.#before = outcome;
    return outcome;
  }

  async #sendNext({ session, messages, mayLeave }: OrderBatch): Promise<BatchOutcome> {
    const check = () => {
      if (this.#session() !== session) throw refused('The connection to IB Gateway is another one by now.');
      if (!mayLeave) return;
      if (!mayLeave()) throw refused('Its time was over before it could leave.');
      if (this.#acting.unsentBytes() > 0) {
        throw new SocketBusy({
          code: 'busy',
          message: 'The connection to IB Gateway is not taking anything.',
          sent: false,
        });
      }
    };
    try {
      const encoded = messages.map((message) => encode(message, this.#acting.serverVersion() ?? 0));
      for (;;) {
        const busy = await this.#attempt(encoded, check);
        if (!busy) return { handedOver: true };
        if (!mayLeave?.()) throw busy;
        await sleep(socketMs);
      }
    } catch (error) {
      const { message, sent } = toToolErrorData(error);
      // What was not said to be unsent may have left.
      return { handedOver: sent !== false, why: message };
    }
  }

  async #attempt(encoded: readonly ActingMessage[], check: () => void): Promise<SocketBusy | undefined> {
    try {
      await this.#acting.act(encoded, undefined, check);
      return undefined;
    } catch (error) {
      if (error instanceof SocketBusy) return error;
      throw error;
    }
  }
}

function encode(message: GatewayMessage, serverVersion: number): ActingMessage {
  try {
    switch (message.type) {
      case 'place':
        return encodeOrder(message, serverVersion);
      case 'cancel':
        return encodeCancel(message.orderId);
      case 'cancel-everything':
        return encodeCancelEverything();
      case 'exercise':
        return encodeExercise(message.requestId, message.exercise);
    }
  } catch (error) {
    throw new ToolError({ ...toToolErrorData(error), sent: false });
  }
}

function refused(message: string): ToolError {
  return neverSent({ code: 'trading_unavailable', message });
}

/** What is given away, with nothing behind it to reach. */
export function tradingConnection(parts: {
  readonly onNews: TradingConnection['onNews'];
  readonly sender: OrderSender;
  readonly lists: OrderLists;
  readonly acting: ActingConnection;
}): TradingConnection {
  const { onNews, sender, lists, acting } = parts;
  return Object.freeze<TradingConnection>({
    onNews,
    send: (batch) => sender.send(batch),
    look: (deadlineMs) => lists.look(deadlineMs),
    reconnect: () => acting.reconnect(),
  });
}
