import { describe, expect, it } from 'vitest';
import { errorIn, homeName, journalAt, TestHome, ticketIn, tradingStatus } from '../../test/support/home-desk.ts';
import type { CancelBody, OrderEventBody, StopBody, TradingStatus } from './frames.ts';

const name = (index: number) => `request${String(index).padStart(9, '0')}`;
const cancel = (index = 1): CancelBody => ({ request: name(index), what: { kind: 'own' }, by: 'Claude', at: 1 });
const stop: StopBody = {
  ...{ request: name(1), stopped: true, reason: 'enough', by: 'owner', at: 1 },
  ...{ cancelOwn: true, protect: true, everything: false },
};

type Told = OrderEventBody['body'];
const stopWord = { kind: 'stop', stopped: true, where: 'dashboard', reason: 'enough', kept: [], at: 7 } satisfies Told;

const busy = { code: 'busy', message: 'no room' } as const;

describe('the frame of a ticket', () => {
  it('carries what was approved, and the journal as it was heard last', () => {
    const home = new TestHome().ready();
    home.tell({ kind: 'notice', text: 'hello', at: 1 }, journalAt(4));
    const client = 'c'.repeat(150);
    const id = home.sent('x', { asker: { grant: 'g1', client, canAsk: false } });
    const [frame] = home.instructions('order.place');
    expect(frame).toMatchObject({ device: 'd1', about: { kind: 'place', ticket: id } });
    expect(frame?.instruction.body).toMatchObject({
      ...{ home: homeName, journal: journalAt(4), ticket: id, account: 'DU1', order: '{"order":"x"}', hash: '1:x' },
      ...{ at: home.now, until: home.now + 10_000, policy: 'p1' },
      approval: { mode: 'none', by: client.slice(0, 100), at: home.now },
    });
    expect(home.audit('approved and consumed')).toMatchObject([{ ticket: id, by: client, detail: 'none 1:x' }]);
    expect(home.audit('order.place')).toMatchObject([
      { ticket: id, device: 'd1', grant: 'g1', by: 'home', detail: `1:x journal 4 ${journalAt(4).hash}` },
    ]);
  });

  it('that cannot leave any more did not: too late, or its relay no longer agrees', () => {
    const late = new TestHome().ready();
    const { id } = ticketIn(late.prepare('x'));
    late.now += 10_000;
    late.step({ type: 'synced', ticket: id });
    expect(late.ticket(id)).toMatchObject({ state: 'not_placed', trouble: { code: 'relay_timeout' } });
    expect(late.audit('not placed')).toMatchObject([{ ticket: id, by: 'home' }]);
    const gone = new TestHome().ready();
    const other = ticketIn(gone.prepare('x')).id;
    gone.step({ type: 'opened', device: 'd1', status: tradingStatus });
    gone.step({ type: 'synced', ticket: other });
    expect(gone.ticket(other).trouble?.message).toContain('only just connected');
    expect([...late.instructions('order.place'), ...gone.instructions('order.place')]).toEqual([]);
  });

  it('is not sent for a ticket that nobody knows, that was removed with its relay, or of which was heard', () => {
    const home = new TestHome().ready();
    expect(home.step({ type: 'synced', ticket: 'nobody' })).toEqual([]);
    const { id } = ticketIn(home.prepare('x'));
    home.report(id, 'submitting', 1);
    expect(home.step({ type: 'synced', ticket: id })).toEqual([]);
    const removed = ticketIn(home.prepare('y')).id;
    home.step({ type: 'removed', device: 'd1' });
    home.step({ type: 'synced', ticket: removed });
    expect(home.instructions('order.place')).toEqual([]);
  });

  it.each([
    ['accepted', 'submitting', 'the relay has taken it on'],
    ['unanswered', 'submitting', 'the relay has not answered; it is being found out'],
    ['refused', 'not_placed', 'not placed: no room'],
    ['unsent', 'not_placed', 'not placed: no room'],
  ] as const)('that was %s leaves it %s, and says so', (outcome, state, what) => {
    const home = new TestHome().ready();
    const id = home.sent('x');
    const asked = home.instructions('order.settle').length;
    const error = outcome === 'accepted' ? {} : { error: busy };
    home.step({ type: 'instructed', device: 'd1', about: { kind: 'place', ticket: id }, outcome, ...error });
    expect(home.ticket(id)).toMatchObject({ state });
    expect(home.ticket(id).trouble).toEqual(outcome === 'accepted' ? undefined : busy);
    expect(home.ticket(id).history.at(-1)).toEqual({ at: home.now, what });
    expect(home.audit(`order.place ${outcome}`)).toMatchObject([{ ticket: id, by: 'relay' }]);
    expect(home.instructions('order.settle').length - asked).toBe(outcome === 'unanswered' ? 1 : 0);
  });

  it('that ended without a reason was too late, and one of nobody is not heard', () => {
    const home = new TestHome().ready();
    const id = home.sent('x');
    const about = { kind: 'place', ticket: id } as const;
    home.step({ type: 'instructed', device: 'd1', about, outcome: 'unsent' });
    expect(home.ticket(id).trouble?.code).toBe('relay_timeout');
    expect(home.step({ type: 'instructed', device: 'd1', about, outcome: 'accepted' })).toHaveLength(1);
    expect(home.ticket(id).state).toBe('not_placed');
    const nobody = { ...about, ticket: 'nobody' };
    expect(home.step({ type: 'instructed', device: 'd1', about: nobody, outcome: 'unsent' })).toEqual([]);
  });
});

