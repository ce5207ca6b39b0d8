import { describe, expect, it } from 'vitest';
import type { PlannedOrder } from '../../shared/orders/order.ts';
import { limitOrder, plain, start, stock, stopBody, TestDesk, ticketName } from '../../test/support/trading-desk.ts';
import { mayStillSend } from './gate.ts';

const none = { notional: '0', orders: 0, quantity: '0', loss: '0' };

describe('the same ticket again', () => {
  it('is told its outcome, and never sent twice, also after a start', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    const id = desk.place('t1', plain({ quantity: '999' }), { hash: 'other' });
    expect(desk.answers.get(id)).toEqual({ type: 'answer', id });
    expect(desk.placed()).toHaveLength(1);
    const again = desk.restarted().ready();
    again.place('t1');
    expect(again.placed()).toEqual([]);
  });

  it('that was asked for before it came is refused for ever', () => {
    const desk = new TestDesk().ready();
    desk.settle(['t1']);
    expect(desk.report('t1')).toMatchObject({ state: 'not_placed' });
    desk.place('t1');
    expect(desk.placed()).toEqual([]);
    const again = desk.restarted().ready();
    again.place('t1');
    expect(again.placed()).toEqual([]);
  });
});

describe('what is refused at the gate', () => {
  const refusedBy = (prepare: (desk: TestDesk) => void, order?: PlannedOrder, changes = {}) => {
    const desk = new TestDesk().ready();
    desk.settle([]);
    prepare(desk);
    const id = desk.place('t1', order, changes);
    expect(desk.placed()).toEqual([]);
    expect(desk.journal.at(-1)).toMatchObject({ type: 'refused' });
    return desk.answers.get(id)?.refused?.message ?? '';
  };

  it.each<readonly [string, (desk: TestDesk) => void, string]>([
    ['no gateway', (desk) => desk.news({ type: 'session-lost' }), 'not connected'],
    ['IBKR lost', (desk) => desk.news({ type: 'upstream', up: false }), 'lost its connection'],
    [
      'IBKR just back',
      (desk) => {
        desk.news({ type: 'upstream', up: false });
        desk.news({ type: 'upstream', up: true });
        desk.news({ type: 'heartbeat' });
        desk.looked();
        desk.wait(9_000);
      },
      'only just come back',
    ],
    ['open orders not read', (desk) => desk.connect('s2'), 'come back'],
    [
      'a gateway that has answered, but not told its open orders',
      (desk) => {
        desk.connect('s2');
        desk.news({ type: 'heartbeat' });
      },
      'open orders yet',
    ],
    ['a slept machine', (desk) => desk.setWall(3_000), 'slept'],
    ['the kill file', (desk) => desk.feed({ type: 'kill-file', present: true }), 'Trading is stopped'],
    ['ids that ran out', (desk) => desk.connect('s2', 999_999_998), 'order ids'],
  ])('%s', (_, prepare, said) => {
    const message = refusedBy((desk) => {
      prepare(desk);
      if (said === 'order ids') desk.looked();
    });
    expect(message).toContain(said);
  });

  it('another account than the gateway has, a live one on paper, another than the ticket names', () => {
    expect(refusedBy(() => undefined, plain({ account: 'DU2' }), { account: 'DU2' })).toContain('none of those');
    expect(refusedBy(() => undefined, plain({ account: 'DU2' }))).toContain('another account');
    const live = (desk: TestDesk) => {
      desk.news({ type: 'session', session: 's2', clientId: 7, nextOrderId: 1, accounts: ['U1'] });
      desk.looked();
    };
    expect(refusedBy(live, plain({ account: 'U1' }), { account: 'U1' })).toContain('paper accounts only');
  });

  it('a text that has another hash', () => {
    expect(refusedBy(() => undefined, plain(), { hash: '1:0' })).toContain('hash differs');
  });

  it('what comes too late, in Home’s time by whichever clock says more', () => {
    expect(refusedBy((desk) => desk.wait(11_000), plain(), { at: start, until: start + 10_000 })).toContain('too late');
    const jumped = (desk: TestDesk) => {
      desk.setWall(60_000);
      desk.news({ type: 'heartbeat' });
    };
    expect(refusedBy(jumped, plain(), { at: start, until: start + 10_000 })).toContain('too late');
  });

  it('while orders of another client id are open', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    desk.connect('s2', 100, 8);
    desk.looked();
    const id = desk.place('t2', plain({ side: 'SELL' }));
    expect(desk.answers.get(id)?.refused?.nextStep).toContain('set the client id to 7');
    expect(desk.placed()).toHaveLength(1);
  });

  it('policy at send, and two minutes before the gateway’s own restart', () => {
    const error = { code: 'ib_error' as const, message: 'over the cap' };
    const judged = new TestDesk({ judgeAtSend: () => ({ refused: error, used: none }) }).ready();
    const id = judged.place('t1');
    expect(judged.answers.get(id)?.refused).toEqual(error);
    const restarting = new TestDesk({ nextRestart: () => start + 100_000 }).ready();
    restarting.place('t1');
    expect(judged.placed()).toEqual([]);
    expect(restarting.placed()).toEqual([]);
  });

  it('an outbox without room for what will be told', () => {
    const desk = new TestDesk().ready();
    desk.settle([]);
    const place = desk.placeBody('t1');
    desk.instruct({ name: 'place', place, hashThere: place.journal.hash, room: 10 });
    expect(desk.placed()).toEqual([]);
  });
});

