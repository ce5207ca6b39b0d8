import { describe, expect, it } from 'vitest';
import type { OrderTerms, PlannedOrder } from '../../shared/orders/order.ts';
import { bracket, limitOrder, plain, stock, TestDesk, ticketName } from '../../test/support/trading-desk.ts';
import type { SeenOrder } from './model.ts';

const stopped = (desk: TestDesk) => desk.state.stops.breaker?.reason ?? '';
const entries = (desk: TestDesk, type: string) => desk.journal.filter((entry) => entry.type === type);
const warnings = (desk: TestDesk) => desk.report('t1')?.warnings;
const leg = (desk: TestDesk) => {
  const name = ticketName('t1');
  return (desk.state.active.get(name) ?? desk.state.ended.get(name))?.legs[0];
};
const error = (desk: TestDesk, code: number, orderId = 101, text = 'why') =>
  desk.news({ type: 'order-error', orderId, code, text });
const show = (desk: TestDesk, terms: Partial<OrderTerms> = {}, changes: Partial<SeenOrder> = {}) => {
  const [message] = desk.placed();
  if (!message) throw new Error('nothing was placed');
  desk.news({ type: 'open-order', order: desk.seen(message, { terms: { ...message.terms, ...terms }, ...changes }) });
};

function sent(order: PlannedOrder = plain()): TestDesk {
  const desk = new TestDesk().ready();
  desk.place('t1', order);
  return desk;
}

function working(): TestDesk {
  const desk = sent();
  desk.echo();
  return desk;
}

describe('what is journalled of an order', () => {
  it('is its permanent id and its comparison, once', () => {
    const desk = sent();
    const order = { orderId: 101, clientId: 7, permId: 0 };
    const more = { filled: '0', remaining: '100', averagePrice: '0', whyHeld: '' };
    desk.news({ type: 'order-status', order, status: 'PendingSubmit', ...more });
    expect(entries(desk, 'order')).toEqual([]);
    desk.news({ type: 'order-status', order: { ...order, permId: 9_101 }, status: 'PreSubmitted', ...more });
    const known = { type: 'order', ticket: ticketName('t1'), leg: 'entry', permId: 9_101, at: desk.now.wall };
    expect(entries(desk, 'order')).toEqual([{ ...known, compared: false }]);
    show(desk);
    show(desk);
    expect(entries(desk, 'order')).toEqual([
      { ...known, compared: false },
      { ...known, compared: true },
    ]);
  });

  it('is enough after a start for not comparing it again', () => {
    const again = working().restarted();
    again.connect('s2');
    again.news({
      type: 'open-order',
      order: {
        ...{ orderId: 101, clientId: 7, permId: 9_101, account: 'DU1', orderRef: `irm.home.${ticketName('t1')}.e` },
        ...{ status: 'Submitted', contract: stock, terms: { ...limitOrder, quantity: '300' } },
      },
    });
    expect(stopped(again)).toBe('');
    expect(again.report('t1')?.warnings).toEqual([expect.stringContaining('changed elsewhere')]);
  });
});

describe('a first echo', () => {
  it('as approved says nothing', () => {
    expect(warnings(working())).toEqual([]);
  });

  it('that differs in little is told at once, and its differences are no change later', () => {
    const desk = sent();
    show(desk, { tif: 'GTC' });
    const told = warnings(desk);
    expect(told).toEqual([expect.stringMatching(/^IBKR shows it otherwise than it was sent: /)]);
    show(desk, { tif: 'GTC' });
    expect(warnings(desk)).toEqual(told);
    expect(stopped(desk)).toBe('');
  });

  it('that differs in much stops trading, cancels, and says what differs', () => {
    const desk = sent();
    show(desk, { quantity: '1000' });
    expect(stopped(desk)).toMatch(
      new RegExp(`^IBKR showed another order than the approved one of ticket ${ticketName('t1')}: .*1000`),
    );
    expect(warnings(desk)).toContainEqual(expect.stringMatching(/^It is being cancelled, .*1000/));
    expect(entries(desk, 'cancel')).toMatchObject([
      {
        request: `echo-${ticketName('t1')}-entry`,
        what: { kind: 'ticket', ticket: ticketName('t1') },
        by: 'relay: another order',
      },
    ]);
  });

  it('of an order that is in nobody’s terms is not compared', () => {
    const desk = sent({
      ...{ version: 1, kind: 'exercise', contract: { ...stock, secType: 'OPT' }, account: 'DU1' },
      ...{ action: 'exercise', quantity: '2', override: false },
    });
    const order = { orderId: 101, clientId: 7, permId: 5, account: 'DU1', orderRef: '', status: 'Submitted' };
    desk.news({ type: 'open-order', order: { ...order, contract: stock, terms: limitOrder } });
    expect(stopped(desk)).toBe('');
    expect(desk.cancelled()).toEqual([]);
  });
});

