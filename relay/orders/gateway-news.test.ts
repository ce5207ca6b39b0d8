import { describe, expect, it } from 'vitest';
import { waitingTimes } from '../../shared/orders/waiting-times.ts';
import { bracket, limitOrder, plain, stock, TestDesk, ticketName } from '../../test/support/trading-desk.ts';
import type { SeenExecution, SeenOrder } from './model.ts';

const none = { filled: '0', remaining: '100', averagePrice: '0', whyHeld: '' };
const leg = (desk: TestDesk, ticket = 't1', index = 0) => {
  const name = ticketName(ticket);
  return (desk.state.active.get(name) ?? desk.state.ended.get(name))?.legs[index];
};
const stopped = (desk: TestDesk) => desk.state.stops.breaker?.reason ?? '';
const first = (desk: TestDesk) => {
  const [message] = desk.placed();
  if (!message) throw new Error('nothing was placed');
  return message;
};

function sent(order = plain()): TestDesk {
  const desk = new TestDesk().ready();
  desk.place('t1', order);
  return desk;
}

/** An order that somebody else placed. */
const strange = (changes: Partial<SeenOrder> = {}): SeenOrder => ({
  ...{ orderId: 55, clientId: 3, permId: 5_555, account: 'DU1', orderRef: '', status: 'Submitted' },
  ...{ contract: stock, terms: limitOrder },
  ...changes,
});
const execution = (desk: TestDesk, changes: Partial<SeenExecution> = {}): SeenExecution => ({
  ...{ orderId: 101, clientId: 7, permId: 9_101, account: 'DU1', orderRef: first(desk).orderRef },
  ...{ execId: 'e.01', conId: stock.conId, combination: false, side: 'BUY', quantity: '10', price: '150' },
  at: desk.now.gateway,
  ...changes,
});

describe('a session', () => {
  it('that begins ends the one before, with all that waited in it', () => {
    const desk = sent();
    const waiting = desk.place('t2', plain({ side: 'SELL' }));
    desk.feed({ type: 'timer', name: 'round' });
    desk.connect('s2');
    expect(desk.answers.get(waiting)?.refused?.code).toBe('gateway_disconnected');
    expect(desk.report('t1')?.state).toBe('unknown');
    expect(desk.state.session).toEqual({
      ...{ name: 's2', clientId: 7, nextOrderId: 100, accounts: ['DU1'], zone: 'America/New_York' },
      ...{ acceptedAt: desk.now.monotonic, gatewayAt: desk.now.gateway, upstream: true, beaten: false },
      ...{ openRead: false, openSince: desk.state.steps, first: { state: 'none' } },
    });
  });

  it('without a zone counts days as UTC does', () => {
    const desk = new TestDesk();
    desk.news({ type: 'session', session: 's1', clientId: 7, nextOrderId: 1, accounts: [] });
    expect(desk.state.session?.zone).toBe('UTC');
  });

  it('that is lost takes its lists and rounds with it; lost again it says nothing', () => {
    const desk = sent();
    desk.echo();
    desk.feed({ type: 'timer', name: 'round' });
    expect(desk.timers.has('look')).toBe(true);
    desk.news({ type: 'session-lost' });
    expect([...desk.timers.keys()].filter((name) => name === 'look' || name === 'round')).toEqual([]);
    const before = desk.effects.length;
    desk.news({ type: 'session-lost' });
    expect(desk.effects).toHaveLength(before);
  });
});

describe('the connection to IBKR', () => {
  it('that comes back has the lists read before anything leaves; said twice it changes nothing', () => {
    const desk = new TestDesk().ready();
    desk.news({ type: 'upstream', up: true });
    expect(desk.state.session?.backAt).toBeUndefined();
    desk.news({ type: 'upstream', up: false });
    const looks = desk.looks.length;
    desk.news({ type: 'upstream', up: true });
    expect(desk.state.session).toMatchObject({ upstream: true, beaten: false, openRead: false });
    expect(desk.state.session?.backAt).toBe(desk.now.monotonic);
    expect(desk.looks).toHaveLength(looks + 1);
  });

  it('is nothing without a session', () => {
    const desk = new TestDesk();
    desk.news({ type: 'upstream', up: false });
    expect(desk.state.session).toBeUndefined();
  });
});