describe('order ids', () => {
  it('are beyond all that the gateway offers, the journal names, and was seen of this client', () => {
    const desk = new TestDesk().ready();
    const strange = { orderId: 500, clientId: 7, permId: 5, account: 'DU1', orderRef: 'x', status: 'Submitted' };
    desk.news({ type: 'open-order', order: { ...strange, contract: stock, terms: limitOrder } });
    desk.news({
      type: 'open-order',
      order: { ...strange, orderId: 900, clientId: 8, contract: stock, terms: limitOrder },
    });
    desk.news({
      type: 'open-order',
      order: { ...strange, orderId: 1_000_000_000, contract: stock, terms: limitOrder },
    });
    desk.place('t1');
    expect(desk.placed().map(({ orderId }) => orderId)).toEqual([501]);
    const again = desk.restarted().ready();
    again.place('t2', plain({ side: 'SELL' }));
    expect(again.placed().map(({ orderId }) => orderId)).toEqual([502]);
  });
});

describe('a list of open orders', () => {
  it('that shows an order as it was before its last message says nothing of it', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    const [message] = desk.placed();
    if (!message) throw new Error('nothing was placed');
    const old = desk.seen(message);
    desk.feed({ type: 'timer', name: 'round' });
    desk.news({ type: 'open-order', order: { ...old, terms: { ...old.terms, limitPrice: '149' } } });
    desk.looked({ open: [old] });
    expect(desk.state.active.get(ticketName('t1'))?.legs[0]?.open?.order.terms.limitPrice).toBe('149');
    desk.feed({ type: 'timer', name: 'round' });
    desk.looked({ open: [old] });
    expect(desk.state.active.get(ticketName('t1'))?.legs[0]?.open?.order.terms.limitPrice).toBe(old.terms.limitPrice);
  });
});

describe('the first order of a session', () => {
  it('goes alone; others wait for its echo', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    const second = desk.place('t2', plain({ limitPrice: '149' }));
    expect(desk.placed()).toHaveLength(1);
    expect(desk.answers.has(second)).toBe(false);
    desk.echo();
    expect(desk.placed()).toHaveLength(2);
    expect(desk.answers.get(second)).toEqual({ type: 'answer', id: second });
  });

  it('that stays without an echo lets none follow, and is unknown', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    const second = desk.place('t2');
    desk.wait(5_000);
    expect(desk.report('t1')).toMatchObject({ state: 'unknown', message: expect.stringContaining('window') });
    desk.wait(6_000);
    expect(desk.answers.get(second)).toHaveProperty('refused');
    expect(desk.placed()).toHaveLength(1);
  });

  it('holds back nothing beyond the connection that it came on', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    const id = desk.place('t2', plain({ side: 'SELL' }));
    desk.feed({ type: 'home', lost: true });
    expect(desk.answers.get(id)).toHaveProperty('refused');
    desk.echo();
    expect(desk.placed()).toHaveLength(1);
  });

  it('holds back no stop: what waits for it is refused at once', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    const second = desk.place('t2');
    desk.instruct({ name: 'stop', stop: { ...stopBody(desk), cancelOwn: false } });
    expect(desk.answers.get(second)).toHaveProperty('refused');
    expect(desk.told.at(-1)).toMatchObject({ kind: 'stop', kept: [{ why: expect.stringContaining('handed over') }] });
  });

  it('is asked for while another waits: that one is refused for good', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    const second = desk.place('t2');
    desk.settle(['t2']);
    expect(desk.answers.get(second)).toHaveProperty('refused');
    expect(desk.report('t2')).toMatchObject({ state: 'not_placed' });
    desk.echo();
    expect(desk.placed()).toHaveLength(1);
  });
});

describe('a write that waits for its place', () => {
  it.each<readonly [string, (desk: TestDesk) => void]>([
    ['time', (desk) => desk.wait(10_001)],
    ['a sleep', (desk) => desk.setWall(3_000)],
    ['another session', (desk) => desk.connect('s2')],
    ['IBKR lost', (desk) => desk.news({ type: 'upstream', up: false })],
    ['a stop', (desk) => desk.feed({ type: 'kill-file', present: true })],
  ])('does not happen after %s; a cancel still does', (_, change) => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    const send = desk.effects.find((effect) => effect.type === 'send');
    if (!send) throw new Error('nothing was sent');
    expect(mayStillSend(desk.state, send, desk.now)).toBe(true);
    const { leave: _leave, ...cancel } = send;
    change(desk);
    expect(mayStillSend(desk.state, send, desk.now)).toBe(false);
    expect(mayStillSend(desk.state, cancel, desk.now)).toBe(desk.state.session?.name === send.session);
  });
});

describe('a write that certainly did not happen', () => {
  it('is not placed', () => {
    const desk = new TestDesk().ready();
    desk.socketWorks = false;
    desk.place('t1');
    expect(desk.report('t1')).toMatchObject({ state: 'not_placed' });
    desk.socketWorks = true;
    desk.place('t2');
    expect(desk.placed()).toHaveLength(1);
  });
});
