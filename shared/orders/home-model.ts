import type { ToolErrorData } from '../errors.ts';
import type {
  AuditHead,
  CancelBody,
  JournalHead,
  OrderEventBody,
  PlaceBody,
  SettleBody,
  StopBody,
  TicketReport,
  TradingStatus,
} from './frames.ts';
import type { Policy, Verdict } from './policy-fields.ts';
import type { PreparedOrder } from './preview.ts';
import type { ApprovalMode, TicketState } from './ticket-states.ts';

/**
 * State, events and effects of Home's part of trading (home-trading.ts): tickets, which relay may be sent what, and what is
 * remembered of it. Pure: ids, nonces and times come with the events, in epoch milliseconds of Home's clock.
 */

/** Who asks: the grant is what a ticket is bound to, the client's name is for people. */
export interface Asker {
  readonly grant: string;
  readonly client: string;
  /** Whether the client can put a question to its human. */
  readonly canAsk: boolean;
}

export type TradeTool = 'place' | 'modify' | 'close' | 'exercise';

/** What a ticket uses of the day's limits. Decimal texts in base currency. */
export type Uses = PreparedOrder['uses'];

export interface Approval {
  readonly mode: ApprovalMode;
  /** In words: which client, or which person from where. */
  readonly by: string;
  /** A human was asked, and said so. */
  readonly person: boolean;
  readonly at: number;
}

/** One order on its way from a preview to its end. All that is kept of it. */
export interface Ticket {
  readonly id: string;
  readonly state: TicketState;
  readonly tool: TradeTool;
  /** The relay that prepared it and alone may be sent it. */
  readonly device: string;
  readonly account: string;
  readonly grant: string;
  readonly client: string;
  readonly requestId?: string;
  /** The user's own reference; IB never sees it. */
  readonly reference?: string;
  /** SHA-256 of the tool's arguments without the request id: the same words again are the same order. */
  readonly argumentsHash: string;
  readonly prepared: PreparedOrder;
  /** Names Home's policy as it was then. */
  readonly policy: string;
  /** Of Home's policy. */
  readonly verdicts: readonly Verdict[];
  /** The strictest of the relay's and Home's. */
  readonly approval: ApprovalMode;
  /** The question that a human is being asked: made anew each time, gone with the first answer. */
  readonly question?: { readonly nonce: string; readonly argumentsHash: string };
  readonly mintedAt: number;
  readonly expiresAt: number;
  readonly approved?: Approval;
  readonly consumedAt?: number;
  /** Its frame was given to the connection. */
  readonly sentAt?: number;
  readonly overAt?: number;
  /** The relay's newest. */
  readonly report?: TicketReport;
  /** Home's own word, while the relay has said nothing. */
  readonly trouble?: ToolErrorData;
  /** What has happened, oldest first. */
  readonly history: readonly { readonly at: number; readonly what: string }[];
}

/** What is known of one relay that may trade. Kept while it is paired. */
export interface TradingRelay {
  readonly device: string;
  /** Its own last word; kept while it is away. */
  readonly status?: TradingStatus;
  /** The journal that this Home believes in, as far as it has heard; absent until both were new. */
  readonly journal?: JournalHead;
  /**
   * The last head on which both agreed, where `journal` was heard since and no connection has agreed to that yet: a journal
   * that was restored must not be believed because it has grown again.
   */
  readonly agreedOn?: JournalHead;
  /** Tickets that were consumed for it, in all its life. */
  readonly consumed?: number;
  /** Whether the connection that is open has agreed that both mean the same journal. */
  readonly agreed: boolean;
  /** It is being asked whether it does; forgotten with the memory of this object. */
  readonly asking?: true;
  /** Why it has not. */
  readonly disagreement?: ToolErrorData;
  /** Its own audit, as far as it was last heard of. */
  readonly audit?: AuditHead;
  /** What it said last of stopping. */
  readonly stop?: Extract<OrderEventBody['body'], { kind: 'stop' }>;
  /** What was said by its owner at home, newest last. */
  readonly notices: readonly { readonly at: number; readonly text: string }[];
}

/** A cancel or a stop that was sent. */
export interface SentRequest {
  readonly id: string;
  readonly device: string;
  readonly kind: 'cancel' | 'stop';
  readonly at: number;
  readonly state: 'sent' | 'accepted' | 'refused' | 'unanswered' | 'done';
  readonly error?: ToolErrorData;
  /** The relay's newest word about it. */
  readonly told?: Extract<OrderEventBody['body'], { kind: 'cancel' | 'stop' }>;
}

export interface HomeTradingState {
  /** This Home's generation: random, once. */
  readonly home: string;
  readonly relays: ReadonlyMap<string, TradingRelay>;
  /** Which relay trades an account: the first that announced it. */
  readonly owners: ReadonlyMap<string, string>;
  readonly tickets: ReadonlyMap<string, Ticket>;
  readonly requests: ReadonlyMap<string, SentRequest>;
  readonly policy: Policy;
}

