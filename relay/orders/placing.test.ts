import { describe, expect, it } from 'vitest';
import type { PlannedOrder } from '../../shared/orders/order.ts';
import { waitingTimes } from '../../shared/orders/waiting-times.ts';
import { bracket, limitOrder, plain, start, stock, TestDesk, ticketName } from '../../test/support/trading-desk.ts';
import type { SendFacts } from './model.ts';

const sell = (price: number | string) => plain({ side: 'SELL', limitPrice: `${price}` });
const exercise: PlannedOrder = {
  ...{ version: 1, kind: 'exercise', contract: { ...stock, secType: 'OPT' }, account: 'DU1' },
  ...{ action: 'exercise', quantity: '2', override: false },
};
const uses = { notional: '7', orders: 1, quantity: '3', loss: '0' };
const facts = (more: Partial<SendFacts> = {}): SendFacts => ({
  at: start,
  measures: {
    ...{ secType: 'STK', symbol: 'AAPL', currency: 'USD', side: 'BUY', quantity: 100 },
    ...{ reduces: false, short: false, uncoveredOption: false, regularHours: true },
  },
  uses,
  ...more,
});
const withFacts = (desk: TestDesk, ticket: string, order: PlannedOrder, found: SendFacts) => {
  const place = desk.placeBody(ticket, order);
  const hashThere = desk.hashAt(place.journal.length) ?? '';
  return desk.instruct({ name: 'place', place, hashThere, room: 1_000, facts: found });
};
const taken = (desk: TestDesk) => desk.journal.filter((entry) => entry.type === 'taken');
const refused = (desk: TestDesk, id: string) => desk.answers.get(id)?.refused;

/** The first order of a session is under way, and these wait for its echo. */
function waiting(count: number): { readonly desk: TestDesk; readonly ids: string[] } {
  const desk = new TestDesk().ready();
  desk.place('t0');
  const ids = Array.from({ length: count }, (_, index) => desk.place(`w${index}x`, sell(200 + index)));
  expect(desk.placed()).toHaveLength(1);
  return { desk, ids };
}

describe('what is journalled of an order before its first byte leaves', () => {
  it('is all that must be known after a start', () => {
    const desk = new TestDesk({ judgeAtSend: () => ({ used: uses }) }).ready();
    withFacts(desk, 't1', bracket, facts({ rates: { EUR: '1.2' } }));
    const text = JSON.stringify(bracket);
    expect(taken(desk)).toEqual([
      {
        ...{ type: 'taken', ticket: ticketName('t1'), hash: `1:${text.length}:${text.slice(0, 40)}`, order: text },
        orderIds: [
          ['entry', 101],
          ['take_profit', 102],
          ['stop_loss', 103],
        ],
        ...{ account: 'DU1', clientId: 7, session: 's1', at: start, gatewayAt: start, used: uses },
        ...{ approval: { mode: 'none', by: 'test', at: start }, rates: { EUR: '1.2' }, regularHours: true },
      },
    ]);
  });

  it('names neither hours nor rates nor a count that nobody has told', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    const [entry] = taken(desk);
    for (const field of ['regularHours', 'rates', 'consumed']) expect(entry).not.toHaveProperty(field);
    desk.settle(['t2']);
    expect(desk.journal.at(-2)).toMatchObject({ type: 'refused' });
    expect(desk.journal.at(-2)).not.toHaveProperty('consumed');
  });
});

describe('what is sent', () => {
  it('of an exercise is its terms under an id of its own, beside which others may leave', () => {
    const desk = new TestDesk().ready();
    desk.place('x1', exercise);
    expect(desk.sent).toEqual([{ type: 'exercise', requestId: 101, exercise }]);
    desk.place('t1');
    expect(desk.placed()).toMatchObject([{ orderId: 102 }]);
  });

  it('names a group with the ticket in it, and none where none was asked for', () => {
    const desk = new TestDesk().ready();
    desk.place('t1', plain({ oca: { group: 'mine', type: 1 } }));
    expect(desk.placed()).toMatchObject([{ ocaGroup: `irm.${ticketName('t1')}.mine` }]);
    desk.echo();
    desk.place('t2', sell(200));
    expect(desk.placed()[1]).not.toHaveProperty('ocaGroup');
  });

  it('names the group of the ticket that it joins', () => {
    const desk = new TestDesk().ready();
    desk.place('t1', plain({ oca: { group: 'mine', type: 1 } }));
    desk.echo();
    desk.place('t2', plain({ side: 'SELL', oca: { group: ticketName('t1'), type: 1 } }));
    expect(desk.placed()[1]).toMatchObject({ ocaGroup: `irm.${ticketName('t1')}.mine` });
  });

  it('says until when it may leave, on every clock', () => {
    const desk = new TestDesk().ready();
    desk.place('t1', plain(), { until: start + 4_000 });
    const send = desk.effects.find((effect) => effect.type === 'send');
    const { monotonic, wall } = desk.now;
    expect(send?.leave).toMatchObject({ monotonic: monotonic + 4_000, wall: wall + 4_000 });
    expect(send?.session).toBe('s1');
  });
});

