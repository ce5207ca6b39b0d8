import { z } from 'zod';
import { legNames, sides } from './order.ts';
import { toldPolicy } from './policy-fields.ts';
import { approvalModes, ticketStates } from './ticket-states.ts';

/**
 * What Home and the relay say to each other about orders: bodies of instructions (Home to relay; answered `accepted` or
 * `refused` on that connection, never kept for another) and of events (relay to Home; kept until Home has them). Both ends
 * check them. Sizes and prices are decimal texts, instants epoch milliseconds of the clock that is named.
 */

export const ticketId = z.string().regex(/^[a-z0-9]{16}$/);
/** Random for each journal, and for each Home. */
export const generationId = z.string().regex(/^[a-f0-9]{16}$/);
const sha256 = z.string().regex(/^[a-f0-9]{64}$/);
const count = z.int().min(0);
const instant = z.int().min(0);
const decimal = z.string().regex(/^-?\d{1,18}(\.\d{1,12})?$/);
const sentence = z.string().max(600);
const account = z.string().min(1).max(32);

/** How long a journal is, and the hash of its last entry (64 zeros when it is empty). */
export const journalHead = z.object({ generation: generationId, length: count, hash: sha256 });
export type JournalHead = z.output<typeof journalHead>;

/** How many entries an audit has had, and the hash of the last. */
export const auditHead = z.object({ length: count, hash: sha256 });
export type AuditHead = z.output<typeof auditHead>;

/** Names of instructions and of the one event. */
export const instructionNames = {
  place: 'order.place',
  cancel: 'order.cancel',
  settle: 'order.settle',
  stop: 'order.stop',
} as const;
export const orderEventName = 'order';

/** Which journal and which Home believe in each other. */
const pairing = {
  home: generationId,
  /** The relay's journal as Home last heard of it, read in the turn in which the frame leaves. */
  journal: journalHead,
  /**
   * How many tickets this Home has consumed for this relay so far, each counted before its frame could leave: one that
   * names fewer than before was restored from a copy. Absent from a Home that does not count.
   */
  consumed: count.optional(),
};

/** Submit a ticket, now or not at all. */
export const placeBody = z.object({
  ...pairing,
  ticket: ticketId,
  account,
  /** The planned order's canonical text, and its hash, which begins with its version: `1:…`. */
  order: z.string().max(12_000),
  hash: z.string().max(80),
  /** The journal's generation when the ticket was minted. */
  mintedIn: generationId,
  /** Home's clock: when it was consumed, and until when it may be written. */
  at: instant,
  until: instant,
  approval: z.object({ mode: z.enum(approvalModes), by: z.string().max(100), at: instant }),
  /** The relay's policy as the preview saw it. */
  policy: z.string().max(80),
});
export type PlaceBody = z.output<typeof placeBody>;

const identity = z.object({ orderId: z.int(), clientId: z.int(), permId: z.int().min(0) });

/** Cancel orders; never waits for approval or limits. `request` names it in events. */
export const cancelBody = z.object({
  request: ticketId,
  account: account.optional(),
  /** One order, all of this relay's own, or everything of the accounts, whoever placed it. */
  what: z.union([
    z.object({ kind: z.literal('ticket'), ticket: ticketId }),
    z.object({ kind: z.literal('order'), order: identity }),
    z.object({ kind: z.literal('own') }),
    z.object({ kind: z.literal('everything') }),
  ]),
  by: z.string().max(100),
  at: instant,
});
export type CancelBody = z.output<typeof cancelBody>;

/**
 * Do we mean the same journal, and what became of these tickets? Sent after every hello, also without tickets: until the
 * relay has accepted one on a connection, Home sends it no order; a relay that does not believe in the pair refuses the
 * whole and touches nothing. A ticket that the journal does not hold is refused for ever by asking, if it was minted in the
 * journal's generation; of another one it cannot tell.
 */
export const settleBody = z.object({
  ...pairing,
  /** The last head on which both agreed, where `journal` was heard since: the journal has to hold both. */
  agreed: journalHead.optional(),
  tickets: z.array(z.object({ ticket: ticketId, mintedIn: generationId })).max(200),
});
export type SettleBody = z.output<typeof settleBody>;

