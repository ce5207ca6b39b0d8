import type { Contract, Execution } from '@stoqey/ib';
import { timeoutError } from '../../async/abort.ts';
import { monotonicNow } from '../../async/monotonic.ts';
import type { DataConnection } from '../connection/data-connection.ts';
import type { Broadcast } from '../connection/events/messages.ts';
import { zoneOfExchange } from '../time/exchange-zones.ts';
import { parseGatewayTime } from '../time/gateway-time.ts';
import { completedOrder, decimal, seenExecution, seenOrder } from './decode.ts';
import type { SeenExecution, SeenOrder } from './news.ts';

/** Everything that the gateway knows of orders, as of one moment. */
export interface FoundOrders {
  readonly open: readonly SeenOrder[];
  readonly completed: readonly SeenOrder[];
  readonly executions: readonly SeenExecution[];
}

type Reader = Pick<DataConnection, 'ask' | 'gatewayZone' | 'onBroadcast' | 'onInterrupted' | 'request' | 'serverTime'>;

/** No execution is later than now, but for what two clocks differ by. */
const clocksDifferMs = 60_000;

/**
 * The gateway's lists of orders. Their answers carry no request id, so one list is asked for at a time, and an end that came
 * too late for its question is not taken for that of the next one.
 */
export class OrderLists {
  readonly #connection: Reader;
  /** Counts connections: what was asked on an earlier one is never answered. */
  #connections = 0;
  /** Ends that are still to come for questions that were given up on this connection. */
  readonly #owed = { 'open-orders-end': 0, 'completed-orders-end': 0 };
  /** The last end that was owed. */
  #late: Broadcast | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: Reader) {
    this.#connection = connection;
    // Heard before those that ask, who add themselves later.
    connection.onBroadcast((message) => {
      if (message.type !== 'open-orders-end' && message.type !== 'completed-orders-end') return;
      if (this.#owed[message.type] === 0) return;
      this.#owed[message.type] -= 1;
      this.#late = message;
    });
    connection.onInterrupted((_error, streamsKept) => {
      if (streamsKept) return;
      this.#connections += 1;
      this.#owed['open-orders-end'] = 0;
      this.#owed['completed-orders-end'] = 0;
    });
  }

  /** Open orders of all clients, today's completed orders and executions, in this order. Rejects with a ToolError. */
  look(deadlineMs: number, signal?: AbortSignal): Promise<FoundOrders> {
    return this.#inTurn(deadlineMs, async (left) => ({
      open: await this.#open(left(), signal),
      completed: await this.#completed(left(), signal),
      executions: await this.#executions(left(), signal),
    }));
  }

  /** Open orders of all clients. Rejects with a ToolError. */
  openOrders(deadlineMs: number, signal?: AbortSignal): Promise<readonly SeenOrder[]> {
    return this.#inTurn(deadlineMs, (left) => this.#open(left(), signal));
  }

  async #inTurn<Result>(deadlineMs: number, work: (left: () => number) => Promise<Result>): Promise<Result> {
    const until = monotonicNow() + deadlineMs;
    const left = () => {
      const ms = until - monotonicNow();
      if (ms <= 0) throw timeoutError('orders', deadlineMs);
      return ms;
    };
    const turn = this.#last.then(() => work(left));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #open(deadlineMs: number, signal?: AbortSignal): Promise<readonly SeenOrder[]> {
    const zone = this.#connection.gatewayZone();
    // Each order comes with its status, which alone tells what of it is filled and why it waits.
    const told = new Map<number, Pick<SeenOrder, 'progress' | 'whyHeld'>>();
    const open = await this.#list('open-orders-end', deadlineMs, signal, 'reqAllOpenOrders', (message) => {
      if (message.type === 'order-status') told.set(message.permId, toldBy(message));
      return message.type === 'open-order' && !message.order.whatIf
        ? seenOrder({ ...message, status: message.state.status ?? '' }, zone)
        : undefined;
    });
    return open.map((order) => (order.permId > 0 ? { ...order, ...told.get(order.permId) } : order));
  }

  async #completed(deadlineMs: number, signal?: AbortSignal): Promise<readonly SeenOrder[]> {
    const zone = this.#connection.gatewayZone();
    return this.#list('completed-orders-end', deadlineMs, signal, 'reqCompletedOrders', (message) => {
      if (message.type !== 'completed-order') return undefined;
      const { contract, order, state } = message;
      const status = state.status ?? '';
      return completedOrder({ contract, order, status, completedStatus: state.completedStatus ?? '' }, zone);
    });
  }

  async #list(
    end: 'open-orders-end' | 'completed-orders-end',
    deadlineMs: number,
    signal: AbortSignal | undefined,
    request: 'reqAllOpenOrders' | 'reqCompletedOrders',
    read: (message: Broadcast) => SeenOrder | undefined,
  ): Promise<readonly SeenOrder[]> {
    let found: SeenOrder[] = [];
    let isOwed = false;
    let connection = this.#connections;
    try {
      return await this.#connection.ask(
        {
          what: 'orders',
          lane: 'interactive',
          deadlineMs,
          send: (link) => {
            if (request === 'reqAllOpenOrders') link.call('reqAllOpenOrders');
            else link.call('reqCompletedOrders', false);
            isOwed = true;
            connection = this.#connections;
          },
          onBroadcast: (message, finish) => {
            const order = read(message);
            if (order) found.push(order);
            if (message.type !== end) return;
            if (message === this.#late) {
              found = [];
            } else if (isOwed) {
              isOwed = false;
              finish(found);
            }
          },
        },
        signal,
      );
    } finally {
      // Whoever asked hears of a lost connection after it was counted.
      if (isOwed && connection === this.#connections) this.#owed[end] += 1;
    }
  }

  async #executions(deadlineMs: number, signal?: AbortSignal): Promise<readonly SeenExecution[]> {
    const found: SeenExecution[] = [];
    await this.#connection.request<void>(
      {
        what: 'executions',
        lane: 'interactive',
        deadlineMs,
        send: (link, reqId) => link.call('reqExecutions', reqId, {}),
        onAnswer: (answer, finish) => {
          if (answer.type === 'execution') found.push(executionOf(answer.contract, answer.execution, this.#connection));
          if (answer.type === 'executions-end') finish();
        },
      },
      signal,
    );
    return found;
  }
}

function toldBy({ filled, remaining, averagePrice, whyHeld }: Extract<Broadcast, { type: 'order-status' }>) {
  const progress = {
    filled: decimal(filled) ?? '0',
    remaining: decimal(remaining) ?? '0',
    averagePrice: decimal(averagePrice) ?? '0',
  };
  return whyHeld === '' ? { progress } : { progress, whyHeld };
}

/** A fill with its time; the present one where IB's text cannot be read. */
export function executionOf(
  contract: Contract,
  execution: Execution,
  connection: Pick<DataConnection, 'gatewayZone' | 'serverTime'>,
): SeenExecution {
  const now = connection.serverTime();
  const at = parseGatewayTime(execution.time ?? '', {
    own: connection.gatewayZone(),
    exchange: zoneOfExchange(execution.exchange) ?? zoneOfExchange(contract.primaryExch),
    notAfter: now + clocksDifferMs,
  });
  return seenExecution(contract, execution, at ?? now);
}
