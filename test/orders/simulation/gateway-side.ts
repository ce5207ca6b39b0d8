import type { GatewayMessage, GatewayNews } from '../../../relay/orders/model.ts';

/** An order that the gateway took, with everything that happened to it. */
export interface TakenOrder {
  readonly permId: number;
  readonly orderId: number;
  readonly orderRef: string;
  /** Of what was asked for first: the order that it hangs on (0: none) by its order id, and the terms. */
  readonly message: Pick<Extract<GatewayMessage, { type: 'place' }>, 'parentId' | 'terms'>;
  /** When it was written at the relay. */
  readonly writtenAt: number;
  readonly status: 'Held' | 'PreSubmitted' | 'Submitted' | 'Filled' | 'Cancelled';
  readonly filled: number;
  /** It came of a change that the gateway made two orders of. */
  readonly forked: boolean;
  /** Whether it ever left the gateway: before the last of its bracket comes it is in no list, and nothing happens to it. */
  readonly transmitted: boolean;
  /** It waited in a window while the connection broke within seconds of its write: a gap that is named in the docs. */
  readonly gap: boolean;
}

/** What a connected relay hears. */
export type Listener = (news: GatewayNews) => void;

/** From a write to the relay's knowledge that a window may hold it: the wait, and the look that proves the connection. */
export const silence = 6_000;

/** IB Gateway and all behind it as a schedule has it: what a relay can do with it, and what can go wrong with it. */
export interface GatewaySide {
  /** Which model it is. */
  readonly kind: 'small model' | 'exchange';
  readonly taken: readonly TakenOrder[];
  readonly running: boolean;
  /** @returns false when the port refuses */
  connect(listener: Listener): boolean;
  /** The connection breaks; what had not arrived is lost. */
  drop(): void;
  ping(): void;
  /** Bytes of the relay. Whether they arrive depends on the connection. */
  receive(session: Listener, messages: readonly GatewayMessage[], writtenAt: number): void;
  /** Whole lists, as they are when they are asked for. */
  look(listener: Listener, look: number): void;
  /** The gateway process ends; orders that IB has stay there, what waits in a window is gone. */
  goDown(forgetsIds: boolean): void;
  comeUp(): void;
  loseUpstream(): void;
  regainUpstream(): void;
  /** The next order waits in a window, and those behind it are dropped. */
  openWindow(): void;
  /** A person lets through what waits. */
  answerDialog(): void;
  /** A person changes or cancels one of the orders elsewhere. */
  editElsewhere(): void;
  /** The market fills a part, or all, of some working orders. */
  trade(): void;
  /** Orders vanish without a word. */
  swallowing: boolean;
  forksNextChange: boolean;
  rejectsNext: boolean;
  /**
   * What was on the wire of a connection that broke arrives all the same, so much later, unless the client id has been given to
   * another one by then: the gateway refuses that (326) for as long as it still reads the old one.
   */
  lateBytesAfter: number | undefined;
  /** The connection breaks with the next order: before it is read, or right after. */
  dropsWithNextOrder: 'before' | 'after' | undefined;
  /** An order is in no list before so many milliseconds after its write: IB has not acknowledged it. */
  listedAfter: number;
}
