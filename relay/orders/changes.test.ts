import { describe, expect, it } from 'vitest';
import type { OrderTerms, PlannedOrder } from '../../shared/orders/order.ts';
import { limitOrder, plain, stock, TestDesk, ticketName } from '../../test/support/trading-desk.ts';
import type { SendFacts } from './model.ts';

const newTerms: OrderTerms = { ...limitOrder, limitPrice: '151' };
const change: PlannedOrder = {
  version: 1,
  kind: 'modify',
  contract: stock,
  target: { orderId: 101, clientId: 7, permId: 9_101 },
  before: limitOrder,
  entry: newTerms,
};

/** An order that works, and a change of it that was sent. */
function changing(facts?: Partial<SendFacts['measures']>): TestDesk {
  const desk = new TestDesk().ready();
  desk.place('t1');
  desk.echo();
  const place = desk.placeBody('m1', change);
  const measures = { ...({} as SendFacts['measures']), ...facts };
  const uses = { notional: '0', orders: 0, quantity: '0', loss: '0' };
  const hashThere = desk.hashAt(place.journal.length) ?? '';
  desk.instruct({ name: 'place', place, hashThere, room: 1_000, ...(facts ? { facts: { measures, uses } } : {}) });
  expect(desk.placed()).toHaveLength(2);
  return desk;
}

const shows = (desk: TestDesk, terms: OrderTerms) => {
  const [first] = desk.placed();
  if (!first) throw new Error('nothing was placed');
  return desk.seen(first, { terms });
};
const show = (desk: TestDesk, terms: OrderTerms) => desk.news({ type: 'open-order', order: shows(desk, terms) });
const error = (desk: TestDesk, code: number, text = 'why') =>
  desk.news({ type: 'order-error', orderId: 101, code, text });
const isAsking = (desk: TestDesk) => desk.timers.has(`silent:${ticketName('m1')}`);

describe('a change', () => {
  it('is done when IB shows the new terms, and nothing waits for it any more', () => {
    const desk = changing();
    expect(isAsking(desk)).toBe(true);
    show(desk, newTerms);
    expect(desk.report('m1')).toMatchObject({ state: 'final', message: expect.stringContaining('new terms') });
    expect(desk.report('m1')?.legs).toMatchObject([{ orderId: 101 }]);
    expect(isAsking(desk)).toBe(false);
  });

  it('is with IB while the order still shows its old terms, and is told so once', () => {
    const desk = changing();
    show(desk, limitOrder);
    expect(desk.report('m1')).toMatchObject({ state: 'submitted', message: expect.stringContaining('old terms') });
    const reports = desk.told.length;
    show(desk, limitOrder);
    expect(desk.told).toHaveLength(reports);
    show(desk, newTerms);
    expect(desk.report('m1')).toMatchObject({ state: 'final' });
  });

  it('is not told of by a status, which names no terms', () => {
    const desk = changing();
    desk.status(101, 'PreSubmitted', { whyHeld: 'trigger' });
    expect(desk.report('m1')).toBeUndefined();
  });

  it('that is over stays what it was, whatever the order shows later', () => {
    const desk = changing();
    error(desk, 110);
    expect(desk.report('m1')).toMatchObject({ state: 'rejected' });
    const reports = desk.told.filter((body) => body.kind === 'ticket' && body.ticket === ticketName('m1')).length;
    show(desk, newTerms);
    error(desk, 110);
    desk.status(101, 'Cancelled');
    expect(desk.report('m1')).toMatchObject({ state: 'rejected', ibCode: 110 });
    expect(desk.told.filter((body) => body.kind === 'ticket' && body.ticket === ticketName('m1'))).toHaveLength(
      reports,
    );
  });
});

