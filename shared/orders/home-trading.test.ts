import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OrderEventBody, TicketReport, TradingStatus } from './frames.ts';
import type { HomeAnswer, HomeTradingEffect, HomeTradingEvent, HomeTradingState, Ticket } from './home-model.ts';
import type { Judge } from './home-tickets.ts';
import { homeStep, nextExpiry, openHomeTrading } from './home-trading.ts';
import type { PreparedOrder } from './preview.ts';
import type { TicketState } from './ticket-states.ts';
import { waitingTimes } from './waiting-times.ts';

const generation = 'a'.repeat(16);
const homeGeneration = 'b'.repeat(16);
const zeros = '0'.repeat(64);
const head = (length: number, of = generation) => ({
  generation: of,
  length,
  hash: length === 0 ? zeros : String(length % 10).repeat(64),
});

const status: TradingStatus = {
  journal: head(0),
  hashVersions: [1],
  policyFields: [],
  policy: 'p1',
  approval: 'none',
  accounts: ['DU1'],
};

const prepared = (hash: string, changes: Partial<PreparedOrder> = {}): PreparedOrder => ({
  order: `{"order":"${hash}"}`,
  hash: `1:${hash}`,
  account: 'DU1',
  facts: { summary: `BUY ${hash}`, details: [], accountKind: 'paper', currency: 'USD', warnings: [] },
  verdicts: [],
  uses: { notional: '100', orders: 1, quantity: '1', loss: '0' },
  measures: {
    secType: 'STK',
    symbol: 'AAPL',
    currency: 'USD',
    side: 'BUY',
    reduces: false,
    short: false,
    uncoveredOption: false,
  },
  policy: 'p1',
  approval: 'none',
  generation,
  gatewayTime: 1_000_000,
  ...changes,
});

/** A cap on the notional of a day, as the real judge has one among others. */
const judge: Judge = ({ maxDayNotional }, by, _measures, uses, used) => [
  {
    rule: 'maxDayNotional',
    by,
    pass: maxDayNotional === undefined || Number(used.notional) + Number(uses.notional) <= maxDayNotional,
    text: `${used.notional} + ${uses.notional}`,
  },
];

const plain = { grant: 'g1', client: 'Claude', canAsk: false };
const asking = { grant: 'g1', client: 'Claude', canAsk: true };

/** An event without its time, which the test's clock gives. */
type Happening = HomeTradingEvent extends infer One ? (One extends unknown ? Omit<One, 'now'> : never) : never;

let state: HomeTradingState;
let now: number;
let effects: HomeTradingEffect[];

function step(event: Happening): HomeTradingEffect[] {
  const result = homeStep(state, { ...event, now } as HomeTradingEvent, judge);
  state = result.state;
  effects.push(...result.effects);
  return [...result.effects];
}

const answerOf = (given: readonly HomeTradingEffect[]): HomeAnswer | undefined =>
  given.find((effect) => effect.type === 'answer')?.answer;
const ticketOf = (given: readonly HomeTradingEffect[]): Ticket => {
  const answer = answerOf(given);
  if (answer?.kind !== 'ticket') throw new Error(JSON.stringify(answer));
  return answer.ticket;
};
const errorOf = (given: readonly HomeTradingEffect[]) => {
  const answer = answerOf(given);
  return answer?.kind === 'refused' ? answer.error.code : undefined;
};
const placed = () =>
  effects.flatMap((effect) =>
    effect.type === 'instruct' && effect.instruction.name === 'order.place' ? [effect.instruction.body] : [],
  );

let made = 0;
function prepare(
  hash: string,
  more: Partial<Extract<HomeTradingEvent, { type: 'prepared' }>> = {},
  changes: Partial<PreparedOrder> = {},
): HomeTradingEffect[] {
  made += 1;
  return step({
    type: 'prepared',
    id: `ticket${String(made).padStart(10, '0')}`,
    nonce: `nonce${made}`,
    device: 'd1',
    tool: 'place',
    asker: plain,
    previewOnly: false,
    online: true,
    argumentsHash: `args ${hash}`,
    prepared: prepared(hash, changes),
    ...more,
  });
}