describe('whose an order is', () => {
  const seenBy = (order: Partial<SeenOrder>) => {
    const desk = sent();
    desk.news({ type: 'open-order', order: { ...strange(), ...desk.seen(first(desk)), ...order } });
    return leg(desk)?.life.seen;
  };
  const other = `irm.other.${ticketName('t1')}.e`;

  it('is said by our reference, under whatever id', () => {
    expect(seenBy({})).toBe(true);
    expect(seenBy({ orderId: 0, clientId: 0 })).toBe(true);
    expect(seenBy({ orderId: 999 })).toBe(true);
  });

  it('is not said by the reference of another relay, or of another ticket', () => {
    expect(seenBy({ orderRef: other, orderId: 9, permId: 8 })).toBe(false);
    expect(seenBy({ orderRef: other })).toBe(false);
    expect(seenBy({ orderRef: 'my own' })).toBe(false);
  });

  it('is said by our id of our client, where no reference is told', () => {
    expect(seenBy({ orderRef: '' })).toBe(true);
    expect(seenBy({ orderRef: '', clientId: 8 })).toBe(false);
    expect(seenBy({ orderRef: '', orderId: 100 })).toBe(false);
  });

  it('is said by IB’s permanent id once that is known, also when another client is named', () => {
    const desk = sent();
    desk.echo();
    desk.news({
      type: 'order-status',
      order: { orderId: 101, clientId: 0, permId: 9_101 },
      status: 'Cancelled',
      ...none,
    });
    expect(desk.report('t1')?.state).toBe('final');
    const renamed = sent();
    renamed.echo();
    renamed.news({
      type: 'order-status',
      order: { orderId: 0, clientId: 0, permId: 9_101 },
      status: 'Cancelled',
      ...none,
    });
    expect(renamed.report('t1')?.state).toBe('final');
    const stranger = sent();
    stranger.echo();
    stranger.news({
      type: 'order-status',
      order: { orderId: 101, clientId: 0, permId: 4 },
      status: 'Cancelled',
      ...none,
    });
    stranger.news({
      type: 'order-status',
      order: { orderId: 0, clientId: 0, permId: 0 },
      status: 'Cancelled',
      ...none,
    });
    expect(stranger.report('t1')?.state).toBe('working');
  });

  it('of a bracket is said leg by leg', () => {
    const desk = sent(bracket);
    const message = desk.placed()[2];
    if (!message) throw new Error('nothing was placed');
    desk.news({ type: 'open-order', order: desk.seen(message) });
    expect([0, 1, 2].map((index) => leg(desk, 't1', index)?.life.seen)).toEqual([false, false, true]);
    desk.news({
      type: 'order-status',
      order: { orderId: 0, clientId: 0, permId: 9_103 },
      status: 'Cancelled',
      ...none,
    });
    expect(leg(desk, 't1', 2)?.life.saysCancelled).toBe(true);
  });

  it('remembers two hundred others under its ids, the latest', () => {
    const desk = sent();
    for (let permId = 1; permId <= 205; permId += 1) {
      desk.news({ type: 'open-order', order: strange({ orderId: 101, orderRef: 'other', permId }) });
      desk.news({ type: 'open-order', order: strange({ orderId: 101, orderRef: 'other', permId }) });
    }
    desk.news({ type: 'open-order', order: strange({ orderId: 101, orderRef: 'other', permId: 0 }) });
    desk.news({ type: 'open-order', order: strange({ orderId: 77, orderRef: 'other', permId: 999 }) });
    expect(desk.state.strangers).toEqual(Array.from({ length: 200 }, (_, index) => index + 6));
  });
});

