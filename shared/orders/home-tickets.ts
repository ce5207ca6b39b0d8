import type { ToolErrorData } from '../errors.ts';
import { approvalPath, strictest } from './approvals.ts';
import {
  answered,
  audit,
  auditTicket,
  type HomeDraft,
  happened,
  move,
  putRelay,
  putTicket,
  refused,
} from './home-draft.ts';
import type { Approval, Asker, HomeAnswer, HomeTradingEvent, LookedAt, Ticket, TradeTool } from './home-model.ts';
import { endedAsOutdated } from './home-policy.ts';
import { obstacle } from './home-relays.ts';
import { earlierTicket, keptTickets, sameOrder } from './home-repeats.ts';
import { usedByTickets } from './home-usage.ts';
import { distinct, policyId } from './policy.ts';
import type { Policy, Verdict } from './policy-fields.ts';
import type { PreparedOrder } from './preview.ts';
import { afterStep, isOpen } from './ticket.ts';
import type { ApprovalMode } from './ticket-states.ts';
import { waitingTimes } from './waiting-times.ts';

/** From a prepared order to the moment in which its ticket is consumed. */

type EventOf<Type extends HomeTradingEvent['type']> = Extract<HomeTradingEvent, { type: Type }>;

/** Judges Home's own policy. */
export type Judge = (
  policy: Policy,
  by: 'dashboard',
  measures: PreparedOrder['measures'],
  uses: PreparedOrder['uses'],
  used: PreparedOrder['uses'],
  account: string,
) => readonly Verdict[];

/** Tickets that wait at once. */
const maxOpen = 50;

/** Mints the ticket of an order that its relay has prepared, and submits it where nobody has to be asked. */
export function orderPrepared(draft: HomeDraft, event: EventOf<'prepared'>, judge: Judge): HomeAnswer {
  const { device, prepared, asker, previewOnly, argumentsHash, requestId } = event;
  const hindrance = obstacle(draft, device, prepared);
  if (hindrance && !previewOnly) {
    audit(draft, 'refused', { device, grant: asker.grant, by: asker.client, detail: hindrance.message });
    return refused(hindrance);
  }
  const mode = modeOf(draft, device, event.tool, prepared.approval);
  const waitsFor = approvalPath(mode).after(asker);
  if (typeof waitsFor === 'object' && !previewOnly) return refused(waitsFor);
  const earlier = earlierTicket(draft, {
    grant: asker.grant,
    requestId,
    argumentsHash,
    hash: prepared.hash,
    repeats: !previewOnly && waitsFor !== 'answer',
  });
  if (earlier?.kind === 'conflict') {
    auditTicket(draft, earlier.ticket, 'conflict', asker.client, 'the same client_request_id with another order');
    return refused(conflict(earlier.ticket.id));
  }
  if (earlier?.kind === 'outcome') return answered(earlier.ticket, { repeated: true });
  if (earlier === undefined && tooMany(draft)) return refused(busy());
  const again = earlier?.ticket;
  const verdicts = judged(draft, prepared, again?.id, judge);
  const ticket: Ticket = {
    id: again?.id ?? event.id,
    state: (again && afterStep(again.state, 'renew')) ?? 'previewed',
    tool: event.tool,
    device,
    account: prepared.account,
    grant: asker.grant,
    client: asker.client,
    ...(requestId === undefined ? {} : { requestId }),
    ...(event.reference === undefined ? {} : { reference: event.reference }),
    argumentsHash,
    prepared,
    policy: policyId(draft.policy),
    verdicts,
    approval: mode,
    mintedAt: draft.now,
    expiresAt: draft.now + waitingTimes.confirmWithin,
    ...(hindrance && { trouble: hindrance }),
    ...happened(draft, again ?? { history: [] }, again ? 'previewed again' : 'previewed'),
  };
  auditTicket(draft, ticket, 'prepared', asker.client, prepared.facts.summary);
  const refusing = [...prepared.verdicts, ...verdicts].find(({ pass }) => !pass);
  if (refusing) return answered(denyByPolicy(draft, ticket, refusing));
  if (previewOnly) return answered(putTicket(draft, ticket));
  if (waitsFor === 'nothing') {
    return consume(draft, ticket, { mode, by: asker.client, person: false, at: draft.now }, event.online);
  }
  const asked = move(draft, ticket, 'ask', `waits for ${approvalPath(mode).by}`);
  if (waitsFor === 'answer') return ask(draft, asked, event.nonce, argumentsHash);
  return answered(putTicket(draft, asked));
}