const agree = () => step({ type: 'instructed', device: 'd1', about: { kind: 'settle' }, outcome: 'accepted' });
const report = (ticket: string, reported: TicketState, revision: number, more: Partial<TicketReport> = {}) =>
  step({
    type: 'told',
    device: 'd1',
    event: {
      journal: head(revision + 1),
      home: homeGeneration,
      body: { kind: 'ticket', ticket, revision, state: reported, legs: [], warnings: [], at: now, ...more },
    },
  });

beforeEach(() => {
  state = openHomeTrading({ home: homeGeneration, relays: [], owners: [], tickets: [], requests: [], policy: {} });
  now = 1_000_000;
  effects = [];
  step({ type: 'opened', device: 'd1', status });
  agree();
});

describe('an order that nobody has to approve', () => {
  it('is consumed, made safe, and sent once', () => {
    const given = prepare('x');
    const { id, state: at } = ticketOf(given);
    expect(at).toBe('submitting');
    expect(given.map(({ type }) => type)).toContain('sync');
    expect(placed()).toEqual([]);
    step({ type: 'synced', ticket: id });
    step({ type: 'synced', ticket: id });
    expect(placed()).toHaveLength(1);
    expect(placed()[0]).toMatchObject({
      ticket: id,
      hash: '1:x',
      journal: head(0),
      home: homeGeneration,
      until: now + 10_000,
    });
  });

  it('answers a repetition with the first outcome, for ten minutes', () => {
    const first = ticketOf(prepare('x'));
    expect(answerOf(prepare('x'))).toMatchObject({ repeated: true, ticket: { id: first.id } });
    report(first.id, 'final', 1, {
      legs: [{ leg: 'entry', orderId: 1, permId: 1, status: 'Filled', filled: '1' }],
    });
    expect(answerOf(prepare('x'))).toMatchObject({ repeated: true, ticket: { state: 'final' } });
    now += waitingTimes.sameOrderWithin;
    expect(ticketOf(prepare('x')).id).not.toBe(first.id);
  });

  it.each(['rejected', 'not_placed'] as const)('may be tried again when it was %s', (end) => {
    const first = ticketOf(prepare('x'));
    report(first.id, end, 1);
    expect(ticketOf(prepare('x')).id).not.toBe(first.id);
  });

  it('may be placed again after it was cancelled without a fill, or with another request id', () => {
    const first = ticketOf(prepare('x'));
    expect(ticketOf(prepare('x', { requestId: 'r2' })).id).not.toBe(first.id);
    report(first.id, 'final', 1, {
      legs: [{ leg: 'entry', orderId: 1, permId: 1, status: 'Cancelled', filled: '0' }],
    });
    expect(ticketOf(prepare('x')).id).not.toBe(first.id);
  });

  it('keeps a request id for one order, whatever became of that', () => {
    const first = ticketOf(prepare('x', { requestId: 'r1' }));
    expect(errorOf(prepare('y', { requestId: 'r1' }))).toBe('conflict');
    report(first.id, 'rejected', 1);
    now += 3 * waitingTimes.sameOrderWithin;
    expect(answerOf(prepare('x', { requestId: 'r1' }))).toMatchObject({
      repeated: true,
      ticket: { state: 'rejected' },
    });
    expect(ticketOf(prepare('y', { requestId: 'r1', asker: { ...plain, grant: 'g2' } })).state).toBe('submitting');
  });

  it('is not consumed while the relay is away, and never waits for it', () => {
    expect(errorOf(prepare('x', { online: false }))).toBe('relay_offline');
    expect([...state.tickets.values()].map((ticket) => ticket.state)).toEqual(['previewed']);
    expect(effects.some(({ type }) => type === 'sync')).toBe(false);
  });

  it('that became safe too late is not placed', () => {
    const { id } = ticketOf(prepare('x'));
    now += waitingTimes.placeWithin;
    step({ type: 'synced', ticket: id });
    expect(placed()).toEqual([]);
    expect(state.tickets.get(id)?.state).toBe('not_placed');
  });
});