describe('a change', () => {
  const changeOf = (orderId: number, before: typeof limitOrder, entry: object): PlannedOrder => ({
    ...{ version: 1, kind: 'modify', contract: stock, target: { orderId, clientId: 7, permId: 9_000 + orderId } },
    ...{ before, entry: { ...before, ...entry } },
  });
  const { takeProfit } = bracket as Extract<PlannedOrder, { kind: 'place' }>;
  if (!takeProfit) throw new Error('no take profit');

  it('of a child names its parent while that lives, and none when it is done', () => {
    const desk = new TestDesk().ready();
    desk.place('t1', bracket);
    desk.echo(3);
    desk.place('m1', changeOf(102, takeProfit, { limitPrice: '161' }));
    expect(desk.placed().at(-1)).toMatchObject({ orderId: 102, parentId: 101, transmit: true });
    desk.echo();
    desk.status(101, 'Filled', { filled: '100' });
    desk.place('m2', changeOf(102, { ...takeProfit, limitPrice: '161' }, { limitPrice: '162' }));
    expect(desk.placed().at(-1)).toMatchObject({ orderId: 102, parentId: 0, transmit: true });
    expect(taken(desk).at(-1)).toMatchObject({ orderIds: [['entry', 102]] });
  });

  it('is sent with the contract as the gateway shows it, and without the group that it gave', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    const shown = { ...stock, exchange: 'NASDAQ' };
    desk.echo(1, { contract: shown });
    desk.place('m1', changeOf(101, limitOrder, { limitPrice: '151', oca: { group: '900', type: 3 } }));
    const message = desk.placed().at(-1);
    expect(message?.contract).toEqual(shown);
    expect(message?.terms).toEqual({ ...limitOrder, limitPrice: '151' });
    expect(message).not.toHaveProperty('ocaGroup');
  });

  it('does not wait for the first order of a session, nor do others for it', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    desk.news({ type: 'session-lost' });
    desk.connect('s2');
    const [message] = desk.placed();
    if (!message) throw new Error('nothing was placed');
    desk.looked({ open: [desk.seen(message)] });
    desk.news({ type: 'heartbeat' });
    desk.place('m1', changeOf(101, limitOrder, { limitPrice: '151' }));
    expect(desk.state.session?.first).toEqual({ state: 'none' });
    desk.place('t2', sell(200));
    expect(desk.placed()).toHaveLength(3);
  });
});

describe('what waits for the first order of a session', () => {
  it('goes in its order as soon as that is shown, each once, with what was found out about it', () => {
    const judged: unknown[] = [];
    const desk = new TestDesk({
      judgeAtSend: ({ facts: found }) => {
        judged.push(found?.uses);
        return { used: uses };
      },
    }).ready();
    desk.place('t0');
    const ids = [withFacts(desk, 'w0', sell(200), facts()), desk.place('w1', sell(201))];
    const again = desk.place('w0', sell(200));
    expect(desk.answers.get(again)).toEqual({ type: 'answer', id: again });
    expect(desk.state.queue).toHaveLength(2);
    judged.length = 0;
    desk.echo();
    expect(desk.placed().map(({ terms }) => terms.limitPrice)).toEqual(['150', '200', '201']);
    expect(judged).toEqual([uses, undefined]);
    for (const id of ids) expect(refused(desk, id)).toBeUndefined();
    expect(desk.timers.has('queue')).toBe(false);
  });

  it('is sixteen at most', () => {
    const { desk, ids } = waiting(17);
    expect(ids.map((id) => refused(desk, id)?.code)).toEqual([
      ...Array.from({ length: 16 }, () => undefined),
      'gateway_timeout',
    ]);
    expect(refused(desk, ids[16] ?? '')).toMatchObject({ message: expect.stringContaining('window'), sent: false });
  });

  it('is nothing once the first one is silent', () => {
    const { desk } = waiting(0);
    desk.wait(waitingTimes.silentAfterWrite);
    const id = desk.place('w1', sell(200));
    expect(refused(desk, id)).toMatchObject({ code: 'gateway_timeout', nextStep: expect.stringContaining('screen') });
  });

  it('is refused when its own time is over, not a moment earlier, and the next one has its own', () => {
    const desk = new TestDesk().ready();
    desk.place('t0');
    const first = desk.place('w0', sell(200), { until: start + 2_000 });
    const second = desk.place('w1', sell(201), { until: start + 4_000 });
    desk.wait(2_000);
    desk.feed({ type: 'timer', name: 'queue' });
    expect(refused(desk, first)).toBeUndefined();
    desk.wait(1);
    expect(refused(desk, first)).toMatchObject({ code: 'relay_timeout', message: expect.stringContaining('too late') });
    expect(desk.answers.has(second)).toBe(false);
    desk.wait(1_999);
    expect(desk.answers.has(second)).toBe(false);
    desk.wait(1);
    expect(refused(desk, second)?.code).toBe('relay_timeout');
    expect(desk.timers.has('queue')).toBe(false);
    expect(desk.placed()).toHaveLength(1);
  });

  it('goes with the connection, and its timer with it', () => {
    const { desk, ids } = waiting(2);
    expect(desk.timers.has('queue')).toBe(true);
    desk.news({ type: 'session-lost' });
    expect(ids.map((id) => refused(desk, id)?.code)).toEqual(['gateway_disconnected', 'gateway_disconnected']);
    expect(desk.timers.has('queue')).toBe(false);
  });

  it('and is asked for goes alone; the others wait on', () => {
    const { desk, ids } = waiting(2);
    desk.settle(['w0x']);
    expect(ids.map((id) => refused(desk, id)?.code)).toEqual(['relay_timeout', undefined]);
    expect(desk.state.queue).toHaveLength(1);
    expect(desk.timers.has('queue')).toBe(true);
    desk.echo();
    expect(desk.placed()).toHaveLength(2);
  });
});

