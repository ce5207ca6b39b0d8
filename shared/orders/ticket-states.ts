/**
 * The life of a ticket as everybody sees it. The table of transitions is in ticket.ts; these are the names that travel.
 */
export const ticketStates = [
  'previewed',
  'awaiting_approval',
  'approved',
  'submitting',
  'submitted',
  'working',
  'final',
  'expired',
  'denied',
  'rejected',
  'not_placed',
  'unknown',
  'resolved_by_person',
] as const;
export type TicketState = (typeof ticketStates)[number];

/** States in which nothing of a ticket will happen any more. */
export const endStates: ReadonlySet<TicketState> = new Set([
  'final',
  'expired',
  'denied',
  'rejected',
  'not_placed',
  'resolved_by_person',
]);

export const approvalModes = ['none', 'ticket', 'human', 'passkey', 'home'] as const;
export type ApprovalMode = (typeof approvalModes)[number];
