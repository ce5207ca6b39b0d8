import { endStates, type TicketState } from './ticket-states.ts';

/**
 * The life of a ticket: which event leads from which state to which. This table is the code; nothing else changes a state.
 *
 * Home alone moves a ticket up to `submitting`. From then on the relay's reports say what became of it. One that tells of an
 * order is followed even where it contradicts what was known: hiding an order that exists is the worst that could be done.
 */

/** What Home does with a ticket. */
export const ticketSteps = ['renew', 'ask', 'approve', 'deny', 'expire', 'submit', 'not_sent', 'lose_sight'] as const;
export type TicketStep = (typeof ticketSteps)[number];

type From<State extends string> = Readonly<Partial<Record<TicketState, State>>>;

const steps: Readonly<Record<TicketStep, From<TicketState>>> = {
  /** The same order was previewed again: what was found out then replaces what was known. */
  renew: { previewed: 'previewed', awaiting_approval: 'previewed' },
  /** It was asked for, and waits for its approval. */
  ask: { previewed: 'awaiting_approval', awaiting_approval: 'awaiting_approval' },
  approve: { previewed: 'approved', awaiting_approval: 'approved' },
  deny: { previewed: 'denied', awaiting_approval: 'denied' },
  expire: { previewed: 'expired', awaiting_approval: 'expired' },
  /** Consumed: from here on its frame may leave, once. */
  submit: { approved: 'submitting' },
  /** The frame certainly did not leave, or the relay refused it with nothing done. */
  not_sent: { submitting: 'not_placed' },
  /** The journal that would know of it is not the one that it was given to. */
  lose_sight: { submitting: 'unknown' },
};

/** What a report may say of a ticket in that state without contradicting what was known. */
const reports: Readonly<Partial<Record<TicketState, readonly TicketState[]>>> = {
  submitting: ['submitting', 'submitted', 'working', 'final', 'rejected', 'not_placed', 'unknown', 'expired', 'denied'],
  submitted: ['submitted', 'working', 'final', 'rejected', 'unknown'],
  working: ['submitted', 'working', 'final', 'rejected', 'unknown'],
  unknown: ['submitted', 'working', 'final', 'rejected', 'not_placed', 'unknown', 'resolved_by_person'],
  // Fills and commissions come after an end, and an order that IB called inactive can come back.
  final: ['final', 'working', 'submitted'],
  rejected: ['rejected', 'working', 'submitted', 'final'],
  not_placed: ['not_placed'],
  expired: ['expired', 'not_placed'],
  denied: ['denied', 'not_placed'],
  resolved_by_person: ['resolved_by_person', 'final', 'working', 'submitted', 'rejected', 'not_placed'],
};

/** States that only Home gives, so that no report may say them. */
const beforeSubmission: ReadonlySet<TicketState> = new Set(['previewed', 'awaiting_approval', 'approved']);

/** What says that there is no order: never believed of a ticket whose order was seen. */
const nothingThere: ReadonlySet<TicketState> = new Set(['not_placed', 'expired', 'denied']);

/** @returns the next state, or undefined where that step does not exist */
export function afterStep(state: TicketState, step: TicketStep): TicketState | undefined {
  return steps[step][state];
}

/**
 * The state after a report.
 * @returns `surprise` where it contradicts what was known; undefined for a report that says nothing about an order
 */
export function afterReport(
  state: TicketState,
  reported: TicketState,
): { readonly state: TicketState; readonly surprise: boolean } | undefined {
  if (beforeSubmission.has(reported)) return undefined;
  // What is being sent now is no news of a ticket that has come further.
  if (reported === 'submitting' && state !== 'submitting') return undefined;
  if (reports[state]?.includes(reported)) return { state: reported, surprise: false };
  return { state: nothingThere.has(reported) && !isOpen(state) ? state : reported, surprise: true };
}

/** It was not consumed yet, so that it may still be approved, denied or expire. */
export function isOpen(state: TicketState): boolean {
  return beforeSubmission.has(state);
}

/** Nothing more is expected of it. */
export function isOver(state: TicketState): boolean {
  return endStates.has(state);
}
