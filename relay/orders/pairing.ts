import type { ToolErrorData } from '../../shared/errors.ts';
import type { JournalHead } from '../../shared/orders/frames.ts';
import { record } from './record.ts';
import type { Draft } from './state.ts';
import { tell } from './telling.ts';

/**
 * Whether Home and journal mean each other: Home is the one that the journal trusts, it names this journal's generation,
 * the hash that the journal has at the length that it names, and no shorter length than it had acknowledged by then. The first
 * Home that meets an empty journal is believed; every later mismatch waits for a person at home.
 */
export function checkPair(
  draft: Draft,
  { home, journal }: { readonly home: string; readonly journal: JournalHead },
  { hashThere, acknowledgedThen = draft.acknowledged }: { hashThere?: string | undefined; acknowledgedThen?: number },
): ToolErrorData | undefined {
  if (draft.home === undefined && hashThere === journal.hash && isFresh(draft, journal)) {
    trust(draft, home, draft.generation, 'pairing');
    return undefined;
  }
  const fits =
    draft.home === home &&
    journal.generation === draft.generation &&
    hashThere === journal.hash &&
    journal.length >= acknowledgedThen;
  if (fits) {
    draft.presented = undefined;
    return undefined;
  }
  draft.presented = home;
  return {
    code: 'relay_interrupted',
    message:
      draft.home === home
        ? 'The relay’s journal is not the one that the server last heard of: one of them was restored or replaced.'
        : 'The relay’s journal belongs to another server or another life of it.',
    nextStep:
      'At home, `relay trust` shows both sides and makes them believe each other again. Until then nothing is sent.',
    sent: false,
  };
}

/** Neither has ever heard of an order of the other's. */
function isFresh(draft: Draft, { generation, length }: JournalHead): boolean {
  return generation === draft.generation && length <= draft.length && draft.active.size === 0 && draft.ended.size === 0;
}

/** A person's trust renews the journal's generation, so that nothing of before is taken for known. */
export function trust(draft: Draft, home: string, generation: string, by: 'pairing' | 'person'): void {
  record(draft, { type: 'trusted', home, generation, by, at: draft.clocks.wall });
  draft.presented = undefined;
  const who = by === 'pairing' ? 'the first pairing' : 'a person at home';
  tell(draft, { kind: 'trust', home, by: who, at: Math.max(0, Math.round(draft.clocks.gateway)) });
}
