import { describe, expect, it } from 'vitest';
import { approvalPath, strictest } from './approvals.ts';
import { approvalModes } from './ticket-states.ts';

describe('the strictest of what layers ask for', () => {
  it('is the later one in the list of modes, whoever asks for it', () => {
    for (const [index, one] of approvalModes.entries()) {
      for (const [rank, other] of approvalModes.entries()) {
        expect(strictest(one, other)).toBe(approvalModes[Math.max(index, rank)]);
      }
    }
  });

  it('is not loosened by a layer that says nothing', () => {
    for (const mode of approvalModes) {
      expect(strictest(mode, undefined)).toBe(mode);
      expect(strictest(undefined, mode)).toBe(mode);
    }
    expect(strictest(undefined)).toBe('none');
    expect(strictest()).toBe('none');
  });
});

describe('a mode', () => {
  const waits = (mode: (typeof approvalModes)[number], canAsk: boolean) => approvalPath(mode).after({ canAsk });

  it('none waits for nothing, whoever asks', () => {
    expect([waits('none', true), waits('none', false)]).toEqual(['nothing', 'nothing']);
  });

  it('ticket waits for a human where the client can ask one, so that its model cannot confirm by itself', () => {
    expect([waits('ticket', true), waits('ticket', false)]).toEqual(['answer', 'confirmation']);
  });

  it('that is not there yet lets nothing through, and says which', () => {
    for (const mode of ['human', 'passkey', 'home'] as const) {
      for (const canAsk of [true, false]) {
        const error = waits(mode, canAsk);
        expect(error).toMatchObject({ code: 'trading_unavailable', nextStep: expect.stringContaining('“ticket”') });
        expect(error).toHaveProperty('message', expect.stringContaining(`“${mode}”`));
      }
    }
  });

  it('is found by its own name, and says who approves', () => {
    expect(approvalModes.map((mode) => approvalPath(mode).mode)).toEqual([...approvalModes]);
    for (const mode of approvalModes) expect(approvalPath(mode).by).not.toBe('');
  });
});
