import { ToolError } from '../../../shared/errors.ts';
import type { CancelBody } from '../../../shared/orders/frames.ts';
import type { SentRequest, Ticket } from '../../../shared/orders/home-model.ts';
import { isOpen, isOver } from '../../../shared/orders/ticket.ts';
import type { CancelResult } from '../../../shared/tools/support/cancel-results.ts';
import { reaches } from '../relays/account-scope.ts';
import type { RelayView } from '../relays/status.ts';
import type { Caller } from './caller.ts';
import { nameOfOrder, ordersOf, ticketResult } from './results.ts';
import { accountNeeded, assertReached, tradingRelay } from './routing.ts';
import { newId, type TicketDesk } from './ticket-desk.ts';
import type { Trading } from './trading.ts';

/** How long a caller waits for the end of what it cancels. */
const endWithinMs = 15_000;

type CancelledOrder = CancelResult['orders'][number];

export interface CancelCall {
  readonly caller: Caller;
  readonly relays: readonly RelayView[];
}

/** Ends orders. It waits for no approval and no limit, and says of each order what came of it. */
export class Cancelling {
  readonly #trading: Trading;
  readonly #desk: TicketDesk;

  constructor(trading: Trading, desk: TicketDesk) {
    this.#trading = trading;
    this.#desk = desk;
  }

  /** @param order a ticket, `ticket/leg`, or IB's permanent id */
  async order(order: string, account: string | undefined, { caller, relays }: CancelCall): Promise<CancelResult> {
    assertReached(account, caller.accounts);
    const [id = '', leg] = order.split('/');
    const ticket = this.#trading.state.tickets.get(id);
    const placed = this.#desk.ticketOf(order);
    if (placed && !reaches(caller.accounts, placed.account)) throw noSuchOrder(order);
    if (ticket) {
      const ended = this.#withoutRelay(ticket, caller);
      if (ended) return ended;
    }
    if (placed) this.#mayCancel(placed, caller);
    const known = ticket?.report?.legs.find((one) => one.leg === leg);
    const permId = known?.permId ?? Number(/^\d{1,15}$/.exec(order)?.[0] ?? 0);
    if (!ticket && permId === 0) throw noSuchOrder(order);
    // The relay cancels nothing of another account than the one that is named.
    const reached = account ?? placed?.account ?? onlyOne(caller.accounts);
    if (caller.accounts && reached === undefined) throw new ToolError(accountNeeded(caller.accounts));
    const device = this.#desk.deviceOf(order) ?? tradingRelay(this.#trading.state, relays, reached, caller.accounts).id;
    const what: CancelBody['what'] =
      ticket && leg === undefined
        ? { kind: 'ticket', ticket: id }
        : { kind: 'order', order: { orderId: known?.orderId ?? 0, clientId: 0, permId } };
    const sent = await this.#send(device, what, reached, caller);
    return resultOf([sent], order, ticket);
  }

  /** Everything that relays of this user have placed, or of one account. Without `dryRun` it is asked to end. */
  async all(account: string | undefined, dryRun: boolean, { caller, relays }: CancelCall): Promise<CancelResult> {
    const { state } = this.#trading;
    assertReached(account, caller.accounts);
    const concerns = (one: string) => reaches(caller.accounts, one) && (account === undefined || one === account);
    const own = [...state.tickets.values()].filter(
      (ticket) => !isOpen(ticket.state) && !isOver(ticket.state) && concerns(ticket.account),
    );
    if (dryRun) {
      const orders = own.flatMap((ticket): CancelledOrder[] =>
        ordersOf(ticket).map(({ order, contract, status, filled }) => ({
          order,
          contract,
          outcome: 'not_sent',
          status,
          filled,
        })),
      );
      const waiting = own.filter(({ report }) => report === undefined).map(({ id }) => id);
      return {
        orders,
        message: [
          `These ${orders.length} would be asked to end; nothing was sent.`,
          ...(waiting.length > 0 ? [`Tickets that are being sent: ${waiting.join(', ')}.`] : []),
          'Orders of other programs and of hands stay: end those where they were placed.',
        ].join(' '),
      };
    }
    for (const ticket of own) this.#mayCancel(ticket, caller);
    const targets = this.#targets(account, { caller, relays });
    // Fails with who has to do what where no relay trades.
    if (targets.length === 0) tradingRelay(state, relays, account, caller.accounts);
    for (const ticket of state.tickets.values()) {
      if (isOpen(ticket.state) && concerns(ticket.account)) {
        this.#trading.step({ type: 'withdraw', ticket: ticket.id, by: caller.client });
      }
    }
    const sent = await Promise.all(targets.map(([device, one]) => this.#send(device, { kind: 'own' }, one, caller)));
    return resultOf(sent, undefined, undefined);
  }

  /** Which relays are asked to end everything, and of which account. */
  #targets(account: string | undefined, { caller, relays }: CancelCall): [device: string, account?: string][] {
    const { state } = this.#trading;
    if (account !== undefined) return [[tradingRelay(state, relays, account, caller.accounts).id, account]];
    const trades = (device: string) => state.relays.get(device)?.status !== undefined;
    if (caller.accounts === undefined) return [...state.relays.keys()].filter(trades).map((device) => [device]);
    return caller.accounts.flatMap((one): [string, string][] => {
      const owner = state.owners.get(one);
      return owner !== undefined && trades(owner) ? [[owner, one]] : [];
    });
  }

  /** Sends it, and waits for a while until the relay has told of every order. */
  async #send(
    device: string,
    what: CancelBody['what'],
    account: string | undefined,
    { client }: Caller,
  ): Promise<SentRequest> {
    const request = newId();
    const cancel: CancelBody = {
      request,
      ...(account === undefined ? {} : { account }),
      what,
      by: client.slice(0, 100),
      at: Date.now(),
    };
    this.#trading.step({ type: 'cancel', device, cancel });
    const until = Date.now() + endWithinMs;
    for (;;) {
      const sent = this.#trading.state.requests.get(request);
      if (!sent) throw new Error('a request was lost');
      const left = until - Date.now();
      if (sent.state === 'done' || sent.state === 'refused' || sent.state === 'unanswered' || left <= 0) return sent;
      await this.#trading.change(request, left);
    }
  }

