import { Decimal } from 'decimal.js';
import { isPaperAccount } from '../../shared/accounts.ts';
import { ToolError } from '../../shared/errors.ts';
import { hashOfText, hashVersions, readCanonical } from '../../shared/orders/canonical.ts';
import type { PlannedOrder } from '../../shared/orders/order.ts';
import { judge, judgesOrders } from '../../shared/orders/policy.ts';
import type { Policy } from '../../shared/orders/policy-fields.ts';
import { waitingTimes } from '../../shared/orders/waiting-times.ts';
import { epochToLocal, localToEpoch } from '../gateway/time/time-zones.ts';
import type { Journal } from '../orders/journal.ts';
import type { LimitUse } from '../orders/model.ts';
import type { LimitReservation, SendQuestion, TraderSettings } from '../orders/settings.ts';
import type { TimeOfDay } from '../settings/trading.ts';

export interface TradingConfig {
  readonly mode: 'paper' | 'live';
  readonly clientId: number;
  readonly policy: Policy;
  /** The only accounts that this relay serves; absent: all of the login. */
  readonly accounts?: readonly string[] | undefined;
  /** The gateway's own daily restart, as it is set there. */
  readonly restartAt?: TimeOfDay | undefined;
  /** The gateway's clock is a simulated one. */
  readonly simulatedClock?: boolean;
}

/** What the trading machine of this relay is opened with. */
export function traderSettings(journal: Pick<Journal, 'head' | 'relay'>, config: TradingConfig): TraderSettings {
  const { mode, clientId, policy, accounts, restartAt, simulatedClock = false } = config;
  const { deadManMinutes } = policy;
  return {
    journal: journal.head,
    times: waitingTimes,
    relay: journal.relay,
    clientId,
    mode,
    isPaper: isPaperAccount,
    ...(accounts && { allowedAccounts: accounts }),
    simulatedClock: simulatedClock && mode === 'paper',
    readOrder,
    judgeAtSend: (question) => judgeAtSend(policy, question),
    ...(deadManMinutes !== undefined && { deadManAfter: deadManMinutes * 60_000 }),
    ...(restartAt && { nextRestart: (gateway: number) => nextTimeOfDay(restartAt, gateway) }),
  };
}

function readOrder(text: string, hash: string): PlannedOrder {
  const version = Number(hash.split(':', 1)[0]);
  if (!hashVersions.includes(version)) throw unreadable('This relay does not know its form.');
  if (hashOfText(text, version) !== hash) throw unreadable('Its hash is another one.');
  return readCanonical(text);
}

function unreadable(why: string): ToolError {
  return new ToolError({
    code: 'invalid_arguments',
    message: `The order cannot be read. ${why} Nothing was sent.`,
    nextStep: 'Preview it again; if that happens again, update the relay and the server.',
    sent: false,
  });
}

/** What the orders of the window have used together, in whatever account. */
export function usedIn(reserved: readonly LimitReservation[]): LimitUse {
  const all = reserved.map(({ used }) => used);
  const sum = (amount: (used: LimitUse) => string) => Decimal.sum('0', ...all.map(amount)).toFixed();
  return {
    notional: sum(({ notional }) => notional),
    orders: all.reduce((total, { orders }) => total + orders, 0),
    quantity: sum(({ quantity }) => quantity),
    loss: sum(({ loss }) => loss),
  };
}

function judgeAtSend(policy: Policy, { order, account, facts, reserved }: SendQuestion) {
  if (!facts) {
    const used = { notional: '0', orders: 1, quantity: quantityOf(order), loss: '0' };
    const isShared = order.kind !== 'exercise' && order.entry.allocation !== undefined;
    if (!isShared && !judgesOrders(policy)) return { used };
    const seconds = waitingTimes.lookHolds / 1_000;
    return {
      used,
      refused: {
        code: 'rejected_by_policy' as const,
        message: `Market, position and accounts were last looked at more than ${seconds} seconds ago, so the order was not checked against the limits at home. Nothing was sent.`,
        nextStep: 'Preview it again and confirm it; get_status says whether the gateway and its data are well.',
        sent: false,
      },
    };
  }
  const { measures, uses, members = [account] } = facts;
  const used = usedIn(reserved);
  const failed = members
    .flatMap((member) => judge(policy, 'relay', measures, uses, used, member))
    .filter(({ pass }) => !pass);
  if (failed.length === 0) return { used: uses };
  return {
    used: uses,
    refused: {
      code: 'rejected_by_policy' as const,
      message: `${[...new Set(failed.map(({ rule, text }) => `${rule}: ${text}.`))].join(' ')} Nothing was sent.`.slice(
        0,
        1_500,
      ),
      nextStep: 'The owner’s limits at home forbid it as it stands now; preview it again, or ask for less.',
      sent: false,
    },
  };
}

function quantityOf(order: PlannedOrder): string {
  return (order.kind === 'exercise' ? order.quantity : order.entry.quantity) ?? '0';
}

/** The next time that it is so late there, epoch milliseconds, after a moment. Of an hour that comes twice the first counts. */
export function nextTimeOfDay({ hour, minute, zone }: TimeOfDay, after: number): number {
  const { year, month, day } = epochToLocal(zone, after);
  const at = (days: number) => {
    const date = new Date(Date.UTC(year, month - 1, day + days));
    const local = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
    return localToEpoch(zone, { ...local, hour, minute });
  };
  const today = at(0);
  return today > after ? today : at(1);
}
