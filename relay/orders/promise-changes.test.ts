import { describe, expect, it } from 'vitest';
import type { PlannedOrder } from '../../shared/orders/order.ts';
import { limitOrder, stock, TestDesk, ticketName } from '../../test/support/trading-desk.ts';

describe('a change', () => {
  const change = (entry = {}): PlannedOrder => ({
    version: 1,
    kind: 'modify',
    contract: stock,
    target: { orderId: 101, clientId: 7, permId: 9_101 },
    before: limitOrder,
    entry: { ...limitOrder, limitPrice: '151', ...entry },
  });
  const working = () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    return desk;
  };

  it.each([
    ['id', { orderId: 0 }],
    ['client', { clientId: 8 }],
  ])(
    'does not leave when the gateway shows the order under another %s: it would be a second order there',
    (_, shown) => {
      const desk = working();
      const [placed] = desk.placed();
      if (!placed) throw new Error('nothing was placed');
      desk.news({ type: 'session-lost' });
      desk.connect('s2');
      desk.looked({ open: [desk.seen(placed, shown)] });
      desk.news({ type: 'heartbeat' });
      const id = desk.place('m1', change());
      expect(desk.answers.get(id)).toHaveProperty('refused');
      expect(desk.placed()).toHaveLength(1);
    },
  );

  it('leaves under the order’s own id and reference, and is done when the new terms are shown', () => {
    const desk = working();
    desk.place('m1', change());
    expect(desk.placed()[1]).toMatchObject({ orderId: 101, orderRef: `irm.home.${ticketName('t1')}.e`, parentId: 0 });
    desk.echo();
    expect(desk.report('m1')).toMatchObject({ state: 'final' });
    expect(desk.state.stops).toEqual({});
    expect(desk.report('t1')?.warnings).toEqual([]);
  });

  it('needs the order to have been seen in this session', () => {
    const desk = working();
    desk.news({ type: 'session-lost' });
    desk.connect('s2');
    desk.looked();
    const id = desk.place('m1', change());
    expect(desk.answers.get(id)?.refused?.message).toContain('has not shown');
    expect(desk.placed()).toHaveLength(1);
  });

  it('is refused for an order that IBKR knows under another id, and while another change is under way', () => {
    const desk = working();
    const order = change();
    if (order.kind !== 'modify') throw new Error('no change');
    const strange = desk.place('m1', { ...order, target: { ...order.target, permId: 5 } });
    expect(desk.answers.get(strange)?.refused?.message).toContain('not one that this relay can change');
    desk.place('m2', order);
    const third = desk.place('m3', order);
    expect(desk.answers.get(third)?.refused?.message).toContain('under way');
    expect(desk.placed()).toHaveLength(2);
  });

  it('that is refused leaves the order as it was', () => {
    const desk = working();
    desk.place('m1', change());
    desk.news({ type: 'order-error', orderId: 101, code: 110, text: 'tick' });
    expect(desk.report('m1')).toMatchObject({ state: 'rejected', ibCode: 110 });
    expect(desk.report('t1')).toMatchObject({ state: 'working' });
  });

  it('that breaks is settled by terms: new ones prove it, old ones only in regular hours', () => {
    const desk = working();
    desk.place('m1', change());
    desk.news({ type: 'session-lost' });
    expect(desk.report('m1')).toMatchObject({ state: 'unknown' });
    const [old, changed] = desk.placed();
    if (!old || !changed) throw new Error('not placed');
    desk.connect('s2');
    desk.looked({ open: [desk.seen(old)] });
    desk.wait(30_001);
    desk.looked({ open: [desk.seen(old)] });
    expect(desk.report('m1')).toMatchObject({ state: 'unknown', message: expect.stringContaining('old terms') });
    desk.news({ type: 'open-order', order: desk.seen(changed) });
    expect(desk.report('m1')).toMatchObject({ state: 'final' });
  });

  it('of an order that ends is done if its last terms are the new ones, and else came too late', () => {
    for (const came of [true, false]) {
      const desk = working();
      desk.place('m1', change());
      const message = desk.placed()[came ? 1 : 0];
      if (!message) throw new Error('nothing was placed');
      desk.news({ type: 'session-lost' });
      desk.connect('s2');
      const completed = { status: 'Filled', filled: '100' };
      desk.looked({ completed: [desk.seen(message, { status: 'Filled', completed })] });
      expect(desk.report('m1')?.state).toBe(came ? 'final' : 'rejected');
      expect(desk.report('t1')?.state).toBe('final');
    }
  });

  it('of an order that fills before its new terms were shown is told when the lists name them', () => {
    for (const came of [true, false]) {
      const desk = working();
      desk.place('m1', change());
      const message = desk.placed()[came ? 1 : 0];
      if (!message) throw new Error('nothing was placed');
      desk.status(101, 'Filled', { filled: '100', remaining: '0' });
      expect(desk.report('t1')?.state).toBe('final');
      expect(desk.report('m1')?.state).not.toBe('rejected');
      const completed = { status: 'Filled', filled: '100' };
      desk.looked({ completed: [desk.seen(message, { status: 'Filled', completed })] });
      expect(desk.report('m1')?.state).toBe(came ? 'final' : 'rejected');
      expect(desk.report('t1')?.warnings).toEqual([]);
    }
  });

  it('that made two orders under one id leaves a cancel of it unanswered: one answer is that of one of them', () => {
    const desk = working();
    desk.place('m1', change());
    desk.echo(1, { permId: 55 });
    desk.cancel('c1', { kind: 'ticket', ticket: ticketName('t1') });
    desk.status(101, 'Cancelled');
    desk.wait(10_000);
    const told = desk.told.findLast((body) => body.kind === 'cancel');
    expect(told).toMatchObject({ done: true, orders: [{ outcome: 'unanswered' }] });
  });

  it('that makes a second order cancels it, stops trading, and is unknown', () => {
    const desk = working();
    desk.place('m1', change());
    desk.echo(1, { permId: 55 });
    expect(desk.state.stops.breaker).toBeDefined();
    expect(desk.cancelled()).toEqual([101]);
    expect(desk.report('m1')).toMatchObject({ state: 'unknown' });
  });

  it('that made two orders which only the lists show is unknown, and stops trading', () => {
    const desk = working();
    desk.place('m1', change());
    const again = desk.restarted();
    again.connect('s2');
    const [old, changed] = desk.placed();
    if (!old || !changed) throw new Error('nothing was placed');
    again.looked({ open: [desk.seen(old), desk.seen(changed, { permId: 55 })] });
    expect(again.state.stops.breaker).toBeDefined();
    expect(again.report('m1')).toMatchObject({ state: 'unknown' });
    again.wait(40_000);
    again.looked({ open: [desk.seen(old)] });
    expect(again.report('m1')).toMatchObject({ state: 'unknown' });
  });

  it('of the size counts fills against the larger one until it is known', () => {
    const desk = working();
    desk.place('m1', change({ quantity: '200' }));
    desk.status(101, 'Submitted', { filled: '150', remaining: '50' });
    expect(desk.state.stops).toEqual({});
    expect(desk.report('t1')).toMatchObject({ state: 'working' });
  });
});

describe('an exercise', () => {
  const exercise: PlannedOrder = {
    version: 1,
    kind: 'exercise',
    contract: { ...stock, secType: 'OPT' },
    account: 'DU1',
    action: 'exercise',
    quantity: '1',
    override: false,
  };

  it('whose connection breaks is unknown for good, and a second one is refused until a person says so', () => {
    const desk = new TestDesk().ready();
    desk.place('x1', exercise);
    desk.news({ type: 'session-lost' });
    desk.connect('s2');
    desk.looked();
    desk.wait(60_000);
    expect(desk.report('x1')).toMatchObject({ state: 'unknown' });
    desk.place('x2', exercise);
    expect(desk.sent).toHaveLength(1);
    const again = desk.restarted().ready();
    expect(again.report('x1')).toMatchObject({ state: 'unknown' });
    again.feed({
      type: 'command',
      id: 'c',
      command: { name: 'resolve', ticket: ticketName('x1'), placed: false, note: '' },
    });
    again.place('x3', exercise);
    expect(again.sent).toHaveLength(1);
  });
});
