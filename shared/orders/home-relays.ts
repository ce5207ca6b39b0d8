import type { ToolErrorData } from '../errors.ts';
import type { JournalHead, TradingStatus } from './frames.ts';
import { audit, auditTicket, type HomeDraft, move, putRelay, putTicket } from './home-draft.ts';
import type { HomeTradingEvent, Ticket, TradingRelay } from './home-model.ts';
import { isOpen, isOver } from './ticket.ts';

/** Which relays may be sent orders: what they say of themselves, and whether Home and their journals mean the same. */

type EventOf<Type extends HomeTradingEvent['type']> = Extract<HomeTradingEvent, { type: Type }>;

/** Tickets of one settle frame; more than may be open never wait at once. */
const settledAtOnce = 200;

/** A relay connected: nothing of an earlier connection holds until it has agreed to the pair again. */
export function relayOpened(draft: HomeDraft, { device, status }: EventOf<'opened'>): void {
  const known = draft.relays.get(device);
  if (status === undefined && known === undefined) return;
  if (known) draft.relays.set(device, { ...known, agreed: false });
  const { disagreement: _, ...relay } = learn(draft, device, status);
  putRelay(draft, { ...relay, agreed: false });
  settle(draft, device);
}

/** A relay says something new of itself. */
export function relayStatus(draft: HomeDraft, { device, status }: EventOf<'status'>): void {
  const known = draft.relays.get(device);
  if (status === undefined && known === undefined) return;
  const relay = learn(draft, device, status);
  if (saysMore(relay, known)) putRelay(draft, relay);
  if (!relay.agreed && !relay.asking && relay.disagreement === undefined) settle(draft, device);
}

function saysMore(relay: TradingRelay, known: TradingRelay | undefined): boolean {
  if (relay.status?.journal.length !== known?.status?.journal.length) return true;
  return JSON.stringify(relay) !== JSON.stringify(known);
}

/** A relay was removed: what it was not sent is void, and what it was sent can only be looked up by a person. */
export function relayRemoved(draft: HomeDraft, { device }: EventOf<'removed'>): void {
  if (!draft.relays.has(device)) return;
  audit(draft, 'relay removed', { device });
  for (const ticket of [...draft.tickets.values()]) {
    if (ticket.device !== device) continue;
    if (isOpen(ticket.state)) putTicket(draft, move(draft, ticket, 'expire', 'its relay was removed'));
    if (ticket.state === 'submitting')
      loseSight(draft, ticket, 'Its relay was removed before it told what came of it.');
  }
  draft.relays.delete(device);
  for (const [account, owner] of [...draft.owners]) if (owner === device) draft.owners.delete(account);
  draft.effects.push({ type: 'save', what: 'forget-relay', device });
}

/** Asks a relay whether both mean the same journal, and what became of the tickets that it was sent. */
export function settle(draft: HomeDraft, device: string): void {
  const relay = draft.relays.get(device);
  if (!relay?.status || !relay.journal) return;
  putRelay(draft, { ...relay, asking: true });
  const tickets = [...draft.tickets.values()]
    .filter((ticket) => ticket.device === device && awaitsWord(ticket))
    .slice(0, settledAtOnce)
    .map(({ id, prepared }) => ({ ticket: id, mintedIn: prepared.generation }));
  audit(draft, 'settle', {
    device,
    ...(tickets.length > 0 && { detail: tickets.map(({ ticket }) => ticket).join(' ') }),
  });
  draft.effects.push({
    type: 'instruct',
    device,
    about: { kind: 'settle' },
    instruction: {
      name: 'order.settle',
      body: {
        home: draft.home,
        journal: relay.journal,
        ...(relay.agreedOn && { agreed: relay.agreedOn }),
        consumed: relay.consumed ?? 0,
        tickets,
      },
    },
  });
}

/** What came of that question. Unanswered or unsent it stays open, and the next connection asks it again. */
export function settleAnswered(draft: HomeDraft, { device, outcome, error }: EventOf<'instructed'>): void {
  const relay = draft.relays.get(device);
  if (!relay) return;
  const { asking: _, ...known } = relay;
  draft.effects.push({ type: 'changed', id: device });
  if (outcome === 'unsent' || outcome === 'unanswered') {
    putRelay(draft, known);
    return;
  }
  const { disagreement: __, ...rest } = known;
  if (outcome === 'accepted') {
    const { agreedOn: ___, ...sure } = rest;
    putRelay(draft, { ...sure, agreed: true });
    return;
  }
  const disagreement = error ?? journalsDiffer();
  putRelay(draft, { ...rest, agreed: false, disagreement });
  audit(draft, 'relay disagrees', { device, detail: disagreement.message });
}

/** Takes over what an event says of the journal. */
export function hearJournal(draft: HomeDraft, device: string, head: JournalHead): void {
  const relay = draft.relays.get(device);
  const heard = relay && withHead(relay, head);
  if (heard && heard !== relay) putRelay(draft, heard);
}

/**
 * Further on in the journal that is believed in, never another one. Until the connection has agreed to the pair, what was
 * agreed on before is kept beside it.
 */
function withHead(relay: TradingRelay, head: JournalHead): TradingRelay {
  const { journal, agreedOn = journal, agreed } = relay;
  if (journal?.generation !== head.generation || head.length <= journal.length) return relay;
  return { ...relay, journal: head, ...(!agreed && agreedOn && { agreedOn }) };
}

