import type { ToolErrorData } from '../../shared/errors.ts';
import type { CancelBody, OrderEventBody, PlaceBody, TicketReport } from '../../shared/orders/frames.ts';
import type { LegName, OrderContract, OrderIdentity, OrderTerms, PlannedOrder } from '../../shared/orders/order.ts';
import { endStates, type TicketState } from '../../shared/orders/ticket-states.ts';
import type { LocalClocks } from './leaving.ts';
import type {
  Clocks,
  FillCosts,
  JournalEntry,
  LimitUse,
  SeenOrder,
  SendFacts,
  StopPlace,
  TraderEffect,
} from './model.ts';
import type { OrderLife } from './order-life.ts';
import type { TraderSettings } from './settings.ts';

/** One order of a ticket, or of a change the order that it changes. */
export interface TraderLeg {
  readonly leg: LegName;
  readonly orderId: number;
  readonly parentId: number;
  readonly orderRef: string;
  readonly ocaGroup?: string;
  /** What was approved last: of the placement, or of a change that came through. An exercise has none. */
  readonly terms?: OrderTerms;
  readonly life: OrderLife;
  /** As it stood when it was last seen in open orders, and in which session. */
  readonly open?: { readonly session: string; readonly order: SeenOrder };
  /** Its first echo was compared with what was approved. */
  readonly compared: boolean;
  /** The ticket of a change that is under way. */
  readonly change?: string;
  /** How it was last seen to differ from what was approved, as told. */
  readonly outside?: string;
  /** The largest size that was ever approved, or given to it from elsewhere. */
  readonly most?: string;
  /** Since when (monotonic) whole lists lack it although it should be there. */
  readonly missing?: number;
  /** Counts the machine's steps: the one that last changed it. */
  readonly changedAt: number;
}

/** The search for a ticket of which it is not known whether the gateway has it. */
export interface Hunt {
  /** The step since which a look can tell of it. */
  readonly since: number;
  /** Full rounds that found nothing, in this session, and when the last of them was (monotonic). */
  readonly rounds: number;
  readonly lastRound: number;
  /** Of a broken placement with several legs: how each cancel was answered. */
  readonly cancels?: Readonly<Record<number, 'asked' | 'not found' | 'ended'>>;
  /** No more rounds are made: only news or a person ends it. */
  readonly over: boolean;
}

export interface TraderTicket {
  readonly ticket: string;
  readonly hash: string;
  readonly account: string;
  /** Absent for what was refused, or is known by its name only. */
  readonly order?: PlannedOrder;
  readonly clientId: number;
  /** The gateway session in which it was sent. */
  readonly session: string;
  readonly at: number;
  readonly gatewayAt: number;
  readonly used?: LimitUse;
  readonly rates?: SendFacts['rates'];
  readonly legs: readonly TraderLeg[];
  readonly state: TicketState;
  readonly message?: string;
  readonly nextStep?: string;
  readonly ibCode?: number;
  readonly warnings: readonly string[];
  /** What Home was last told. */
  readonly told?: TicketReport;
  readonly revision: number;
  /** Of its write: not answered yet, or perhaps in the socket. */
  readonly batch?: number;
  readonly silent: boolean;
  readonly upstreamLost: boolean;
  readonly restarted: boolean;
  readonly hunt?: Hunt;
  /** Its entry lives, and a child that was to protect it does not. */
  readonly unprotected?: boolean;
  /** Of a change: how it was refused, when that does not say what is left of the order. */
  readonly refusedChange?: { readonly code: number; readonly text: string };
  /** Of a change: its order ended, and the lists that tell with which terms are being asked for. */
  readonly orderEnded?: true;
  /** Of a change: whether it was sent in regular hours, in which its terms show at once. */
  readonly regularHours?: boolean;
}

export interface TraderSession {
  readonly name: string;
  readonly clientId: number;
  readonly nextOrderId: number;
  readonly accounts: readonly string[];
  readonly zone: string;
  readonly acceptedAt: number;
  readonly gatewayAt: number;
  readonly upstream: boolean;
  /** When the upstream came back, monotonic; and whether a heartbeat was answered since. */
  readonly backAt?: number;
  readonly beaten: boolean;
  readonly openRead: boolean;
  /** The step since which a look at the open orders counts. */
  readonly openSince: number;
  /** The first order of the session: nothing else leaves before its echo. */
  readonly first: { readonly state: 'none' | 'echoed' } | { readonly state: 'alone'; readonly ticket: string };
}

export interface CancelTarget {
  readonly order: OrderIdentity;
  readonly ticket?: string;
  readonly leg?: LegName;
  readonly outcome: Extract<OrderEventBody['body'], { kind: 'cancel' }>['orders'][number]['outcome'];
  readonly message?: string;
}

export interface CancelRequest {
  readonly request: string;
  readonly what: CancelBody['what'];
  readonly targets: readonly CancelTarget[];
  /** The session in which it was last sent. */
  readonly sentIn?: string;
  readonly done: boolean;
}

/** A stop that is told when its cancels are answered. */
export interface StopReport {
  readonly request?: string;
  readonly cancel: string;
  /** Orders that still work by choice. */
  readonly kept: readonly { readonly order: OrderIdentity; readonly why: string }[];
}

/** An order that waits for the echo of the session's first one. */
export interface QueuedPlace {
  readonly id: string;
  readonly place: PlaceBody;
  readonly facts?: SendFacts;
}

export interface EarlyCosts {
  readonly execId: string;
  readonly costs: FillCosts;
}

