import { Decoder } from '@stoqey/ib/dist/core/io/decoder.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withReadableRejection } from './rejection.ts';

const error = (details: string): string[] => ['4', '2', '5', '201', 'Order rejected', details];

/** What the library makes of a message. */
function heard(tokens: readonly string[]): unknown[][] {
  const events: unknown[][] = [];
  const decoder = new Decoder({
    serverVersion: 193,
    emitEvent: () => undefined,
    emitError: (...event: unknown[]) => void events.push(event),
    emitInfo: () => undefined,
  });
  decoder.enqueueMessage([...tokens]);
  decoder.process();
  return events;
}

describe('details of a refusal', () => {
  it.each([
    ['JSON', '{"reject":["8229=7"]}', { reject: ['8229=7'] }],
    ['JSON with a character’s escape', String.raw`{"why":"5 \u20ac"}`, { why: '5 €' }],
    ['JSON with an escaped quotation mark', String.raw`{"why":"a \u0022b\u0022"}`, { why: 'a "b"' }],
    ['a sentence', 'No trading permission.', 'No trading permission.'],
    ['half of an object', '{"why":', '{"why":'],
    ['nothing', '', undefined],
  ])('that are %s reach the listener', (_, details, expected) => {
    expect(heard(withReadableRejection(error(details)))).toEqual([['Order rejected', 201, 5, expected]]);
  });

  it('never cost the message, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('\\', 'u', '0', '2', '"', '{', '5', 'c') })),
        (details) => {
          expect(heard(withReadableRejection(error(details.replaceAll('\0', ''))))).toHaveLength(1);
        },
      ),
    );
  });

  it('are not looked for in other messages', () => {
    const order = ['5', '1', '2', '3', '4', 'x'];
    expect(withReadableRejection(order)).toBe(order);
  });
});
