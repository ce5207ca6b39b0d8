import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { verdict } from './policy-fields.ts';
import { approvalModes } from './ticket-states.ts';

/**
 * What the relay tells Home about an order before anybody is asked: the planned order itself with its hash, what the
 * broker says that it costs, and whether policy at home lets it pass.
 */

const money = z.number();

export const previewFacts = z.object({
  /** One line in words: `BUY 100 AAPL LMT 150 DAY, account DU1234567 (paper)`. */
  summary: z.string().max(600),
  /** Further lines: protection, conditions, what the change changes. */
  details: z.array(z.string().max(400)).max(20),
  accountKind: z.enum(['paper', 'live']),
  currency: z.string().max(10),
  baseCurrency: z.string().max(10).optional(),
  /** The broker's what-if; absent with a reason in `whatIfMissing`. In `currency` of its own, which is the account's base. */
  whatIf: z
    .object({
      commission: money.optional(),
      commissionMin: money.optional(),
      commissionMax: money.optional(),
      commissionCurrency: z.string().max(10).optional(),
      initialMarginBefore: money.optional(),
      initialMarginAfter: money.optional(),
      maintenanceMarginBefore: money.optional(),
      maintenanceMarginAfter: money.optional(),
      equityBefore: money.optional(),
      equityAfter: money.optional(),
      warning: z.string().max(1_000).optional(),
      /** Of brackets, OCA groups and allocations: what the figures do not cover. */
      covers: z.string().max(300).optional(),
    })
    .optional(),
  whatIfMissing: z.string().max(600).optional(),
  /** What is traded, gross, in base currency, with how it was found. */
  notional: z.object({ amount: money, currency: z.string().max(10), basis: z.string().max(200) }).optional(),
  position: z.object({ before: z.string().max(30), after: z.string().max(30) }).optional(),
  /** What closing realizes, and the cash that it leaves, in words. */
  realizedGain: z.string().max(300).optional(),
  resultingDebit: z.string().max(300).optional(),
  quote: z.string().max(300).optional(),
  warnings: z.array(z.string().max(500)).max(30),
  /** What of an approved protection stays, and what not. */
  protection: z.string().max(300).optional(),
});
export type PreviewFacts = z.output<typeof previewFacts>;

export const preparedOrder = z.object({
  /** Canonical text of the planned order, and its hash with the version in front. */
  order: z.string().max(12_000),
  hash: z.string().max(80),
  account: z.string().max(32),
  /** Of an advisor's group: who was in it. Another membership is another order. */
  members: z.array(z.string().max(32)).max(200).optional(),
  facts: previewFacts,
  /** Of the relay; rules that do not concern the order are left out. */
  verdicts: z.array(verdict).max(40),
  /** What the order uses of the day's limits. Base currency. */
  uses: z.object({ notional: z.string(), orders: z.int().min(0), quantity: z.string(), loss: z.string() }),
  /** What rules of Home's need to know of it. */
  measures: z.object({
    /** Absent for an advisor's group: its members are judged one by one. */
    account: z.string().optional(),
    secType: z.string(),
    symbol: z.string(),
    currency: z.string(),
    side: z.enum(['BUY', 'SELL']),
    quantity: z.number().optional(),
    notional: z.number().optional(),
    /** No market tells its price, and the money is paper: what cannot be reckoned without one is passed over, with a warning. */
    unpriced: z.literal(true).optional(),
    positionPercent: z.number().optional(),
    borrowingPercent: z.number().optional(),
    reduces: z.boolean(),
    short: z.boolean(),
    uncoveredOption: z.boolean(),
    distancePercent: z.number().optional(),
    regularHours: z.boolean().optional(),
    realizedLoss: z.number().optional(),
  }),
  /** Policy at home as it was, and how the order must be approved there. */
  policy: z.string().max(80),
  approval: z.enum(approvalModes),
  /** The journal's generation. */
  generation: z.string(),
  gatewayTime: z.number(),
});
export type PreparedOrder = z.output<typeof preparedOrder>;

/**
 * Looks once more at an order that is about to be consumed, so that its frame need not wait for the gateway: the relay keeps
 * what it found for `waitingTimes.lookHolds`, and refuses here what it would refuse then. `conflict` is refused for good.
 */
export const lookAtOrder = defineOperation({
  name: 'look_at_order',
  input: z.object({
    order: preparedOrder.shape.order,
    members: preparedOrder.shape.members,
    /** Somebody else has limits, too, and wants to know. */
    wanted: z.boolean(),
  }),
  /** Absent where nobody has limits that need them. */
  output: preparedOrder.pick({ measures: true, uses: true }).partial(),
  timeoutMs: 20_000,
});

/** Arguments are those of the tool that asks: `tool` names it. Sends nothing but a what-if. */
export const prepareOrder = defineOperation({
  name: 'prepare_order',
  input: z.object({
    tool: z.enum(['place', 'modify', 'close', 'exercise']),
    arguments: z.record(z.string(), z.unknown()),
  }),
  output: preparedOrder,
  timeoutMs: 30_000,
});
