import type { ToolErrorData } from '../errors.ts';
import type {
  AuditEntry,
  HomeAnswer,
  HomeTradingEffect,
  HomeTradingState,
  SentRequest,
  Ticket,
  TradingRelay,
} from './home-model.ts';
import { afterStep, isOver, type TicketStep } from './ticket.ts';

/** What one step of Home's machine changes and has done. */
export interface HomeDraft {
  readonly now: number;
  readonly home: string;
  readonly relays: Map<string, TradingRelay>;
  readonly owners: Map<string, string>;
  readonly tickets: Map<string, Ticket>;
  readonly requests: Map<string, SentRequest>;
  policy: HomeTradingState['policy'];
  readonly effects: HomeTradingEffect[];
}

/** Lines of a ticket's history; the audit has them all. */
const keptHistory = 40;

/** Keeps a ticket as it is now, and says so to whoever watches. */
export function putTicket(draft: HomeDraft, ticket: Ticket): Ticket {
  const over = isOver(ticket.state);
  const { overAt, ...rest } = ticket;
  const kept: Ticket = over ? { ...rest, overAt: overAt ?? draft.now } : rest;
  draft.tickets.set(kept.id, kept);
  draft.effects.push({ type: 'save', what: 'ticket', ticket: kept }, { type: 'changed', id: kept.id });
  return kept;
}

export function putRelay(draft: HomeDraft, relay: TradingRelay): TradingRelay {
  draft.relays.set(relay.device, relay);
  draft.effects.push({ type: 'save', what: 'relay', relay });
  return relay;
}

export function putRequest(draft: HomeDraft, request: SentRequest): void {
  draft.requests.set(request.id, request);
  draft.effects.push({ type: 'save', what: 'request', request }, { type: 'changed', id: request.id });
}

/** Moves a ticket by a step of the table. @throws Error where there is no such step: the caller has looked */
export function move(
  draft: HomeDraft,
  ticket: Ticket,
  step: TicketStep,
  what: string,
  changes: Partial<Ticket> = {},
): Ticket {
  const state = afterStep(ticket.state, step);
  if (state === undefined) throw new Error(`a ticket that is ${ticket.state} cannot ${step}`);
  return { ...ticket, ...changes, ...happened(draft, ticket, what), state };
}

export function happened(
  draft: HomeDraft,
  { history }: Pick<Ticket, 'history'>,
  what: string,
): Pick<Ticket, 'history'> {
  const line = { at: draft.now, what: what.slice(0, 300) };
  // Word comes often that changes nothing a person can see.
  if (history.at(-1)?.what === line.what) return { history };
  return { history: [...history, line].slice(-keptHistory) };
}

export function audit(
  draft: HomeDraft,
  what: string,
  more: Omit<AuditEntry, 'at' | 'what' | 'journal' | 'relayAudit'> = {},
): void {
  const { journal, audit: relayAudit } = draft.relays.get(more.device ?? '') ?? {};
  const heads = { ...(journal && { journal }), ...(relayAudit && { relayAudit }) };
  draft.effects.push({ type: 'audit', entry: { at: draft.now, what, ...more, ...heads } });
}

export function auditTicket(draft: HomeDraft, ticket: Ticket, what: string, by: string, detail?: string): void {
  const { id, device, grant } = ticket;
  audit(draft, what, {
    ticket: id,
    device,
    grant,
    by,
    ...(detail === undefined ? {} : { detail: detail.slice(0, 1_000) }),
  });
}

export function refused(error: ToolErrorData): HomeAnswer {
  return { kind: 'refused', error };
}

export function answered(
  ticket: Ticket,
  { ask = false, repeated = false }: { readonly ask?: boolean; readonly repeated?: boolean } = {},
): HomeAnswer {
  return { kind: 'ticket', ticket, ask, repeated };
}