export type HomeTradingEvent = {
  readonly now: number;
} /** A relay connected and said hello; `status` as it says it, absent where it may not trade. */ & (
  | { readonly type: 'opened'; readonly device: string; readonly status: TradingStatus | undefined }
  | { readonly type: 'status'; readonly device: string; readonly status: TradingStatus | undefined }
  | { readonly type: 'removed'; readonly device: string }
  /** An order was prepared at its relay; leads to `answer`. Unless it is a preview only, it is submitted where nobody is asked. */
  | {
      readonly type: 'prepared';
      readonly id: string;
      readonly nonce: string;
      readonly device: string;
      readonly tool: TradeTool;
      readonly asker: Asker;
      readonly previewOnly: boolean;
      readonly online: boolean;
      readonly argumentsHash: string;
      readonly requestId?: string;
      readonly reference?: string;
      readonly prepared: PreparedOrder;
    }
  /** The asker's next call confirms it; leads to `answer`. */
  | {
      readonly type: 'confirm';
      readonly ticket: string;
      readonly looked?: LookedAt;
      readonly nonce: string;
      readonly argumentsHash: string;
      readonly asker: Asker;
      readonly online: boolean;
    }
  /** A human answered the question that carried this nonce; leads to `answer`. */
  | {
      readonly type: 'answered';
      readonly ticket: string;
      readonly looked?: LookedAt;
      readonly nonce: string;
      readonly hash: string;
      readonly argumentsHash: string;
      readonly accepted: boolean;
      readonly asker: Asker;
      readonly online: boolean;
    }
  /** Somebody no longer wants it; leads to `answer`. Nothing happens to one that was consumed. */
  | { readonly type: 'withdraw'; readonly ticket: string; readonly by: string }
  /** What was saved is safe: the frame may leave, now. */
  | { readonly type: 'synced'; readonly ticket: string }
  | {
      readonly type: 'instructed';
      readonly device: string;
      readonly about: InstructionSubject;
      readonly outcome: 'accepted' | 'refused' | 'unsent' | 'unanswered';
      readonly error?: ToolErrorData;
    }
  | { readonly type: 'cancel'; readonly device: string; readonly cancel: CancelBody }
  | { readonly type: 'stop'; readonly device: string; readonly stop: StopBody }
  | { readonly type: 'told'; readonly device: string; readonly event: OrderEventBody }
  | { readonly type: 'policy'; readonly policy: Policy; readonly by: string }
  | { readonly type: 'expire' }
);

/** What an order would do as its relay saw it a moment before it is consumed. */
export type LookedAt = Pick<PreparedOrder, 'measures' | 'uses'>;

/** What an instruction was about. */
export type InstructionSubject =
  | { readonly kind: 'place'; readonly ticket: string }
  | { readonly kind: 'settle' }
  | { readonly kind: 'request'; readonly request: string };

export type OrderInstruction =
  | { readonly name: 'order.place'; readonly body: PlaceBody }
  | { readonly name: 'order.cancel'; readonly body: CancelBody }
  | { readonly name: 'order.settle'; readonly body: SettleBody }
  | { readonly name: 'order.stop'; readonly body: StopBody };

/** A line of the audit: what happened, with the relay's journal as it was known. */
export interface AuditEntry {
  readonly at: number;
  readonly what: string;
  readonly by?: string;
  readonly grant?: string;
  readonly device?: string;
  readonly ticket?: string;
  readonly journal?: JournalHead;
  /** The relay's own audit, as far as it was known. */
  readonly relayAudit?: AuditHead;
  readonly detail?: string;
}

/**
 * In this order; all `save` and `audit` of a step in one transaction before anything else of it. An `answer` is given at
 * most once for each event that asks for one.
 */
export type HomeTradingEffect =
  | { readonly type: 'save'; readonly what: 'ticket'; readonly ticket: Ticket }
  | { readonly type: 'save'; readonly what: 'relay'; readonly relay: TradingRelay }
  | { readonly type: 'save'; readonly what: 'forget-relay'; readonly device: string }
  | { readonly type: 'save'; readonly what: 'owner'; readonly account: string; readonly device: string }
  | { readonly type: 'save'; readonly what: 'request'; readonly request: SentRequest }
  | { readonly type: 'save'; readonly what: 'policy'; readonly policy: Policy }
  | {
      readonly type: 'save';
      readonly what: 'forget';
      readonly tickets: readonly string[];
      readonly requests: readonly string[];
    }
  | { readonly type: 'audit'; readonly entry: AuditEntry }
  /** Wait until everything is on disk, then tell it with `synced`. */
  | { readonly type: 'sync'; readonly ticket: string }
  /** Send it in this turn; leads to `instructed`. */
  | {
      readonly type: 'instruct';
      readonly device: string;
      readonly about: InstructionSubject;
      readonly instruction: OrderInstruction;
    }
  /** Whoever watches it should look again. */
  | { readonly type: 'changed'; readonly id: string }
  | { readonly type: 'answer'; readonly answer: HomeAnswer };

export type HomeAnswer =
  /** `ask`: a human has to be asked first, with this nonce; `repeated`: an earlier ticket answers. */
  | { readonly kind: 'ticket'; readonly ticket: Ticket; readonly ask: boolean; readonly repeated: boolean }
  | { readonly kind: 'refused'; readonly error: ToolErrorData };
