import { describe, expect, it } from 'vitest';
import type { PlannedOrder } from '../../shared/orders/order.ts';
import {
  bracket,
  generation,
  limitOrder,
  plain,
  start,
  stock,
  TestDesk,
  ticketName,
} from '../../test/support/trading-desk.ts';
import { mayStillSend } from './gate.ts';

const nothingSent = (desk: TestDesk) => expect(desk.placed()).toEqual([]);

describe('the pair of journal and Home', () => {
  it('is made by the first Home that meets an empty journal, and then holds', () => {
    const desk = new TestDesk().ready();
    desk.settle([]);
    expect(desk.journal).toMatchObject([{ type: 'trusted', by: 'pairing' }]);
    const id = desk.place('t1', plain(), { home: 'dddddddddddddddd' });
    expect(desk.answers.get(id)).toMatchObject({ refused: { nextStep: expect.stringContaining('relay trust') } });
    nothingSent(desk);
  });

  it.each([
    ['another generation', { generation: 'eeeeeeeeeeeeeeee' }],
    ['another hash at that length', { hash: 'f'.repeat(64) }],
    ['more than there is', { length: 99 }],
  ])('does not hold for %s', (_, change) => {
    const desk = new TestDesk().ready();
    desk.settle([]);
    const { journal } = desk.placeBody('t1');
    desk.place('t1', plain(), { journal: { ...journal, ...change } });
    nothingSent(desk);
    expect(desk.journal.at(-1)).toMatchObject({ type: 'refused', ticket: ticketName('t1') });
  });

  it('does not hold for a Home that names less than it acknowledged, as a restored one does', () => {
    const desk = new TestDesk().ready();
    desk.settle([]);
    const { journal: early } = desk.placeBody('t0');
    desk.place('t1');
    desk.echo();
    const head = { generation, length: desk.journal.length, hash: desk.hashAt(desk.journal.length) ?? '' };
    desk.feed({ type: 'acknowledged', head });
    const id = desk.place('t2', plain(), { journal: early });
    expect(desk.answers.get(id)).toHaveProperty('refused');
    expect(desk.placed()).toHaveLength(1);
    desk.place('t3');
    expect(desk.placed()).toHaveLength(2);
  });

  it('does not hold for a Home that has consumed fewer tickets than it once said, also after a start', () => {
    const desk = new TestDesk().ready();
    desk.settle([]);
    desk.place('t1', plain(), { consumed: 3 });
    desk.echo();
    for (const each of [desk, desk.restarted().ready()]) {
      const sent = each.placed().length;
      const id = each.place('t2', plain({ side: 'SELL' }), { consumed: 2 });
      expect(each.answers.get(id)).toMatchObject({ refused: { nextStep: expect.stringContaining('relay trust') } });
      expect(each.placed()).toHaveLength(sent);
    }
    const id = desk.settle(['t3'], { consumed: 2 });
    expect(desk.answers.get(id)).toHaveProperty('refused');
    expect(desk.told).not.toContainEqual(expect.objectContaining({ ticket: ticketName('t3') }));
    desk.place('t4', plain({ side: 'SELL' }), { consumed: 3 });
    expect(desk.placed()).toHaveLength(2);
  });

  it('holds for a Home of a version that does not count', () => {
    const desk = new TestDesk().ready();
    desk.settle([], { consumed: 4 });
    desk.place('t1');
    expect(desk.journal.at(-1)).toMatchObject({ type: 'taken', consumed: 4 });
  });

  it('holds with a journal only that has both the heads that Home names', () => {
    const desk = new TestDesk().ready();
    desk.settle([]);
    desk.place('t1');
    desk.echo();
    const at = (length: number) => ({ generation, length, hash: desk.hashAt(length) ?? '' });
    const asked = (agreed: ReturnType<typeof at>) => desk.answers.get(desk.settle([], { agreed }))?.refused;
    expect(asked(at(2))).toBeUndefined();
    expect(asked({ ...at(2), hash: 'f'.repeat(64) })?.nextStep).toContain('relay trust');
    expect(asked({ ...at(2), generation: 'eeeeeeeeeeeeeeee' })?.nextStep).toContain('relay trust');
    expect(asked({ ...at(2), length: 99 })?.nextStep).toContain('relay trust');
  });

  it('that is in doubt lets nothing be called not placed, and what was under way stays in doubt when a person trusts it', () => {
    const desk = new TestDesk().ready();
    desk.settle([]);
    desk.place('t1');
    desk.news({ type: 'session-lost' });
    desk.settle([], { home: 'dddddddddddddddd' });
    const search = (session: string) => {
      desk.connect(session);
      desk.looked();
      desk.wait(30_001);
      desk.looked();
    };
    search('s2');
    expect(desk.report('t1')).toMatchObject({ state: 'unknown', message: expect.stringContaining('restored') });
    const trusted = { name: 'trust', home: 'dddddddddddddddd', generation: '1234567812345678' } as const;
    desk.feed({ type: 'command', id: 'c', command: trusted });
    search('s3');
    expect(desk.report('t1')).toMatchObject({ state: 'unknown' });
    desk.news({ type: 'session-lost' });
    desk.news({ type: 'port-refused' });
    search('s4');
    expect(desk.report('t1')).toMatchObject({ state: 'not_placed' });
  });

  it('is made anew by a person, after which nothing prepared before leaves, and of what is not known nothing is claimed', () => {
    const desk = new TestDesk().ready();
    desk.settle([]);
    const old = desk.placeBody('t1');
    const { state } = desk;
    desk.feed({
      type: 'command',
      id: 'c',
      command: { name: 'trust', home: 'dddddddddddddddd', generation: '1234567812345678' },
    });
    expect(desk.told.at(-1)).toMatchObject({ kind: 'trust', home: 'dddddddddddddddd' });
    desk.place('t1', plain(), { home: 'dddddddddddddddd', mintedIn: old.mintedIn });
    nothingSent(desk);
    const length = desk.journal.length;
    const journal = { generation: '1234567812345678', length, hash: desk.hashAt(length) ?? '' };
    const tickets = [{ ticket: ticketName('t9'), mintedIn: state.generation }];
    desk.instruct({ name: 'settle', hashThere: journal.hash, settle: { home: 'dddddddddddddddd', journal, tickets } });
    expect(desk.report('t9')).toMatchObject({ state: 'unknown' });
    expect(desk.restarted().state.generation).toBe('1234567812345678');
    const early = { ...journal, length: 1, hash: desk.hashAt(1) ?? '' };
    const id = desk.place('t2', plain(), { home: 'dddddddddddddddd', journal: early });
    expect(desk.answers.get(id)).toHaveProperty('refused');
    desk.place('t3', plain(), { home: 'dddddddddddddddd' });
    expect(desk.placed()).toHaveLength(1);
  });
});