describe('the answer to its frame', () => {
  const sent = () => {
    const { id } = ticketOf(prepare('x'));
    step({ type: 'synced', ticket: id });
    return id;
  };
  const answered = (ticket: string, outcome: 'accepted' | 'refused' | 'unsent' | 'unanswered') =>
    step({
      type: 'instructed',
      device: 'd1',
      about: { kind: 'place', ticket },
      outcome,
      ...(outcome === 'accepted' ? {} : { error: { code: 'busy', message: 'no' } }),
    });

  it.each([
    ['accepted', 'submitting'],
    ['unanswered', 'submitting'],
    ['refused', 'not_placed'],
    ['unsent', 'not_placed'],
  ] as const)('%s leaves it %s', (outcome, after) => {
    const id = sent();
    answered(id, outcome);
    expect(state.tickets.get(id)?.state).toBe(after);
  });

  it('counts less than what the relay has told', () => {
    const id = sent();
    report(id, 'working', 1);
    answered(id, 'refused');
    expect(state.tickets.get(id)?.state).toBe('working');
  });

  it('is asked for after every hello until something is told', () => {
    const id = sent();
    answered(id, 'unanswered');
    const asked = step({ type: 'opened', device: 'd1', status });
    expect(asked).toContainEqual(
      expect.objectContaining({
        type: 'instruct',
        instruction: {
          name: 'order.settle',
          body: {
            home: homeGeneration,
            journal: head(0),
            consumed: 1,
            tickets: [{ ticket: id, mintedIn: generation }],
          },
        },
      }),
    );
    report(id, 'not_placed', 1);
    expect(state.tickets.get(id)?.state).toBe('not_placed');
    const again = step({ type: 'opened', device: 'd1', status });
    expect(JSON.stringify(again)).not.toContain(id);
  });
});

describe('reports', () => {
  it('with a lower revision are old, and of another relay are nobody’s', () => {
    const { id } = ticketOf(prepare('x'));
    report(id, 'working', 2);
    report(id, 'submitted', 1);
    step({
      type: 'told',
      device: 'd2',
      event: {
        journal: head(9),
        body: { kind: 'ticket', ticket: id, revision: 9, state: 'final', legs: [], warnings: [], at: 1 },
      },
    });
    expect(state.tickets.get(id)?.state).toBe('working');
  });

  it('carry the journal on, in its generation only', () => {
    report('ticketofnobody00', 'working', 4);
    expect(state.relays.get('d1')?.journal).toEqual(head(5));
    report('ticketofnobody00', 'working', 2);
    expect(state.relays.get('d1')?.journal).toEqual(head(5));
    const notice: OrderEventBody = { journal: head(99, 'c'.repeat(16)), body: { kind: 'notice', text: 'hm', at: 1 } };
    step({ type: 'told', device: 'd1', event: notice });
    expect(state.relays.get('d1')?.journal).toEqual(head(5));
  });
});

describe('what is known of a journal', () => {
  const opened = (length: number) =>
    step({ type: 'opened', device: 'd1', status: { ...status, journal: head(length) } }).flatMap((effect) =>
      effect.type === 'instruct' && effect.instruction.name === 'order.settle' ? [effect.instruction.body] : [],
    );
  const settled = (outcome: 'accepted' | 'refused' | 'unanswered') =>
    step({ type: 'instructed', device: 'd1', about: { kind: 'settle' }, outcome });

  it('goes on with each status, before any event tells of it', () => {
    step({ type: 'status', device: 'd1', status: { ...status, journal: head(3) } });
    prepare('x');
    step({ type: 'synced', ticket: [...state.tickets.keys()][0] ?? '' });
    expect(placed()).toMatchObject([{ journal: head(3), consumed: 1 }]);
    step({ type: 'status', device: 'd1', status: { ...status, journal: head(2) } });
    expect(state.relays.get('d1')?.journal).toEqual(head(3));
  });

  it('is not what a hello says: what was agreed on before has to be held, too, until it is agreed', () => {
    step({ type: 'status', device: 'd1', status: { ...status, journal: head(3) } });
    expect(opened(5)).toMatchObject([{ journal: head(5), agreed: head(3) }]);
    report('ticketofnobody00', 'working', 6);
    settled('unanswered');
    expect(opened(8)).toMatchObject([{ journal: head(8), agreed: head(3) }]);
    settled('refused');
    report('ticketofnobody00', 'working', 9);
    expect(opened(10)).toMatchObject([{ journal: head(10), agreed: head(3) }]);
    settled('accepted');
    expect(opened(10)[0]).not.toHaveProperty('agreed');
  });

  it('is shorter than what was heard when a copy was put back, which the relay then refuses', () => {
    step({ type: 'status', device: 'd1', status: { ...status, journal: head(7) } });
    const [asked] = opened(4);
    expect(asked?.journal).toEqual(head(7));
  });

  it('stays as far as it was when the first pairing is told late', () => {
    step({ type: 'status', device: 'd1', status: { ...status, journal: head(7) } });
    const event = { journal: head(1), body: { kind: 'trust', home: homeGeneration, by: 'pairing', at: 1 } } as const;
    step({ type: 'told', device: 'd1', event });
    expect(state.relays.get('d1')?.journal).toEqual(head(7));
  });

  it('has a count of what was consumed, sent or not, which only grows', () => {
    const [first] = [ticketOf(prepare('x')), ticketOf(prepare('y'))];
    step({ type: 'synced', ticket: first.id });
    expect(placed()).toMatchObject([{ ticket: first.id, consumed: 2 }]);
    prepare('z', { previewOnly: true });
    expect(opened(0)).toMatchObject([{ consumed: 2 }]);
  });
});

