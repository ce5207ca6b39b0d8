import { describe, expect, it } from 'vitest';
import { generation, limitOrder, plain, stock, TestDesk, ticketName } from '../../test/support/trading-desk.ts';

describe('the pair of journal and Home', () => {
  it('is made by the first Home that meets an empty journal, and then holds', () => {
    const desk = new TestDesk().ready();
    desk.settle([]);
    expect(desk.journal).toMatchObject([{ type: 'trusted', by: 'pairing' }]);
    const id = desk.place('t1', plain(), { home: 'dddddddddddddddd' });
    expect(desk.answers.get(id)).toMatchObject({ refused: { nextStep: expect.stringContaining('relay trust') } });
    expect(desk.placed()).toEqual([]);
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
    expect(desk.placed()).toEqual([]);
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
    expect(desk.placed()).toEqual([]);
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