describe('an order of somebody else under an id of ours', () => {
  it('is not taken for ours, though its statuses name no reference', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    const [sent] = desk.placed();
    const order = { orderId: sent?.orderId ?? 0, clientId: 7, permId: 77 };
    const shown = { ...order, account: 'DU1', orderRef: 'irm.home.tlost00000000000.e', status: 'Submitted' };
    desk.news({ type: 'open-order', order: { ...shown, contract: stock, terms: limitOrder } });
    const more = { filled: '100', remaining: '0', averagePrice: '150', whyHeld: '' };
    desk.news({ type: 'order-status', order, status: 'Filled', ...more });
    expect(desk.report('t1')?.state).not.toBe('final');
    expect(desk.state.active.get(ticketName('t1'))?.legs[0]?.life.seen).toBe(false);
    desk.news({ type: 'order-status', order: { ...order, permId: 78 }, status: 'Submitted', ...more, filled: '0' });
    expect(desk.state.active.get(ticketName('t1'))?.legs[0]?.life.seen).toBe(true);
  });
});

describe('a person’s trust', () => {
  it('tells what is known first, for a Home that was put back voids what it takes for waiting', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    const before = desk.told.length;
    const command = { name: 'trust', home: 'dddddddddddddddd', generation: '1234567812345678' } as const;
    desk.feed({ type: 'command', id: 'c', command });
    expect(desk.told.slice(before)).toMatchObject([
      { kind: 'ticket', ticket: ticketName('t1'), state: expect.stringMatching(/submitted|working/) },
      { kind: 'trust' },
    ]);
  });
});

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
    nothingSent(again);
  });

  it('that was asked for before it came is refused for ever', () => {
    const desk = new TestDesk().ready();
    desk.settle(['t1']);
    expect(desk.report('t1')).toMatchObject({ state: 'not_placed' });
    desk.place('t1');
    nothingSent(desk);
    const again = desk.restarted().ready();
    again.place('t1');
    nothingSent(again);
  });
});

