import { type ToolErrorData, toolErrorSchema } from '../errors.ts';
import * as failures from './failures.ts';
import { type CallKind, encodeFrame, type RelayFrame } from './frames.ts';
import type { RelayCall, RelayConfig, RelayEffect, RelayOutcome, RelayState, Stream } from './relay-model.ts';
import { sliceEnd, utf8Length } from './utf8.ts';

/** How finished results leave the relay: whole or in pieces, retained until acknowledged, within bounds. */

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The state while one event is handled, with the effects so far. */
export interface RelayDraft extends Mutable<Omit<RelayState, 'calls' | 'streams' | 'config'>> {
  readonly config: RelayConfig;
  readonly calls: Map<string, RelayCall>;
  readonly streams: Map<string, Stream>;
  readonly effects: RelayEffect[];
}

type Draft = RelayDraft;

/** A result ready to travel; `bytes` is its size in UTF-8. */
interface Finished {
  readonly kind: CallKind;
  readonly outcome: RelayOutcome;
  readonly bytes: number;
}

/** Sends a frame; `bulk` marks a piece of a large result. */
export function send(draft: Draft, frame: RelayFrame, bulk = false): void {
  draft.effects.push({ type: 'send', text: encodeFrame(frame), bulk });
}

/** Sends a failed result without retaining it. */
export function sendError(draft: Draft, id: string, error: ToolErrorData): void {
  send(draft, { t: 'result', id, ok: false, error });
}

/** The outcome as it may travel: not too large, and an error within the bounds of its schema. */
export function bounded(draft: Draft, kind: CallKind, outcome: RelayOutcome): Finished {
  if (!outcome.ok) {
    const error = withinBounds(outcome.error);
    return { kind, outcome: { ok: false, error }, bytes: utf8Length(JSON.stringify(error)) };
  }
  const bytes = utf8Length(outcome.text);
  const limit = Math.min(draft.limits.maxResultBytes, draft.config.retained.bytes);
  if (bytes > limit) return { kind, outcome: { ok: false, error: failures.resultTooLarge(kind, limit) }, bytes: 0 };
  return { kind, outcome, bytes };
}

/** An error as its schema lets it travel. */
export function withinBounds(error: ToolErrorData): ToolErrorData {
  return toolErrorSchema.safeParse(error).data ?? cutToBounds(error);
}

function cutToBounds({ code, message, nextStep, sent }: ToolErrorData): ToolErrorData {
  return {
    code,
    message: message.slice(0, 2_000),
    ...(nextStep === undefined ? {} : { nextStep: nextStep.slice(0, 1_000) }),
    ...(sent === undefined ? {} : { sent }),
  };
}

/** Sends a finished result, or begins to send it in pieces. Waits for the next session when there is none. */
export function deliver(draft: Draft, id: string, { kind, outcome, bytes }: Finished): void {
  if (draft.phase !== 'open') return;
  const { chunkBytes, windowBytes, maxResultBytes } = draft.limits;
  if (!outcome.ok) sendError(draft, id, outcome.error);
  else if (bytes > maxResultBytes) sendError(draft, id, failures.resultTooLarge(kind, maxResultBytes));
  else if (bytes > chunkBytes) draft.streams.set(id, { offset: 0, seq: 0, credit: windowBytes, leftBytes: bytes });
  else {
    const text = `{"t":"result","id":${JSON.stringify(id)},"ok":true,"value":${outcome.text}}`;
    draft.effects.push({ type: 'send', text, bulk: false });
  }
}

/** Keeps what is retained within its bounds: the oldest reads go first, mutations only when nothing else is left. */
export function evict(draft: Draft): void {
  const { count, bytes } = draft.config.retained;
  const done = [...draft.calls].flatMap(([id, call]) => (call.phase === 'done' ? [{ id, call }] : []));
  let total = done.reduce((sum, { call }) => sum + call.bytes, 0);
  let left = done.length;
  const byPreference = [...done].sort(
    (a, b) => Number(a.call.kind === 'mutation') - Number(b.call.kind === 'mutation'),
  );
  for (const { id, call } of byPreference) {
    if (left <= count && total <= bytes) return;
    left -= 1;
    total -= call.bytes;
    if (draft.phase === 'handshake') draft.lost = [...draft.lost, { id, kind: call.kind }];
    // Only an unfinished stream is news to the hub: everything else was sent on this connection already.
    else if (draft.streams.has(id)) sendError(draft, id, failures.resultEvicted(call.kind));
    forget(draft, id);
  }
}

/** Drops a call; the id of a mutation stays known, so that it is never executed twice. */
export function forget(draft: Draft, id: string): void {
  const call = draft.calls.get(id);
  draft.calls.delete(id);
  draft.streams.delete(id);
  if (call?.kind !== 'mutation') return;
  const remembered = [...draft.finishedMutations, id];
  draft.finishedMutations = new Set(remembered.slice(-draft.config.rememberedMutations));
}

/** The hub's reader took pieces: as many bytes more may be sent. */
export function addCredit(draft: Draft, id: string, bytes: number): void {
  const stream = draft.streams.get(id);
  if (stream === undefined) return;
  draft.streams.set(id, { ...stream, credit: Math.min(stream.credit + bytes, draft.limits.windowBytes) });
}

/** Sends pieces of large results in turn, as far as credits and the socket's buffer allow. */
export function pump(draft: Draft): void {
  if (draft.phase !== 'open') return;
  let waiting = 0;
  while (draft.budget > 0 && waiting < draft.streams.size) {
    const [next] = draft.streams;
    if (next === undefined) return;
    waiting = sendPiece(draft, ...next) ? 0 : waiting + 1;
  }
}

/** Sends the next piece if the credit allows, and moves the stream to the end of the queue. */
function sendPiece(draft: Draft, id: string, stream: Stream): boolean {
  draft.streams.delete(id);
  const call = draft.calls.get(id);
  if (call?.phase !== 'done' || !call.outcome.ok) return false;
  const { chunkBytes } = draft.limits;
  if (stream.credit < Math.min(chunkBytes, stream.leftBytes)) {
    draft.streams.set(id, stream);
    return false;
  }
  const { text } = call.outcome;
  const end = sliceEnd(text, stream.offset, chunkBytes);
  const data = text.slice(stream.offset, end);
  const bytes = utf8Length(data);
  send(draft, { t: 'chunk', id, seq: stream.seq, data }, true);
  draft.budget -= 1;
  const seq = stream.seq + 1;
  if (end < text.length) {
    const { credit, leftBytes } = stream;
    draft.streams.set(id, { offset: end, seq, credit: credit - bytes, leftBytes: leftBytes - bytes });
  } else {
    send(draft, { t: 'result', id, ok: true, chunks: seq, bytes: call.bytes });
  }
  return true;
}
