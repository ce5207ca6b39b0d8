import { setTimeout as sleep } from 'node:timers/promises';
import type { CommissionReport, Contract, Execution } from '@stoqey/ib';
import type { ExecutionCosts, ExecutionIdentity } from '../../../shared/orders/fills.ts';
import { monotonicNow } from '../../async/monotonic.ts';
import type { DataConnection } from '../connection/data-connection.ts';
import { known } from '../numbers.ts';
import { zoneOfExchange } from '../time/exchange-zones.ts';
import { parseGatewayTime } from '../time/gateway-time.ts';

const answerDeadlineMs = 15_000;
/** Commission reports follow their executions, sometimes after the end of the list. */
const commissionPatienceMs = 1_500;
const rememberedCommissions = 20_000;
/** No execution is later than now, but for what two clocks differ by. */
const clocksDifferMs = 60_000;

/** One execution as IB reports it; a correction is a report of its own. */
export interface ExecutionReport extends ExecutionIdentity, ExecutionCosts {
  readonly contract: Contract;
  /** Epoch milliseconds; undefined when IB's text cannot be read, or is in a zone that is unknown. */
  readonly time: number | undefined;
  /** The time as IB writes it. */
  readonly timeText: string;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: number;
  readonly price: number;
  readonly exchange: string;
  readonly permId: number;
  readonly orderRef: string | undefined;
}

/** Hears of executions as they happen, and of their costs when these are known. */
export interface ExecutionListener {
  readonly onExecution: (report: ExecutionReport) => void;
  readonly onCosts: (execId: string, costs: ExecutionCosts) => void;
}

/**
 * Executions of every client of the login. IB Gateway remembers today's, or up to a week's where its user has set that,
 * and pushes those of this client's own orders.
 */
export class ExecutionDesk {
  readonly #connection: Pick<DataConnection, 'gatewayZone' | 'onBroadcast' | 'request' | 'serverTime'>;
  readonly #costs = new Map<string, ExecutionCosts>();

  constructor(connection: Pick<DataConnection, 'gatewayZone' | 'onBroadcast' | 'request' | 'serverTime'>) {
    this.#connection = connection;
    connection.onBroadcast((message) => {
      if (message.type !== 'commission' || !message.report.execId) return;
      this.#costs.set(message.report.execId, costsOf(message.report));
      if (this.#costs.size > rememberedCommissions) this.#costs.delete(this.#costs.keys().next().value as string);
    });
  }

  /** @returns what ends it */
  listen({ onExecution, onCosts }: ExecutionListener): () => void {
    return this.#connection.onBroadcast((message) => {
      if (message.type === 'fill') onExecution(this.#reportOf(message.contract, message.execution));
      if (message.type === 'commission' && message.report.execId) {
        onCosts(message.report.execId, costsOf(message.report));
      }
    });
  }

  /** All executions of all clients that the gateway remembers, corrections among them, in its order. */
  async reports(signal?: AbortSignal): Promise<readonly ExecutionReport[]> {
    const rows: { contract: Contract; execution: Execution }[] = [];
    await this.#connection.request<void>(
      {
        what: 'executions',
        lane: 'interactive',
        deadlineMs: answerDeadlineMs,
        send: (link, reqId) => link.call('reqExecutions', reqId, {}),
        onAnswer: (answer, finish) => {
          if (answer.type === 'execution') rows.push(answer);
          if (answer.type === 'executions-end') finish();
        },
      },
      signal,
    );
    await this.#awaitCommissions(rows, signal);
    return rows.map(({ contract, execution }) => this.#reportOf(contract, execution));
  }

  async #awaitCommissions(rows: readonly { execution: Execution }[], signal?: AbortSignal): Promise<void> {
    const until = monotonicNow() + commissionPatienceMs;
    const complete = () => rows.every(({ execution }) => this.#costs.has(execution.execId ?? ''));
    while (!complete() && monotonicNow() < until && !signal?.aborted) await sleep(20);
  }

  #reportOf(contract: Contract, execution: Execution): ExecutionReport {
    const execId = execution.execId ?? '';
    return {
      ...(this.#costs.get(execId) ?? noCosts),
      execId,
      account: execution.acctNumber ?? '',
      contract,
      time: parseGatewayTime(execution.time ?? '', {
        own: this.#connection.gatewayZone(),
        exchange: zoneOfExchange(execution.exchange) ?? zoneOfExchange(contract.primaryExch),
        notAfter: this.#connection.serverTime() + clocksDifferMs,
      }),
      timeText: execution.time ?? '',
      side: /^(BOT|BUY)/i.test(execution.side ?? '') ? 'BUY' : 'SELL',
      quantity: execution.shares ?? 0,
      price: execution.price ?? 0,
      exchange: execution.exchange ?? '',
      permId: execution.permId ?? 0,
      orderRef: execution.orderRef || undefined,
    };
  }
}

const noCosts: ExecutionCosts = { commission: undefined, commissionCurrency: undefined, realizedPnl: undefined };

function costsOf({ commission, currency, realizedPNL }: CommissionReport): ExecutionCosts {
  return {
    commission: known(commission),
    commissionCurrency: currency || undefined,
    realizedPnl: known(realizedPNL),
  };
}
