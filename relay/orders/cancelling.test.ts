import { describe, expect, it } from 'vitest';
import type { CancelBody } from '../../shared/orders/frames.ts';
import type { PlannedOrder } from '../../shared/orders/order.ts';
import { waitingTimes } from '../../shared/orders/waiting-times.ts';
import { bracket, limitOrder, plain, stock, TestDesk, ticketName } from '../../test/support/trading-desk.ts';

const ours = (orderId: number) => ({ orderId, clientId: 7, permId: 9_000 + orderId });
const cancelsTold = (desk: TestDesk) => desk.told.filter((body) => body.kind === 'cancel');
const outcomes = (desk: TestDesk) =>
  cancelsTold(desk)
    .at(-1)
    ?.orders.map(({ order, outcome }) => [order.orderId, outcome]);

function ask(desk: TestDesk, what: CancelBody['what'], more: Partial<CancelBody> = {}): string {
  const cancel = { request: ticketName('c1'), what, by: 'test', at: desk.now.wall, ...more };
  return desk.instruct({ name: 'cancel', cancel });
}

function working(order: PlannedOrder = plain(), count = 1): TestDesk {
  const desk = new TestDesk().ready();
  desk.place('t1', order);
  desk.echo(count);
  return desk;
}

describe('a request to cancel', () => {
  it('is answered, journalled before it is sent, and told as it goes on', () => {
    const desk = working();
    const id = ask(desk, { kind: 'own' }, { by: 'b'.repeat(200) });
    expect(desk.answers.get(id)).toEqual({ type: 'answer', id });
    const request = ticketName('c1');
    expect(desk.journal.at(-1)).toEqual({
      ...{ type: 'cancel', request, what: { kind: 'own' }, orders: [ours(101)] },
      ...{ by: 'b'.repeat(100), at: desk.now.wall },
    });
    const order = { order: ours(101), outcome: 'asked' };
    const told = { kind: 'cancel', request, orders: [order], done: false, at: desk.now.gateway };
    expect(cancelsTold(desk)).toEqual([told]);
    desk.status(101, 'Cancelled');
    expect(cancelsTold(desk).at(-1)).toEqual({ ...told, orders: [{ ...order, outcome: 'cancelled' }], done: true });
    expect(desk.journal.filter(({ type }) => type === 'cancelled')).toEqual([
      { type: 'cancelled', request, at: desk.now.wall },
    ]);
    expect(desk.timers.has(`cancel:${request}`)).toBe(false);
  });

  it('that comes again is told again, and sent no second time', () => {
    const desk = working();
    ask(desk, { kind: 'own' });
    const [length, told] = [desk.journal.length, cancelsTold(desk).length];
    const id = ask(desk, { kind: 'everything' });
    expect(desk.answers.has(id)).toBe(true);
    expect(desk.journal).toHaveLength(length);
    expect(cancelsTold(desk)).toHaveLength(told + 1);
    expect(desk.cancelled()).toEqual([101]);
  });

  it('of the relay itself is told to nobody but in its ticket', () => {
    const desk = working();
    desk.echo(1, { account: 'DU9' });
    const other = new TestDesk().ready();
    other.place('t1');
    other.echo(1, { account: 'DU9' });
    expect(other.cancelled()).toEqual([101]);
    expect(cancelsTold(other)).toEqual([]);
    expect(cancelsTold(desk)).toEqual([]);
  });

  it('for nothing at all is done at once, and sends nothing', () => {
    const desk = new TestDesk().ready();
    ask(desk, { kind: 'own' });
    expect(desk.sent).toEqual([]);
    expect(cancelsTold(desk)).toMatchObject([{ orders: [], done: true }]);
    expect(desk.timers.has(`cancel:${ticketName('c1')}`)).toBe(false);
  });
});