describe('what is refused at the gate', () => {
  const refusedBy = (prepare: (desk: TestDesk) => void, order?: PlannedOrder, changes = {}) => {
    const desk = new TestDesk().ready();
    desk.settle([]);
    prepare(desk);
    const id = desk.place('t1', order, changes);
    nothingSent(desk);
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
    nothingSent(judged);
    nothingSent(restarting);
  });

  it('an outbox without room for what will be told', () => {
    const desk = new TestDesk().ready();
    desk.settle([]);
    const place = desk.placeBody('t1');
    desk.instruct({ name: 'place', place, hashThere: place.journal.hash, room: 10 });
    nothingSent(desk);
  });
});

const none = { notional: '0', orders: 0, quantity: '0', loss: '0' };

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
    nothingSent(again);
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

function stopBody(desk: TestDesk) {
  return {
    request: ticketName('stop'),
    stopped: true,
    reason: 'enough',
    by: 'owner',
    cancelOwn: true,
    protect: true,
    everything: false,
    at: desk.now.wall,
  };
}

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
    nothingSent(again);
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

describe('ordinary days', () => {
  const calm = (desk: TestDesk) => {
    expect(desk.state.stops).toEqual({});
    expect(desk.told.filter((body) => body.kind === 'ticket' && body.state === 'unknown')).toEqual([]);
  };

  it('a bracket of last week comes back after the weekend', () => {
    const desk = new TestDesk().ready();
    desk.place('t1', bracket);
    desk.echo(3);
    desk.status(101, 'Filled', { filled: '100' });
    desk.news({ type: 'session-lost' });
    desk.wait(60 * 3_600_000);
    desk.news({ type: 'port-refused' });
    desk.connect('s2', 104);
    desk.looked({
      open: desk
        .placed()
        .slice(1)
        .map((message) => desk.seen(message)),
    });
    desk.wait(60_000);
    desk.status(103, 'Filled', { filled: '100' });
    desk.status(102, 'Cancelled');
    expect(desk.report('t1')).toMatchObject({ state: 'final' });
    calm(desk);
  });

  it('an order of yesterday that is in no list today is over, and its end was not seen', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    desk.news({ type: 'session-lost' });
    desk.wait(16 * 3_600_000);
    desk.connect('s2');
    desk.looked();
    expect(desk.report('t1')).toMatchObject({ state: 'working' });
    desk.wait(30_001);
    desk.looked();
    expect(desk.report('t1')).toMatchObject({ state: 'final', message: expect.stringContaining('no longer') });
    calm(desk);
  });

  it('ids of another program above a billion', () => {
    const desk = new TestDesk().ready();
    desk.connect('s2', 1_000_000_007);
    desk.looked();
    desk.place('t1');
    expect(desk.placed()).toMatchObject([{ orderId: 1 }]);
    calm(desk);
  });
});