/** The asker's own next call. It confirms where no human can be asked; with one who can, it asks. */
export function ticketConfirmed(draft: HomeDraft, event: EventOf<'confirm'>, judge: Judge): HomeAnswer {
  const ticket = usable(draft, event.ticket, event.asker);
  if ('kind' in ticket) return ticket;
  const hindrance = obstacle(draft, ticket.device, ticket.prepared);
  if (hindrance) return refused(hindrance);
  const mode = modeOf(draft, ticket.device, ticket.tool, ticket.approval);
  const waitsFor = approvalPath(mode).after(event.asker);
  if (typeof waitsFor === 'object') return refused(waitsFor);
  if (waitsFor === 'answer') {
    return ask(draft, move(draft, ticket, 'ask', 'asked'), event.nonce, event.argumentsHash);
  }
  const same = sameOrder(draft, ticket);
  if (same) {
    const doubled = move(draft, ticket, 'expire', `the same order was submitted as ${same.id}`);
    auditTicket(draft, putTicket(draft, doubled), 'repeated', event.asker.client, same.id);
    return answered(same, { repeated: true });
  }
  const by = `${event.asker.client}, by confirm_order`;
  return submit(draft, asLooked(ticket, event), { mode, by, person: false, at: draft.now }, event.online, judge);
}

/** A human answered. Anything that does not fit to the question is no answer. */
export function questionAnswered(draft: HomeDraft, event: EventOf<'answered'>, judge: Judge): HomeAnswer {
  const { asker, nonce, hash, argumentsHash, accepted } = event;
  const found = usable(draft, event.ticket, asker);
  if ('kind' in found) return found;
  const { question, ...ticket } = found;
  if (question?.nonce !== nonce) {
    auditTicket(draft, ticket, 'answer refused', asker.client, 'not the question that was asked last');
    return refused(noAnswer('It answers a question that was answered before, or was never asked.'));
  }
  if (hash !== ticket.prepared.hash || argumentsHash !== question.argumentsHash) {
    auditTicket(draft, putTicket(draft, ticket), 'answer refused', asker.client, 'the arguments were changed');
    return refused(noAnswer('The order was changed after the question was asked.'));
  }
  const by = `the person who uses ${asker.client}`;
  if (!accepted) {
    const denied = putTicket(draft, move(draft, ticket, 'deny', `declined by ${by}`));
    auditTicket(draft, denied, 'denied', by);
    return answered(denied);
  }
  const hindrance = obstacle(draft, ticket.device, ticket.prepared);
  if (hindrance) {
    putTicket(draft, ticket);
    return refused(hindrance);
  }
  const mode = modeOf(draft, ticket.device, ticket.tool, ticket.approval);
  if (approvalPath(mode).after(asker) !== 'answer') {
    putTicket(draft, ticket);
    return refused(noAnswer(`Orders now need approval “${mode}”.`));
  }
  return submit(draft, asLooked(ticket, event), { mode, by, person: true, at: draft.now }, event.online, judge);
}

/** Before it was consumed it can be taken back by whoever may cancel its order. */
export function ticketWithdrawn(draft: HomeDraft, { ticket: id, by }: EventOf<'withdraw'>): HomeAnswer {
  const ticket = draft.tickets.get(id);
  if (!ticket) return noSuchTicket();
  if (!isOpen(ticket.state)) return answered(ticket, { repeated: true });
  const denied = putTicket(draft, move(draft, ticket, 'deny', `taken back by ${by}`));
  auditTicket(draft, denied, 'withdrawn', by);
  return answered(denied);
}

/** What the dashboard's policy says, for every account that the order is for. */
function judged(draft: HomeDraft, prepared: PreparedOrder, except: string | undefined, judge: Judge): Verdict[] {
  const { account, members = [account], measures, uses, gatewayTime } = prepared;
  const used = usedByTickets(draft.tickets.values(), gatewayTime, except);
  return distinct(members.flatMap((one) => judge(draft.policy, 'dashboard', measures, uses, used, one)));
}

/** With what the order would do now, as far as somebody has looked. */
function asLooked(ticket: Ticket, { looked }: { readonly looked?: LookedAt }): Ticket {
  return looked ? { ...ticket, prepared: { ...ticket.prepared, ...looked } } : ticket;
}

/** Judged once more, with everything that was placed since, then consumed. */
function submit(draft: HomeDraft, ticket: Ticket, approval: Approval, online: boolean, judge: Judge): HomeAnswer {
  const { prepared } = ticket;
  const verdicts = judged(draft, prepared, ticket.id, judge);
  const refusing = verdicts.find(({ pass }) => !pass);
  if (refusing) return answered(denyByPolicy(draft, { ...ticket, verdicts }, refusing));
  return consume(draft, ticket, approval, online);
}

