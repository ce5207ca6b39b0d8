import { describe, expect, it } from 'vitest';
import type { PlannedOrder } from '../../shared/orders/order.ts';
import {
  bracket,
  generation,
  limitOrder,
  plain,
  start,
  stock,
  stopBody,
  TestDesk,
  ticketName,
} from '../../test/support/trading-desk.ts';

describe('reconciliation', () => {
  const broken = (order?: PlannedOrder) => {
    const desk = new TestDesk().ready();
    desk.place('t1', order);
    desk.news({ type: 'session-lost' });
    expect(desk.report('t1')).toMatchObject({ state: 'unknown' });
    return desk;
  };
  const reconnected = (desk: TestDesk, clientId = 7) => {
    desk.wait(1_000);
    desk.connect('s2', 100, clientId);
    desk.looked();
    desk.wait(30_001);
    desk.looked();
    return desk;
  };

  it('finds nothing in two rounds thirty seconds apart: not placed, and not before', () => {
    const desk = broken();
    desk.wait(1_000);
    desk.connect('s2');
    desk.looked();
    desk.cancel('c1', { kind: 'own' });
    expect(desk.report('t1')).toMatchObject({ state: 'unknown' });
    desk.wait(30_001);
    desk.looked();
    expect(desk.report('t1')).toMatchObject({ state: 'not_placed' });
  });

  it.each(['open', 'completed'] as const)('finds it among %s orders by its reference', (list) => {
    const desk = broken();
    desk.connect('s2');
    const [message] = desk.placed();
    if (!message) throw new Error('nothing was placed');
    const completed =
      list === 'completed' ? { completed: { status: 'Cancelled', filled: '0' }, status: 'Cancelled' } : {};
    desk.looked({ [list]: [desk.seen(message, completed)] });
    expect(desk.report('t1')?.state).toBe(list === 'open' ? 'working' : 'final');
  });

  it('another client id, a midnight, or IBKR lost since prove nothing', () => {
    expect(reconnected(broken(), 8).report('t1')).toMatchObject({ state: 'unknown' });
    const late = broken();
    late.wait(24 * 3_600_000);
    expect(reconnected(late).report('t1')).toMatchObject({
      state: 'unknown',
      message: expect.stringContaining('another day'),
    });
    const lost = new TestDesk().ready();
    lost.place('t1');
    lost.news({ type: 'upstream', up: false });
    lost.news({ type: 'session-lost' });
    expect(reconnected(lost).report('t1')).toMatchObject({ state: 'unknown' });
  });

  it('a silent write on a living connection is looked for there, then anew, and is settled by a restart of the gateway', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.wait(5_001);
    desk.looked();
    desk.wait(30_001);
    desk.looked();
    expect(desk.reconnects).toBe(1);
    desk.news({ type: 'session-lost' });
    reconnected(desk);
    expect(desk.report('t1')).toMatchObject({ state: 'unknown', message: expect.stringContaining('window') });
    desk.place('t2');
    expect(desk.placed()).toHaveLength(1);
    desk.place('t3', plain({ side: 'SELL' }));
    expect(desk.placed()).toHaveLength(2);
    desk.echo();
    desk.news({ type: 'session-lost' });
    desk.news({ type: 'port-refused' });
    desk.connect('s3');
    desk.looked();
    desk.wait(30_001);
    desk.looked();
    expect(desk.report('t1')).toMatchObject({ state: 'not_placed' });
  });

  it('cancels the ids of a bracket that broke, and waits for every answer', () => {
    const desk = broken(bracket);
    desk.connect('s2');
    desk.looked();
    expect(desk.cancelled()).toEqual([101, 102, 103]);
    for (const orderId of [101, 102]) desk.news({ type: 'order-error', orderId, code: 10147, text: 'not found' });
    desk.looked();
    desk.wait(30_001);
    desk.looked();
    expect(desk.report('t1')).toMatchObject({ state: 'unknown' });
    desk.news({ type: 'order-error', orderId: 103, code: 135, text: 'no such id' });
    desk.looked();
    expect(desk.report('t1')).toMatchObject({ state: 'not_placed' });
  });

  it('takes up after a start what was taken and has no outcome', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    const again = desk.restarted();
    expect(again.report('t1')).toMatchObject({ state: 'unknown' });
    expect(reconnected(again).report('t1')).toMatchObject({ state: 'not_placed' });
    expect(again.placed()).toEqual([]);
  });

  it('is closed by a person, which releases nothing', () => {
    const desk = reconnected(broken(), 8);
    desk.feed({
      type: 'command',
      id: 'c',
      command: { name: 'resolve', ticket: ticketName('t1'), placed: false, note: 'looked in TWS' },
    });
    expect(desk.report('t1')).toMatchObject({ state: 'resolved_by_person' });
    desk.place('t1');
    expect(desk.placed()).toHaveLength(1);
  });
});