describe('a relay', () => {
  it('is sent nothing until it has agreed on this connection', () => {
    step({ type: 'opened', device: 'd1', status });
    expect(errorOf(prepare('x'))).toBe('trading_unavailable');
    agree();
    expect(ticketOf(prepare('x')).state).toBe('submitting');
  });

  it('that does not know the pair is sent nothing until somebody at home trusts it', () => {
    step({ type: 'opened', device: 'd1', status });
    step({
      type: 'instructed',
      device: 'd1',
      about: { kind: 'settle' },
      outcome: 'refused',
      error: { code: 'trading_unavailable', message: 'relay trust' },
    });
    expect(errorOf(prepare('x'))).toBe('trading_unavailable');
    const renewed = 'd'.repeat(16);
    const told = step({
      type: 'told',
      device: 'd1',
      event: { journal: head(7, renewed), body: { kind: 'trust', home: homeGeneration, by: 'owner', at: 1 } },
    });
    expect(told).toContainEqual(expect.objectContaining({ type: 'instruct', about: { kind: 'settle' } }));
    agree();
    expect(ticketOf(prepare('x', {}, { generation: renewed })).state).toBe('submitting');
  });

  it('whose journal was renewed leaves what was under way unknown, and what waited void', () => {
    const under = ticketOf(prepare('x')).id;
    const waiting = ticketOf(prepare('y', { previewOnly: true })).id;
    step({
      type: 'told',
      device: 'd1',
      event: { journal: head(1, 'd'.repeat(16)), body: { kind: 'trust', home: homeGeneration, by: 'owner', at: 1 } },
    });
    expect(state.tickets.get(under)?.state).toBe('unknown');
    expect(state.tickets.get(waiting)?.state).toBe('expired');
  });

  it('whose journal was renewed is asked again for what it had told of, and its next word counts', () => {
    const [works, over] = [ticketOf(prepare('x')).id, ticketOf(prepare('y')).id];
    for (const id of [works, over]) step({ type: 'synced', ticket: id });
    report(works, 'working', 6);
    report(over, 'final', 7);
    const renewed = 'd'.repeat(16);
    const told = step({
      type: 'told',
      device: 'd1',
      event: { journal: head(1, renewed), body: { kind: 'trust', home: homeGeneration, by: 'owner', at: 1 } },
    });
    const asked = told.flatMap((effect) =>
      effect.type === 'instruct' && effect.instruction.name === 'order.settle' ? effect.instruction.body.tickets : [],
    );
    expect(asked.map(({ ticket }) => ticket)).toEqual([works]);
    expect(state.tickets.get(works)?.state).toBe('working');
    report(works, 'unknown', 1);
    expect(state.tickets.get(works)?.state).toBe('unknown');
    report(works, 'resolved_by_person', 2);
    expect(state.tickets.get(works)?.state).toBe('resolved_by_person');
    report(over, 'working', 2);
    expect(state.tickets.get(over)?.state).toBe('final');
  });

  it('that a person trusts tells what it knows before anything is void: a Home that was put back forgot that it sent it', () => {
    const forgotten = ticketOf(prepare('x', { previewOnly: true })).id;
    report(forgotten, 'working', 3);
    step({
      type: 'told',
      device: 'd1',
      event: { journal: head(9, 'd'.repeat(16)), body: { kind: 'trust', home: homeGeneration, by: 'owner', at: 1 } },
    });
    expect(state.tickets.get(forgotten)?.state).toBe('working');
  });

  it('trades the accounts that it announced first', () => {
    step({ type: 'opened', device: 'd2', status: { ...status, accounts: ['DU1', 'DU2'] } });
    step({ type: 'instructed', device: 'd2', about: { kind: 'settle' }, outcome: 'accepted' });
    expect(errorOf(prepare('x', { device: 'd2' }))).toBe('trading_unavailable');
    expect(ticketOf(prepare('y', { device: 'd2' }, { account: 'DU2' })).state).toBe('submitting');
    step({ type: 'removed', device: 'd1' });
    step({ type: 'status', device: 'd2', status: { ...status, accounts: ['DU1', 'DU2'] } });
    expect(ticketOf(prepare('x', { device: 'd2' })).state).toBe('submitting');
  });

  it.each([
    ['stopped', { stopped: { where: 'home', reason: 'enough', since: 1 } }],
    ['blocked', { blocked: 'the gateway is in read-only mode' }],
    ['of another form', { hashVersions: [2] }],
    ['untrusted', { trustNeeded: true }],
  ] as const)('that is %s is sent nothing', (_, change) => {
    step({ type: 'status', device: 'd1', status: { ...status, ...change } as TradingStatus });
    expect(errorOf(prepare('x'))).toBe('trading_unavailable');
  });

  it('that has told of a stop is sent nothing before its status says so', () => {
    const told = (stopped: boolean, where: 'home' | 'dashboard') =>
      step({
        type: 'told',
        device: 'd1',
        event: { journal: head(1), body: { kind: 'stop', stopped, where, reason: 'enough', kept: [], at: 1 } },
      });
    told(true, 'home');
    expect(errorOf(prepare('x'))).toBe('trading_unavailable');
    told(false, 'dashboard');
    expect(errorOf(prepare('x'))).toBe('trading_unavailable');
    told(false, 'home');
    expect(ticketOf(prepare('x')).state).toBe('submitting');
  });

  it('that no longer trades, or never did, is sent nothing', () => {
    step({ type: 'status', device: 'd1', status: undefined });
    expect(errorOf(prepare('x'))).toBe('trading_unavailable');
    expect(errorOf(prepare('x', { device: 'd9' }))).toBe('trading_unavailable');
  });
});