/** Stop trading, or lift a stop that was set from here. `protect` keeps protective legs. */
export const stopBody = z.object({
  request: ticketId,
  stopped: z.boolean(),
  reason: sentence,
  by: z.string().max(100),
  cancelOwn: z.boolean(),
  protect: z.boolean(),
  everything: z.boolean(),
  at: instant,
});
export type StopBody = z.output<typeof stopBody>;

/** One order of a ticket as the relay sees it. */
export const legReport = z.object({
  leg: z.enum(legNames),
  orderId: z.int(),
  permId: z.int().min(0),
  /** IB's word, or `NotSeen`. */
  status: z.string().max(40),
  side: z.enum(sides).optional(),
  quantity: decimal.optional(),
  filled: decimal,
  remaining: decimal.optional(),
  averagePrice: decimal.optional(),
  commission: decimal.optional(),
  commissionCurrency: z.string().max(10).optional(),
  realizedPnl: decimal.optional(),
  /** Why it waits, in words. */
  held: sentence.optional(),
});
export type LegReport = z.output<typeof legReport>;

export const ticketReport = z.object({
  kind: z.literal('ticket'),
  ticket: ticketId,
  /** Counts up with each report of a ticket; a lower one is old. */
  revision: z.int().min(1),
  state: z.enum(ticketStates),
  /** What has happened, and what to do, for a person. */
  message: sentence.optional(),
  nextStep: sentence.optional(),
  ibCode: z.int().optional(),
  legs: z.array(legReport).max(3),
  warnings: z.array(sentence).max(10),
  /** Gateway time. */
  at: instant,
  /** What of the day's limits it has used so far. */
  used: z.object({ notional: decimal, orders: count, quantity: decimal, loss: decimal }).optional(),
});
export type TicketReport = z.output<typeof ticketReport>;

export const orderEvent = z.object({
  /** The journal after the entry that this tells of. */
  journal: journalHead,
  /** The Home that the journal trusts; absent before the first. */
  home: generationId.optional(),
  /** Of the relay's own audit at that moment; an older relay does not tell. */
  audit: auditHead.optional(),
  body: z.discriminatedUnion('kind', [
    ticketReport,
    z.object({
      kind: z.literal('cancel'),
      request: ticketId,
      orders: z
        .array(
          z.object({
            order: identity,
            outcome: z.enum(['asked', 'cancelled', 'filled', 'over', 'not_found', 'not_ours', 'refused', 'unanswered']),
            message: sentence.optional(),
          }),
        )
        .max(200),
      done: z.boolean(),
      at: instant,
    }),
    z.object({
      kind: z.literal('stop'),
      request: ticketId.optional(),
      stopped: z.boolean(),
      /** By whom it can be lifted. */
      where: z.enum(['dashboard', 'home', 'breaker', 'kill_file']),
      reason: sentence,
      /** Orders that still work, by choice or because nothing answered. */
      kept: z.array(z.object({ order: identity, why: sentence })).max(200),
      at: instant,
    }),
    /** Somebody at home trusted this pair anew. */
    z.object({ kind: z.literal('trust'), home: generationId, by: sentence, at: instant }),
    /** A person closed an unknown ticket at home. */
    z.object({ kind: z.literal('notice'), text: sentence, at: instant }),
  ]),
});
export type OrderEventBody = z.output<typeof orderEvent>;

/** What a relay that may trade says of it in its status. */
export const tradingStatus = z.object({
  journal: journalHead,
  home: generationId.optional(),
  /** Versions of the canonical form that it reads, newest first. */
  hashVersions: z.array(z.int()).min(1).max(4),
  policyFields: z.array(z.string().max(40)).max(60),
  policy: z.string().max(80),
  /** What that policy says; an older relay only names it. */
  limits: toldPolicy.optional(),
  approval: z.enum(approvalModes),
  /** Why nothing is sent now. */
  stopped: z
    .object({ where: z.enum(['dashboard', 'home', 'breaker', 'kill_file']), reason: sentence, since: instant })
    .optional(),
  /** A sentence when orders cannot leave for another reason, such as a gateway in read-only mode. */
  blocked: sentence.optional(),
  trustNeeded: z.boolean().optional(),
  accounts: z.array(account).max(200),
});
export type TradingStatus = z.output<typeof tradingStatus>;