describe('a bracket whose stop loss is refused', () => {
  it('loses what is left of its entry after thirty seconds', () => {
    const desk = new TestDesk().ready();
    desk.place('t1', bracket);
    desk.echo(3);
    desk.news({ type: 'order-error', orderId: 103, code: 201, text: 'both sides' });
    desk.status(103, 'Inactive');
    desk.wait(29_000);
    expect(desk.cancelled()).toEqual([]);
    desk.wait(2_000);
    expect(desk.cancelled()).toEqual([101]);
    expect(desk.report('t1')?.warnings).toContainEqual(expect.stringContaining('protection'));
  });
});

describe('a bracket of which only the entry is shown', () => {
  it('loses its entry after thirty seconds, also when the relay starts in between', () => {
    const desk = new TestDesk().ready();
    desk.place('t1', bracket);
    const [entry] = desk.placed();
    if (!entry) throw new Error('nothing was placed');
    desk.news({ type: 'open-order', order: desk.seen(entry) });
    const again = desk.restarted();
    again.connect('s2');
    again.looked({ open: [desk.seen(entry)] });
    again.wait(30_001);
    for (const each of [desk, again]) {
      if (each === desk) each.wait(30_001);
      expect(each.cancelled()).toEqual([101]);
    }
  });
});

describe('the breaker', () => {
  const stopped = (desk: TestDesk) => desk.state.stops.breaker?.reason ?? '';
  const reject = (desk: TestDesk, ticket: string) => {
    desk.place(ticket, plain({ limitPrice: `${100 + desk.placed().length}` }));
    const orderId = desk.placed().at(-1)?.orderId ?? 0;
    desk.news({ type: 'order-error', orderId, code: 201, text: 'no' });
    desk.looked();
    expect(desk.report(ticket)).toMatchObject({ state: 'rejected', ibCode: 201 });
  };

  it('opens at five rejections without an acceptance between, and stays open after a start', () => {
    const desk = new TestDesk().ready();
    for (const ticket of ['a1', 'a2', 'a3', 'a4']) reject(desk, ticket);
    desk.place('b1');
    desk.echo();
    for (const ticket of ['a5', 'a6', 'a7', 'a8']) reject(desk, ticket);
    expect(stopped(desk)).toBe('');
    reject(desk, 'a9');
    expect(stopped(desk)).toContain('rejected 5');
    const again = desk.restarted().ready();
    const before = again.placed().length;
    again.place('b2', plain({ side: 'SELL' }));
    expect(again.placed()).toHaveLength(before);
    again.instruct({ name: 'stop', stop: { ...stopBody(again), stopped: false } });
    expect(stopped(again)).not.toBe('');
    again.feed({ type: 'command', id: 'c', command: { name: 'resume-trading' } });
    expect(again.replies.at(-1)).toMatchObject({ ok: true, text: expect.stringContaining('rejected 5') });
    again.place('b3', plain({ side: 'SELL' }));
    expect(again.placed()).toHaveLength(before + 1);
  });

  it.each([
    ['account', { account: 'DU9' }],
    ['side', { terms: { ...limitOrder, side: 'SELL' as const } }],
    ['size', { terms: { ...limitOrder, quantity: '1000' } }],
    ['price', { terms: { ...limitOrder, limitPrice: '160' } }],
    ['contract', { contract: { ...stock, conId: 1, name: 'XX' } }],
  ])('opens at a first echo with another %s, and cancels it', (_, change) => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo(1, change);
    expect(stopped(desk)).toContain('another order');
    expect(desk.cancelled()).toEqual([101]);
  });

  it('opens at a fill of another side or account that comes before any echo', () => {
    for (const change of [{ side: 'SELL' as const }, { account: 'DU9' }]) {
      const desk = new TestDesk().ready();
      desk.place('t1');
      const [message] = desk.placed();
      if (!message) throw new Error('nothing was placed');
      const fill = { execId: 'e.01', conId: 265_598, combination: false, quantity: '10', price: '150', at: start };
      desk.news({ type: 'execution', execution: { ...desk.seen(message), ...fill, side: 'BUY', ...change } });
      expect(stopped(desk)).toContain('another order');
      expect(desk.cancelled()).toEqual([101]);
    }
  });

  it('stays closed for what presets change, which is told', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo(1, { terms: { ...limitOrder, tif: 'GTC', outsideRth: true } });
    expect(stopped(desk)).toBe('');
    expect(desk.report('t1')?.warnings).toHaveLength(2);
  });

  it('stays closed for what a person changes later, also the size, which is told', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    desk.echo(1, { terms: { ...limitOrder, quantity: '200', limitPrice: '151' } });
    desk.status(101, 'Filled', { filled: '200' });
    expect(stopped(desk)).toBe('');
    expect(desk.report('t1')?.warnings).toContainEqual(expect.stringContaining('changed elsewhere'));
  });

  it('opens at a second permanent id, at more fills than were approved, and at what appears after it was not placed', () => {
    const forked = new TestDesk().ready();
    forked.place('t1');
    forked.echo();
    forked.echo(1, { permId: 77 });
    expect(stopped(forked)).toContain('two orders');
    expect(forked.report('t1')).toMatchObject({ state: 'unknown' });
    const over = new TestDesk().ready();
    over.place('t1');
    over.echo();
    over.status(101, 'Filled', { filled: '101' });
    expect(stopped(over)).toContain('More was filled');
    const late = new TestDesk().ready();
    late.settle(['t1']);
    const order = { orderId: 5, clientId: 7, permId: 6, account: 'DU1', status: 'Submitted', contract: stock };
    late.news({
      type: 'open-order',
      order: { ...order, orderRef: `irm.home.${ticketName('t1')}.e`, terms: limitOrder },
    });
    expect(stopped(late)).toContain('not placed');
  });
});

