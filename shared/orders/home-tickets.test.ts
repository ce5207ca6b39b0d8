import { describe, expect, it } from 'vitest';
import { asker, errorIn, TestHome, ticketIn, tradingStatus } from '../../test/support/home-desk.ts';
import type { HomeAnswer, HomeTradingEffect } from './home-model.ts';
import { waitingTimes } from './waiting-times.ts';

const human = { ...asker, canAsk: true };
const answerOf = (effects: readonly HomeTradingEffect[]): HomeAnswer => {
  const answer = effects.find((effect) => effect.type === 'answer');
  if (!answer) throw new Error('no answer');
  return answer.answer;
};
const withdraw = (home: TestHome, ticket: string) => answerOf(home.step({ type: 'withdraw', ticket, by: 'the owner' }));

/** A ticket that waits for the answer of a human, and that answer. */
function asked() {
  const home = new TestHome().ready({ approval: 'ticket' });
  const { id } = ticketIn(home.prepare('x', { asker: human }));
  const answer = (changes: object = {}) => {
    const nonce = home.state.tickets.get(id)?.question?.nonce ?? 'nonce1';
    const { grant, client } = human;
    return answerOf(
      home.step({
        ...{ type: 'answered', ticket: id, nonce, hash: '1:x', argumentsHash: 'args x', accepted: true, online: true },
        ...{ asker: { grant, client, canAsk: true }, ...changes },
      }),
    );
  };
  return { home, id, answer };
}

describe('a ticket that is taken back', () => {
  it('before it was consumed is denied, and says by whom', () => {
    const home = new TestHome().ready();
    const { id } = ticketIn(home.prepare('x', { previewOnly: true }));
    expect(ticketIn(withdraw(home, id))).toMatchObject({ id, state: 'denied' });
    expect(home.ticket(id).history.at(-1)?.what).toBe('taken back by the owner');
    expect(home.audit('withdrawn')).toMatchObject([{ ticket: id, by: 'the owner' }]);
    expect(withdraw(home, id)).toMatchObject({ repeated: true, ticket: { state: 'denied' } });
  });

  it('after it was consumed goes on, and one of nobody is not found', () => {
    const home = new TestHome().ready();
    const id = home.sent('x');
    expect(withdraw(home, id)).toMatchObject({ repeated: true, ticket: { id, state: 'submitting' } });
    expect(errorIn(withdraw(home, 'nobody')).code).toBe('ticket_not_found');
  });
});

describe('a ticket that is made', () => {
  it('keeps the user’s reference and request id, and says what was prepared', () => {
    const home = new TestHome().ready();
    const ticket = ticketIn(home.prepare('x', { reference: 'my plan', requestId: 'r1', previewOnly: true }));
    expect(ticket).toMatchObject({ reference: 'my plan', requestId: 'r1', state: 'previewed' });
    expect(ticket.history).toEqual([{ at: home.now, what: 'previewed' }]);
    expect(home.audit('prepared')).toMatchObject([{ ticket: ticket.id, by: 'Claude', detail: 'BUY x' }]);
    expect(ticketIn(home.prepare('y'))).not.toHaveProperty('reference');
    expect(ticketIn(home.prepare('y'))).not.toHaveProperty('requestId');
  });

  it('for a relay that cannot be sent it is a preview at most, which says why', () => {
    const home = new TestHome();
    home.step({ type: 'opened', device: 'd1', status: tradingStatus });
    const preview = ticketIn(home.prepare('x', { previewOnly: true }));
    expect(preview).toMatchObject({ state: 'previewed', trouble: { code: 'trading_unavailable' } });
    expect(errorIn(home.prepare('x')).code).toBe('trading_unavailable');
    expect(home.audit('refused')).toMatchObject([{ device: 'd1', grant: 'g1', by: 'Claude' }]);
    expect(home.audit('refused')[0]?.detail).toContain('only just connected');
  });

  it('is one of fifty that wait at most, unless it is one of them', () => {
    const home = new TestHome().ready();
    for (let index = 0; index < 50; index += 1) home.prepare(`x${index}`, { previewOnly: true });
    expect(errorIn(home.prepare('more')).code).toBe('busy');
    expect(ticketIn(home.prepare('x7')).state).toBe('submitting');
    expect(ticketIn(home.prepare('more')).state).toBe('submitting');
  });

  it('of an exercise is never sent without another call', () => {
    const home = new TestHome().ready();
    expect(ticketIn(home.prepare('x', { tool: 'exercise' })).state).toBe('awaiting_approval');
    expect(ticketIn(home.prepare('y', { tool: 'close' })).state).toBe('submitting');
  });

  it('expires after ten minutes, whether or not somebody asks', () => {
    const home = new TestHome().ready();
    const early = ticketIn(home.prepare('x', { previewOnly: true })).id;
    home.now += 1;
    const late = ticketIn(home.prepare('y', { previewOnly: true })).id;
    const sent = home.sent('z');
    home.now += waitingTimes.confirmWithin - 1;
    home.step({ type: 'expire' });
    expect([early, late, sent].map((id) => home.ticket(id).state)).toEqual(['expired', 'previewed', 'submitting']);
    expect(home.audit('expired')).toMatchObject([{ ticket: early, by: 'home' }]);
    home.now += 40 * 86_400_000;
    home.step({ type: 'expire' });
    expect([...home.state.tickets.keys()]).toEqual([late, sent]);
  });
});

