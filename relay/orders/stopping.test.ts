import { describe, expect, it } from 'vitest';
import { bracket, limitOrder, plain, TestDesk, ticketName } from '../../test/support/trading-desk.ts';
import type { TraderCommand } from './model.ts';

const stopOf = (changes: object = {}) => ({
  ...{ request: ticketName('stop'), stopped: true, reason: 'enough', by: 'the owner', at: 0 },
  ...{ cancelOwn: false, protect: true, everything: false },
  ...changes,
});
const stop = (desk: TestDesk, changes: object = {}) => desk.instruct({ name: 'stop', stop: stopOf(changes) });
const stopsTold = (desk: TestDesk) => desk.told.filter((body) => body.kind === 'stop');
const stopsIn = (desk: TestDesk) => desk.journal.filter(({ type }) => type === 'stopped' || type === 'resumed');
const kept = (desk: TestDesk) =>
  stopsTold(desk)
    .at(-1)
    ?.kept.map(({ order }) => order.orderId);

function command(desk: TestDesk, asked: TraderCommand) {
  desk.feed({ type: 'command', id: 'c1', command: asked });
  const { id, ok, text } = desk.replies.at(-1) ?? {};
  expect(id).toBe('c1');
  return { ok, text };
}

/** A bracket of which nothing is filled, with its legs 101 (entry), 102 and 103. */
function withBracket(): TestDesk {
  const desk = new TestDesk().ready();
  desk.place('t1', bracket);
  desk.echo(3);
  return desk;
}

function fill(desk: TestDesk, quantity: string): void {
  const [entry] = desk.placed();
  if (!entry) throw new Error('nothing was placed');
  const fact = { execId: 'e.01', conId: 265_598, combination: false, side: 'BUY' as const, quantity, price: '150' };
  desk.news({ type: 'execution', execution: { ...desk.seen(entry), ...fact, at: desk.now.gateway } });
}

describe('a stop on the dashboard', () => {
  it('is answered, journalled once, and told each time it is asked for', () => {
    const desk = new TestDesk().ready();
    const id = stop(desk);
    expect(desk.answers.get(id)).toEqual({ type: 'answer', id });
    stop(desk, { request: ticketName('again') });
    expect(stopsIn(desk)).toEqual([
      { type: 'stopped', where: 'dashboard', reason: 'enough', by: 'the owner', at: desk.now.wall },
    ]);
    const told = { kind: 'stop', stopped: true, where: 'dashboard', reason: 'enough', kept: [], at: desk.now.gateway };
    expect(stopsTold(desk)).toEqual([
      { ...told, request: ticketName('stop') },
      { ...told, request: ticketName('again') },
    ]);
  });

  it('is lifted there, which is journalled and told; what was not stopped is told so', () => {
    const desk = new TestDesk().ready();
    stop(desk);
    stop(desk, { stopped: false, by: 'x'.repeat(200) });
    expect(stopsIn(desk).at(-1)).toEqual({
      type: 'resumed',
      where: 'dashboard',
      by: 'x'.repeat(100),
      at: desk.now.wall,
    });
    expect(desk.state.stops).toEqual({});
    expect(stopsTold(desk).at(-1)).toMatchObject({ stopped: false, kept: [], request: ticketName('stop') });
    const length = desk.journal.length;
    stop(desk, { stopped: false });
    expect(desk.journal).toHaveLength(length);
    expect(stopsTold(desk)).toHaveLength(3);
  });

  it('names every order that works, and cancels none, unless that is asked for', () => {
    const desk = withBracket();
    desk.status(102, 'Cancelled');
    stop(desk);
    expect(stopsTold(desk).at(-1)?.kept).toEqual([
      { order: { orderId: 101, clientId: 7, permId: 9_101 }, why: 'Nothing was to be cancelled.' },
      { order: { orderId: 103, clientId: 7, permId: 9_103 }, why: 'Nothing was to be cancelled.' },
    ]);
    expect(desk.cancelled()).toEqual([]);
  });
});