/** The one place in which a ticket is consumed. */
function consume(draft: HomeDraft, ticket: Ticket, approval: Approval, online: boolean): HomeAnswer {
  if (!online) {
    // Nothing waits for a relay: it fails now, and the ticket stays open until it expires.
    putTicket(draft, ticket);
    return refused(away());
  }
  const { trouble: _, question: __, ...clean } = ticket;
  const approved = move(draft, clean, 'approve', `approved (${approval.mode}) by ${approval.by}`, {
    approved: approval,
  });
  const relay = draft.relays.get(ticket.device);
  if (relay) putRelay(draft, { ...relay, consumed: (relay.consumed ?? 0) + 1 });
  const consumed = putTicket(draft, move(draft, approved, 'submit', 'submitting', { consumedAt: draft.now }));
  auditTicket(draft, consumed, 'approved and consumed', approval.by, `${approval.mode} ${consumed.prepared.hash}`);
  draft.effects.push({ type: 'sync', ticket: consumed.id });
  return answered(consumed);
}

/**
 * The ticket that a call means, if it can still be approved. What was consumed answers with its outcome; what expired does
 * so too. Another connection's ticket does not exist for this one.
 */
function usable(draft: HomeDraft, id: string, asker: Asker): Ticket | HomeAnswer {
  const ticket = draft.tickets.get(id);
  if (!ticket || ticket.grant !== asker.grant) {
    if (ticket) auditTicket(draft, ticket, 'refused', asker.client, `asked for by another grant, ${asker.grant}`);
    return noSuchTicket();
  }
  if (!isOpen(ticket.state)) return answered(ticket, { repeated: true });
  if (draft.now < ticket.expiresAt) {
    const outdated = endedAsOutdated(draft, ticket, asker.client);
    return outdated ? answered(outdated) : ticket;
  }
  const expired = putTicket(draft, move(draft, ticket, 'expire', 'expired'));
  auditTicket(draft, expired, 'expired', asker.client);
  return answered(expired);
}

function ask(draft: HomeDraft, ticket: Ticket, nonce: string, argumentsHash: string): HomeAnswer {
  const asked = putTicket(draft, { ...ticket, question: { nonce, argumentsHash } });
  auditTicket(draft, asked, 'asked', ticket.client);
  return answered(asked, { ask: true });
}

function denyByPolicy(draft: HomeDraft, ticket: Ticket, { rule, by, text }: Verdict): Ticket {
  const trouble: ToolErrorData = {
    code: 'rejected_by_policy',
    message: `${rule} (${by}): ${text}`.slice(0, 600),
    nextStep: `Make the order fit. Only the owner can change the limit: ${setWhere[by]}.`,
  };
  const denied = putTicket(draft, move(draft, ticket, 'deny', `refused by ${rule} (${by})`, { trouble }));
  auditTicket(draft, denied, 'refused by policy', by, trouble.message);
  return denied;
}

const setWhere: Readonly<Record<Verdict['by'], string>> = {
  dashboard: 'on the dashboard, under Trading, Limits on orders',
  relay: 'at home, in RELAY_POLICY',
  'relay configuration': 'at home, in the relay’s settings',
  gateway: 'at home, in IB Gateway',
};

/** The strictest of what was asked for at the preview, what the relay asks for now, and Home's own. */
function modeOf(draft: HomeDraft, device: string, tool: TradeTool, atPreview: ApprovalMode): ApprovalMode {
  // What cannot be undone or cancelled never goes through at once.
  const least = tool === 'exercise' ? 'ticket' : 'none';
  return strictest(least, atPreview, draft.relays.get(device)?.status?.approval, draft.policy.approval);
}

function tooMany({ tickets }: HomeDraft): boolean {
  const open = [...tickets.values()].filter(({ state }) => isOpen(state)).length;
  return open >= maxOpen || tickets.size >= keptTickets;
}

function noSuchTicket(): HomeAnswer {
  return refused({
    code: 'ticket_not_found',
    message: 'This connection has no such ticket. Nothing was sent.',
    nextStep: 'get_orders lists the tickets that wait; preview the order again for a new one.',
  });
}

function conflict(ticket: string): ToolErrorData {
  return {
    code: 'conflict',
    message: `This client_request_id belongs to another order, ticket ${ticket}. Nothing was sent.`,
    nextStep: 'Use a new client_request_id for a new order; get_order_status tells what came of the other one.',
  };
}

function noAnswer(why: string): ToolErrorData {
  return {
    code: 'conflict',
    message: `This approval does not count: ${why} Nothing was sent.`,
    nextStep: 'Call the tool anew, without an answer; the person is then asked about what will be sent.',
  };
}

function busy(): ToolErrorData {
  return {
    code: 'busy',
    message: 'Too many tickets wait or were used in the last days. Nothing was sent.',
    nextStep: 'Let some of them expire (ten minutes), or confirm them.',
  };
}

function away(): ToolErrorData {
  return {
    code: 'relay_offline',
    message: 'The relay that would send this order is not connected. Nothing was sent, and nothing waits to be.',
    nextStep: 'Start it at home; the ticket can be confirmed until it expires.',
  };
}
