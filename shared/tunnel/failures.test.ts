import { describe, expect, it } from 'vitest';
import type { ToolErrorData } from '../errors.ts';
import * as failures from './failures.ts';

const limit = 100;

/** Each as a mutation meets it; undefined for what ends reads only. */
const ofMutations: Record<keyof typeof failures, ['nothing' | 'unknown' | 'done', ToolErrorData] | undefined> = {
  relayOffline: ['nothing', failures.relayOffline()],
  relayStopping: ['nothing', failures.relayStopping()],
  notUnderstood: ['nothing', failures.notUnderstood()],
  accountsNotUnderstood: ['nothing', failures.accountsNotUnderstood()],
  tooBusy: ['nothing', failures.tooBusy(limit)],
  argumentsTooLarge: ['nothing', failures.argumentsTooLarge(limit)],
  instructionUnanswered: ['unknown', failures.instructionUnanswered()],
  relayTimeout: ['unknown', failures.relayTimeout('mutation')],
  relayInterrupted: ['unknown', failures.relayInterrupted('mutation')],
  resultTooLarge: ['unknown', failures.resultTooLarge('mutation', limit)],
  resultEvicted: ['unknown', failures.resultEvicted('mutation')],
  cancelled: ['unknown', failures.cancelled('mutation')],
  alreadyDone: ['done', failures.alreadyDone()],
  relayLost: undefined,
};

const words = {
  nothing: /nothing was (sent|done)/,
  unknown: /Whether it took effect is unknown; do not repeat it/,
  done: /has carried out this instruction before/,
};

describe('the failures of the tunnel', () => {
  it('are all in the table', () => {
    expect(Object.keys(ofMutations).sort()).toEqual(Object.keys(failures).sort());
  });

  it.each(Object.entries(ofMutations).flatMap(([name, row]) => (row ? [[name, ...row] as const] : [])))(
    '%s says what became of a mutation: %s',
    (_, fate, { code, message, nextStep }) => {
      expect(message).toMatch(words[fate]);
      if (fate === 'nothing') return;
      expect(`${message} ${nextStep}`).not.toMatch(/again(?<!before doing it again)|ask for less|once more/i);
      expect(nextStep).toContain('Look at the open orders and the executions');
      // A caller may take `busy` for a word that nothing was done.
      expect(code).not.toBe('busy');
    },
  );
});