  /** What waits is taken back here; what is over says how it ended. */
  #withoutRelay(ticket: Ticket, { client }: Caller): CancelResult | undefined {
    if (!isOpen(ticket.state) && !isOver(ticket.state)) return undefined;
    const { ticket: now } = isOpen(ticket.state)
      ? this.#trading.ask({ type: 'withdraw', ticket: ticket.id, by: client })
      : { ticket };
    const { message = '' } = ticketResult(now);
    if (now.state === 'denied' || now.state === 'expired' || now.state === 'not_placed') {
      return { orders: [{ order: now.id, outcome: 'over', status: now.state, message }] };
    }
    const orders = ordersOf(now).map(({ order, contract, status, filled, remaining }): CancelledOrder => {
      const full = filled > 0 && (remaining ?? 0) === 0;
      return { order, contract, outcome: full ? 'filled' : 'over', status, filled };
    });
    return { orders: orders.length > 0 ? orders : [{ order: now.id, outcome: 'over', status: now.state, message }] };
  }

  /** The owner may want to approve cancels of what another connection has placed; nothing can ask them yet. */
  #mayCancel({ device, grant }: Ticket, caller: Caller): void {
    const { policy, relays } = this.#trading.state;
    const atHome = relays.get(device)?.status?.limits?.approveForeignCancels;
    if (grant === caller.grant || (policy.approveForeignCancels !== true && atHome !== true)) return;
    throw new ToolError({
      code: 'rejected_by_policy',
      message: 'Another connection placed this order, and the owner approves such cancels. Nothing was sent.',
      nextStep: 'The owner cancels it at IBKR, or stops trading on the dashboard.',
    });
  }
}

function resultOf(sent: readonly SentRequest[], asked: string | undefined, ticket: Ticket | undefined): CancelResult {
  const legs = ticket?.report?.legs ?? [];
  const orders = sent.flatMap(({ told }): CancelledOrder[] =>
    told?.kind === 'cancel'
      ? told.orders.map(({ order: { permId, orderId }, outcome, message }) => {
          const leg = legs.find((one) => (permId > 0 ? one.permId === permId : one.orderId === orderId));
          const order =
            permId > 0 ? String(permId) : leg && ticket ? nameOfOrder(ticket.id, leg) : (asked ?? String(orderId));
          return { order, outcome, ...(message === undefined ? {} : { message }) };
        })
      : [],
  );
  const problems = sent.filter(({ state }) => state !== 'done');
  const failed = problems.map(({ state, error }): CancelledOrder | undefined => {
    const outcome = state === 'refused' ? 'not_sent' : 'unanswered';
    const message = error?.message ?? 'The relay has taken it on, and has not told the end yet.';
    return orders.length > 0 && state === 'accepted' ? undefined : { order: asked ?? 'all', outcome, message };
  });
  const all = [...orders, ...failed.filter((one) => one !== undefined)];
  const nextStep =
    problems.length > 0
      ? (problems[0]?.error?.nextStep ?? 'get_order_status tells what came of it.')
      : orders.some(({ outcome }) => outcome === 'not_ours')
        ? 'What is not ours is cancelled where it was placed.'
        : undefined;
  const message = all.length === 0 ? 'There was nothing to cancel.' : undefined;
  return { orders: all, ...(message && { message }), ...(nextStep && { nextStep }) };
}

function noSuchOrder(order: string): ToolError {
  return new ToolError({
    code: 'ticket_not_found',
    message: `There is no order “${order.slice(0, 60)}” here. Nothing was sent.`,
    nextStep: 'get_orders lists the orders and what they are called.',
  });
}

function onlyOne(accounts: readonly string[] | undefined): string | undefined {
  return accounts?.length === 1 ? accounts[0] : undefined;
}
