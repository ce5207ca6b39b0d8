import { describe, expect, it } from 'vitest';
import type { PlannedOrder } from '../../shared/orders/order.ts';
import { waitingTimes } from '../../shared/orders/waiting-times.ts';
import { bracket, limitOrder, plain, stock, TestDesk, ticketName } from '../../test/support/trading-desk.ts';

const { betweenRounds, silentAfterWrite, reconcileWithin } = waitingTimes;
const exercise: PlannedOrder = {
  ...{ version: 1, kind: 'exercise', contract: { ...stock, secType: 'OPT' }, account: 'DU1' },
  ...{ action: 'exercise', quantity: '2', override: false },
};
const doubts = (desk: TestDesk, ticket = 't1') =>
  desk.journal.flatMap((entry) =>
    entry.type === 'doubt' && entry.ticket === ticketName(ticket) ? [{ why: entry.why, at: entry.at }] : [],
  );
const hunt = (desk: TestDesk, ticket = 't1') => desk.state.active.get(ticketName(ticket))?.hunt;
const error = (desk: TestDesk, orderId: number, code: number) =>
  desk.news({ type: 'order-error', orderId, code, text: 'why' });
const listAsked = (desk: TestDesk) => desk.state.look !== undefined;

function sent(order: PlannedOrder = plain()): TestDesk {
  const desk = new TestDesk().ready();
  desk.place('t1', order);
  return desk;
}

/** The connection broke before anything of it was seen. */
function broken(order?: PlannedOrder): TestDesk {
  const desk = sent(order);
  desk.news({ type: 'session-lost' });
  return desk;
}

/** A round: the lists are read, and show nothing. */
function round(desk: TestDesk, after = 0): void {
  desk.wait(after);
  if (listAsked(desk)) desk.looked();
}

function rounds(desk: TestDesk, session = 's2'): TestDesk {
  desk.connect(session);
  round(desk);
  round(desk, betweenRounds + 1);
  return desk;
}

describe('a write that is not answered', () => {
  it('is unknown after some seconds, with a word about the window at home, and the lists are read', () => {
    const desk = sent();
    desk.wait(silentAfterWrite - 1);
    expect(desk.report('t1')).toBeUndefined();
    desk.wait(1);
    expect(desk.report('t1')).toMatchObject({
      state: 'unknown',
      message: expect.stringContaining('window'),
      nextStep: expect.stringContaining('screen'),
    });
    expect(listAsked(desk)).toBe(true);
    expect(doubts(desk)).toEqual([]);
    desk.looked();
    expect(doubts(desk)).toEqual([{ why: 'silent', at: desk.now.wall }]);
    desk.wait(betweenRounds + 1);
    desk.looked();
    expect(doubts(desk)).toHaveLength(1);
  });

  it('has two rounds on the living connection before that is ended on purpose, once', () => {
    const desk = sent();
    desk.wait(silentAfterWrite);
    desk.looked();
    expect(desk.reconnects).toBe(0);
    desk.wait(betweenRounds);
    expect(listAsked(desk)).toBe(false);
    desk.wait(1);
    desk.looked();
    expect(desk.reconnects).toBe(1);
    expect(hunt(desk)?.over).toBe(true);
    desk.feed({ type: 'timer', name: 'round' });
    desk.looked();
    desk.wait(betweenRounds + 1);
    round(desk);
    expect(desk.reconnects).toBe(1);
    expect(listAsked(desk)).toBe(false);
  });

  it('counts no second round before its time, whoever reads the lists', () => {
    const desk = sent();
    desk.wait(silentAfterWrite);
    desk.looked();
    desk.wait(betweenRounds - 1);
    desk.feed({ type: 'timer', name: 'round' });
    desk.looked();
    expect(hunt(desk)?.rounds).toBe(1);
    expect(desk.reconnects).toBe(0);
    desk.wait(1);
    desk.feed({ type: 'timer', name: 'round' });
    desk.looked();
    expect(hunt(desk)?.rounds).toBe(2);
    expect(desk.reconnects).toBe(1);
  });

  it('ends one connection for all that are silent at once', () => {
    const desk = sent(exercise);
    desk.place('t2', plain());
    desk.wait(silentAfterWrite);
    round(desk);
    round(desk, betweenRounds + 1);
    expect(desk.reconnects).toBe(1);
  });

  it('and was refused by a code is looked for, not feared', () => {
    const desk = sent(bracket);
    error(desk, 102, 110);
    desk.looked();
    const looks = desk.looks.length;
    desk.wait(silentAfterWrite);
    expect(desk.report('t1')?.state).not.toBe('unknown');
    expect(hunt(desk)).toBeUndefined();
    expect(desk.looks.length).toBeGreaterThan(looks);
  });

  it('says nothing of what was seen, of another session, or of a ticket that nobody knows', () => {
    const desk = sent();
    desk.echo();
    desk.feed({ type: 'timer', name: `silent:${ticketName('t1')}` });
    desk.feed({ type: 'timer', name: 'silent:nobody' });
    expect(hunt(desk)).toBeUndefined();
    const other = broken();
    other.connect('s2');
    const before = hunt(other);
    other.feed({ type: 'timer', name: `silent:${ticketName('t1')}` });
    expect(hunt(other)).toBe(before);
    expect(other.told.filter(({ kind }) => kind === 'ticket')).toHaveLength(1);
  });
});

