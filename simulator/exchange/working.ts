import { Decimal } from 'decimal.js';
import type { Instrument } from '../market/instruments.ts';
import type { Commitment } from './commitment.ts';
import type { Order, OrderStatus } from './model.ts';
import { isClosing, isOpening, kindOf } from './order-kinds.ts';

/** An order with what the exchange has to remember about it. Immutable and made of plain values. */
export interface Working {
  readonly order: Order;
  /** Orders come in this sequence; it decides between equal prices. */
  readonly sequence: number;
  readonly transmitted: boolean;
  readonly conditionsMet: boolean;
  /** The stop or touch price was reached, or there is none. */
  readonly triggered: boolean;
  /** Consecutive moments at which the trigger held, of methods that need two. */
  readonly hits: number;
  /** The best price since a trailing order began to follow. */
  readonly extreme?: number;
  /** The stop or touch price as it stands now. */
  readonly stop?: number;
  /** A limit that was fixed on the way: what is left of market-to-limit, snapped, protected and triggered trailing orders. */
  readonly limit?: number;
  /** Where a pegged order stood at the last moment. */
  readonly pegged?: number;
  /** The price of the reference when a benchmark order began. */
  readonly reference?: number;
  /** It was in the book at the moment before this one. */
  readonly resting: boolean;
  readonly adjusted: boolean;
  /** When the order began to be worked, epoch milliseconds: what algorithms count from. */
  readonly startedAt?: number;
  readonly expiresAt?: number;
  /** What it takes of its accounts' funds; absent for exits. */
  readonly commitment?: Commitment;
  /** Shares that could not be borrowed yet. */
  readonly awaitsLocate: boolean;
  /** The broker holds it back as `Inactive`: it is not worked, and a cancel of it is not answered. */
  readonly inactive?: boolean;
  readonly completed: boolean;
}

const final: ReadonlySet<OrderStatus> = new Set(['Filled', 'Cancelled', 'ApiCancelled', 'Inactive']);
export const zero = new Decimal(0);

export const isFinal = (order: Order): boolean => final.has(order.status);
export const instrumentOf = (order: Order): Instrument => order.terms.legs[0].instrument;
/** The quantity asked for; that of cash orders was worked out when they came in. */
export const totalOf = (order: Order): Decimal => order.filled.plus(order.remaining);

/** Changes the order inside. */
export const withOrder = (working: Working, changes: Partial<Order>): Working => ({
  ...working,
  order: { ...working.order, ...changes },
});

/** What an order's status is while it lives, and why it waits. */
export function livingStatus(
  working: Working,
  open: { readonly works: boolean; readonly parentFilled: boolean },
): Pick<Order, 'status' | 'whyHeld'> {
  const { order, transmitted, triggered, conditionsMet, awaitsLocate } = working;
  if (!transmitted) return { status: 'ApiPending', whyHeld: '' };
  if (working.inactive) return { status: 'Inactive', whyHeld: '' };
  const held = [
    ...(open.parentFilled ? [] : ['child']),
    ...(triggered ? [] : ['trigger']),
    ...(awaitsLocate ? ['locate'] : []),
  ].join(',');
  const kind = kindOf(order.terms);
  const waits = held !== '' || !conditionsMet || !open.works || isClosing(kind) || isOpening(order.terms);
  return { status: waits && order.filled.isZero() ? 'PreSubmitted' : 'Submitted', whyHeld: held };
}

/** What ended an order. */
export function completed(working: Working, status: OrderStatus, at: number, completedStatus: string): Working {
  return {
    ...withOrder(working, { status, completedAt: at, completedStatus, whyHeld: '' }),
    completed: true,
    resting: false,
  };
}
