import type { ToolErrorData } from '../errors.ts';
import { audit, auditTicket, type HomeDraft, move, putTicket } from './home-draft.ts';
import type { HomeTradingEvent, Ticket } from './home-model.ts';
import { policyId } from './policy.ts';
import { isOpen } from './ticket.ts';

/** Home's own policy: a ticket is bound to the limits that it was previewed with. */

/** The owner has set other limits. What still waits was previewed with the old ones: it has to be previewed again. */
export function policySet(draft: HomeDraft, { policy, by }: Extract<HomeTradingEvent, { type: 'policy' }>): void {
  const before = draft.policy;
  if (policyId(before) === policyId(policy)) return;
  draft.policy = policy;
  draft.effects.push({ type: 'save', what: 'policy', policy });
  audit(draft, 'policy', { by, detail: JSON.stringify({ before, after: policy }) });
  for (const ticket of [...draft.tickets.values()]) {
    if (isOpen(ticket.state)) expireOutdated(draft, ticket, by, 'on the dashboard');
  }
}

/**
 * Ends a ticket that waits and was previewed with other limits than those in force, at home or here.
 * @returns undefined where its limits are those in force
 */
export function endedAsOutdated(draft: HomeDraft, ticket: Ticket, by: string): Ticket | undefined {
  if (ticket.policy !== policyId(draft.policy)) return expireOutdated(draft, ticket, by, 'on the dashboard');
  const atHome = draft.relays.get(ticket.device)?.status?.policy;
  if (atHome === undefined || atHome === ticket.prepared.policy) return undefined;
  return expireOutdated(draft, ticket, by, 'at home');
}

function expireOutdated(draft: HomeDraft, ticket: Ticket, by: string, where: string): Ticket {
  const what = `the limits ${where} were changed`;
  const trouble: ToolErrorData = {
    code: 'conflict',
    message: `The limits ${where} were changed after it was previewed, so it has expired; nothing was sent.`,
    nextStep: 'Preview it again if it is still wanted.',
  };
  const expired = putTicket(draft, move(draft, ticket, 'expire', what, { trouble }));
  auditTicket(draft, expired, 'expired', by, what);
  return expired;
}