describe('a connection that broke after a write', () => {
  it('leaves it unknown, and is looked for on the next one', () => {
    const desk = broken();
    expect(desk.report('t1')).toMatchObject({
      state: 'unknown',
      message: expect.stringContaining('being looked for'),
      nextStep: expect.stringContaining('get_order_status'),
    });
    expect(listAsked(desk)).toBe(false);
    desk.connect('s2');
    expect(listAsked(desk)).toBe(true);
    round(desk);
    expect(desk.report('t1')?.state).toBe('unknown');
    round(desk, betweenRounds + 1);
    expect(desk.report('t1')).toMatchObject({
      state: 'not_placed',
      message: expect.stringContaining('does not have it'),
      nextStep: expect.stringContaining('Preview it again'),
    });
    expect(hunt(desk)).toBeUndefined();
    expect(doubts(desk)).toEqual([]);
  });

  it('tells nothing of what was seen before', () => {
    const desk = sent();
    desk.echo();
    const told = desk.told.length;
    desk.news({ type: 'session-lost' });
    expect(desk.told).toHaveLength(told);
    expect(hunt(desk)).toBeUndefined();
  });

  it('begins the rounds anew with each connection', () => {
    const desk = broken();
    desk.connect('s2');
    round(desk);
    desk.news({ type: 'session-lost' });
    desk.wait(betweenRounds + 1);
    desk.connect('s3');
    expect(hunt(desk)?.rounds).toBe(0);
    round(desk);
    expect(desk.report('t1')?.state).toBe('unknown');
    round(desk, betweenRounds + 1);
    expect(desk.report('t1')?.state).toBe('not_placed');
  });

  it('counts no list that was asked for before it was looked for', () => {
    const desk = sent();
    desk.feed({ type: 'timer', name: 'round' });
    desk.wait(silentAfterWrite);
    desk.looked();
    expect(hunt(desk)?.rounds).toBe(0);
    expect(doubts(desk)).toEqual([]);
    expect(listAsked(desk)).toBe(true);
    desk.looked();
    expect(hunt(desk)?.rounds).toBe(1);
  });

  it('of two tickets is looked for in the same rounds, until the last is known', () => {
    const desk = sent();
    desk.echo();
    desk.place('t2', plain({ side: 'SELL' }));
    desk.place('t3', plain({ side: 'SELL', limitPrice: '200' }));
    desk.news({ type: 'session-lost' });
    rounds(desk);
    expect([desk.report('t2')?.state, desk.report('t3')?.state]).toEqual(['not_placed', 'not_placed']);
    desk.wait(betweenRounds + 1);
    const [first] = desk.placed();
    if (!first) throw new Error('nothing was placed');
    expect(desk.timers.has('round')).toBe(listAsked(desk));
  });
});

