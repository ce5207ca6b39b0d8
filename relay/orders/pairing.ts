import type { ToolErrorData } from '../../shared/errors.ts';
import type { JournalHead } from '../../shared/orders/frames.ts';
import { hearConsumed, record } from './record.ts';
import type { Draft } from './state.ts';
import { tell, tellAgain } from './telling.ts';

/** What a frame says of the pair, as far as it says it. */
interface Pair {
  readonly home: string;
  readonly journal: JournalHead;
  readonly agreed?: JournalHead | undefined;
  readonly consumed?: number | undefined;
}

/** What the journal has at the lengths that the frame names. */
interface Held {
  readonly hashThere?: string | undefined;
  readonly agreedThere?: string | undefined;
}

/**
 * Whether Home and journal mean each other: Home is the one that the journal trusts, it names this journal's generation,
 * the hash that the journal has at each length that it names, no shorter length than it had acknowledged, and no
 * fewer tickets than it had consumed before. The first Home that meets an empty journal is believed; every later mismatch
 * waits for a person at home.
 */
export function checkPair(draft: Draft, pair: Pair, held: Held): ToolErrorData | undefined {
  const { home, journal, consumed } = pair;
  if (draft.home === undefined && held.hashThere === journal.hash && isFresh(draft, journal)) {
    trust(draft, home, draft.generation, 'pairing');
    hearConsumed(draft, consumed);
    return undefined;
  }
  if (draft.home === home && isOurs(draft, pair, held) && (consumed ?? draft.consumed) >= draft.consumed) {
    hearConsumed(draft, consumed);
    draft.presented = undefined;
    return undefined;
  }
  draft.presented = home;
  return {
    code: 'relay_interrupted',
    message:
      draft.home === home
        ? 'The relay’s journal is not the one that the server last heard of: one of the two was restored or replaced.'
        : 'The relay’s journal belongs to another server or another life of it.',
    nextStep:
      'At home, `relay trust` shows both sides and makes them believe each other again. Until then nothing is sent.',
    sent: false,
  };
}

/** The heads that Home names are in this journal, and reach as far as Home had acknowledged. */
function isOurs(draft: Draft, { journal, agreed }: Pair, held: Held): boolean {
  const { hashThere, agreedThere } = held;
  const holdsBoth = agreed === undefined || (agreed.generation === draft.generation && agreedThere === agreed.hash);
  return (
    journal.generation === draft.generation &&
    hashThere === journal.hash &&
    holdsBoth &&
    journal.length >= draft.acknowledged
  );
}

/** Neither has ever heard of an order of the other's. */
function isFresh(draft: Draft, { generation, length }: JournalHead): boolean {
  return generation === draft.generation && length <= draft.length && draft.active.size === 0 && draft.ended.size === 0;
}

/** Tickets that are told again to a Home that a person trusts. */
const toldAgain = 200;

/**
 * A person's trust renews the journal's generation, so that nothing of before is taken for known. A Home that was put back
 * may have forgotten that it sent what it still shows as waiting: it hears of that before it lets go what waits there.
 */
export function trust(draft: Draft, home: string, generation: string, by: 'pairing' | 'person'): void {
  if (by === 'person') tellRecent(draft);
  record(draft, { type: 'trusted', home, generation, by, at: draft.clocks.wall });
  draft.presented = undefined;
  tellPair(draft, home, by);
}

/** Once more what a person trusted, after a start before which Home may not have heard of it. */
export function tellTrust(draft: Draft): void {
  if (draft.home === undefined) return;
  tellRecent(draft);
  tellPair(draft, draft.home, 'person');
}

function tellRecent(draft: Draft): void {
  for (const ticket of draft.recent.slice(-toldAgain)) tellAgain(draft, ticket);
}

function tellPair(draft: Draft, home: string, by: 'pairing' | 'person'): void {
  const who = by === 'pairing' ? 'the first pairing' : 'a person at home';
  tell(draft, { kind: 'trust', home, by: who, at: Math.max(0, Math.round(draft.clocks.gateway)) });
}