/** Somebody at home, or the first pairing, made this pair: Home believes in that journal from here on. */
export function hearTrust(draft: HomeDraft, device: string, home: string, head: JournalHead): void {
  const known = draft.relays.get(device);
  if (home !== draft.home || !known) return;
  const another = known.journal !== undefined && known.journal.generation !== head.generation;
  const { disagreement: _, ...relay } = known;
  if (another || known.journal === undefined) {
    const { agreedOn: __, ...anew } = relay;
    putRelay(draft, { ...anew, journal: head, agreed: false });
  } else putRelay(draft, { ...relay, agreed: false });
  for (const ticket of [...draft.tickets.values()]) {
    if (!another || ticket.device !== device || ticket.prepared.generation === head.generation) continue;
    if (isOpen(ticket.state)) putTicket(draft, move(draft, ticket, 'expire', 'the journal at home was renewed'));
    else if (!isOver(ticket.state)) doubt(draft, ticket);
  }
  settle(draft, device);
}

/** Why a relay cannot be sent an order now, with who has to do what; undefined where it can. */
export function obstacle(
  draft: Pick<HomeDraft, 'relays' | 'owners'>,
  device: string,
  { account, hash, generation }: { readonly account: string; readonly hash: string; readonly generation: string },
): ToolErrorData | undefined {
  const relay = draft.relays.get(device);
  const status = relay?.status;
  if (!status) {
    return unavailable('This relay does not trade.', 'The owner turns trading on in the relay’s settings at home.');
  }
  if (draft.owners.get(account) !== device) {
    return unavailable(
      `Another relay trades the account ${account}, or none does yet; this one only reads in it.`,
      'An account is traded by the relay that announced it first. To move it, the owner removes that one on the dashboard.',
    );
  }
  if (status.trustNeeded || relay.disagreement || !relay.journal) return relay.disagreement ?? journalsDiffer();
  if (relay.journal.generation !== generation) return journalsDiffer();
  if (!status.hashVersions.includes(versionOf(hash))) {
    return unavailable(
      'The relay reads another form of orders than this server writes.',
      'Update the older of the two.',
    );
  }
  if (status.stopped) {
    return unavailable(`Trading is stopped: ${status.stopped.reason}`, liftedBy(status.stopped.where));
  }
  if (status.blocked !== undefined)
    return unavailable(status.blocked, 'When its owner has seen to that, preview_order finds out.');
  if (!relay.agreed) {
    return unavailable(
      'The relay has only just connected.',
      'Try again in a few seconds; the dashboard shows its state.',
    );
  }
  return undefined;
}

/** The version in front of a hash; 0 where there is none. */
export function versionOf(hash: string): number {
  return Number(/^(\d{1,4}):/.exec(hash)?.[1] ?? 0);
}

/** It was sent, or was about to be, and the relay has never said what came of it, or its journal did that it no longer has. */
function awaitsWord({ state, report }: Ticket): boolean {
  if (report?.revision === 0) return !isOver(state);
  return state === 'submitting' || (state === 'unknown' && report === undefined);
}

/** What was said of it may be in no journal any more: it is asked for again, and the next word counts, whatever its number. */
function doubt(draft: HomeDraft, ticket: Ticket): void {
  const { report } = ticket;
  const doubted = report ? putTicket(draft, { ...ticket, report: { ...report, revision: 0 } }) : ticket;
  if (ticket.state === 'submitting')
    loseSight(draft, doubted, 'The journal at home was renewed while it was under way.');
}

function loseSight(draft: HomeDraft, ticket: Ticket, message: string): void {
  const lost = move(draft, ticket, 'lose_sight', message, {
    trouble: {
      code: 'relay_interrupted',
      message,
      nextStep: 'Look at the orders and executions at IBKR; the owner closes it with `relay resolve` at home.',
    },
  });
  auditTicket(draft, putTicket(draft, lost), 'lost sight', 'home', message);
}

function learn(draft: HomeDraft, device: string, status: TradingStatus | undefined): TradingRelay {
  const { status: _, ...relay } = draft.relays.get(device) ?? { device, agreed: false, notices: [] };
  if (status === undefined) return { ...relay, agreed: false };
  for (const account of status.accounts) {
    if (draft.owners.has(account)) continue;
    draft.owners.set(account, device);
    draft.effects.push({ type: 'save', what: 'owner', account, device });
    audit(draft, 'account is traded here', { device, detail: account });
  }
  // Nobody was ever trusted on either side: this is the pairing.
  const first = relay.journal === undefined && status.home === undefined;
  if (first) audit(draft, 'first journal', { device, detail: status.journal.generation });
  expireUnreadable(draft, device, status);
  return withHead({ ...relay, status, ...(first && { journal: status.journal }) }, status.journal);
}

/** Open tickets whose form the relay no longer reads would be stuck. */
function expireUnreadable(draft: HomeDraft, device: string, { hashVersions }: TradingStatus): void {
  for (const ticket of [...draft.tickets.values()]) {
    if (ticket.device !== device || !isOpen(ticket.state)) continue;
    if (hashVersions.includes(versionOf(ticket.prepared.hash))) continue;
    putTicket(draft, move(draft, ticket, 'expire', 'the relay no longer reads its form'));
  }
}

function journalsDiffer(): ToolErrorData {
  return unavailable(
    'This server and the relay’s journal do not know each other: one of them is new, or was restored from a copy.',
    'The owner runs `relay trust` at home, which shows both sides; the dashboard has the exact line.',
  );
}

/** Who ends a stop. */
export function liftedBy(where: NonNullable<TradingStatus['stopped']>['where']): string {
  if (where === 'dashboard') return 'The owner lifts it on the dashboard.';
  if (where === 'kill_file') return 'The owner removes the kill file at home.';
  return 'The owner looks at why and runs `relay resume-trading` at home.';
}

function unavailable(message: string, nextStep: string): ToolErrorData {
  return { code: 'trading_unavailable', message: `${message} Nothing was sent.`, nextStep };
}