describe('a stop that cancels', () => {
  it('takes entry and children while nothing is filled', () => {
    const desk = withBracket();
    stop(desk, { cancelOwn: true });
    expect(desk.cancelled()).toEqual([101, 102, 103]);
    for (const id of [101, 102, 103]) desk.status(id, 'Cancelled');
    expect(kept(desk)).toEqual([]);
  });

  it.each(['whole', 'part'])('keeps what protects a position, and names it: the %s is filled', (how) => {
    const desk = withBracket();
    if (how === 'whole') desk.status(101, 'Filled', { filled: '100' });
    else fill(desk, '1');
    stop(desk, { cancelOwn: true });
    expect(desk.cancelled()).toEqual(how === 'whole' ? [] : [101]);
    if (how === 'part') desk.status(101, 'Cancelled');
    expect(kept(desk)).toEqual([102, 103]);
    expect(stopsTold(desk).at(-1)?.kept[0]?.why).toContain('protects');
  });

  it('takes that as well when it is asked to', () => {
    const desk = withBracket();
    desk.status(101, 'Filled', { filled: '100' });
    stop(desk, { cancelOwn: true, protect: false });
    expect(desk.cancelled()).toEqual([102, 103]);
    for (const id of [102, 103]) desk.status(id, 'Cancelled');
    expect(kept(desk)).toEqual([]);
  });

  it.each([true, false])('cancels everything of everybody when that is ticked, whatever protects: %s', (protect) => {
    const desk = withBracket();
    desk.status(101, 'Filled', { filled: '100' });
    stop(desk, { everything: true, protect, cancelOwn: false });
    expect(desk.sent.at(-1)).toEqual({ type: 'cancel-everything' });
    expect(desk.cancelled()).toEqual([]);
    for (const id of [102, 103]) desk.status(id, 'Cancelled');
    expect(stopsTold(desk)).toMatchObject([{ stopped: true, kept: [] }]);
  });

  it('is told when its own cancels are answered, each under its own request', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    stop(desk, { cancelOwn: true });
    command(desk, { name: 'stop-trading', reason: 'mine', cancelOwn: true, protect: true, everything: false });
    expect(stopsTold(desk)).toEqual([]);
    expect(desk.state.stopReports).toHaveLength(2);
    desk.status(101, 'Cancelled');
    expect(stopsTold(desk).map(({ request }) => request)).toEqual([ticketName('stop'), undefined]);
    expect(desk.state.stopReports).toEqual([]);
  });

  it('says of what it asked without an answer, or could not, that it may still work', () => {
    const desk = withBracket();
    stop(desk, { cancelOwn: true });
    desk.status(101, 'Cancelled');
    desk.news({ type: 'order-error', orderId: 102, code: 161, text: 'not in this state' });
    desk.wait(10_000);
    expect(stopsTold(desk)).toMatchObject([
      {
        kept: [
          { order: { orderId: 102 }, why: 'not in this state' },
          { order: { orderId: 103 }, why: expect.stringContaining('not answered') },
        ],
      },
    ]);
  });
});

describe('the kill file', () => {
  it('stops while it is there, and is told when it goes', () => {
    const desk = withBracket();
    desk.feed({ type: 'kill-file', present: true });
    expect(stopsIn(desk)).toMatchObject([{ type: 'stopped', where: 'kill_file', by: 'kill file' }]);
    expect(desk.cancelled()).toEqual([]);
    desk.feed({ type: 'kill-file', present: false });
    expect(stopsIn(desk).at(-1)).toMatchObject({ type: 'resumed', where: 'kill_file', by: 'kill file' });
    expect(stopsTold(desk).map(({ stopped, kept: still }) => [stopped, still.length])).toEqual([
      [true, 3],
      [false, 0],
    ]);
  });

  it('that was never there changes nothing', () => {
    const desk = new TestDesk().ready();
    desk.feed({ type: 'kill-file', present: false });
    expect(desk.journal).toEqual([]);
    expect(desk.told).toEqual([]);
  });
});

