import { setTimeout as sleep } from 'node:timers/promises';
import type { CommissionReport, Contract, Execution } from '@stoqey/ib';
import { monotonicNow } from '../../async/monotonic.ts';
import type { DataConnection } from '../connection/data-connection.ts';
import { known } from '../numbers.ts';
import { zoneOfExchange } from '../time/exchange-zones.ts';
import { parseGatewayTime } from '../time/gateway-time.ts';

const answerDeadlineMs = 15_000;
/** Commission reports follow their executions, sometimes after the end of the list. */
const commissionPatienceMs = 1_500;
const rememberedCommissions = 20_000;
/** No fill is later than now, but for what two clocks differ by. */
const clocksDifferMs = 60_000;

/** One fill, as it counts now: corrections have taken the place of what they correct. */
export interface Fill {
  readonly execId: string;
  readonly account: string;
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
  /** How often IB corrected it. */
  readonly corrections: number;
  readonly commission: number | undefined;
  readonly commissionCurrency: string | undefined;
  readonly realizedPnl: number | undefined;
}

/** Reads the fills that IB Gateway remembers: today's, or up to a week's where its user has set that. */
export class ExecutionDesk {
  readonly #connection: Pick<DataConnection, 'gatewayZone' | 'onBroadcast' | 'request' | 'serverTime'>;
  readonly #commissions = new Map<string, CommissionReport>();

  constructor(connection: Pick<DataConnection, 'gatewayZone' | 'onBroadcast' | 'request' | 'serverTime'>) {
    this.#connection = connection;
    connection.onBroadcast((message) => {
      if (message.type !== 'commission' || !message.report.execId) return;
      this.#commissions.set(message.report.execId, message.report);
      if (this.#commissions.size > rememberedCommissions) {
        this.#commissions.delete(this.#commissions.keys().next().value as string);
      }
    });
  }

  /** All fills of all clients, oldest first; those whose time is unknown come last. */
  async fills(signal?: AbortSignal): Promise<readonly Fill[]> {
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
    return latest(rows.map(({ contract, execution }) => this.#fillOf(contract, execution)));
  }

  async #awaitCommissions(rows: readonly { execution: Execution }[], signal?: AbortSignal): Promise<void> {
    const until = monotonicNow() + commissionPatienceMs;
    const complete = () => rows.every(({ execution }) => this.#commissions.has(execution.execId ?? ''));
    while (!complete() && monotonicNow() < until && !signal?.aborted) await sleep(20);
  }

  #fillOf(contract: Contract, execution: Execution): Fill {
    const execId = execution.execId ?? '';
    const report = this.#commissions.get(execId);
    return {
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
      corrections: 0,
      commission: known(report?.commission),
      commissionCurrency: report?.currency || undefined,
      realizedPnl: known(report?.realizedPNL),
    };
  }
}

/**
 * The fills that count: of those whose ids differ only after the last dot the one with the highest number, which
 * corrects the others. In the order of their times, those that are unknown last.
 */
export function latest(fills: readonly Fill[]): Fill[] {
  const families = new Map<string, Fill[]>();
  for (const fill of fills) {
    const family = fill.execId.replace(/\.[^.]*$/, '');
    const members = families.get(family) ?? [];
    if (!members.some(({ execId }) => execId === fill.execId)) members.push(fill);
    families.set(family, members);
  }
  const revision = ({ execId }: Fill): number => Number.parseInt(execId.split('.').at(-1) ?? '', 10) || 0;
  return [...families.values()]
    .flatMap((members) => {
      const [newest] = members.toSorted((a, b) => revision(b) - revision(a));
      return newest ? [{ ...newest, corrections: members.length - 1 }] : [];
    })
    .sort((a, b) => (a.time ?? Infinity) - (b.time ?? Infinity) || 0);
}