describe('what is cancelled', () => {
  it.each<[string, CancelBody['what'], number[]]>([
    ['one order', { kind: 'order', order: ours(102) }, [102]],
    ['a ticket', { kind: 'ticket', ticket: ticketName('t1') }, [101, 102, 103]],
    ['a ticket that nobody knows', { kind: 'ticket', ticket: ticketName('none') }, []],
    ['all of one’s own', { kind: 'own' }, [101, 102, 103]],
  ])('by naming %s', (_, what, ids) => {
    const desk = working(bracket, 3);
    ask(desk, what);
    expect(desk.cancelled()).toEqual(ids);
  });

  it('by naming a change is the order that it changes', () => {
    const desk = working();
    desk.place('m1', {
      ...{ version: 1, kind: 'modify', contract: stock, target: ours(101) },
      ...{ before: limitOrder, entry: { ...limitOrder, limitPrice: '151' } },
    });
    ask(desk, { kind: 'ticket', ticket: ticketName('m1') });
    expect(desk.cancelled()).toEqual([101]);
    expect(desk.journal.filter(({ type }) => type === 'cancel')).toMatchObject([{ orders: [ours(101)] }]);
  });

  it('of an account is that of no other, even when it is named', () => {
    for (const [account, ids] of [
      ['DU1', [101]],
      ['DU2', []],
    ] as const) {
      const desk = working();
      ask(desk, { kind: 'own' }, { account });
      expect(desk.cancelled()).toEqual(ids);
      const named = working();
      ask(named, { kind: 'order', order: ours(101) }, { account });
      expect(named.cancelled()).toEqual(ids);
      if (account === 'DU2') {
        expect(cancelsTold(named).at(-1)?.orders).toEqual([
          { order: ours(101), outcome: 'refused', message: 'It belongs to another account.' },
        ]);
      }
    }
  });

  it('is not what has ended, which is told as it ended', () => {
    const desk = working(bracket, 3);
    desk.status(101, 'Filled', { filled: '100' });
    desk.status(102, 'Cancelled');
    ask(desk, { kind: 'ticket', ticket: ticketName('t1') });
    expect(desk.cancelled()).toEqual([103]);
    expect(outcomes(desk)).toEqual([
      [101, 'filled'],
      [102, 'cancelled'],
      [103, 'asked'],
    ]);
    ask(desk, { kind: 'own' }, { request: ticketName('c2') });
    expect(outcomes(desk)).toEqual([[103, 'asked']]);
  });

  it('is over, where IB refused it', () => {
    const desk = working();
    desk.place('t2', plain({ side: 'SELL' }));
    desk.news({ type: 'order-error', orderId: 102, code: 201, text: 'no' });
    desk.looked();
    ask(desk, { kind: 'ticket', ticket: ticketName('t2') });
    expect(outcomes(desk)).toEqual([[102, 'over']]);
    expect(desk.cancelled()).toEqual([]);
  });

  it('of ours that the journal does not know is asked for all the same', () => {
    const desk = working();
    ask(desk, { kind: 'order', order: { orderId: 55, clientId: 7, permId: 1 } });
    expect(desk.cancelled()).toEqual([55]);
    desk.news({ type: 'order-error', orderId: 55, code: 202, text: 'cancelled' });
    expect(outcomes(desk)).toEqual([[55, 'cancelled']]);
  });

  it.each([
    ['another client', { orderId: 101, clientId: 8, permId: 5 }],
    ['nobody, by hand', { orderId: 0, clientId: 7, permId: 5 }],
    ['nobody, by hand, of another kind', { orderId: -3, clientId: 7, permId: 9_101 }],
    ['nobody at all', { orderId: 0, clientId: 0, permId: 0 }],
  ])('is nothing of %s, which is said with where to do it', (who, order) => {
    const desk = working();
    ask(desk, { kind: 'order', order });
    if (who.endsWith('kind')) {
      // IB's permanent id says that it is ours.
      expect(desk.cancelled()).toEqual([101]);
      return;
    }
    expect(desk.cancelled()).toEqual([]);
    expect(cancelsTold(desk)).toMatchObject([
      { done: true, orders: [{ order, outcome: 'not_ours', message: expect.stringContaining('in TWS') }] },
    ]);
  });

  it('is two hundred orders at most', () => {
    const desk = new TestDesk().ready();
    for (let index = 0; index < 205; index += 1) {
      desk.place(`n${index}x`, plain({ limitPrice: `${100 + index}` }));
      desk.echo();
    }
    ask(desk, { kind: 'own' });
    expect(desk.cancelled()).toHaveLength(200);
  });

  it('is known without a connection by the client id that is set', () => {
    const desk = working();
    desk.news({ type: 'session-lost' });
    ask(desk, { kind: 'order', order: ours(101) });
    expect(outcomes(desk)).toEqual([[101, 'asked']]);
    expect(desk.cancelled()).toEqual([]);
    desk.connect('s2');
    expect(desk.cancelled()).toEqual([101]);
  });
});

describe('what waits for the first order of a session', () => {
  const waiting = () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    const ids = [desk.place('t2', plain({ side: 'SELL' })), desk.place('t3', plain({ side: 'SELL', limitPrice: '9' }))];
    const refused = () => ids.map((id) => desk.answers.get(id)?.refused?.code);
    expect(refused()).toEqual([undefined, undefined]);
    return { desk, refused };
  };

  it.each<[string, CancelBody['what'], (string | undefined)[]]>([
    ['a ticket', { kind: 'ticket', ticket: ticketName('t2') }, ['cancelled', undefined]],
    ['one’s own', { kind: 'own' }, ['cancelled', 'cancelled']],
    ['everything', { kind: 'everything' }, ['cancelled', 'cancelled']],
    ['an order', { kind: 'order', order: ours(101) }, [undefined, undefined]],
  ])('is refused by a cancel of %s', (_, what, codes) => {
    const { desk, refused } = waiting();
    ask(desk, what);
    expect(refused()).toEqual(codes);
    desk.echo();
    expect(desk.placed()).toHaveLength(1 + codes.filter((code) => code === undefined).length);
  });
});

