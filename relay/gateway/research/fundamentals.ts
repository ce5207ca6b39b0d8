import type { Contract, SecType } from '@stoqey/ib';
import { ToolError } from '../../../shared/errors.ts';
import type { DataConnection } from '../connection/data-connection.ts';
import type { Instrument } from '../contracts/instrument.ts';

/** Gateways that have given the reports up do not even refuse them. */
const answerDeadlineMs = 10_000;

/** Reads reports about companies, where the gateway still has them. */
export class FundamentalDesk {
  readonly #connection: Pick<DataConnection, 'request'>;
  readonly #deadlineMs: number;

  constructor(connection: Pick<DataConnection, 'request'>, deadlineMs = answerDeadlineMs) {
    this.#connection = connection;
    this.#deadlineMs = deadlineMs;
  }

  /**
   * A report as XML.
   * @param type IB's name of the report, such as `ReportSnapshot`
   * @throws ToolError `no_data` when the gateway has no such report (any more), `not_subscribed` without permission
   */
  async report(instrument: Instrument, type: string, signal?: AbortSignal): Promise<string> {
    return this.#connection.request<string>(
      {
        what: `${type} of ${instrument.name}`,
        lane: 'bulk',
        deadlineMs: this.#deadlineMs,
        send: (link, reqId) => link.call('reqFundamentalData', reqId, contractOf(instrument), type),
        cancel: (link, reqId) => link.call('cancelFundamentalData', reqId),
        onDeadline: () => {
          throw new ToolError({
            code: 'no_data',
            message: `IB Gateway did not answer for ${type}. Gateways since 10.47 have no reports any more.`,
            nextStep: 'Leave `report` out: dividends and, on older gateways, ratios come with the quotes.',
          });
        },
        onAnswer: (answer, finish) => {
          if (answer.type === 'fundamentals') finish(answer.xml);
        },
      },
      signal,
    );
  }
}

function contractOf({ conId, secType, details: { contract } }: Instrument): Contract {
  const { symbol = '', primaryExch = '', currency = '', localSymbol = '' } = contract;
  return { conId, symbol, secType: secType as SecType, exchange: 'SMART', primaryExch, currency, localSymbol };
}