describe('a process that dies between its journal and its word', () => {
  /** It fills, and the process lives to carry out so many of the effects that follow. */
  const diesAfter = (effects: number) => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    let left = effects;
    desk.survives = () => left-- > 0;
    desk.status(101, 'Filled', { filled: '100', remaining: '0' });
    return desk.restarted();
  };
  const execution = {
    ...{ orderId: 101, clientId: 7, permId: 9_101, execId: 'x.01', account: 'DU1', conId: stock.conId },
    orderRef: `irm.home.${ticketName('t1')}.e`,
    ...{ combination: false, side: 'BUY' as const, quantity: '100', price: '150', at: start },
  };

  it('tells after its start how a ticket ended, until Home has taken that', () => {
    const again = diesAfter(1);
    expect(again.journal.at(-1)).toMatchObject({ type: 'outcome', report: { state: 'final' } });
    expect(again.report('t1')).toMatchObject({ state: 'final' });
    const head = { generation, length: again.journal.length, hash: again.hashAt(again.journal.length) ?? '' };
    again.feed({ type: 'acknowledged', head });
    expect(again.restarted().report('t1')).toBeUndefined();
  });

  it('tells after its start of a fill that is in the journal alone', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    let left = 1;
    desk.survives = () => left-- > 0;
    desk.news({ type: 'execution', execution });
    expect(desk.journal.at(-1)).toMatchObject({ type: 'fill' });
    expect(desk.restarted().report('t1')).toMatchObject({ state: 'final', legs: [{ filled: '100' }] });
  });
});
