import fc from 'fast-check';
import { expect, it } from 'vitest';
import { within } from './open-pieces.ts';

const span = fc
  .tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 40 }))
  .map(([from, length]) => ({ from, to: from + length }));

it('leaves out only pieces that are known to hold no moment of any session', () => {
  fc.assert(
    fc.property(fc.array(span), fc.array(span), fc.integer({ min: 0, max: 100 }), (pieces, open, since) => {
      const sessions = open.map(({ from, to }) => ({ open: from, close: to }));
      const kept = within(sessions, since, pieces);
      for (const piece of pieces) {
        const moments = Array.from({ length: piece.to - piece.from }, (_, index) => piece.from + index);
        const trades = moments.some((at) => at < since || sessions.some(({ open, close }) => open <= at && at < close));
        expect(kept.includes(piece)).toBe(trades);
      }
    }),
  );
});