describe('an order with our reference that the journal does not have', () => {
  const reference = `irm.home.${ticketName('lost')}.e`;

  it.each<[string, (desk: TestDesk) => void, string]>([
    ['open', (desk) => desk.news({ type: 'open-order', order: strange({ orderRef: reference }) }), 'Submitted'],
    [
      'completed',
      (desk) => {
        desk.feed({ type: 'timer', name: 'round' });
        desk.looked({ completed: [strange({ orderRef: reference, status: 'Cancelled' })] });
      },
      'Cancelled',
    ],
    [
      'executed',
      (desk) => {
        const of = sent();
        desk.news({ type: 'execution', execution: execution(of, { orderRef: reference, orderId: 55, permId: 5_555 }) });
      },
      'filled',
    ],
  ])('%s, stops trading, and is unknown until a person has looked', (_, shows, status) => {
    const desk = new TestDesk().ready();
    shows(desk);
    expect(stopped(desk)).toContain(ticketName('lost'));
    expect(stopped(desk)).toContain('does not know');
    expect(desk.report('lost')).toMatchObject({
      state: 'unknown',
      message: `IBKR shows an order of it (5555), which this journal does not have: ${status}.`,
      nextStep: expect.stringContaining('relay resolve'),
    });
    expect(desk.restarted().state.active.get(ticketName('lost'))?.state).toBe('unknown');
  });

  it('and was said not to be placed stops trading with that', () => {
    const desk = new TestDesk().ready();
    desk.settle(['lost']);
    desk.news({ type: 'open-order', order: strange({ orderRef: reference }) });
    expect(stopped(desk)).toContain('appeared after it was reported as not placed');
    expect(desk.report('lost')?.state).toBe('unknown');
  });

  it('of another relay is not ours', () => {
    const desk = new TestDesk().ready();
    desk.news({ type: 'open-order', order: strange({ orderRef: reference.replace('home', 'other') }) });
    desk.news({ type: 'open-order', order: strange({ orderRef: 'mine' }) });
    expect(stopped(desk)).toBe('');
    expect(desk.told).toEqual([]);
  });
});

describe('the end of an order that is not ours', () => {
  it.each<[string, string | undefined]>([
    ['Cancelled', 'cancelled'],
    ['ApiCancelled', 'cancelled'],
    ['Filled', 'filled'],
    ['Submitted', 'asked'],
    ['PendingCancel', 'asked'],
  ])('by status %s answers its cancel: %s', (status, outcome) => {
    const desk = new TestDesk().ready();
    desk.cancel('c1', { kind: 'order', order: { orderId: 55, clientId: 7, permId: 5 } });
    desk.news({ type: 'order-status', order: { orderId: 55, clientId: 7, permId: 5 }, status, ...none });
    expect(desk.told.findLast((body) => body.kind === 'cancel')?.orders).toMatchObject([{ outcome }]);
  });

  it.each([
    [202, 'cancelled'],
    [10148, 'over'],
    [399, 'asked'],
  ])('by code %i answers it: %s', (code, outcome) => {
    const desk = new TestDesk().ready();
    desk.cancel('c1', { kind: 'order', order: { orderId: 55, clientId: 7, permId: 5 } });
    desk.news({ type: 'order-error', orderId: 55, code, text: 'why' });
    expect(desk.told.findLast((body) => body.kind === 'cancel')?.orders).toMatchObject([{ outcome }]);
  });
});

describe('an execution', () => {
  it('is journalled once, and its order seen by it', () => {
    const desk = sent();
    desk.news({ type: 'execution', execution: execution(desk) });
    desk.news({ type: 'execution', execution: execution(desk) });
    expect(desk.journal.filter(({ type }) => type === 'fill')).toEqual([
      { type: 'fill', ticket: ticketName('t1'), leg: 'entry', execution: execution(desk), at: desk.now.wall },
    ]);
    expect(desk.report('t1')).toMatchObject({ state: 'working', legs: [{ filled: '10' }] });
    expect(desk.state.highest.get(7)).toBe(101);
  });

  it('pushes our ids beyond its own', () => {
    const desk = sent();
    desk.news({ type: 'execution', execution: execution(desk, { orderRef: 'x', orderId: 400, permId: 3 }) });
    expect(desk.state.highest.get(7)).toBe(400);
  });

  it.each<[string, Partial<SeenExecution>, boolean]>([
    ['as approved', {}, false],
    ['of an instrument that is not named', { conId: 0 }, false],
    ['of another instrument', { conId: 4 }, true],
    ['of another account', { account: 'DU2' }, true],
    ['of the other side', { side: 'SELL' }, true],
  ])('before any echo, %s, stops trading and cancels: %s', (_, changes, stops) => {
    const desk = sent();
    desk.news({ type: 'execution', execution: execution(desk, changes) });
    expect(stopped(desk)).toBe(
      stops ? `IBKR filled another order than the approved one of ticket ${ticketName('t1')}.` : '',
    );
    expect(desk.cancelled()).toEqual(stops ? [101] : []);
    if (!stops) return;
    expect(desk.report('t1')?.warnings).toEqual([expect.stringContaining('another account, side or instrument')]);
    expect(desk.journal.find(({ type }) => type === 'cancel')).toMatchObject({
      request: `fill-${ticketName('t1')}-entry`,
      by: 'relay: another order',
    });
  });

  it('after the echo, or of a combination’s leg, or of a group’s account, is not compared', () => {
    const desk = sent();
    desk.echo();
    desk.news({ type: 'execution', execution: execution(desk, { side: 'SELL' }) });
    expect(stopped(desk)).toBe('');
    const legs = [
      {
        conId: 1,
        ratio: 1,
        side: 'SELL' as const,
        exchange: 'SMART',
        name: 'A',
        secType: 'OPT',
        symbol: 'A',
        currency: 'USD',
      },
    ];
    const combination = sent({
      ...(plain() as Extract<ReturnType<typeof plain>, { kind: 'place' }>),
      contract: { ...stock, conId: 0, secType: 'BAG', legs },
    });
    combination.news({ type: 'execution', execution: execution(combination, { conId: 1, side: 'SELL' }) });
    expect(stopped(combination)).toBe('');
    const group = sent(plain({ account: undefined, allocation: { group: 'All' } } as object));
    group.news({ type: 'execution', execution: execution(group, { account: 'DU2' }) });
    expect(stopped(group)).toBe('');
  });
});

