import { describe, expect, it } from 'vitest';
import { generation, plain, TestDesk, ticketName } from '../../test/support/trading-desk.ts';

/** What a relay told before its end, and Home may never have got, is told after its start out of the journal alone. */

const acknowledge = (desk: TestDesk) => {
  const length = desk.journal.length;
  desk.feed({
    type: 'acknowledged',
    head: { generation: desk.state.generation, length, hash: desk.hashAt(length) ?? '' },
  });
};
const kinds = (desk: TestDesk) => desk.told.map(({ kind }) => kind);
const placed = () => {
  const desk = new TestDesk().ready();
  desk.settle([]);
  desk.place('t1');
  desk.echo();
  return desk;
};

describe('after a start', () => {
  it('the pair that a person made is told until Home has it', () => {
    const desk = new TestDesk().ready();
    desk.settle([]);
    expect(desk.restarted().told).toEqual([]);
    const command = { name: 'trust', home: 'dddddddddddddddd', generation: '1234567812345678' } as const;
    desk.place('t1');
    desk.echo();
    desk.feed({ type: 'command', id: 'c', command });
    const again = desk.restarted();
    // What is known of orders before it lets go what waits there.
    expect(again.told.slice(0, 2)).toMatchObject([
      { kind: 'ticket', ticket: ticketName('t1') },
      { kind: 'trust', home: 'dddddddddddddddd', by: 'a person at home' },
    ]);
    again.ready();
    again.status(101, 'Cancelled');
    acknowledge(again);
    expect(kinds(again.restarted())).not.toContain('trust');
  });

  it('a request to cancel that was over is told with what is known of its orders', () => {
    const desk = placed();
    acknowledge(desk);
    desk.cancel('c1', { kind: 'ticket', ticket: ticketName('t1') });
    desk.cancel('c2', { kind: 'order', order: { orderId: 55, clientId: 7, permId: 0 } });
    desk.status(101, 'Cancelled');
    desk.status(55, 'Cancelled');
    const cancels = (of: TestDesk) => of.told.filter(({ kind }) => kind === 'cancel');
    expect(cancels(desk.restarted())).toMatchObject([
      { request: ticketName('c1'), done: true, orders: [{ outcome: 'cancelled' }] },
      { request: ticketName('c2'), done: true, orders: [{ outcome: 'unanswered', message: expect.any(String) }] },
    ]);
    acknowledge(desk);
    expect(cancels(desk.restarted())).toEqual([]);
  });

  it('a stop and its end are told, with what may still work', () => {
    const desk = placed();
    acknowledge(desk);
    const stop = {
      name: 'stop-trading',
      reason: 'holidays',
      protect: true,
      everything: false,
      cancelOwn: false,
    } as const;
    desk.feed({ type: 'command', id: 'c', command: stop });
    const stops = (of: TestDesk) => of.told.filter(({ kind }) => kind === 'stop');
    expect(stops(desk.restarted())).toMatchObject([
      { stopped: true, where: 'home', reason: 'holidays', kept: [{ order: { orderId: 101 } }] },
    ]);
    acknowledge(desk);
    expect(stops(desk.restarted())).toEqual([]);
    desk.feed({ type: 'command', id: 'd', command: { name: 'resume-trading' } });
    expect(stops(desk.restarted())).toMatchObject([{ stopped: false, kept: [] }]);
  });

  it('nothing is told of what Home has, but for tickets that are not over', () => {
    const desk = placed();
    desk.place('t2', plain({ side: 'SELL' }));
    desk.echo();
    desk.status(102, 'Cancelled');
    acknowledge(desk);
    expect(desk.state.generation).toBe(generation);
    expect(desk.restarted().told).toMatchObject([{ kind: 'ticket', ticket: ticketName('t1') }]);
  });
});
