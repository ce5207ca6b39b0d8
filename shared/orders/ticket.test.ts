import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterReport, afterStep, isOpen, isOver, ticketSteps } from './ticket.ts';
import { type TicketState, ticketStates } from './ticket-states.ts';

const state = fc.constantFrom(...ticketStates);
const step = fc.constantFrom(...ticketSteps);

describe('a ticket', () => {
  it('goes from preview to submission by approval only', () => {
    expect(afterStep('previewed', 'ask')).toBe('awaiting_approval');
    expect(afterStep('awaiting_approval', 'approve')).toBe('approved');
    expect(afterStep('approved', 'submit')).toBe('submitting');
    expect(afterStep('previewed', 'submit')).toBeUndefined();
    expect(afterStep('awaiting_approval', 'submit')).toBeUndefined();
  });

  it('is consumed once, whatever steps and reports come in whatever order', () => {
    const happening = fc.oneof(
      step.map((name) => ({ step: name })),
      state.map((name) => ({ report: name })),
    );
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), (all) => {
        let now: TicketState = 'previewed';
        let consumed = 0;
        for (const one of all) {
          const next: TicketState | undefined =
            'step' in one ? afterStep(now, one.step) : afterReport(now, one.report)?.state;
          if (next === undefined) continue;
          if ('step' in one && one.step === 'submit') consumed += 1;
          // Nothing leads back to where it could be approved again.
          if (!isOpen(now)) expect(isOpen(next)).toBe(false);
          now = next;
        }
        expect(consumed).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('that is over stays so, but for what the relay has seen of it', () => {
    for (const over of ticketStates.filter(isOver)) {
      for (const one of ticketSteps) expect(afterStep(over, one)).toBeUndefined();
    }
  });

  it('follows the relay even where that contradicts what was known, and says so', () => {
    expect(afterReport('not_placed', 'working')).toEqual({ state: 'working', surprise: true });
    expect(afterReport('awaiting_approval', 'final')).toEqual({ state: 'final', surprise: true });
    expect(afterReport('final', 'final')).toEqual({ state: 'final', surprise: false });
    expect(afterReport('working', 'not_placed')).toEqual({ state: 'working', surprise: true });
    expect(afterReport('submitted', 'submitting')).toBeUndefined();
    expect(afterReport('submitting', 'approved')).toBeUndefined();
  });
});
