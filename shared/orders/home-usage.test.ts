import { describe, expect, it } from 'vitest';
import { TestHome, ticketIn } from '../../test/support/home-desk.ts';
import type { Ticket, Uses } from './home-model.ts';
import { usedByTickets } from './home-usage.ts';
import { ticketStates } from './ticket-states.ts';
import { waitingTimes } from './waiting-times.ts';

const now = 5_000_000_000;
const nothing: Uses = { notional: '0', orders: 0, quantity: '0', loss: '0' };
const planned: Uses = { notional: '100.5', orders: 1, quantity: '10', loss: '0' };
const sample = ticketIn(new TestHome().ready().prepare('x'));

function ticket(state: Ticket['state'], used?: Uses, age = 0, id = 'a'): Ticket {
  const report = { kind: 'ticket', ticket: id, revision: 1, state, legs: [], warnings: [], at: 1 } as const;
  const prepared = { ...sample.prepared, uses: planned, gatewayTime: now - age };
  const { report: _, ...rest } = sample;
  return { ...rest, id, state, prepared, ...(used && { report: { ...report, legs: [], warnings: [], used } }) };
}

const usedBy = (...tickets: Ticket[]) => usedByTickets(tickets, now);

describe('what tickets have used of a day', () => {
  const takesNothing = ['previewed', 'denied', 'expired', 'not_placed', 'rejected'];

  it.each(ticketStates)('of one that is %s is what was planned, unless it came to nothing', (state) => {
    expect(usedBy(ticket(state))).toEqual(takesNothing.includes(state) ? nothing : planned);
  });

  it('of one that ended is what its relay told, even of a rejected one', () => {
    const told = { notional: '7', orders: 1, quantity: '1', loss: '3' };
    for (const state of ['final', 'resolved_by_person', 'rejected'] as const) {
      expect(usedBy(ticket(state, told))).toEqual(told);
      expect(usedBy(ticket(state, nothing))).toEqual(nothing);
    }
  });

  it('of one under way is the larger of plan and report, field by field', () => {
    const told = { notional: '99', orders: 2, quantity: '10.5', loss: '3' };
    const both = { notional: '100.5', orders: 2, quantity: '10.5', loss: '3' };
    expect(usedBy(ticket('working', told))).toEqual(both);
    expect(usedBy(ticket('unknown', nothing))).toEqual(planned);
    expect(usedBy(ticket('working', { ...planned, notional: '100.6' })).notional).toBe('100.6');
  });

  it('is their sum, without the one that is judged, exact to the last digit', () => {
    const told = { notional: '0.1', orders: 2, quantity: '0.2', loss: '0.1' };
    const all = [ticket('final', told), ticket('final', { ...told, notional: '0.2' }, 0, 'b'), ticket('working')];
    const sum = { notional: '100.8', orders: 5, quantity: '10.4', loss: '0.2' };
    expect(usedBy(...all)).toEqual(sum);
    expect(usedByTickets([ticket('working', undefined, 0, 'me'), ...all], now, 'me')).toEqual(sum);
  });

  it('counts for a day, and for two when nobody knows what became of it', () => {
    const { policyWindow } = waitingTimes;
    expect(usedBy(ticket('working', undefined, policyWindow - 1))).toEqual(planned);
    expect(usedBy(ticket('working', undefined, policyWindow))).toEqual(nothing);
    expect(usedBy(ticket('unknown', undefined, 2 * policyWindow - 1))).toEqual(planned);
    expect(usedBy(ticket('unknown', undefined, 2 * policyWindow))).toEqual(nothing);
  });
});