describe('what a relay reports', () => {
  it('is told in words, with fills and their price', () => {
    const home = new TestHome().ready();
    const id = home.sent('x');
    const leg = { leg: 'entry', orderId: 1, permId: 2, status: 'Filled', filled: '0' } as const;
    home.report(id, 'not_placed', 1, { message: 'out of ids' });
    expect(home.ticket(id).history.at(-1)?.what).toBe('not placed, out of ids');
    const legs = [{ ...leg, filled: '5', averagePrice: '9.5' }, { ...leg, leg: 'stop_loss' } as const];
    home.report(id, 'working', 2, { legs: [...legs, { ...leg, leg: 'take_profit', filled: '1' }] });
    expect(home.ticket(id)).toMatchObject({ state: 'working', report: { revision: 2 } });
    expect(home.ticket(id).history.at(-1)?.what).toBe(
      'against what was known, working, entry filled 5 at 9.5, take_profit filled 1',
    );
    expect(home.audit('report contradicts')).toMatchObject([{ by: 'relay', detail: 'revision 2 working' }]);
    expect(home.audit('report')).toMatchObject([{ ticket: id, detail: 'revision 1 not_placed out of ids' }]);
  });

  it('replaces Home’s own word, and ends what was asked', () => {
    const home = new TestHome().ready();
    const id = home.sent('x');
    const about = { kind: 'place', ticket: id } as const;
    home.step({ type: 'instructed', device: 'd1', about, outcome: 'unanswered', error: busy });
    home.report(id, 'working', 1);
    expect(home.ticket(id)).not.toHaveProperty('trouble');
    expect(home.ticket(id)).not.toHaveProperty('overAt');
    home.now += 5;
    home.report(id, 'final', 2);
    expect(home.ticket(id).overAt).toBe(home.now);
    home.now += 5;
    home.report(id, 'final', 3);
    expect(home.ticket(id).overAt).toBe(home.now - 5);
  });

  it('again, of the time before it was sent, or of another relay’s ticket, changes nothing', () => {
    const home = new TestHome().ready();
    const id = home.sent('x');
    home.report(id, 'working', 2);
    const known = home.ticket(id);
    expect(home.report(id, 'final', 2)).not.toContainEqual(expect.objectContaining({ type: 'changed' }));
    home.report(id, 'submitting', 3);
    expect(home.audit('report ignored')).toMatchObject([{ ticket: id, detail: 'revision 3 submitting' }]);
    const body: Told = { kind: 'ticket', ticket: id, revision: 9, state: 'final', legs: [], warnings: [], at: 1 };
    home.tell(body, journalAt(1), 'd2');
    home.tell({ ...body, ticket: 'nobody' });
    expect(home.audit('report of an unknown ticket')).toMatchObject([
      { device: 'd2', ticket: id, detail: 'revision 9 final' },
      { device: 'd1', ticket: 'nobody' },
    ]);
    expect(home.ticket(id)).toBe(known);
  });

  it('keeps the last twenty notices, and forty lines of a ticket', () => {
    const home = new TestHome().ready();
    const id = home.sent('x');
    for (let index = 1; index <= 45; index += 1) {
      home.tell({ kind: 'notice', text: `notice ${index}`, at: 1 });
      home.report(id, 'working', 2 * index, { message: `${index} ${'y'.repeat(400)}` });
      // The same word once more is no news.
      home.report(id, 'working', 2 * index + 1, { message: `${index} ${'y'.repeat(400)}` });
    }
    const { notices } = home.state.relays.get('d1') ?? { notices: [] };
    expect(notices.map(({ text }) => text)).toEqual(Array.from({ length: 20 }, (_, index) => `notice ${index + 26}`));
    expect(notices[0]?.at).toBe(home.now);
    expect(home.audit('notice')[0]).toMatchObject({ device: 'd1', detail: 'notice 1' });
    expect(home.ticket(id).history).toHaveLength(40);
    expect(home.ticket(id).history.at(-1)?.what).toHaveLength(300);
    expect(new Set(home.ticket(id).history.map(({ what }) => what)).size).toBe(40);
    home.tell({ kind: 'notice', text: 'of a relay that nobody knows', at: 1 }, journalAt(1), 'd9');
    expect(home.state.relays.has('d9')).toBe(false);
  });
});