describe('the answer of a human', () => {
  it('submits what was asked about, as approved by that person', () => {
    const { id, home, answer } = asked();
    expect(ticketIn(answer())).toMatchObject({ state: 'submitting', approved: { person: true, mode: 'ticket' } });
    expect(home.ticket(id)).not.toHaveProperty('question');
    expect(home.audit('approved and consumed')).toMatchObject([{ by: 'the person who uses Claude' }]);
  });

  it.each<[string, object, string]>([
    ['another question', { nonce: 'made up' }, 'not the question that was asked last'],
    ['changed arguments', { argumentsHash: 'other' }, 'the arguments were changed'],
    ['another order', { hash: '1:y' }, 'the arguments were changed'],
  ])('to %s counts for nothing, and is written down', (_, changes, detail) => {
    const { id, home, answer } = asked();
    expect(errorIn(answer(changes)).code).toBe('conflict');
    expect(home.audit('answer refused')).toMatchObject([{ ticket: id, by: 'Claude', detail }]);
    expect(home.ticket(id).state).toBe('awaiting_approval');
  });

  it('that is no is a no', () => {
    const { id, home, answer } = asked();
    expect(ticketIn(answer({ accepted: false })).state).toBe('denied');
    expect(home.audit('denied')).toMatchObject([{ ticket: id, by: 'the person who uses Claude' }]);
  });

  it('comes to nothing when the relay cannot be sent it now, or another approval is asked for; the question is gone', () => {
    for (const change of [{ blocked: 'read-only' }, { approval: 'human' } as const]) {
      const { id, home, answer } = asked();
      home.step({ type: 'status', device: 'd1', status: { ...tradingStatus, approval: 'ticket', ...change } });
      errorIn(answer());
      expect(home.ticket(id).state).toBe('awaiting_approval');
      expect(home.ticket(id)).not.toHaveProperty('question');
      expect(errorIn(answer({ nonce: 'nonce1' })).code).toBe('conflict');
    }
  });

  it('is asked for anew by each call of the asker', () => {
    const { id, home } = asked();
    const confirm = { type: 'confirm', ticket: id, nonce: 'second', argumentsHash: 'confirm', online: true } as const;
    expect(answerOf(home.step({ ...confirm, asker: human }))).toMatchObject({ ask: true, repeated: false });
    expect(home.ticket(id).question).toEqual({ nonce: 'second', argumentsHash: 'confirm' });
    expect(home.audit('asked')).toHaveLength(2);
  });
});