describe('a command at home', () => {
  const mine = { name: 'stop-trading', reason: 'mine', cancelOwn: false, protect: true, everything: false } as const;

  it('stops, and says so', () => {
    const desk = new TestDesk().ready();
    expect(command(desk, mine)).toEqual({ ok: true, text: expect.stringContaining('stopped') });
    expect(stopsIn(desk)).toMatchObject([{ type: 'stopped', where: 'home', reason: 'mine', by: 'home' }]);
    expect(stopsTold(desk)).toMatchObject([{ where: 'home', reason: 'mine' }]);
  });

  it('lifts what was set at home and what the relay set itself, naming both', () => {
    const desk = new TestDesk().ready();
    expect(command(desk, { name: 'resume-trading' })).toEqual({ ok: true, text: 'Trading was not stopped.' });
    expect(desk.told).toEqual([]);
    desk.place('t1');
    desk.echo(1, { account: 'DU9' });
    command(desk, mine);
    const { ok, text } = command(desk, { name: 'resume-trading' });
    expect(ok).toBe(true);
    expect(text).toMatch(/^It was stopped by breaker: .*another order.*; home: mine\. Trading goes on\.$/);
    expect(stopsIn(desk).slice(2)).toMatchObject([
      { type: 'resumed', where: 'breaker', by: 'home' },
      { type: 'resumed', where: 'home', by: 'home' },
    ]);
    expect(desk.state.stops).toEqual({});
    expect(stopsTold(desk).at(-1)).toMatchObject({ stopped: false, reason: 'Trading goes on.', kept: [] });
  });

  it.each<[string, (desk: TestDesk) => void, RegExp]>([
    ['the kill file', (desk) => desk.feed({ type: 'kill-file', present: true }), /remove the kill file/],
    ['the dashboard', (desk) => stop(desk), /on the dashboard/],
  ])('does not lift what was set by %s, and says where that is lifted', (_, set, says) => {
    const desk = new TestDesk().ready();
    command(desk, mine);
    set(desk);
    const { ok, text } = command(desk, { name: 'resume-trading' });
    expect(ok).toBe(false);
    expect(text).toMatch(says);
    expect(text).not.toContain('Trading goes on');
    expect(desk.state.stops.home).toBeUndefined();
    expect(stopsTold(desk).at(-1)).toMatchObject({ stopped: true });
    desk.place('t1');
    expect(desk.placed()).toEqual([]);
  });

  it('says that the gateway was restarted, so that what is unknown is looked for again', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.wait(5_001);
    desk.looked();
    desk.news({ type: 'session-lost' });
    expect(command(desk, { name: 'gateway-restarted' })).toEqual({
      ok: true,
      text: expect.stringContaining('looked for again'),
    });
    expect(desk.journal.at(-1)).toMatchObject({ type: 'doubt', ticket: ticketName('t1'), why: 'restarted' });
    desk.connect('s2');
    desk.looked();
    desk.wait(30_001);
    desk.looked();
    expect(desk.report('t1')).toMatchObject({ state: 'not_placed' });
  });

  it('that trusts says what follows', () => {
    const trusted = { name: 'trust', home: 'd'.repeat(16), generation: '1'.repeat(16) } as const;
    expect(command(new TestDesk().ready(), trusted)).toEqual({
      ok: true,
      text: expect.stringContaining('prepared anew'),
    });
  });
});

describe('a ticket that a person closes', () => {
  const resolve = (desk: TestDesk, ticket: string, placed = false, note = '') =>
    command(desk, { name: 'resolve', ticket: ticketName(ticket), placed, note });
  const unknown = () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.news({ type: 'session-lost' });
    expect(desk.report('t1')?.state).toBe('unknown');
    return desk;
  };

  it.each<[boolean, string, string]>([
    [true, 'in the statement', 'Placed, says a person at home: in the statement'],
    [false, 'in the statement', 'Not placed, says a person at home: in the statement'],
    [true, '', 'Placed, says a person at home'],
  ])('is told with what that person said: %s, “%s”', (placed, note, message) => {
    const desk = unknown();
    expect(resolve(desk, 't1', placed, note)).toEqual({ ok: true, text: expect.stringContaining('closed') });
    expect(desk.report('t1')).toMatchObject({ state: 'resolved_by_person', message });
    expect(desk.report('t1')).not.toHaveProperty('nextStep');
    const closed = { type: 'resolved', ticket: ticketName('t1'), placed, note: message, at: desk.now.wall };
    expect(desk.journal.filter(({ type }) => type === 'resolved')).toEqual([closed]);
  });

  it('keeps no more of a note than may be told', () => {
    const desk = unknown();
    resolve(desk, 't1', true, 'n'.repeat(1_000));
    expect(desk.report('t1')?.message).toHaveLength(600);
  });

  it('has to be there, and unknown', () => {
    const desk = new TestDesk().ready();
    expect(resolve(desk, 't1')).toEqual({ ok: false, text: expect.stringContaining('no such ticket') });
    desk.place('t1', plain({ ...limitOrder }));
    desk.echo();
    const length = desk.journal.length;
    expect(resolve(desk, 't1')).toEqual({ ok: false, text: expect.stringContaining('Its state is working') });
    expect(desk.journal).toHaveLength(length);
  });
});
