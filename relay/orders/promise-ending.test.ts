import { describe, expect, it } from 'vitest';
import { bracket, plain, stopBody, TestDesk, ticketName } from '../../test/support/trading-desk.ts';

describe('stopping', () => {
  it('is journalled, refuses what waits, cancels own orders but protective ones, and is told when they are answered', () => {
    const desk = new TestDesk().ready();
    desk.place('t1', bracket);
    desk.echo(3);
    desk.status(101, 'Filled', { filled: '100' });
    desk.place('t2', plain({ limitPrice: '120' }));
    desk.echo();
    desk.instruct({ name: 'stop', stop: stopBody(desk) });
    expect(desk.cancelled()).toEqual([104]);
    expect(desk.told.some(({ kind }) => kind === 'stop')).toBe(false);
    desk.status(104, 'Cancelled');
    expect(desk.told.at(-1)).toMatchObject({ kind: 'ticket', state: 'final' });
    expect(desk.told.find(({ kind }) => kind === 'stop')).toMatchObject({
      stopped: true,
      where: 'dashboard',
      kept: [{ order: { orderId: 102 } }, { order: { orderId: 103 } }],
    });
    const again = desk.restarted().ready();
    again.place('t3');
    expect(again.placed()).toEqual([]);
    again.instruct({ name: 'stop', stop: { ...stopBody(again), stopped: false } });
    again.place('t4');
    expect(again.placed()).toHaveLength(1);
  });

  it('says what did not answer', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    desk.instruct({ name: 'stop', stop: stopBody(desk) });
    desk.wait(10_001);
    expect(desk.told.find(({ kind }) => kind === 'stop')).toMatchObject({
      kept: [{ order: { orderId: 101 }, why: expect.stringContaining('not answered') }],
    });
  });
});

describe('cancelling', () => {
  it('without a gateway is journalled, and goes first on the next connection, also after a start', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    desk.news({ type: 'session-lost' });
    desk.cancel('c1', { kind: 'ticket', ticket: ticketName('t1') });
    expect(desk.cancelled()).toEqual([]);
    const again = desk.restarted();
    again.connect('s2');
    expect(again.cancelled()).toEqual([101]);
    again.status(101, 'Cancelled');
    expect(again.told.filter(({ kind }) => kind === 'cancel').at(-1)).toMatchObject({
      done: true,
      orders: [{ outcome: 'cancelled' }],
    });
  });

  it('finds an order of ours by IB’s permanent id alone, while it works and when it is over', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    const byPermId = { kind: 'order', order: { orderId: 0, clientId: 0, permId: 9_101 } } as const;
    desk.cancel('c1', byPermId);
    expect(desk.cancelled()).toEqual([101]);
    desk.status(101, 'Filled', { filled: '100' });
    desk.cancel('c2', byPermId);
    expect(desk.told.at(-1)).toMatchObject({ done: true, orders: [{ order: { orderId: 101 }, outcome: 'filled' }] });
    desk.cancel('c3', { kind: 'order', order: { orderId: 0, clientId: 0, permId: 4_711 } });
    expect(desk.told.at(-1)).toMatchObject({ done: true, orders: [{ outcome: 'not_ours' }] });
    expect(desk.cancelled()).toEqual([101]);
  });

  it('says what it is not for this relay to cancel, and that an order had filled', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    desk.status(101, 'Filled', { filled: '100' });
    desk.cancel('c1', { kind: 'ticket', ticket: ticketName('t1') });
    expect(desk.told.at(-1)).toMatchObject({ kind: 'cancel', done: true, orders: [{ outcome: 'filled' }] });
    desk.cancel('c2', { kind: 'order', order: { orderId: 3, clientId: 99, permId: 4 } });
    expect(desk.told.at(-1)).toMatchObject({ done: true, orders: [{ outcome: 'not_ours' }] });
    expect(desk.cancelled()).toEqual([]);
  });

  it('goes out while trading is stopped, and takes everything only when asked', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    desk.feed({ type: 'kill-file', present: true });
    desk.cancel('c1', { kind: 'own' });
    expect(desk.cancelled()).toEqual([101]);
    desk.cancel('c2', { kind: 'everything' });
    expect(desk.sent.at(-1)).toEqual({ type: 'cancel-everything' });
  });
});