describe('a write', () => {
  it('that certainly did not happen is not placed, with the reason, and what waited goes', () => {
    const { desk, ids } = waiting(1);
    const { batch } = desk.effects.find((effect) => effect.type === 'send') ?? {};
    const other = new TestDesk().ready();
    other.socketWorks = false;
    other.place('t1');
    expect(other.report('t1')).toMatchObject({
      state: 'not_placed',
      message: 'It did not leave in time.',
      nextStep: expect.stringContaining('Nothing was sent'),
    });
    expect(other.state.session?.first).toEqual({ state: 'none' });
    expect(batch).toBe(1);
    // The word that it was handed over came before: another one about the same write says nothing.
    desk.feed({ type: 'sent', batch: 1, handedOver: false });
    expect(desk.report('t0')).toBeUndefined();
    expect(desk.answers.has(ids[0] ?? '')).toBe(false);
  });

  /** The socket says what became of a write after something else was heard. */
  const late = (between: (desk: TestDesk) => void, why?: string) => {
    const desk = new TestDesk().ready();
    let held = false;
    desk.survives = () => {
      if (held || desk.effects.at(-1)?.type !== 'answer') return true;
      held = true;
      return false;
    };
    desk.place('t1', bracket);
    expect(desk.timers.has(`silent:${ticketName('t1')}`)).toBe(true);
    between(desk);
    desk.feed({ type: 'sent', batch: 1, handedOver: false, ...(why === undefined ? {} : { why }) });
    return desk;
  };

  it('is told with the reason of the socket', () => {
    const desk = late(() => undefined, 'The buffer was full.');
    expect(desk.report('t1')?.message).toBe('The buffer was full.');
    expect(desk.timers.has(`silent:${ticketName('t1')}`)).toBe(false);
  });

  it('that the gateway has shown did happen, whatever the socket says', () => {
    const desk = late((one) => {
      const order = { orderId: 101, clientId: 7, permId: 9_101 };
      const more = { filled: '0', remaining: '100', averagePrice: '0', whyHeld: '' };
      one.news({ type: 'order-status', order, status: 'Submitted', ...more });
    });
    expect(desk.report('t1')?.state).toBe('working');
  });

  it('lets what waits for it go when it did not happen', () => {
    const desk = late((one) => {
      one.place('w1', sell(200));
      expect(one.placed()).toEqual([]);
    });
    expect(desk.report('t1')?.state).toBe('not_placed');
    expect(desk.placed()).toMatchObject([{ terms: { limitPrice: '200' } }]);
    expect(desk.state.session?.first).toEqual({ state: 'alone', ticket: ticketName('w1') });
  });

  it('of another order lets nothing go', () => {
    const { desk, ids } = waiting(1);
    desk.feed({ type: 'sent', batch: 99, handedOver: false });
    expect(desk.answers.has(ids[0] ?? '')).toBe(false);
    expect(desk.state.session?.first).toEqual({ state: 'alone', ticket: ticketName('t0') });
  });
});

describe('the same ticket', () => {
  it('again is answered, and told what is known', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    const told = desk.told.length;
    const id = desk.place('t1');
    expect(desk.answers.get(id)).toEqual({ type: 'answer', id });
    expect(desk.told.slice(told)).toMatchObject([{ ticket: ticketName('t1'), state: 'working' }]);
  });
});

describe('clocks that differ', () => {
  const warned = (apart: number, ms: number) => {
    const desk = new TestDesk().ready();
    desk.now = { ...desk.now, gateway: desk.now.gateway + apart };
    desk.news({ type: 'heartbeat' });
    desk.wait(ms);
    desk.feed({ type: 'home', time: desk.now.wall });
    desk.news({ type: 'heartbeat' });
    desk.place('t1');
    desk.echo();
    return desk.report('t1')?.warnings;
  };
  const { skew, skewFor } = waitingTimes;

  it('for more than a minute are a warning on paper', () => {
    expect(warned(skew + 1, skewFor + 1)).toEqual([expect.stringContaining('ten seconds')]);
    expect(warned(skew + 1, skewFor)).toEqual([]);
    expect(warned(0, skewFor + 1)).toEqual([]);
  });
});