describe('a cancel and a stop', () => {
  it('are sent at once, also to a relay that has not agreed, and are remembered', () => {
    const home = new TestHome();
    home.step({ type: 'opened', device: 'd1', status: tradingStatus });
    home.step({ type: 'cancel', device: 'd1', cancel: cancel(1) });
    home.step({ type: 'stop', device: 'd1', stop: { ...stop, request: name(2) } });
    const about = (index: number) => ({ device: 'd1', about: { kind: 'request', request: name(index) } });
    expect(home.instructions('order.cancel')).toMatchObject([{ ...about(1), instruction: { body: cancel(1) } }]);
    expect(home.instructions('order.stop')).toMatchObject([
      { ...about(2), instruction: { body: { ...stop, request: name(2) } } },
    ]);
    expect([...home.state.requests.values()]).toEqual([
      { id: name(1), device: 'd1', kind: 'cancel', at: home.now, state: 'sent' },
      { id: name(2), device: 'd1', kind: 'stop', at: home.now, state: 'sent' },
    ]);
    expect(home.audit('order.cancel')).toMatchObject([
      { device: 'd1', by: 'Claude', detail: `${name(1)} {"what":{"kind":"own"}}` },
    ]);
    expect(home.audit('order.stop')[0]?.detail).toContain('"cancelOwn":true');
  });

  it('are remembered a hundred at a time', () => {
    const home = new TestHome().ready();
    for (let index = 1; index <= 102; index += 1) home.step({ type: 'cancel', device: 'd1', cancel: cancel(index) });
    expect([...home.state.requests.keys()]).toEqual(Array.from({ length: 100 }, (_, index) => name(index + 3)));
  });

  it.each([
    ['accepted', 'accepted'],
    ['refused', 'refused'],
    ['unsent', 'refused'],
    ['unanswered', 'unanswered'],
  ] as const)('that was %s is %s, and later news is not taken back by it', (outcome, state) => {
    const home = new TestHome().ready();
    const about = { kind: 'request', request: name(1) } as const;
    const answer = { type: 'instructed', device: 'd1', about, outcome } as const;
    expect(home.step(answer)).toEqual([]);
    home.step({ type: 'cancel', device: 'd1', cancel: cancel() });
    home.step(outcome === 'accepted' ? answer : { ...answer, error: busy });
    const request = home.state.requests.get(name(1));
    expect(request?.state).toBe(state);
    expect(request?.error).toEqual(outcome === 'accepted' ? undefined : busy);
    expect(home.audit(`cancel ${outcome}`)[0]).toMatchObject({
      device: 'd1',
      detail: expect.stringContaining(name(1)),
    });
    home.tell({ kind: 'cancel', request: name(1), orders: [], done: true, at: 1 });
    home.step({ ...answer, outcome: 'unanswered' });
    expect(home.state.requests.get(name(1))?.state).toBe('done');
  });

  it('hear what their own relay tells of them', () => {
    const home = new TestHome().ready();
    home.step({ type: 'cancel', device: 'd1', cancel: cancel() });
    const order = { orderId: 1, clientId: 7, permId: 2 };
    const word: Told = {
      kind: 'cancel',
      request: name(1),
      orders: [{ order, outcome: 'asked' }],
      done: false,
      at: 1,
    };
    home.tell(word);
    expect(home.state.requests.get(name(1))).toMatchObject({ state: 'accepted', told: word });
    home.tell({ ...word, done: true }, journalAt(2));
    expect(home.state.requests.get(name(1))).toMatchObject({ state: 'done', told: { done: true } });
    home.tell({ ...word, orders: [] }, journalAt(3), 'd2');
    home.tell({ ...word, request: name(9) }, journalAt(3));
    expect(home.state.requests.get(name(1))).toMatchObject({ state: 'done', told: { done: true } });
    expect(home.audit('cancel told')[0]).toMatchObject({ device: 'd1', detail: expect.stringContaining('"asked"') });
  });

  it('of a stop: it holds for the next order before the relay’s status says so, and is lifted where it was set', () => {
    const home = new TestHome().ready();
    home.step({ type: 'stop', device: 'd1', stop });
    home.tell({ ...stopWord, request: name(1) });
    expect(home.state.requests.get(name(1))).toMatchObject({ state: 'done', told: { where: 'dashboard' } });
    expect(home.state.relays.get('d1')).toMatchObject({
      stop: { where: 'dashboard' },
      status: { stopped: { where: 'dashboard', reason: 'enough', since: 7 } },
    });
    expect(errorIn(home.prepare('x')).message).toContain('stopped: enough');
    home.tell({ ...stopWord, stopped: false, where: 'home' });
    expect(errorIn(home.prepare('x')).message).toContain('stopped: enough');
    home.tell({ ...stopWord, stopped: false });
    expect(ticketIn(home.prepare('x')).state).toBe('submitting');
    home.tell({ ...stopWord, stopped: false });
    expect(home.state.relays.get('d1')?.status).toEqual(tradingStatus satisfies TradingStatus);
    expect(home.audit('stopped')).toMatchObject([{ device: 'd1', by: 'dashboard', detail: 'enough' }]);
    expect(home.audit('resumed')).toHaveLength(3);
    home.tell(stopWord, journalAt(1), 'd9');
    expect(home.state.relays.has('d9')).toBe(false);
  });
});