describe('mode ticket', () => {
  beforeEach(() => {
    step({ type: 'status', device: 'd1', status: { ...status, approval: 'ticket' } });
  });
  const confirm = (ticket: string, asker = plain, online = true) =>
    step({ type: 'confirm', ticket, nonce: `again${ticket}`, argumentsHash: 'confirm', asker, online });

  it('waits for another call where no human can be asked', () => {
    const ticket = ticketOf(prepare('x'));
    expect(ticket.state).toBe('awaiting_approval');
    expect(errorOf(confirm(ticket.id, { ...plain, grant: 'other' }))).toBe('ticket_not_found');
    expect(errorOf(confirm(ticket.id, plain, false))).toBe('relay_offline');
    expect(ticketOf(confirm(ticket.id)).state).toBe('submitting');
    expect(answerOf(confirm(ticket.id))).toMatchObject({ repeated: true });
    expect(effects.filter(({ type }) => type === 'sync')).toHaveLength(1);
  });

  it('takes no confirmation after ten minutes, and rings then', () => {
    const ticket = ticketOf(prepare('x'));
    expect(nextExpiry(state)).toBe(now + waitingTimes.confirmWithin);
    now += waitingTimes.confirmWithin;
    expect(ticketOf(confirm(ticket.id)).state).toBe('expired');
    expect(nextExpiry(state)).toBeUndefined();
  });

  it('asks the human of a client that can, whose model cannot confirm by itself', () => {
    const given = prepare('x', { asker: asking });
    const { id, question } = ticketOf(given);
    expect(answerOf(given)).toMatchObject({ ask: true });
    expect(answerOf(confirm(id, asking))).toMatchObject({ ask: true, ticket: { state: 'awaiting_approval' } });
    const answer = (change: object) =>
      step({
        type: 'answered',
        ticket: id,
        nonce: `again${id}`,
        hash: '1:x',
        argumentsHash: 'confirm',
        accepted: true,
        asker: asking,
        online: true,
        ...change,
      });
    expect(errorOf(answer({ nonce: question?.nonce }))).toBe('conflict');
    expect(ticketOf(answer({})).approved).toMatchObject({ person: true, mode: 'ticket' });
    expect(answerOf(answer({}))).toMatchObject({ repeated: true });
    expect(effects.filter(({ type }) => type === 'sync')).toHaveLength(1);
  });

  it.each([
    ['changed arguments', { argumentsHash: 'more' }, 'conflict'],
    ['another order', { hash: '1:y' }, 'conflict'],
    ['another grant', { asker: { ...asking, grant: 'g2' } }, 'ticket_not_found'],
    ['a made-up nonce', { nonce: 'guess' }, 'conflict'],
  ])('takes no answer with %s', (_, change, code) => {
    const { id, question } = ticketOf(prepare('x', { asker: asking }));
    const answer = {
      type: 'answered',
      ticket: id,
      nonce: question?.nonce ?? '',
      hash: '1:x',
      argumentsHash: 'args x',
      accepted: true,
      asker: asking,
      online: true,
    } as const;
    expect(errorOf(step({ ...answer, ...change }))).toBe(code);
    expect(effects.some(({ type }) => type === 'sync')).toBe(false);
    expect(effects).toContainEqual(expect.objectContaining({ type: 'audit' }));
  });

  it('ends with a no', () => {
    const { id, question } = ticketOf(prepare('x', { asker: asking }));
    const given = step({
      type: 'answered',
      ticket: id,
      nonce: question?.nonce ?? '',
      hash: '1:x',
      argumentsHash: 'args x',
      accepted: false,
      asker: asking,
      online: true,
    });
    expect(ticketOf(given).state).toBe('denied');
  });

  it('submits one of two tickets of the same order, where no person said that it is another', () => {
    const first = ticketOf(prepare('x', { requestId: 'r1' }));
    const second = ticketOf(prepare('x', { previewOnly: true }));
    expect(second.id).not.toBe(first.id);
    confirm(first.id);
    expect(answerOf(confirm(second.id))).toMatchObject({ repeated: true, ticket: { id: first.id } });
    expect(effects.filter(({ type }) => type === 'sync')).toHaveLength(1);
  });

  it('keeps one ticket for one order that waits', () => {
    const first = ticketOf(prepare('x', { previewOnly: true }));
    expect(ticketOf(prepare('x')).id).toBe(first.id);
  });
});

