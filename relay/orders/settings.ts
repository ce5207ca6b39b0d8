import type { ToolErrorData } from '../../shared/errors.ts';
import type { JournalHead } from '../../shared/orders/frames.ts';
import type { PlannedOrder } from '../../shared/orders/order.ts';
import type { WaitingTimes } from '../../shared/orders/waiting-times.ts';
import type { Clocks, LimitUse, SendFacts } from './model.ts';

/** A ticket that counts toward the limits. */
export interface LimitReservation {
  readonly ticket: string;
  readonly account: string;
  /** Gateway time at which it was taken, epoch milliseconds. */
  readonly at: number;
  /** What it was taken with, or for what is over the part that was carried out. */
  readonly used: LimitUse;
}

export interface SendQuestion {
  readonly order: PlannedOrder;
  readonly account: string;
  readonly facts: SendFacts | undefined;
  /** Of the last `policyWindow`, this order's own not among them. */
  readonly reserved: readonly LimitReservation[];
  readonly clocks: Clocks;
}

/** What the machine is opened with; functions are pure and quick. */
export interface TraderSettings {
  /** The journal as it is after all its entries; `length` counts what was pruned. */
  readonly journal: JournalHead;
  readonly times: WaitingTimes;
  /** A short name of this relay that stands in IB's references, `[a-z0-9]{1,8}`. */
  readonly relay: string;
  readonly clientId: number;
  readonly mode: 'paper' | 'live';
  /** Whether the account's name is known to be that of a paper account; what is not known is live. */
  readonly isPaper: (account: string) => boolean;
  /** The only accounts that this relay serves; absent: all of the login. */
  readonly allowedAccounts?: readonly string[];
  /** The order that a canonical text says. @throws ToolError when it cannot be read or has another hash */
  readonly readOrder: (text: string, hash: string) => PlannedOrder;
  /** The policy at home about an order that is about to leave, and what it uses of the limits. */
  readonly judgeAtSend: (question: SendQuestion) => { readonly refused?: ToolErrorData; readonly used: LimitUse };
  /** Own orders are cancelled when the server was away for so long, milliseconds; absent: never. */
  readonly deadManAfter?: number;
  /** The gateway's clock is a simulated one, which need not agree with ours; on paper only. */
  readonly simulatedClock?: boolean;
  /** The next restart of the gateway that is configured at home, epoch milliseconds of gateway time. */
  readonly nextRestart?: (gateway: number) => number;
}
