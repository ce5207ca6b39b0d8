import type { Draft } from './state.ts';

/** One look at the gateway's lists at a time; what wants one meanwhile gets another after it. */
export function wantLook(draft: Draft): void {
  if (!draft.session) return;
  if (draft.listing) {
    draft.listing = { wanted: true };
    return;
  }
  if (draft.look) {
    if (!draft.look.again) draft.look = { ...draft.look, again: true };
    return;
  }
  draft.looks += 1;
  draft.look = { look: draft.looks, since: draft.steps, again: false };
  draft.effects.push({ type: 'look', look: draft.looks });
  draft.effects.push({ type: 'timer', name: 'look', ms: draft.settings.times.queryWithin });
}

/**
 * Does that with what a look found. Whatever of it wants another look gets one, once at once and then with a pause, so that
 * lists which never agree with what is told of their orders are not asked for without end.
 */
export function whileListing(draft: Draft, { again, chained }: NonNullable<Draft['look']>, work: () => void): void {
  draft.listing = { wanted: false };
  work();
  const { wanted } = draft.listing;
  draft.listing = undefined;
  if (!again && wanted && chained) {
    lookIn(draft, draft.settings.times.silentAfterWrite);
    return;
  }
  if (!again && !wanted) return;
  wantLook(draft);
  if (wanted && draft.look) draft.look = { ...draft.look, chained: true };
}

/** Another one when that much time has gone by. */
export function lookIn(draft: Draft, ms: number): void {
  draft.effects.push({ type: 'timer', name: 'round', ms });
}
