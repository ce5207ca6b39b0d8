import { describe, expect, it } from 'vitest';
import { asker, TestHome, ticketIn } from '../../test/support/home-desk.ts';
import type { Ticket } from './home-model.ts';
import { earlierTicket, forgettable, type Repetition, sameOrder } from './home-repeats.ts';
import type { TicketState } from './ticket-states.ts';
import { waitingTimes } from './waiting-times.ts';

const now = 5_000_000_000;
const day = 86_400_000;
const sample = ticketIn(new TestHome().ready().prepare('x', { argumentsHash: 'words' }));

/** A ticket that was consumed a moment ago, with changes. */
function ticket(id: string, changes: Partial<Ticket> = {}): Ticket {
  return { ...sample, id, state: 'working', consumedAt: now - 1, expiresAt: now + 1, ...changes };
}

const among = (...tickets: Ticket[]) => ({ now, tickets: new Map(tickets.map((one) => [one.id, one])) });
const legs = (...filled: string[]): Partial<Ticket> => ({
  state: 'final',
  report: {
    ...{ kind: 'ticket', ticket: 'x', revision: 1, state: 'final', warnings: [], at: 1 },
    legs: filled.map((each) => ({ leg: 'entry', orderId: 1, permId: 1, status: 'x', filled: each })),
  },
});

/** When something consumed came to nothing, or is long ago, it is no repetition to ask again. */
const ends: readonly [string, Partial<Ticket>, boolean][] = [
  ['works', {}, true],
  ['is not known', { state: 'unknown' }, true],
  ['was filled', legs('100'), true],
  ['was filled in part, one leg of it', legs('0', '1'), true],
  ['ended, and nothing was told of it', { state: 'final' }, true],
  ['was cancelled without a fill', legs('0', '0.0'), false],
  ['works without a fill', { ...legs('0'), state: 'working' }, true],
  ...(['rejected', 'not_placed', 'denied', 'expired'] satisfies TicketState[]).map(
    (state) => [`is ${state}`, { state }, false] as [string, Partial<Ticket>, boolean],
  ),
  ['is ten minutes old', { consumedAt: now - waitingTimes.sameOrderWithin }, false],
  ['is almost ten minutes old', { consumedAt: now - waitingTimes.sameOrderWithin + 1 }, true],
  ['was never consumed', { consumedAt: undefined }, false],
];

describe('the same words again', () => {
  const asked: Repetition = {
    grant: asker.grant,
    requestId: undefined,
    argumentsHash: 'words',
    hash: '1:x',
    repeats: true,
  };
  const kindOf = (changes: Partial<Ticket>, again: Partial<Repetition> = {}) =>
    earlierTicket(among(ticket('a', changes)), { ...asked, ...again })?.kind;

  it.each(ends)('of an order that %s', (_, changes, repeats) => {
    expect(kindOf(changes)).toBe(repeats ? 'outcome' : undefined);
    expect(kindOf(changes, { repeats: false })).toBeUndefined();
  });

  it('are the same order when the words or the order are the same, for the same grant', () => {
    expect(kindOf({}, { hash: '1:y' })).toBe('outcome');
    expect(kindOf({}, { argumentsHash: 'other words' })).toBe('outcome');
    expect(kindOf({}, { argumentsHash: 'other words', hash: '1:y' })).toBeUndefined();
    const { hash: _, ...unprepared } = asked;
    const before = earlierTicket(among(ticket('a')), { ...unprepared, argumentsHash: 'other words' });
    expect(before).toBeUndefined();
    expect(kindOf({}, { grant: 'g2' })).toBeUndefined();
  });

  it('take over the ticket that waits, until it expires', () => {
    const open = { state: 'awaiting_approval', consumedAt: undefined } as const;
    expect(kindOf(open)).toBe('open');
    expect(kindOf(open, { repeats: false })).toBe('open');
    expect(kindOf({ ...open, expiresAt: now })).toBeUndefined();
    expect(kindOf({ ...open, requestId: 'r1' })).toBeUndefined();
  });

  it('with a request id mean the order of that id, whatever became of it', () => {
    const named = { requestId: 'r1' };
    expect(kindOf({ ...named, state: 'rejected' }, named)).toBe('outcome');
    expect(kindOf({ ...named, state: 'previewed' }, named)).toBe('open');
    expect(kindOf(named, { ...named, argumentsHash: 'other words', hash: '1:y' })).toBe('conflict');
    expect(kindOf({}, named)).toBeUndefined();
  });

  it('mean the newest of several', () => {
    expect(earlierTicket(among(ticket('a'), ticket('b')), asked)?.ticket.id).toBe('b');
    const open = { state: 'previewed', consumedAt: undefined } as const;
    expect(earlierTicket(among(ticket('a', open), ticket('b')), asked)).toMatchObject({ kind: 'open' });
  });
});

describe('a ticket that is confirmed', () => {
  const mine = ticket('mine', { state: 'previewed' });
  const found = (...others: Ticket[]) => sameOrder(among(...others, mine), mine)?.id;

  it.each(ends)('beside the same order that %s', (_, changes, repeats) => {
    expect(found(ticket('a', changes))).toBe(repeats ? 'a' : undefined);
  });

  it('is another order than those of other grants, of another form, and itself', () => {
    expect(found(ticket('a', { grant: 'g2' }))).toBeUndefined();
    expect(found(ticket('a', { prepared: { ...mine.prepared, hash: '1:y' } }))).toBeUndefined();
    expect(found()).toBeUndefined();
    expect(found(ticket('a'), ticket('b'))).toBe('b');
  });

  it('with a request id of its own is meant to be another order', () => {
    const named = { ...mine, requestId: 'r1' };
    const beside = (requestId?: string) => {
      const other = ticket('a', requestId === undefined ? {} : { requestId });
      return sameOrder(among(other, named), named)?.id;
    };
    expect([beside('r1'), beside('r2'), beside()]).toEqual(['a', undefined, undefined]);
    expect(found(ticket('a', { requestId: 'r2' }))).toBe('a');
  });
});

describe('what is forgotten', () => {
  const ended = (id: string, days: number, changes: Partial<Ticket> = {}) =>
    ticket(id, { state: 'final', overAt: now - days * day, ...changes });
  const many = (count: number, days: number) =>
    Array.from({ length: count }, (_, index) => ended(`t${index}`, days + index / 1_000));

  it('ended more than thirty days ago', () => {
    expect(forgettable(among(ended('a', 30), ended('b', 30.1), ticket('c', { mintedAt: 0 })))).toEqual(['b']);
    expect(forgettable(among(ended('a', 31, { state: 'working' })))).toEqual([]);
  });

  it('is beyond the last five hundred, the oldest first, but nothing of the last two days', () => {
    expect(forgettable(among(...many(500, 3)))).toEqual([]);
    expect(forgettable(among(...many(502, 3).reverse()))).toEqual(['t500', 't501']);
    expect(forgettable(among(...many(502, 1)))).toEqual([]);
    expect(forgettable(among(...many(500, 3), ended('limit', 2)))).toEqual([]);
    expect(forgettable(among(...many(500, 3), ticket('odd', { state: 'final', overAt: undefined })))).toEqual([]);
  });
});