describe('policy', () => {
  it('counts what waits and what was placed, and not what came to nothing', () => {
    step({ type: 'policy', policy: { maxDayNotional: 200 }, by: 'owner' });
    const first = ticketOf(prepare('a'));
    ticketOf(prepare('b'));
    expect(ticketOf(prepare('c'))).toMatchObject({ state: 'denied', trouble: { code: 'rejected_by_policy' } });
    report(first.id, 'rejected', 1);
    expect(ticketOf(prepare('d')).state).toBe('submitting');
  });

  const confirmed = (ticket: string) =>
    ticketOf(step({ type: 'confirm', ticket, nonce: 'n', argumentsHash: '', asker: plain, online: true }));

  it('is judged again when a ticket is confirmed', () => {
    step({ type: 'policy', policy: { maxDayNotional: 150 }, by: 'owner' });
    const { id } = ticketOf(prepare('a', { previewOnly: true }));
    expect(ticketOf(prepare('b')).state).toBe('submitting');
    expect(confirmed(id)).toMatchObject({ state: 'denied', trouble: { code: 'rejected_by_policy' } });
  });

  it('that changes ends what waits, says so, and is in the audit as it was and as it is', () => {
    step({ type: 'status', device: 'd1', status: { ...status, approval: 'ticket' } });
    const { id } = ticketOf(prepare('a'));
    step({ type: 'policy', policy: {}, by: 'owner' });
    expect(confirmed(id).state).toBe('submitting');
    const { id: other } = ticketOf(prepare('c'));
    step({ type: 'policy', policy: { maxDayNotional: 500 }, by: 'owner' });
    expect(state.tickets.get(other)?.state).toBe('expired');
    expect(state.tickets.get(id)?.state).toBe('submitting');
    expect(confirmed(other)).toMatchObject({ state: 'expired', trouble: { message: expect.stringMatching(/limits/) } });
    const lines = effects.flatMap((effect) => (effect.type === 'audit' ? [effect.entry] : []));
    expect(lines.filter(({ what }) => what === 'policy')).toMatchObject([
      { by: 'owner', detail: JSON.stringify({ before: {}, after: { maxDayNotional: 500 } }) },
    ]);
  });

  it('that changed at home ends what was previewed under the older one', () => {
    step({ type: 'status', device: 'd1', status: { ...status, approval: 'ticket' } });
    const { id } = ticketOf(prepare('a'));
    step({ type: 'status', device: 'd1', status: { ...status, approval: 'ticket', policy: 'p2' } });
    expect(confirmed(id)).toMatchObject({ state: 'expired', trouble: { message: expect.stringMatching(/at home/) } });
    expect(ticketOf(prepare('b', {}, { policy: 'p2' })).state).toBe('awaiting_approval');
  });

  it('is judged by what the relay has seen last, once somebody confirms', () => {
    step({ type: 'status', device: 'd1', status: { ...status, approval: 'ticket' } });
    step({ type: 'policy', policy: { maxDayNotional: 150 }, by: 'owner' });
    const looked = (notional: string) => ({
      measures: prepared('a').measures,
      uses: { ...prepared('a').uses, notional },
    });
    const confirm = (id: string, notional: string) =>
      ticketOf(
        step({
          type: 'confirm',
          ...{ ticket: id, nonce: 'n', argumentsHash: '', asker: plain, online: true },
          looked: looked(notional),
        }),
      ).state;
    expect(confirm(ticketOf(prepare('a')).id, '151')).toBe('denied');
    expect(confirm(ticketOf(prepare('b')).id, '120')).toBe('submitting');
    // What was seen last is what it counts with.
    expect(ticketOf(prepare('c', {}, { uses: { ...prepared('c').uses, notional: '31' } })).state).toBe('denied');
  });

  it('is judged for every account of a group', () => {
    const judged: string[] = [];
    const noting: Judge = (_policy, by, _measures, _uses, _used, account) => {
      judged.push(account);
      return [{ rule: 'accounts', by, pass: account !== 'DU3', text: account }];
    };
    const group = { ...prepared('g'), members: ['DU2', 'DU3'] };
    const event = { type: 'prepared', id: 'group', nonce: 'n', device: 'd1', tool: 'place', asker: plain } as const;
    const more = { previewOnly: false, online: true, argumentsHash: 'g', prepared: group, now };
    const { effects: given } = homeStep(state, { ...event, ...more }, noting);
    expect(judged).toEqual(['DU2', 'DU3']);
    expect(ticketOf([...given]).state).toBe('denied');
  });

  it('asks for the strictest approval of both, and sends nothing for one that does not exist', () => {
    step({ type: 'policy', policy: { approval: 'human' }, by: 'owner' });
    expect(errorOf(prepare('x'))).toBe('trading_unavailable');
    expect(ticketOf(prepare('y', { previewOnly: true })).state).toBe('previewed');
  });
});

