import type { z } from 'zod';
import { eventually } from '../../scripts/processes.ts';
import type { ToolErrorData } from '../../shared/errors.ts';
import { canonicalText, hashOf } from '../../shared/orders/canonical.ts';
import type { AuditHead, TicketReport, TradingStatus } from '../../shared/orders/frames.ts';
import type { PlannedOrder } from '../../shared/orders/order.ts';
import { knownFields } from '../../shared/orders/policy.ts';
import type { lookAtOrder, PreparedOrder } from '../../shared/orders/preview.ts';
import { type ConnectIdentity, signConnect } from '../../shared/tunnel/credential.ts';
import { type Frame, okStatus, openTunnel, type RawRelay } from './raw-relay.ts';
import type { TestWorker } from './worker.ts';

export const journalGeneration = 'a'.repeat(16);

export const tradingStatus: TradingStatus = {
  journal: { generation: journalGeneration, length: 0, hash: '0'.repeat(64) },
  hashVersions: [1],
  policyFields: [...knownFields],
  policy: 'p1',
  approval: 'none',
  accounts: ['DU1'],
};

/** What a relay would have planned of these arguments. */
export function preparedOf(args: { quantity?: string }, changes: Partial<PreparedOrder> = {}): PreparedOrder {
  const { quantity = '1' } = args;
  const planned: PlannedOrder = {
    version: 1,
    kind: 'place',
    contract: {
      conId: 265_598,
      secType: 'STK',
      symbol: 'AAPL',
      exchange: 'SMART',
      currency: 'USD',
      name: 'AAPL',
    },
    entry: { account: 'DU1', side: 'BUY', quantity, type: 'LMT', limitPrice: '150', tif: 'DAY', outsideRth: false },
  };
  return {
    order: canonicalText(planned),
    hash: hashOf(planned),
    account: 'DU1',
    facts: {
      summary: `BUY ${quantity} AAPL LMT 150 DAY, account DU1 (paper)`,
      details: [],
      accountKind: 'paper',
      currency: 'USD',
      warnings: [],
    },
    verdicts: [],
    uses: { notional: '150', orders: 1, quantity, loss: '0' },
    measures: {
      secType: 'STK',
      symbol: 'AAPL',
      currency: 'USD',
      side: 'BUY',
      quantity: Number(quantity),
      reduces: false,
      short: false,
      uncoveredOption: false,
    },
    policy: 'p1',
    approval: 'none',
    generation: journalGeneration,
    gatewayTime: Date.now(),
    ...changes,
  };
}

/** A relay that a test plays by hand, as far as orders go: it prepares them by itself and waits for the test with the rest. */
export class TradingRelay {
  readonly raw: RawRelay;
  #status: TradingStatus;
  #length: number;
  #seq = 0;
  /** What it sees when an order is about to be consumed, or why it refuses that. */
  look: (asked: z.output<typeof lookAtOrder.input>) => z.output<typeof lookAtOrder.output> | ToolErrorData = () => ({});
  /** The newest entry of its own audit, told with each event. */
  audit: AuditHead | undefined;
  readonly #outbox = `o${Math.random().toString(36).slice(2)}`;

  constructor(raw: RawRelay, status: TradingStatus) {
    this.raw = raw;
    this.#status = status;
    this.#length = status.journal.length;
  }

  /** Connects, agrees to the pair unless told otherwise, and prepares orders from then on. */
  static async connect(
    worker: TestWorker,
    identity: ConnectIdentity,
    status: TradingStatus = tradingStatus,
    { agree = true }: { agree?: boolean } = {},
  ): Promise<TradingRelay> {
    const authorization = await signConnect(identity, worker.origin.origin, Date.now() / 1_000);
    const relay = new TradingRelay(await openTunnel(worker, { Authorization: authorization }), status);
    relay.raw.send({
      t: 'hello',
      min: 1,
      max: 1,
      relay: { name: 'raw', version: '0' },
      bootId: 'boot-1',
      status: relay.#whole(),
      calls: [],
      features: ['instructions', 'events'],
    });
    await relay.raw.next('welcome');
    relay.#prepare();
    if (agree) await relay.accept('order.settle');
    return relay;
  }

  say(changes: Partial<TradingStatus>): void {
    this.#status = { ...this.#status, ...changes };
    this.raw.send({ t: 'status', status: this.#whole() });
  }

  /** The next instruction of that name; answered by the test. */
  async instruction(name: string): Promise<Frame & { body: Record<string, never> }> {
    return (await eventually(
      `an instruction ${name}`,
      async () => {
        const at = this.raw.frames.findIndex((frame) => frame.t === 'instruct' && frame.name === name);
        return at < 0 ? undefined : this.raw.frames.splice(at, 1)[0];
      },
      10_000,
    )) as never;
  }

  /** Takes the next instruction of that name on. */
  async accept(name: string): Promise<Record<string, never>> {
    const { id = '', body } = await this.instruction(name);
    this.raw.send({ t: 'accepted', id });
    return body;
  }

  refuse(id: string, message: string): void {
    this.raw.send({ t: 'refused', id, error: { code: 'trading_unavailable', message } });
  }

  /** Tells an event, each with a journal that is longer by one. */
  tell(body: object, journal = this.#grown()): void {
    this.#seq += 1;
    const told = { journal, ...(this.audit && { audit: this.audit }), body };
    const event = { generation: this.#outbox, seq: this.#seq, acked: 0, name: 'order', body: told };
    this.raw.send({ t: 'event', ...event });
  }

  report(ticket: string, revision: number, state: TicketReport['state'], more: Partial<TicketReport> = {}): void {
    this.tell({ kind: 'ticket', ticket, revision, state, legs: [], warnings: [], at: Date.now(), ...more });
  }

  instructions(name: string): Frame[] {
    return this.raw.frames.filter((frame) => frame.t === 'instruct' && frame.name === name);
  }

  #whole() {
    return { ...okStatus, trading: 'paper', orders: this.#status };
  }

  #grown() {
    this.#length += 1;
    return {
      generation: this.#status.journal.generation,
      length: this.#length,
      hash: String(this.#length % 10).repeat(64),
    };
  }

  #prepare(): void {
    this.raw.socket.on('message', (data) => {
      const text = String(data);
      const frame = text === 'pong' ? undefined : (JSON.parse(text) as Frame);
      if (frame?.t !== 'call') return;
      if (frame.op === 'look_at_order') {
        const seen = this.look(frame.args as never);
        const result = 'code' in seen ? { ok: false, error: seen } : { ok: true, value: seen };
        this.raw.send({ t: 'result', id: frame.id ?? '', ...result });
      }
      if (frame.op === 'list_orders') {
        const value = { orders: [], fills: [] };
        this.raw.send({ t: 'result', id: frame.id ?? '', ok: true, value });
      }
      if (frame.op !== 'prepare_order') return;
      const { arguments: args } = frame.args as { arguments: { quantity?: string } };
      const value = preparedOf(args, { approval: this.#status.approval, generation: this.#status.journal.generation });
      this.raw.send({ t: 'result', id: frame.id ?? '', ok: true, value });
    });
  }
}
