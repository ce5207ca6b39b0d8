import type { Draft } from './state.ts';

/** One look at the gateway's lists at a time; what wants one meanwhile gets another after it. */
export function wantLook(draft: Draft): void {
  if (!draft.session) return;
  if (draft.look) {
    if (!draft.look.again) draft.look = { ...draft.look, again: true };
    return;
  }
  draft.looks += 1;
  draft.look = { look: draft.looks, since: draft.steps, again: false };
  draft.effects.push({ type: 'look', look: draft.looks });
  draft.effects.push({ type: 'timer', name: 'look', ms: draft.settings.times.queryWithin });
}

/** Another one when that much time has gone by. */
export function lookIn(draft: Draft, ms: number): void {
  draft.effects.push({ type: 'timer', name: 'round', ms });
}