describe('a commission', () => {
  const charge = (desk: TestDesk, commission = '1') =>
    desk.news({ type: 'commission', execId: 'e.01', commission, currency: 'USD' });

  it('is journalled when it is new or other, and told', () => {
    const desk = sent();
    desk.echo();
    desk.news({ type: 'execution', execution: execution(desk) });
    for (const amount of ['1', '1', '2']) charge(desk, amount);
    const fills = desk.journal.filter((entry) => entry.type === 'fill');
    expect(fills.map(({ commission }) => commission?.commission)).toEqual([undefined, '1', '2']);
    expect(fills[2]).toMatchObject({ ticket: ticketName('t1'), leg: 'entry', at: desk.now.wall });
    expect(desk.report('t1')?.legs).toMatchObject([{ commission: '2' }]);
    expect(desk.state.early).toEqual([]);
  });

  it('is that of the leg whose fill it charges', () => {
    const desk = sent(bracket);
    desk.echo(3);
    desk.news({ type: 'execution', execution: execution(desk, { execId: 'e.01' }) });
    charge(desk);
    const legs = desk.report('t1')?.legs.map(({ commission }) => commission);
    expect(legs).toEqual(['1', undefined, undefined]);
  });
});

describe('orders that are in no list', () => {
  const look = (desk: TestDesk, open: readonly SeenOrder[] = []) => {
    desk.feed({ type: 'timer', name: 'round' });
    desk.looked({ open });
  };
  const { betweenRounds } = waitingTimes;

  it('though they worked are over after thirty seconds, and asked for again meanwhile', () => {
    const desk = sent();
    desk.echo();
    look(desk);
    expect(leg(desk)?.missing).toBe(desk.now.monotonic);
    desk.wait(betweenRounds - 1);
    look(desk);
    expect(desk.report('t1')?.state).toBe('working');
    desk.wait(1);
    look(desk);
    expect(desk.report('t1')?.state).toBe('final');
  });

  it('and come back meanwhile are not missed', () => {
    const desk = sent();
    desk.echo();
    look(desk);
    look(desk, [desk.seen(first(desk))]);
    desk.wait(betweenRounds);
    look(desk);
    expect(desk.report('t1')?.state).toBe('working');
  });

  it('have another look taken by themselves', () => {
    const desk = sent();
    desk.echo();
    look(desk);
    desk.wait(betweenRounds);
    expect(desk.state.look).toBeUndefined();
    desk.wait(1);
    expect(desk.state.look).toBeDefined();
  });

  it('after an answer that may have been their end are over at once', () => {
    const desk = sent();
    desk.echo();
    desk.news({ type: 'order-error', orderId: 101, code: 202, text: 'cancelled' });
    desk.looked();
    expect(desk.report('t1')?.state).toBe('final');
  });

  it('of which nothing was ever seen are not over: they are looked for', () => {
    const desk = sent();
    look(desk);
    expect(leg(desk)).not.toHaveProperty('missing', expect.any(Number));
    expect(leg(desk)?.life.absent).toBe(false);
  });

  it('of a bracket of which one leg was seen are all missed', () => {
    const desk = sent(bracket);
    const [entry] = desk.placed();
    if (!entry) throw new Error('nothing was placed');
    desk.news({ type: 'open-order', order: desk.seen(entry) });
    look(desk, [desk.seen(entry)]);
    expect([0, 1, 2].map((index) => leg(desk, 't1', index)?.missing !== undefined)).toEqual([false, true, true]);
  });
});
