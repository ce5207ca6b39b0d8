import { describe, expect, it } from 'vitest';
import { bracket, plain, TestDesk } from '../../test/support/trading-desk.ts';
import { reservedIn } from './reservations.ts';

/** What orders cost and lose, in the order in which IB tells it, and how it counts. */

const usd = { currency: 'USD' };
const used = { notional: '15000', orders: 1, quantity: '100', loss: '0' };

function desk(): TestDesk {
  return new TestDesk({ judgeAtSend: () => ({ used }) }).ready();
}

function fill(one: TestDesk, orderId: number, execId: string, side: 'BUY' | 'SELL', quantity = '100'): void {
  one.news({
    type: 'execution',
    execution: {
      ...{ orderId, clientId: 7, permId: 9_000 + orderId, execId, account: 'DU1', orderRef: '', conId: 265_598 },
      ...{ combination: false, side, quantity, price: '150', at: one.now.gateway },
    },
  });
}

function charge(one: TestDesk, execId: string, realizedPnl?: string, currency = 'USD'): void {
  const realized = realizedPnl === undefined ? {} : { realizedPnl };
  one.news({ type: 'commission', execId, commission: '1', currency, ...realized });
}

const lossOf = (one: TestDesk) => reservedIn({ ...one.state, clocks: one.now }).map(({ used: { loss } }) => loss);

describe('a commission', () => {
  it('that comes before its execution is kept until that comes', () => {
    const one = desk();
    one.place('t1');
    one.echo();
    charge(one, 'e.01', '-5');
    expect(one.state.early).toEqual([{ execId: 'e.01', costs: { commission: '1', realizedPnl: '-5', ...usd } }]);
    fill(one, 101, 'e.01', 'BUY');
    expect(one.report('t1')?.legs).toMatchObject([{ commission: '1', realizedPnl: '-5' }]);
    expect(one.state.early).toEqual([]);
    // It is in the journal, so that a start does not lose it.
    expect(one.restarted().state.ended.get(one.report('t1')?.ticket ?? '')?.legs[0]?.life.fills[0]?.costs).toEqual({
      commission: '1',
      realizedPnl: '-5',
      ...usd,
    });
  });

  it('of somebody else’s fill is forgotten after two hundred others', () => {
    const one = desk();
    one.place('t1');
    one.echo();
    for (let n = 0; n <= 200; n += 1) charge(one, `x${n}.01`);
    charge(one, 'x200.01');
    expect(one.state.early).toHaveLength(200);
    expect(one.state.early[0]?.execId).toBe('x1.01');
  });

  it('that is told again with what was realized is told on', () => {
    const one = desk();
    one.place('t1');
    one.echo();
    fill(one, 101, 'e.01', 'BUY');
    charge(one, 'e.01');
    charge(one, 'e.01', '7');
    expect(one.report('t1')?.legs).toMatchObject([{ commission: '1', realizedPnl: '7' }]);
    const { length } = one.journal;
    charge(one, 'e.01', '7');
    expect(one.journal).toHaveLength(length);
  });
});

describe('what a bracket’s child loses', () => {
  it('counts toward the day as soon as IB tells it, and Home is told', () => {
    const one = desk();
    one.place('t1', bracket);
    one.echo(3);
    fill(one, 101, 'e.01', 'BUY');
    charge(one, 'e.01');
    expect(lossOf(one)).toEqual(['0']);
    fill(one, 103, 'sa.01', 'SELL', '40');
    expect(lossOf(one)).toEqual(['0']);
    charge(one, 'sa.01', '-400.5');
    expect(lossOf(one)).toEqual(['400.5']);
    expect(one.report('t1')).toMatchObject({ state: 'working', used: { loss: '400.5', notional: '15000' } });
    fill(one, 103, 'sb.01', 'SELL', '60');
    charge(one, 'sb.01', '-599.5');
    expect(lossOf(one)).toEqual(['1000']);
    expect(lossOf(one.restarted())).toEqual(['1000']);
  });

  it('is not made up for by what another one gains, nor counted twice with what was planned', () => {
    const one = new TestDesk({ judgeAtSend: () => ({ used: { ...used, loss: '300' } }) }).ready();
    one.place('t1', bracket);
    one.echo(3);
    fill(one, 101, 'e.01', 'BUY');
    charge(one, 'e.01', '-250');
    expect(lossOf(one)).toEqual(['300']);
    fill(one, 102, 'p.01', 'SELL', '50');
    charge(one, 'p.01', '900');
    fill(one, 103, 's.01', 'SELL', '50');
    charge(one, 's.01', '-100');
    expect(lossOf(one)).toEqual(['350']);
  });

  it('counts in base currency, by the rate at which it was sent', () => {
    const one = desk();
    const place = one.placeBody('t1');
    const measures = {
      ...{ secType: 'STK', symbol: 'X', currency: 'JPY', side: 'BUY' as const },
      ...{ reduces: false, short: false, uncoveredOption: false },
    };
    const facts = { measures, uses: used, rates: { JPY: '0.0067' } };
    const hashThere = one.hashAt(place.journal.length) ?? '';
    one.instruct({ name: 'place', place, room: 1_000, hashThere, facts });
    one.echo();
    fill(one, 101, 'e.01', 'BUY');
    charge(one, 'e.01', '-100000', 'JPY');
    expect(lossOf(one)).toEqual(['670']);
    expect(lossOf(one.restarted())).toEqual(['670']);
  });
});

describe('what Home is told that a ticket has used', () => {
  it('is the part that was carried out, once it is over', () => {
    const one = desk();
    one.place('t1', plain());
    one.echo();
    expect(one.report('t1')).toMatchObject({ used: { notional: '15000', quantity: '100' } });
    fill(one, 101, 'e.01', 'BUY', '25');
    one.status(101, 'Cancelled', { filled: '25' });
    expect(one.report('t1')).toMatchObject({ state: 'final', used: { notional: '3750', quantity: '25', orders: 1 } });
  });
});