describe('what somebody changes elsewhere', () => {
  it('is told once for each change, and never stops trading', () => {
    const desk = working();
    show(desk, { limitPrice: '149' });
    show(desk, { limitPrice: '149' });
    expect(warnings(desk)).toEqual([expect.stringMatching(/^It was changed elsewhere: .*149/)]);
    show(desk, { limitPrice: '148' });
    expect(warnings(desk)).toHaveLength(2);
    show(desk);
    expect(warnings(desk)).toHaveLength(2);
    show(desk, { limitPrice: '149', tif: 'GTC' });
    expect(warnings(desk)?.at(-1)).toMatch(/; /);
    expect(stopped(desk)).toBe('');
  });

  it('in size may be filled, also after a start; more than that may not', () => {
    const desk = working();
    show(desk, { quantity: '200' });
    expect(entries(desk, 'order').at(-1)).toMatchObject({ quantity: '200', compared: true, permId: 9_101 });
    expect(desk.report('t1')?.legs).toMatchObject([{ quantity: '200' }]);
    const again = desk.restarted();
    for (const each of [desk, again]) {
      if (each === again) each.connect('s2');
      each.status(101, 'Submitted', { filled: '150' });
      expect(stopped(each)).toBe('');
      each.status(101, 'Submitted', { filled: '201' });
      expect(stopped(each)).toContain('More was filled');
    }
  });

  it('to a smaller size may have been filled in the larger one before', () => {
    const desk = working();
    show(desk, { quantity: '50' });
    desk.status(101, 'Filled', { filled: '100' });
    expect(stopped(desk)).toBe('');
  });

  it.each([{ quantity: '0' }, { quantity: undefined }])('is no size where it is %j', (terms) => {
    const desk = working();
    show(desk, terms as object);
    expect(leg(desk)?.life.quantity).toBe('100');
  });

  it('before it was seen again is known from the list of what is over, by its size', () => {
    const completed = (quantity: string, limitPrice = '150') => {
      const desk = working();
      const [message] = desk.placed();
      if (!message) throw new Error('nothing was placed');
      const terms = { ...message.terms, quantity, limitPrice };
      const order = desk.seen(message, { terms, status: 'Filled', completed: { status: 'Filled', filled: quantity } });
      desk.feed({ type: 'timer', name: 'round' });
      desk.looked({ completed: [order] });
      expect(stopped(desk)).toBe('');
      return desk.report('t1');
    };
    expect(completed('200')?.warnings).toEqual([expect.stringContaining('changed elsewhere')]);
    expect(completed('200')?.legs).toMatchObject([{ filled: '200', quantity: '200' }]);
    expect(completed('100', '149')?.warnings).toEqual([]);
  });
});