describe('whatever happens in whatever order', () => {
  const ids = fc.constantFrom(0, 1, 2, 3);
  const asker = fc.constantFrom(plain, asking, { ...plain, grant: 'g2' });
  const hash = fc.constantFrom('a', 'b', 'c');
  const actions = fc.oneof(
    fc.record({
      do: fc.constant('prepare' as const),
      hash,
      asker,
      previewOnly: fc.boolean(),
      online: fc.boolean(),
      mode: fc.constantFrom('none' as const, 'ticket' as const),
      requestId: fc.constantFrom(undefined, undefined, 'r1'),
    }),
    fc.record({ do: fc.constant('confirm' as const), which: ids, asker, online: fc.boolean() }),
    fc.record({ do: fc.constant('answer' as const), which: ids, asker, accepted: fc.boolean(), honest: fc.boolean() }),
    fc.record({ do: fc.constant('sync' as const), which: ids }),
    fc.record({
      do: fc.constant('instructed' as const),
      which: ids,
      outcome: fc.constantFrom('accepted' as const, 'refused' as const, 'unsent' as const, 'unanswered' as const),
    }),
    fc.record({
      do: fc.constant('report' as const),
      which: ids,
      revision: fc.integer({ min: 1, max: 6 }),
      state: fc.constantFrom<TicketState>(
        'submitting',
        'submitted',
        'working',
        'final',
        'rejected',
        'not_placed',
        'unknown',
      ),
    }),
    fc.record({ do: fc.constant('open' as const), agree: fc.boolean() }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1_000, 11_000, 700_000) }),
    fc.record({ do: fc.constant('expire' as const) }),
  );

  it('a ticket is consumed once, sent once, as it was approved, and limits hold', () => {
    fc.assert(
      fc.property(fc.array(actions, { maxLength: 60 }), (all) => {
        state = openHomeTrading({
          home: homeGeneration,
          relays: [],
          owners: [],
          tickets: [],
          requests: [],
          policy: { maxDayNotional: 250 },
        });
        effects = [];
        step({ type: 'opened', device: 'd1', status });
        agree();
        for (const one of all) {
          const ticket = [...state.tickets.values()]['which' in one ? one.which : 0];
          const id = ticket?.id ?? 'nobody';
          if (one.do === 'prepare') {
            step({ type: 'status', device: 'd1', status: { ...status, approval: one.mode } });
            const { requestId } = one;
            prepare(one.hash, {
              asker: one.asker,
              previewOnly: one.previewOnly,
              online: one.online,
              ...(requestId === undefined ? {} : { requestId }),
            });
          } else if (one.do === 'confirm') {
            step({
              type: 'confirm',
              ticket: id,
              nonce: `n${id}`,
              argumentsHash: 'confirm',
              asker: one.asker,
              online: one.online,
            });
          } else if (one.do === 'answer') {
            step({
              type: 'answered',
              ticket: id,
              nonce: ticket?.question?.nonce ?? 'none',
              hash: ticket?.prepared.hash ?? '',
              argumentsHash: one.honest ? (ticket?.question?.argumentsHash ?? '') : 'changed',
              accepted: one.accepted,
              asker: one.asker,
              online: true,
            });
          } else if (one.do === 'sync') step({ type: 'synced', ticket: id });
          else if (one.do === 'instructed') {
            step({ type: 'instructed', device: 'd1', about: { kind: 'place', ticket: id }, outcome: one.outcome });
          } else if (one.do === 'report') report(id, one.state, one.revision);
          else if (one.do === 'open') {
            step({ type: 'opened', device: 'd1', status });
            if (one.agree) agree();
          } else if (one.do === 'wait') now += one.ms;
          else step({ type: 'expire' });
          const reserved = [...state.tickets.values()].filter(({ state: at }) =>
            ['awaiting_approval', 'submitting', 'submitted', 'working', 'final', 'unknown'].includes(at),
          );
          // A report against what was known brings back what was given free; nothing of ours does.
          const surprising = effects.some(
            (effect) => effect.type === 'audit' && effect.entry.what === 'report contradicts',
          );
          if (!surprising) expect(reserved.length * 100).toBeLessThanOrEqual(250);
        }
        const synced = effects.flatMap((effect) => (effect.type === 'sync' ? [effect.ticket] : []));
        expect(new Set(synced).size).toBe(synced.length);
        const sent = placed().map(({ ticket }) => ticket);
        expect(new Set(sent).size).toBe(sent.length);
        for (const body of placed()) {
          expect(synced).toContain(body.ticket);
          const ticket = state.tickets.get(body.ticket);
          expect(body.hash).toBe(ticket?.prepared.hash);
          expect(ticket?.approved?.mode).toBe(body.approval.mode);
        }
      }),
      { numRuns: 500 },
    );
  });
});
