import { describe, expect, it } from 'vitest';
import { generation, homeOfTests, TestDesk, ticketName } from '../../test/support/trading-desk.ts';

const otherHome = 'd'.repeat(16);

/** A Home asks for a ticket that never came. */
function asked(desk: TestDesk, changes: Parameters<TestDesk['settle']>[1] = {}) {
  const id = desk.settle(['x1'], changes);
  return { refused: desk.answers.get(id)?.refused, answered: desk.answers.has(id) };
}

/** A journal that has lost its first entry, which says whom it trusts. */
function withoutTrust(live: (desk: TestDesk) => void): TestDesk {
  const desk = new TestDesk().ready();
  desk.settle([]);
  live(desk);
  return desk.restarted({}, desk.journal.slice(1)).ready();
}

describe('a journal that trusts nobody yet', () => {
  it('is paired with the first Home, which is told so', () => {
    const desk = new TestDesk().ready();
    expect(asked(desk)).toEqual({ answered: true, refused: undefined });
    const told = desk.told.find(({ kind }) => kind === 'trust');
    expect(told).toEqual({ kind: 'trust', home: homeOfTests, by: 'the first pairing', at: desk.now.gateway });
    expect(desk.report('x1')).toMatchObject({ state: 'not_placed' });
  });

  it.each([
    ['another generation', { generation: 'e'.repeat(16), length: 0, hash: '0'.repeat(64) }],
    ['another hash', { generation, length: 0, hash: 'f'.repeat(64) }],
  ])('is not paired with a Home that names %s', (_, journal) => {
    const desk = new TestDesk().ready();
    const { refused } = asked(desk, { journal });
    expect(refused).toMatchObject({ code: 'relay_interrupted', sent: false });
    expect(refused?.message).toContain('another server or another life');
    expect(desk.told).toEqual([]);
    expect(desk.journal).toEqual([]);
  });

  it('is not paired once it knows of an order, open or ended', () => {
    const open = withoutTrust((desk) => {
      desk.place('t1');
      desk.echo();
    });
    expect(asked(open).refused).toBeDefined();
    const ended = withoutTrust((desk) => desk.settle(['t1']));
    expect(asked(ended).refused).toBeDefined();
    for (const desk of [open, ended]) expect(desk.report('x1')).toBeUndefined();
  });
});

describe('a journal that trusts a Home', () => {
  const paired = () => {
    const desk = new TestDesk().ready();
    desk.settle([]);
    return desk;
  };

  it('refuses another one as a whole, and says that one of the two was replaced where it is its own', () => {
    const desk = paired();
    const other = asked(desk, { home: otherHome });
    expect(other.refused?.message).toContain('another server or another life');
    expect(desk.state.presented).toBe(otherHome);
    const own = asked(desk, { journal: { generation, length: 1, hash: 'f'.repeat(64) } });
    expect(own.refused).toMatchObject({ code: 'relay_interrupted', sent: false });
    expect(own.refused?.message).toContain('restored or replaced');
    expect(desk.report('x1')).toBeUndefined();
    expect(asked(desk).refused).toBeUndefined();
    expect(desk.state.presented).toBeUndefined();
  });

  it('claims nothing of a ticket of another generation, and leaves it to a person', () => {
    const desk = paired();
    desk.settle([], { tickets: [{ ticket: ticketName('x1'), mintedIn: 'e'.repeat(16) }] });
    const { at } = desk.report('x1') ?? {};
    expect(desk.report('x1')).toMatchObject({ state: 'unknown', legs: [], warnings: [] });
    expect(desk.report('x1')?.nextStep).toContain('relay resolve');
    expect(at).toBe(desk.now.gateway);
    expect(desk.journal.at(-1)).toMatchObject({
      ...{ type: 'outcome', ticket: ticketName('x1'), at: desk.now.wall },
      report: { state: 'unknown', legs: [], warnings: [], at },
    });
    expect(desk.restarted().ready().state.active.has(ticketName('x1'))).toBe(true);
  });

  it('tells again what it told of a ticket that it knows, and changes nothing', () => {
    const desk = paired();
    desk.place('t1');
    desk.echo();
    const [length, before] = [desk.journal.length, desk.told.length];
    desk.settle(['t1']);
    expect(desk.journal).toHaveLength(length);
    expect(desk.told.length).toBeGreaterThan(before);
    expect(desk.report('t1')).toMatchObject({ state: 'working' });
  });

  it('says who trusted a new pair', () => {
    const desk = paired();
    const command = { name: 'trust', home: otherHome, generation: '1234567812345678' } as const;
    desk.feed({ type: 'command', id: 'c', command });
    expect(desk.told.at(-1)).toMatchObject({ kind: 'trust', home: otherHome, by: 'a person at home' });
  });
});