describe('nothing found proves nothing', () => {
  it.each<[string, (desk: TestDesk) => void, RegExp]>([
    ['under another client id', (desk) => desk.connect('s2', 100, 8), /client id 7.*connected with 8/],
    [
      'on another day',
      (desk) => {
        desk.wait(24 * 3_600_000);
        desk.connect('s2');
      },
      /another day/,
    ],
  ])('%s, so that a person has to look', (_, reconnect, says) => {
    const desk = broken();
    reconnect(desk);
    round(desk);
    round(desk, betweenRounds + 1);
    expect(desk.report('t1')).toMatchObject({
      state: 'unknown',
      message: expect.stringMatching(says),
      nextStep: expect.stringContaining('relay resolve'),
    });
    expect(hunt(desk)?.over).toBe(true);
    desk.wait(10 * betweenRounds);
    expect(listAsked(desk)).toBe(false);
  });

  it('when IBKR was lost since the write, until the gateway was restarted', () => {
    const desk = sent();
    desk.news({ type: 'upstream', up: false });
    expect(doubts(desk)).toEqual([{ why: 'upstream', at: desk.now.wall }]);
    desk.news({ type: 'upstream', up: true });
    desk.news({ type: 'upstream', up: false });
    expect(doubts(desk)).toHaveLength(1);
    desk.news({ type: 'session-lost' });
    rounds(desk);
    expect(desk.report('t1')).toMatchObject({ state: 'unknown', message: expect.stringContaining('lost IBKR') });
  });

  it('says nothing of the upstream about what was seen, or was lost after a restart', () => {
    const desk = sent();
    desk.echo();
    desk.news({ type: 'upstream', up: false });
    expect(doubts(desk)).toEqual([]);
    const other = broken();
    other.news({ type: 'port-refused' });
    other.connect('s2');
    other.news({ type: 'upstream', up: false });
    expect(doubts(other).map(({ why }) => why)).toEqual(['restarted']);
  });

  it('while a window may hold it, until the gateway was restarted', () => {
    const desk = sent();
    desk.wait(silentAfterWrite);
    round(desk);
    round(desk, betweenRounds + 1);
    desk.news({ type: 'session-lost' });
    rounds(desk);
    expect(desk.report('t1')).toMatchObject({ state: 'unknown', message: expect.stringContaining('window') });
    desk.news({ type: 'session-lost' });
    desk.news({ type: 'port-refused' });
    expect(hunt(desk)).toMatchObject({ over: false, rounds: 0 });
    desk.news({ type: 'port-refused' });
    expect(doubts(desk).map(({ why }) => why)).toEqual(['silent', 'restarted']);
    rounds(desk, 's3');
    expect(desk.report('t1')?.state).toBe('not_placed');
  });

  it('a restart is noted only of what is looked for, and was sent in an earlier session', () => {
    const desk = sent();
    desk.echo();
    desk.place('t2', plain({ side: 'SELL' }));
    desk.news({ type: 'port-refused' });
    expect(doubts(desk, 't2')).toEqual([]);
    desk.wait(silentAfterWrite);
    desk.news({ type: 'port-refused' });
    expect([...doubts(desk), ...doubts(desk, 't2')]).toEqual([]);
  });
});

describe('an exercise', () => {
  it('that is not answered is left to a person at once', () => {
    for (const desk of [sent(exercise), broken(exercise)]) {
      desk.wait(silentAfterWrite);
      expect(desk.report('t1')).toMatchObject({
        state: 'unknown',
        message: expect.stringContaining('exercise'),
        nextStep: expect.stringContaining('relay resolve'),
      });
      expect(hunt(desk)).toBeUndefined();
      const told = desk.told.length;
      desk.news({ type: 'session-lost' });
      desk.connect('s2');
      round(desk);
      round(desk, betweenRounds + 1);
      expect(desk.told).toHaveLength(told);
    }
  });
});