describe('a code that answers a change', () => {
  it('and leaves the order as it was refuses the change, with the text and what to do', () => {
    const desk = changing();
    error(desk, 110, 'tick size');
    expect(desk.report('m1')).toMatchObject({
      state: 'rejected',
      ibCode: 110,
      message: expect.stringContaining('tick size'),
      nextStep: expect.stringContaining('preview the change again'),
    });
    expect(isAsking(desk)).toBe(false);
  });

  it('and is only a notice is a warning of the change, which goes on', () => {
    const desk = changing();
    error(desk, 399, 'held until the open');
    expect(desk.report('m1')).toMatchObject({ state: 'submitting', warnings: ['held until the open'] });
    show(desk, newTerms);
    expect(desk.report('m1')).toMatchObject({ state: 'final' });
  });

  it.each([201, 104, 4711])('and proves nothing has the lists read: %i', (code) => {
    const desk = changing();
    const looks = desk.looks.length;
    error(desk, code, 'no');
    expect(desk.report('m1')).toBeUndefined();
    expect(desk.looks.length).toBeGreaterThan(looks);
    desk.looked({ open: [shows(desk, limitOrder)] });
    expect(desk.report('m1')).toMatchObject({ state: 'rejected', ibCode: code });
    expect(desk.report('t1')).toMatchObject({ state: 'working' });
  });

  it('and was wrong about it is overruled by the new terms', () => {
    const desk = changing();
    error(desk, 201, 'no');
    desk.looked({ open: [shows(desk, newTerms)] });
    expect(desk.report('m1')).toMatchObject({ state: 'final' });
  });

  it('stands beside the end of an order that ended before its new terms came', () => {
    const desk = changing();
    error(desk, 104, 'filled');
    desk.status(101, 'Filled', { filled: '100', remaining: '0' });
    expect(desk.report('m1')).toMatchObject({
      state: 'rejected',
      ibCode: 104,
      message: expect.stringContaining('ended before'),
      nextStep: expect.stringContaining('get_order_status'),
    });
  });
});

describe('the end of the order that is changed', () => {
  it('without a code has the lists read first, which say with which terms it ended', () => {
    const desk = changing();
    desk.status(101, 'Cancelled');
    expect(desk.report('m1')).toBeUndefined();
    desk.looked();
    expect(desk.report('m1')).toMatchObject({ state: 'rejected' });
    expect(desk.report('m1')).not.toHaveProperty('ibCode');
  });
});

describe('a change whose connection breaks', () => {
  const found = (desk: TestDesk) => {
    desk.news({ type: 'session-lost' });
    desk.connect('s2');
    desk.looked({ open: [shows(desk, limitOrder)] });
    desk.wait(30_001);
    desk.looked({ open: [shows(desk, limitOrder)] });
    return desk.report('m1');
  };

  it('did not arrive when the order has its old terms in regular hours', () => {
    const report = found(changing({ regularHours: true }));
    expect(report).toMatchObject({
      state: 'not_placed',
      message: expect.stringContaining('old terms'),
      nextStep: expect.stringContaining('Preview the change again'),
    });
  });

  it.each([false, undefined])('stays unknown where hours are not regular: %s', (regularHours) => {
    const facts = regularHours === undefined ? {} : { regularHours };
    expect(found(changing(facts))).toMatchObject({ state: 'unknown' });
  });

  it('can be made again once it is known, also after a start', () => {
    const desk = changing({ regularHours: true });
    found(desk);
    desk.news({ type: 'heartbeat' });
    desk.feed({ type: 'home', time: desk.now.wall });
    desk.place('m2', change);
    expect(desk.placed()).toHaveLength(3);
    const again = desk.restarted();
    expect(again.report('m1')).toMatchObject({ state: 'not_placed' });
    expect(again.state.ended.get(ticketName('m1'))?.state).toBe('not_placed');
  });
});

describe('codes and terms of an order that nobody changes', () => {
  it('touch no change', () => {
    const desk = changing();
    show(desk, newTerms);
    desk.place('t2', plain({ side: 'SELL' }));
    desk.echo();
    desk.news({ type: 'order-error', orderId: 102, code: 399, text: 'held' });
    expect(desk.report('m1')?.warnings).toEqual([]);
    expect(desk.report('t2')?.warnings).toEqual(['IBKR, 399: held']);
  });
});