describe('two orders under one id', () => {
  const forked = () => {
    const desk = working();
    show(desk, {}, { permId: 77 });
    return desk;
  };

  it('are both cancelled, trading stops, and the ticket is unknown', () => {
    const desk = forked();
    const ids = '9101 and 77';
    expect(stopped(desk)).toBe(`IBKR shows two orders under our id 101: ${ids}.`);
    expect(desk.cancelled()).toEqual([101]);
    expect(entries(desk, 'cancel')).toMatchObject([
      {
        request: `forked-${ticketName('t1')}-entry`,
        what: { kind: 'order', order: { orderId: 101, clientId: 7, permId: 9_101 } },
        by: 'relay: forked',
      },
    ]);
    expect(desk.report('t1')).toMatchObject({
      state: 'unknown',
      message: expect.stringContaining(ids),
      nextStep: expect.stringMatching(/relay resolve.*relay resume-trading/),
      warnings: [`IBKR shows two orders under its id 101: ${ids}.`],
    });
  });

  it('stay so, whatever else is said of one of them', () => {
    const desk = forked();
    desk.status(101, 'Cancelled');
    expect(desk.report('t1')?.state).toBe('unknown');
    expect(desk.restarted().report('t1')?.state).toBe('unknown');
  });
});

describe('an order that appears after it was said not to be placed', () => {
  it('stops trading', () => {
    const desk = new TestDesk().ready();
    desk.socketWorks = false;
    desk.place('t1');
    expect(desk.report('t1')?.state).toBe('not_placed');
    desk.status(101, 'Submitted');
    expect(stopped(desk)).toBe(`An order of ticket ${ticketName('t1')} appeared after it was reported as not placed.`);
    expect(desk.report('t1')?.state).toBe('working');
  });
});

describe('the first order of a session', () => {
  it.each<[string, (desk: TestDesk) => void, boolean]>([
    ['its echo', (desk) => show(desk), true],
    ['its status', (desk) => desk.status(101, 'PreSubmitted'), true],
    ['a code that refuses it', (desk) => error(desk, 201), true],
    ['the echo of one of its legs', (desk) => desk.status(103, 'PreSubmitted'), true],
    ['a code that says nothing', (desk) => error(desk, 100), false],
    ['a notice', (desk) => error(desk, 399), false],
  ])('lets others go by %s: %s', (_, says, goes) => {
    const desk = sent(bracket);
    const waiting = desk.place('w1', plain({ side: 'SELL' }));
    says(desk);
    expect(desk.answers.has(waiting)).toBe(goes);
    expect(desk.state.session?.first.state).toBe(goes ? 'echoed' : 'alone');
  });
});

describe('a code that names an order', () => {
  it.each<[number, boolean]>([
    [399, true],
    [131, true],
    [110, false],
    [100, false],
    [202, false],
  ])('%i is a warning: %s', (code, warns) => {
    const desk = working();
    error(desk, code);
    expect(warnings(desk)).toEqual(warns ? [`IBKR, ${code}: why`] : []);
  });

  it('counts as a rejection of an order that was sent, not of its cancel', () => {
    const desk = sent();
    error(desk, 201);
    error(desk, 201);
    expect(entries(desk, 'rejection')).toEqual([{ type: 'rejection', ticket: ticketName('t1'), at: desk.now.wall }]);
    const cancelling = sent();
    cancelling.cancel('c1', { kind: 'ticket', ticket: ticketName('t1') });
    error(cancelling, 201);
    expect(entries(cancelling, 'rejection')).toEqual([]);
    expect(leg(cancelling)?.life.refused).toBeUndefined();
    const other = sent(bracket);
    other.cancel('c1', { kind: 'order', order: { orderId: 103, clientId: 7, permId: 0 } });
    error(other, 201);
    expect(entries(other, 'rejection')).toHaveLength(1);
  });

  it.each([110, 203])('%i refuses without being counted as a rejection', (code) => {
    const desk = sent();
    error(desk, code);
    desk.looked();
    expect(desk.report('t1')?.state).toBe('rejected');
    expect(entries(desk, 'rejection')).toEqual([]);
  });

  it('has the lists read when it may be an end, and not when it is none', () => {
    const looksAfter = (code: number) => {
      const desk = working();
      const before = desk.looks.length;
      error(desk, code);
      return desk.looks.length - before;
    };
    expect([202, 399, 110, 100].map(looksAfter)).toEqual([1, 0, 1, 0]);
  });
});
