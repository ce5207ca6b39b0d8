import type { ToolErrorData } from '../errors.ts';
import * as failures from './failures.ts';
import { features } from './frames.ts';
import { ackedBefore, nextEvents, resendEventsMs, withoutTaken } from './outbox.ts';
import { type RelayDraft as Draft, send, withinBounds } from './relay-delivery.ts';
import type { Instruction, RelayEvent } from './relay-model.ts';

/** What the relay does beside calls: it takes on or refuses instructions, and tells of events until they are taken. */

type InstructionAnswer = Extract<RelayEvent, { type: 'instructionAnswered' }>;

/** Instructions wait for nothing: not for calls, not for pieces of results. */
export function instruct(draft: Draft, { id, name, body }: Instruction): void {
  const refusal = draft.stopping ? failures.relayStopping() : undefined;
  if (!draft.features.includes(features.instructions)) refuse(draft, id, failures.notUnderstood());
  else if (refusal) refuse(draft, id, refusal);
  else draft.effects.push({ type: 'instruct', id, session: draft.session, name, body });
}

function refuse(draft: Draft, id: string, error: ToolErrorData): void {
  send(draft, { t: 'refused', id, error: withinBounds(error) });
}

/** An answer belongs to the connection on which it was asked for; what came of it later is told by events. */
export function answerInstruction(draft: Draft, { id, session, refused }: InstructionAnswer): void {
  if (draft.phase !== 'open' || draft.session !== session) return;
  if (refused) refuse(draft, id, refused);
  else send(draft, { t: 'accepted', id });
}

/** Sends the events that may leave, and sees to it that those without an answer are sent again. */
export function sendEvents(draft: Draft): void {
  if (draft.phase !== 'open' || !draft.features.includes(features.events)) return;
  const acked = ackedBefore(draft.outbox);
  const { events, outbox } = nextEvents(draft.outbox);
  draft.outbox = outbox;
  for (const event of events) send(draft, { t: 'event', ...event, acked });
  if (events.length > 0) draft.effects.push({ type: 'startTimer', name: 'events', ms: resendEventsMs });
}

/** The hub has events up to this one. */
export function takeEvents(draft: Draft, { generation, seq }: { generation: string; seq: number }): void {
  draft.outbox = withoutTaken(draft.outbox, { generation, seq });
  draft.effects.push({ type: 'eventsTaken', generation, seq });
  if (draft.outbox.sent === 0) draft.effects.push({ type: 'clearTimer', name: 'events' });
}
