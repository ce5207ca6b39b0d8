import { describe, expect, it } from 'vitest';
import { legNames } from '../../shared/orders/order.ts';
import { ocaNameOf, readReference, referenceOf } from './references.ts';

const ticket = 'abcdefgh12345678';

describe('a reference', () => {
  it('says relay, ticket and leg, and is read again, in no more than IB keeps', () => {
    for (const leg of legNames) {
      const text = referenceOf('longname', ticket, leg);
      expect(readReference(text)).toEqual({ relay: 'longname', ticket, leg });
      expect(text.length).toBeLessThanOrEqual(40);
    }
    expect(legNames.map((leg) => referenceOf('home', ticket, leg).at(-1))).toEqual(['e', 't', 's']);
  });

  it.each([
    '',
    'my own order',
    `irm.home.${ticket}`,
    `irm.home.${ticket}.x`,
    `irm.home.${ticket}.e.e`,
    `xirm.home.${ticket}.e`,
    `irm.home.${ticket}.ex`,
    `irm..${ticket}.e`,
    `irm.toolongname.${ticket}.e`,
    `irm.home.${ticket}9.e`,
    'irm.home.short.e',
    `IRM.HOME.${ticket.toUpperCase()}.E`,
  ])('of ours is not “%s”', (text) => {
    expect(readReference(text)).toBeUndefined();
  });
});

describe('the name of an OCA group', () => {
  it('carries the ticket, so that no two tickets meet in one by chance, and is cut to what IB takes', () => {
    expect(ocaNameOf(ticket, 'one')).toBe(`irm.${ticket}.one`);
    expect(ocaNameOf(ticket, 'one')).not.toBe(ocaNameOf('z'.repeat(16), 'one'));
    expect(ocaNameOf(ticket, 'x'.repeat(100))).toHaveLength(60);
    expect(ocaNameOf(ticket, 'x'.repeat(100))).toContain(ticket);
  });
});