/** What the journal names and Home may not have heard of. */
export interface Untaken {
  readonly tickets: readonly string[];
  readonly cancels: readonly string[];
  readonly stop: boolean;
  /** That a person made the pair that the journal believes in; the first one is known from what the relay says of itself. */
  readonly trust: boolean;
}

export interface TraderState {
  readonly settings: TraderSettings;
  /** Counts steps. */
  readonly steps: number;
  readonly generation: string;
  readonly length: number;
  readonly home?: string;
  /** The shortest journal that Home may name. */
  readonly acknowledged: number;
  /** The most tickets that Home has said to have consumed. */
  readonly consumed: number;
  /** The Home that last came with another pair. */
  readonly presented?: string;
  readonly homeClock?: LocalClocks & { readonly time: number };
  readonly heartbeat?: LocalClocks;
  /** Since when the gateway's clock is far from ours, monotonic. */
  readonly skewedSince?: number;
  readonly stops: Readonly<Partial<Record<StopPlace, { readonly reason: string; readonly since: number }>>>;
  readonly session?: TraderSession;
  /** The highest order id that the journal names, and that was seen, by client id. */
  readonly highest: ReadonlyMap<number, number>;
  /** Tickets that are not over. */
  readonly active: ReadonlyMap<string, TraderTicket>;
  readonly ended: ReadonlyMap<string, TraderTicket>;
  /** Tickets by the order ids of our client id. */
  readonly byOrderId: ReadonlyMap<number, string>;
  /** Permanent ids of orders that IB shows under an order id of ours, and that are others; the latest at the end. */
  readonly strangers: readonly number[];
  /** Tickets that were taken within two windows of policy, oldest first. */
  readonly recent: readonly string[];
  /** Tickets that were filled last, which can still be charged; the latest at the end. */
  readonly filled: readonly string[];
  /** Commissions that came before their executions, the latest at the end. */
  readonly early: readonly EarlyCosts[];
  readonly queue: readonly QueuedPlace[];
  readonly cancels: ReadonlyMap<string, CancelRequest>;
  readonly stopReports: readonly StopReport[];
  /** Wall times of rejections since the last acceptance. */
  readonly rejections: readonly number[];
  readonly batches: number;
  readonly looks: number;
  /** After a start, and until its first event: of what Home has not taken what was told last. */
  readonly untaken: Untaken;
  readonly look?: {
    readonly look: number;
    readonly since: number;
    readonly again: boolean;
    /** What the lists of another look said has led to this one. */
    readonly chained?: true;
  };
  /** While what a look found is told: whether something of it wants another look. */
  readonly listing?: { readonly wanted: boolean };
}

/** A state under change, and what comes of it. */
export type Draft = { -readonly [Key in keyof TraderState]: TraderState[Key] } & {
  readonly clocks: Clocks;
  readonly effects: TraderEffect[];
  /** Maps that this draft has copied already and may write to. */
  readonly own: Set<object>;
};

type MapKey = 'active' | 'ended' | 'highest' | 'byOrderId' | 'cancels';

/** A map of the draft to write to: a copy of the state's own, made once a step. */
export function writable<Key extends MapKey>(draft: Draft, key: Key): Mutable<Draft[Key]> {
  const map = draft[key] as Mutable<Draft[Key]>;
  if (draft.own.has(map)) return map;
  const copy = new Map(map as Map<never, never>) as unknown as Mutable<Draft[Key]>;
  draft.own.add(copy);
  draft[key] = copy as unknown as Draft[Key];
  return copy;
}
type Mutable<M> = M extends ReadonlyMap<infer K, infer V> ? Map<K, V> : never;

export function findTicket(state: Pick<TraderState, 'active' | 'ended'>, ticket: string): TraderTicket | undefined {
  return state.active.get(ticket) ?? state.ended.get(ticket);
}

/** Puts a ticket where its state belongs. */
export function putTicket(draft: Draft, ticket: TraderTicket): TraderTicket {
  const isOver = endStates.has(ticket.state);
  writable(draft, isOver ? 'ended' : 'active').set(ticket.ticket, ticket);
  const other = isOver ? 'active' : 'ended';
  if (draft[other].has(ticket.ticket)) writable(draft, other).delete(ticket.ticket);
  return ticket;
}

export function changeTicket(draft: Draft, name: string, change: Partial<TraderTicket>): TraderTicket | undefined {
  const ticket = findTicket(draft, name);
  return ticket && putTicket(draft, { ...ticket, ...change });
}

export function changeLeg(draft: Draft, name: string, leg: LegName, change: Partial<TraderLeg>): void {
  const ticket = findTicket(draft, name);
  if (!ticket) return;
  const legs = ticket.legs.map((each) => (each.leg === leg ? { ...each, ...change } : each));
  putTicket(draft, { ...ticket, legs });
}

export function note(draft: Draft, level: 'info' | 'warn' | 'error', text: string): void {
  draft.effects.push({ type: 'note', level, text });
}

/** What of a contract tells it from another one. */
export function contractKey(contract: OrderContract): string {
  if (contract.conId > 0) return String(contract.conId);
  const legs = contract.legs ?? [];
  return legs
    .map(({ conId, ratio, side }) => `${conId} ${ratio} ${side}`)
    .sort()
    .join(',');
}

export function refusal(message: string, nextStep: string, code: ToolErrorData['code'] = 'ib_error'): ToolErrorData {
  return { code, message, nextStep, sent: false };
}

export type JournalOf<Type extends JournalEntry['type']> = Extract<JournalEntry, { type: Type }>;