describe('an answer to a cancel', () => {
  it.each<[number, string, string | undefined]>([
    [202, 'asked', undefined],
    [161, 'refused', 'the text'],
    [136, 'refused', 'the text'],
    [10147, 'not_found', 'the text'],
    [135, 'not_found', 'the text'],
    [10148, 'over', 'the text'],
  ])('with code %i leaves an order of ours %s', (code, outcome, message) => {
    const desk = working();
    ask(desk, { kind: 'own' });
    const looks = desk.looks.length;
    desk.news({ type: 'order-error', orderId: 101, code, text: 'the text' });
    const [told] = cancelsTold(desk).at(-1)?.orders ?? [];
    expect(told).toEqual({ order: ours(101), outcome, ...(message === undefined ? {} : { message }) });
    expect(desk.looks.length > looks).toBe(code !== 161 && code !== 136);
  });

  it('is that of one order, and of each request that waits for it', () => {
    const desk = working(bracket, 3);
    ask(desk, { kind: 'ticket', ticket: ticketName('t1') });
    ask(desk, { kind: 'order', order: ours(102) }, { request: ticketName('c2') });
    desk.status(102, 'Cancelled');
    expect(cancelsTold(desk).filter(({ done }) => done)).toMatchObject([{ request: ticketName('c2') }]);
    expect(cancelsTold(desk).findLast(({ request }) => request === ticketName('c1'))?.orders).toMatchObject([
      { outcome: 'asked' },
      { outcome: 'cancelled' },
      { outcome: 'asked' },
    ]);
    // What was answered stays so.
    desk.status(102, 'Filled', { filled: '100' });
    for (const id of [101, 103]) desk.status(id, 'Cancelled');
    expect(
      cancelsTold(desk)
        .at(-1)
        ?.orders.map(({ outcome }) => outcome),
    ).toEqual(['cancelled', 'cancelled', 'cancelled']);
  });

  it('that is long is cut to what may be told', () => {
    const desk = working();
    ask(desk, { kind: 'order', order: { orderId: 55, clientId: 7, permId: 1 } });
    desk.news({ type: 'order-error', orderId: 55, code: 161, text: 'x'.repeat(900) });
    expect(cancelsTold(desk).at(-1)?.orders[0]?.message).toHaveLength(600);
  });

  it('that does not come is said to be missing, and the lists are read', () => {
    const desk = working();
    ask(desk, { kind: 'own' });
    desk.wait(waitingTimes.queryWithin - 1);
    expect(cancelsTold(desk).at(-1)).toMatchObject({ done: false });
    const looks = desk.looks.length;
    desk.wait(1);
    expect(cancelsTold(desk).at(-1)).toMatchObject({
      done: true,
      orders: [{ outcome: 'unanswered', message: expect.stringContaining('may still work') }],
    });
    expect(desk.looks.length).toBeGreaterThan(looks);
    const told = cancelsTold(desk).length;
    desk.status(101, 'Cancelled');
    desk.feed({ type: 'timer', name: `cancel:${ticketName('c1')}` });
    desk.feed({ type: 'timer', name: 'cancel:nobody' });
    expect(cancelsTold(desk)).toHaveLength(told);
  });

  it('is waited for on the next connection where this one broke; it is asked for again there', () => {
    const desk = working();
    ask(desk, { kind: 'own' });
    desk.news({ type: 'session-lost' });
    desk.wait(waitingTimes.queryWithin);
    expect(cancelsTold(desk).at(-1)).toMatchObject({ done: false, orders: [{ outcome: 'asked' }] });
    desk.connect('s2');
    expect(desk.cancelled()).toEqual([101, 101]);
    desk.status(101, 'Cancelled');
    desk.news({ type: 'session-lost' });
    desk.connect('s3');
    expect(desk.cancelled()).toEqual([101, 101]);
  });

  it('is asked for again when IBKR is back', () => {
    const desk = working();
    ask(desk, { kind: 'own' });
    desk.news({ type: 'upstream', up: false });
    desk.news({ type: 'upstream', up: true });
    expect(desk.cancelled()).toEqual([101, 101]);
  });
});

describe('a cancel of everything', () => {
  it('waits for a connection even where nothing of ours works', () => {
    const desk = new TestDesk().ready();
    desk.news({ type: 'session-lost' });
    ask(desk, { kind: 'everything' });
    expect(cancelsTold(desk).at(-1)).toMatchObject({ done: false });
    desk.connect('s2');
    expect(desk.sent).toEqual([{ type: 'cancel-everything' }]);
    expect(cancelsTold(desk).at(-1)).toMatchObject({ done: true });
    expect(desk.restarted().ready().sent).toEqual([]);
  });

  it('that the process did not live to send is sent after its start', () => {
    const desk = new TestDesk().ready();
    desk.news({ type: 'session-lost' });
    ask(desk, { kind: 'everything' });
    const again = desk.restarted();
    again.connect('s2');
    expect(again.sent).toEqual([{ type: 'cancel-everything' }]);
  });
});
