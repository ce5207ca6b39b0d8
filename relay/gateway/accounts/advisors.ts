import type { FADataType, FamilyCode, SoftDollarTier } from '@stoqey/ib';
import type { DataConnection } from '../connection/data-connection.ts';

const answerDeadlineMs = 8_000;

/** IB's kinds of advisor configuration. */
export const advisorData = { groups: 1, aliases: 3 } as const;

/** Reads how advisors have arranged their accounts. */
export class AdvisorDesk {
  readonly #connection: Pick<DataConnection, 'ask' | 'request'>;

  constructor(connection: Pick<DataConnection, 'ask' | 'request'>) {
    this.#connection = connection;
  }

  /**
   * One part of an advisor's configuration, as IB's XML. IB answers nobody else, so ask only for advisors.
   * @throws ToolError `gateway_timeout` when there is no answer
   */
  async configuration(part: keyof typeof advisorData, signal?: AbortSignal): Promise<string> {
    const kind = advisorData[part];
    return this.#connection.ask<string>(
      {
        what: `advisor ${part}`,
        lane: 'interactive',
        deadlineMs: answerDeadlineMs,
        send: (link) => link.call('requestFA', kind as FADataType),
        onBroadcast: (message, finish) => {
          if (message.type === 'advisor-config' && message.kind === kind) finish(message.xml);
        },
      },
      signal,
    );
  }

  /** The family of each account; an empty code means none. */
  async familyCodes(signal?: AbortSignal): Promise<readonly FamilyCode[]> {
    return this.#connection.ask<readonly FamilyCode[]>(
      {
        what: 'family codes',
        lane: 'interactive',
        deadlineMs: answerDeadlineMs,
        send: (link) => link.call('reqFamilyCodes'),
        onBroadcast: (message, finish) => {
          if (message.type === 'family-codes') finish(message.codes);
        },
      },
      signal,
    );
  }

  /** Programs by which commissions pay for research. Empty when there are none. */
  async softDollarTiers(signal?: AbortSignal): Promise<readonly SoftDollarTier[]> {
    return this.#connection.request<readonly SoftDollarTier[]>(
      {
        what: 'soft-dollar tiers',
        lane: 'interactive',
        deadlineMs: answerDeadlineMs,
        send: (link, reqId) => link.call('reqSoftDollarTiers', reqId),
        onAnswer: (answer, finish) => {
          if (answer.type === 'soft-dollar-tiers') finish(answer.tiers);
        },
      },
      signal,
    );
  }
}
