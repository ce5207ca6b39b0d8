import { describe, expect, it } from 'vitest';
import { asker, TestHome, ticketIn, tradingStatus } from '../../test/support/home-desk.ts';
import { homeStep } from './home-trading.ts';
import { policyId } from './policy.ts';

const owner = 'owner@example.com';
const setPolicy = (home: TestHome, policy: object, by = owner) => home.step({ type: 'policy', policy, by });
const confirm = (home: TestHome, ticket: string) =>
  home.step({ type: 'confirm', ticket, nonce: 'n', argumentsHash: 'confirm', online: true, asker });
const answered = (effects: ReturnType<TestHome['step']>) => {
  const answer = effects.find((effect) => effect.type === 'answer')?.answer;
  if (!answer) throw new Error('no answer');
  return answer;
};

/** One ticket that is previewed, one that waits for its confirmation, and one that was sent. */
function three() {
  const home = new TestHome().ready({ approval: 'ticket' });
  const previewed = ticketIn(home.prepare('x', { previewOnly: true })).id;
  const waiting = ticketIn(home.prepare('y')).id;
  const sent = ticketIn(home.prepare('z')).id;
  confirm(home, sent);
  const states = () => [previewed, waiting, sent].map((id) => home.ticket(id).state);
  expect(states()).toEqual(['previewed', 'awaiting_approval', 'submitting']);
  return { home, previewed, waiting, sent, states };
}

describe('other limits on the dashboard', () => {
  it('end what was previewed and not consumed, and say why', () => {
    const { home, previewed, waiting, states } = three();
    setPolicy(home, { maxDayOrders: 5 });
    expect(home.state.policy).toEqual({ maxDayOrders: 5 });
    expect(states()).toEqual(['expired', 'expired', 'submitting']);
    for (const id of [previewed, waiting]) {
      expect(home.ticket(id).trouble).toMatchObject({
        code: 'conflict',
        message: expect.stringMatching(/limits on the dashboard.*nothing was sent/),
        nextStep: expect.stringMatching(/Preview it again/),
      });
      expect(home.ticket(id).history.at(-1)?.what).toBe('the limits on the dashboard were changed');
    }
    const detail = 'the limits on the dashboard were changed';
    expect(home.audit('expired')).toMatchObject([
      { ticket: previewed, by: owner, detail },
      { ticket: waiting, by: owner, detail },
    ]);
  });

  it('are written down as they were and as they are', () => {
    const home = new TestHome({ maxDayOrders: 5 }).ready();
    setPolicy(home, { maxDayOrders: 3 });
    const [entry] = home.audit('policy');
    expect(entry).toMatchObject({ by: owner });
    expect(JSON.parse(entry?.detail ?? '')).toEqual({ before: { maxDayOrders: 5 }, after: { maxDayOrders: 3 } });
  });

  it('that are the same, in whatever order, change nothing', () => {
    const { home, states } = three();
    setPolicy(home, { maxDayOrders: 5, noShort: true });
    const waiting = ticketIn(home.prepare('w', { previewOnly: true })).id;
    expect(setPolicy(home, { noShort: true, maxDayOrders: 5 })).toEqual([]);
    expect(states()).toEqual(['expired', 'expired', 'submitting']);
    expect(home.ticket(waiting).state).toBe('previewed');
    expect(home.audit('policy')).toHaveLength(1);
  });

  it('bind what is previewed from then on', () => {
    const home = new TestHome().ready();
    setPolicy(home, { maxDayOrders: 5 });
    const { policy, id } = ticketIn(home.prepare('x', { previewOnly: true }));
    expect(policy).toBe(policyId({ maxDayOrders: 5 }));
    expect(ticketIn(answered(confirm(home, id))).state).toBe('submitting');
  });
});

describe('a confirmation', () => {
  /** A ticket that waits, and what its confirmation comes to once the relay says this of itself. */
  const confirmed = (status: object) => {
    const home = new TestHome().ready({ approval: 'ticket' });
    const { id } = ticketIn(home.prepare('x'));
    home.step({ type: 'status', device: 'd1', status: { ...tradingStatus, approval: 'ticket', ...status } });
    return { home, id, ticket: ticketIn(answered(confirm(home, id))) };
  };

  it('of what was previewed with other limits at home ends it', () => {
    const { home, id, ticket } = confirmed({ policy: 'p2' });
    expect(ticket).toMatchObject({ state: 'expired', trouble: { message: expect.stringMatching(/limits at home/) } });
    expect(home.audit('expired')).toMatchObject([
      { ticket: id, by: 'Claude', detail: expect.stringMatching(/at home/) },
    ]);
    expect(home.effects.some(({ type }) => type === 'sync')).toBe(false);
  });

  it('of what was previewed with those in force consumes it', () => {
    expect(confirmed({ policy: 'p1' }).ticket.state).toBe('submitting');
  });

  it('of what was kept under other limits than those that are kept beside it ends it', () => {
    const home = new TestHome().ready({ approval: 'ticket' });
    const { id } = ticketIn(home.prepare('x'));
    const kept = { ...home.state, policy: { noShort: true } };
    const event = { type: 'confirm', ticket: id, nonce: 'n', argumentsHash: 'confirm', online: true, asker } as const;
    const { state, effects } = homeStep(kept, { ...event, now: home.now }, () => []);
    expect(effects.some(({ type }) => type === 'sync')).toBe(false);
    expect(state.tickets.get(id)).toMatchObject({
      state: 'expired',
      trouble: { message: expect.stringMatching(/limits on the dashboard/) },
    });
  });
});
