import { describe, expect, it } from 'vitest';
import type { TicketState } from '../../shared/orders/ticket-states.ts';
import { waitingTimes } from '../../shared/orders/waiting-times.ts';
import { bracket, TestDesk } from '../../test/support/trading-desk.ts';
import { reservedIn, usedOf } from './reservations.ts';
import type { TraderTicket } from './state.ts';

const used = { notional: '15000', orders: 1, quantity: '100', loss: '30' };

/** A ticket that was taken, with what the gateway said of its orders since. */
function ticket(
  says: (desk: TestDesk) => void = () => undefined,
  changes: Partial<TraderTicket> = {},
  order = bracket,
): TraderTicket {
  const desk = new TestDesk({ judgeAtSend: () => ({ used }) }).ready();
  desk.place('t1', order);
  says(desk);
  const [one] = [...desk.state.active.values(), ...desk.state.ended.values()];
  if (!one) throw new Error('nothing was taken');
  return { ...one, ...changes };
}

const filled =
  (leg: number, quantity: string, realizedPnl?: string, currency = 'USD') =>
  (desk: TestDesk) => {
    const message = desk.placed()[leg];
    if (!message) throw new Error('nothing was placed');
    const { side } = message.terms;
    const fact = { conId: 265_598, combination: false, side, quantity, price: '150', at: desk.now.gateway };
    const execId = `e${leg}.01`;
    desk.news({ type: 'execution', execution: { ...desk.seen(message), ...fact, execId } });
    const realized = realizedPnl === undefined ? {} : { realizedPnl };
    desk.news({ type: 'commission', execId, commission: '1', currency, ...realized });
  };

describe('what a ticket has used', () => {
  it.each<[TicketState, object | undefined]>([
    ['submitting', used],
    ['submitted', used],
    ['working', used],
    ['unknown', used],
    ['resolved_by_person', used],
    ['not_placed', undefined],
    ['rejected', undefined],
    ['final', { ...used, notional: '0', quantity: '0', loss: '0' }],
  ])('without a fill is, while %s, %j', (state, expected) => {
    expect(usedOf(ticket(undefined, { state }))).toEqual(expected);
  });

  it('is nothing of what was never taken', () => {
    const { used: _, ...refused } = ticket();
    expect(usedOf(refused)).toBeUndefined();
  });

  it.each([
    ['25', { notional: '3750', quantity: '25', loss: '7.5' }],
    ['100', { notional: '15000', quantity: '100', loss: '30' }],
    ['150', { notional: '15000', quantity: '100', loss: '30' }],
  ])('of %s filled units of a hundred is that part, and never more than was taken', (quantity, part) => {
    expect(usedOf(ticket(filled(0, quantity), { state: 'final' }))).toEqual({ ...used, ...part });
    expect(usedOf(ticket(filled(0, quantity), { state: 'working' }))).toEqual(used);
  });

  it('is counted by the entry, not by what protects it', () => {
    expect(usedOf(ticket(filled(1, '100'), { state: 'final' }))).toMatchObject({ quantity: '0' });
  });

  it('is all of an order by amount of money, whose units nobody knows', () => {
    const { takeProfit: _, stopLoss: __, ...alone } = bracket as Extract<typeof bracket, { kind: 'place' }>;
    const { quantity: ___, ...entry } = alone.entry;
    const money = { ...alone, entry: { ...entry, cashQuantity: '1000' } };
    expect(usedOf(ticket(filled(0, '7'), { state: 'final' }, money))).toEqual(used);
  });
});

describe('a loss', () => {
  const lossOf = (realized: readonly (readonly [leg: number, pnl: string, currency?: string])[], rates = {}) =>
    usedOf(
      ticket(
        (desk) => {
          for (const [leg, pnl, currency] of realized) filled(leg, '100', pnl, currency)(desk);
        },
        { rates },
      ),
    )?.loss;

  it.each<[string, readonly (readonly [number, string, string?])[], string]>([
    ['less than was reckoned with changes nothing', [[0, '-29.99']], '30'],
    ['more than was reckoned with counts', [[0, '-31']], '31'],
    ['of a child counts', [[2, '-250']], '250'],
    [
      'of several orders is their sum',
      [
        [0, '-31'],
        [2, '-250'],
      ],
      '281',
    ],
    [
      'is not made up for by a gain of another order',
      [
        [1, '900'],
        [2, '-250'],
      ],
      '250',
    ],
    ['in another currency counts in base currency', [[2, '-100', 'EUR']], '120'],
    ['in a currency without a rate counts as it is', [[2, '-100', 'CHF']], '100'],
    ['is none where something was gained', [[1, '900']], '30'],
  ])('that is %s', (_, realized, loss) => {
    expect(lossOf(realized, { EUR: '1.2', USD: '1' })).toBe(loss);
  });
});

describe('what counts in a window', () => {
  const reserved = (state: TicketState, age: number, changes: Partial<TraderTicket> = {}) => {
    const desk = new TestDesk().ready();
    const one = ticket(undefined, { state, ...changes });
    const clocks = { ...desk.now, gateway: one.gatewayAt + age };
    return reservedIn({ ...desk.state, active: new Map([[one.ticket, one]]), recent: [one.ticket], clocks });
  };
  const { policyWindow } = waitingTimes;

  it.each<[TicketState, number, number]>([
    ['working', policyWindow, 1],
    ['working', policyWindow + 1, 0],
    ['unknown', policyWindow + 1, 1],
    ['unknown', 2 * policyWindow, 1],
    ['unknown', 2 * policyWindow + 1, 0],
    ['rejected', 0, 0],
    ['not_placed', 0, 0],
  ])('%s after %i ms: %i', (state, age, count) => {
    expect(reserved(state, age)).toHaveLength(count);
  });

  it('is told with its ticket, account and time', () => {
    const one = ticket();
    expect(reserved('working', 5)).toEqual([{ ticket: one.ticket, account: 'DU1', at: one.gatewayAt, used }]);
  });

  it('is nothing of what the journal has forgotten, or never took', () => {
    const desk = new TestDesk().ready();
    expect(reservedIn({ ...desk.state, recent: ['gone'], clocks: desk.now })).toEqual([]);
    const { used: _, ...refused } = ticket();
    const active = new Map([[refused.ticket, refused]]);
    expect(reservedIn({ ...desk.state, active, recent: [refused.ticket], clocks: desk.now })).toEqual([]);
  });
});