describe('a bracket whose connection broke', () => {
  const cancelsAsked = (desk: TestDesk) => desk.journal.filter((entry) => entry.type === 'cancel');

  it('has its ids cancelled once on the next connection, in the name of the relay', () => {
    const desk = broken(bracket);
    desk.connect('s2');
    round(desk);
    expect(desk.cancelled()).toEqual([101, 102, 103]);
    expect(cancelsAsked(desk)).toMatchObject([
      {
        request: `broken-${ticketName('t1')}`,
        what: { kind: 'ticket', ticket: ticketName('t1') },
        by: 'relay: broken placing',
      },
    ]);
    expect(hunt(desk)?.cancels).toEqual({ 101: 'asked', 102: 'asked', 103: 'asked' });
    round(desk, betweenRounds + 1);
    expect(cancelsAsked(desk)).toHaveLength(1);
  });

  it('keeps the answers over a further break', () => {
    const desk = broken(bracket);
    desk.connect('s2');
    round(desk);
    for (const id of [101, 102, 103]) error(desk, id, 10147);
    desk.news({ type: 'session-lost' });
    desk.connect('s3');
    expect(hunt(desk)?.cancels).toEqual({ 101: 'not found', 102: 'not found', 103: 'not found' });
    round(desk);
    round(desk, betweenRounds + 1);
    expect(desk.report('t1')?.state).toBe('not_placed');
    expect(cancelsAsked(desk)).toHaveLength(1);
  });

  it('under another client id has nothing cancelled, which would be another order there', () => {
    const desk = broken(bracket);
    desk.connect('s2', 100, 8);
    round(desk);
    expect(desk.cancelled()).toEqual([]);
    expect(hunt(desk)?.cancels).toBeUndefined();
  });

  it('of one order alone is not cancelled: it is in the lists or it is not', () => {
    const desk = broken();
    desk.connect('s2');
    round(desk);
    expect(desk.cancelled()).toEqual([]);
  });

  it('whose gateway was restarted needs no answers: what it had not passed on is gone', () => {
    const desk = broken(bracket);
    desk.news({ type: 'port-refused' });
    rounds(desk);
    expect(desk.cancelled()).toEqual([]);
    expect(desk.report('t1')?.state).toBe('not_placed');
  });

  it.each<[number, 'asked' | 'not found' | 'ended']>([
    [10147, 'not found'],
    [135, 'not found'],
    [202, 'ended'],
    [10148, 'ended'],
    [161, 'asked'],
    [399, 'asked'],
  ])('takes code %i to its cancel for “%s”', (code, answer) => {
    const desk = broken(bracket);
    desk.connect('s2');
    round(desk);
    error(desk, 101, code);
    expect(hunt(desk)?.cancels).toEqual({ 101: answer, 102: 'asked', 103: 'asked' });
  });

  it('is unknown when one of its cancels was answered otherwise, or not within ninety seconds', () => {
    const desk = broken(bracket);
    desk.connect('s2');
    round(desk);
    error(desk, 101, 10148);
    error(desk, 102, 10147);
    const told = desk.told.length;
    round(desk);
    round(desk, betweenRounds + 1);
    expect(desk.told).toHaveLength(told);
    expect(hunt(desk)?.over).toBe(false);
    desk.wait(reconcileWithin - betweenRounds - 2);
    round(desk);
    expect(hunt(desk)?.over).toBe(false);
    desk.wait(1);
    desk.feed({ type: 'timer', name: 'round' });
    round(desk);
    expect(hunt(desk)?.over).toBe(true);
    expect(desk.report('t1')).toMatchObject({
      state: 'unknown',
      message: expect.stringContaining('not every cancel'),
      nextStep: expect.stringContaining('relay resolve'),
    });
    // The last answer opens the search again.
    error(desk, 103, 10147);
    expect(hunt(desk)?.over).toBe(false);
    expect(listAsked(desk)).toBe(true);
  });
});

describe('a change', () => {
  const change: PlannedOrder = {
    ...{ version: 1, kind: 'modify', contract: stock, target: { orderId: 101, clientId: 7, permId: 9_101 } },
    ...{ before: limitOrder, entry: { ...limitOrder, limitPrice: '151' } },
  };
  const changing = () => {
    const desk = sent();
    desk.echo();
    desk.place('m1', change);
    return desk;
  };

  it('that IB has, and shows later, is not looked for when the connection breaks', () => {
    const desk = changing();
    const [first] = desk.placed();
    if (!first) throw new Error('nothing was placed');
    desk.news({ type: 'open-order', order: desk.seen(first) });
    expect(desk.report('m1')?.state).toBe('submitted');
    desk.news({ type: 'session-lost' });
    expect(desk.report('m1')?.state).toBe('submitted');
    expect(hunt(desk, 'm1')).toBeUndefined();
  });

  it('that nobody saw is, and the order that it changes is not', () => {
    const desk = changing();
    desk.news({ type: 'session-lost' });
    expect(desk.report('m1')?.state).toBe('unknown');
    expect(hunt(desk, 'm1')).toBeDefined();
    expect(desk.report('t1')?.state).toBe('working');
    expect(hunt(desk)).toBeUndefined();
  });

  it('that is not answered is silent like a new order', () => {
    const desk = changing();
    desk.wait(silentAfterWrite);
    expect(desk.report('m1')).toMatchObject({ state: 'unknown', message: expect.stringContaining('window') });
  });
});
