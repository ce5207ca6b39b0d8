import { describe, expect, it } from 'vitest';
import type { OrderTerms, PlannedOrder } from '../../shared/orders/order.ts';
import { waitingTimes } from '../../shared/orders/waiting-times.ts';
import { bracket, limitOrder, plain, stock, TestDesk, ticketName } from '../../test/support/trading-desk.ts';
import type { SendFacts } from './model.ts';

/** Says whether an order left, or with which code and words it was refused. */
function outcome(desk: TestDesk, order: PlannedOrder = plain(), changes: object = {}, ticket = 'x1') {
  const before = desk.sent.length;
  const { refused } = desk.answers.get(desk.place(ticket, order, changes)) ?? {};
  expect(desk.sent.length > before, 'refused or sent').toBe(refused === undefined);
  expect(refused?.sent ?? false).toBe(false);
  return refused ? `${refused.code}: ${refused.message}` : 'left';
}

function paired(settings: ConstructorParameters<typeof TestDesk>[0] = {}): TestDesk {
  const desk = new TestDesk(settings).ready();
  desk.settle([]);
  return desk;
}

const noUse = { notional: '0', orders: 1, quantity: '0', loss: '0' };
const noMeasures: SendFacts['measures'] = {
  ...{ secType: 'STK', symbol: 'AAPL', currency: 'USD', side: 'BUY', reduces: false },
  ...{ short: false, uncoveredOption: false },
};

const withAccounts = (desk: TestDesk, accounts: readonly string[]): TestDesk => {
  desk.news({ type: 'session', session: 's2', clientId: 7, nextOrderId: 100, accounts });
  desk.looked();
  desk.news({ type: 'heartbeat' });
  return desk;
};

const exercise = (changes: object = {}): PlannedOrder => ({
  ...{ version: 1, kind: 'exercise', contract: stock, account: 'DU1', action: 'exercise', quantity: '1' },
  override: false,
  ...changes,
});

const change = (changes: object = {}, entry: Partial<OrderTerms> = {}): PlannedOrder => ({
  version: 1,
  kind: 'modify',
  contract: stock,
  target: { orderId: 101, clientId: 7, permId: 9_101, ...changes },
  before: limitOrder,
  entry: { ...limitOrder, limitPrice: '151', ...entry },
});

describe('an order at the gate', () => {
  it('of another journal is to be previewed again', () => {
    expect(outcome(paired(), plain(), { mintedIn: '9'.repeat(16) })).toMatch(/^relay_interrupted: .*renewed/);
  });

  it('whose text is not the one that was approved is refused, and was not sent', () => {
    expect(outcome(paired(), plain(), { hash: '1:0' })).toMatch(/^invalid_arguments: .*hash/);
  });

  it('leaves once the connection to IBKR has been back for ten seconds, not a moment earlier', () => {
    const back = (ms: number) => {
      const desk = paired();
      desk.news({ type: 'upstream', up: false });
      desk.news({ type: 'upstream', up: true });
      desk.news({ type: 'heartbeat' });
      desk.looked();
      desk.wait(ms);
      return outcome(desk);
    };
    expect(back(waitingTimes.settleAfterOutage - 1)).toMatch(/^gateway_disconnected: .*just come back/);
    expect(back(waitingTimes.settleAfterOutage)).toBe('left');
  });

  it('leaves until two minutes before the gateway’s own restart', () => {
    const restarting = (ms: number) => {
      const desk = paired({ nextRestart: (after) => after + ms });
      return outcome(desk);
    };
    expect(restarting(waitingTimes.beforeRestart)).toMatch(/^gateway_disconnected: .*about to restart/);
    expect(restarting(waitingTimes.beforeRestart + 1)).toBe('left');
  });

  it('on live does not leave after a minute with a clock that is not the gateway’s; on paper it does', () => {
    const skewed = (mode: 'paper' | 'live', apart: number, ms: number) => {
      const desk = paired({ mode });
      desk.now = { ...desk.now, gateway: desk.now.gateway + apart };
      desk.news({ type: 'heartbeat' });
      desk.wait(ms);
      desk.feed({ type: 'home', time: desk.now.wall });
      desk.news({ type: 'heartbeat' });
      return outcome(desk);
    };
    const { skew, skewFor } = waitingTimes;
    expect(skewed('live', skew + 1, skewFor + 1)).toMatch(/^gateway_disconnected: .*clocks/);
    expect(skewed('live', -skew - 1, skewFor + 1)).toMatch(/^gateway_disconnected: .*clocks/);
    expect(skewed('live', skew + 1, skewFor)).toBe('left');
    expect(skewed('live', skew, skewFor + 1)).toBe('left');
    expect(skewed('paper', skew + 1, skewFor + 1)).toBe('left');
    const warned = (simulatedClock: boolean) => {
      const desk = paired({ mode: 'paper', simulatedClock });
      desk.now = { ...desk.now, gateway: desk.now.gateway + skew + 1 };
      desk.news({ type: 'heartbeat' });
      desk.wait(skewFor + 1);
      desk.feed({ type: 'home', time: desk.now.wall });
      desk.news({ type: 'heartbeat' });
      return desk.state.skewedSince !== undefined;
    };
    expect([warned(false), warned(true)]).toEqual([true, false]);
  });

  it('needs room in the outbox for what it will cause', () => {
    const withRoom = (room: number) => {
      const desk = paired();
      const place = desk.placeBody('x1');
      const id = desk.instruct({ name: 'place', place, hashThere: place.journal.hash, room });
      return desk.answers.get(id)?.refused?.code ?? 'left';
    };
    expect(withRoom(63)).toBe('busy');
    expect(withRoom(64)).toBe('left');
  });

  it('that came too late, or on a machine that slept, says that the relay was too late', () => {
    const late = paired();
    const place = late.placeBody('x1');
    late.wait(10_001);
    late.news({ type: 'heartbeat' });
    expect(outcome(late, plain(), place)).toMatch(/^relay_timeout: .*too late/);
    const asleep = paired();
    asleep.setWall(2_001);
    expect(outcome(asleep)).toMatch(/^relay_timeout: .*slept/);
    const barely = paired();
    barely.setWall(2_000);
    expect(outcome(barely)).toBe('left');
  });

  it('waits no longer than ten seconds after its consumption, whatever its frame allows', () => {
    const desk = paired();
    const place = desk.placeBody('x1', plain(), { until: desk.now.wall + 3_600_000 });
    desk.wait(10_001);
    desk.news({ type: 'heartbeat' });
    expect(outcome(desk, plain(), place)).toMatch(/too late/);
  });

  it('does not leave before Home has told its time', () => {
    const desk = new TestDesk();
    desk.connect();
    desk.looked();
    desk.news({ type: 'heartbeat' });
    expect(outcome(desk)).toMatch(/^gateway_disconnected: .*server’s time/);
  });

  it('says why trading is stopped, and who can lift it', () => {
    const desk = paired();
    desk.feed({ type: 'kill-file', present: true });
    const { refused } = desk.answers.get(desk.place('x1')) ?? {};
    expect(refused?.message).toMatch(/^Trading is stopped: .+/);
    expect(refused?.nextStep).toContain('kill file');
  });
});

describe('the account of an order', () => {
  it.each<[string, PlannedOrder]>([
    ['a stop loss', { ...bracket, stopLoss: { ...limitOrder, side: 'SELL', account: 'DU2' } } as PlannedOrder],
    ['a change', change({}, { account: 'DU2' })],
    ['an exercise', exercise({ account: 'DU2' })],
  ])('is that of its ticket, also of %s', (_, order) => {
    const desk = paired();
    expect(outcome(desk, order)).toMatch(/^invalid_arguments: .*another account/);
  });

  it('is one that the gateway has, but for an advisor’s group, which it does not list', () => {
    const elsewhere = withAccounts(paired(), ['DU2']);
    expect(outcome(elsewhere)).toMatch(/^account_not_found: .*none of those/);
    const group = plain({ account: undefined, allocation: { group: 'all' } });
    expect(outcome(withAccounts(paired(), ['DU2']), group)).toBe('left');
  });

  it('is one that the owner allows, and so is each of an advisor’s group', () => {
    const allowing = (...allowedAccounts: string[]) => withAccounts(paired({ allowedAccounts }), ['DU1', 'DU2', 'DF1']);
    expect(outcome(allowing('DU1'))).toBe('left');
    expect(outcome(allowing('DU2', 'DU10'))).toMatch(/^account_not_found: .*may not trade/);
    expect(outcome(allowing('DU2'), exercise())).toMatch(/may not trade/);
    const group = plain({ account: undefined, allocation: { group: 'all' } });
    const shared = (allowed: string[], members?: readonly string[]) => {
      const desk = allowing(...allowed);
      const place = desk.placeBody('x1', group, { account: 'DF1' });
      const facts = members && { measures: noMeasures, uses: noUse, members };
      const id = desk.instruct({
        ...{ name: 'place', place, hashThere: place.journal.hash, room: 1_000 },
        ...(facts && { facts }),
      });
      return desk.answers.get(id)?.refused?.message ?? 'left';
    };
    expect(shared(['DU1', 'DU2'], ['DU1', 'DU2'])).toBe('left');
    expect(shared(['DU1', 'DF1'], ['DU1', 'DU2'])).toMatch(/may not trade/);
    expect(shared(['DU1', 'DF1'], [])).toMatch(/may not trade/);
    expect(shared(['DU1', 'DF1'])).toMatch(/may not trade/);
  });

  it('is for paper, and so is every other of the gateway’s', () => {
    expect(outcome(withAccounts(paired(), ['DU1', 'U2']))).toMatch(/^account_not_found: .*paper accounts only/);
    const group = plain({ account: undefined, allocation: { group: 'all' } });
    expect(outcome(paired(), group, { account: 'F1' })).toMatch(/paper accounts only/);
    expect(outcome(withAccounts(paired({ mode: 'live' }), ['U2']), plain({ account: 'U2' }), { account: 'U2' })).toBe(
      'left',
    );
  });
});

describe('an order beside one that is not known yet', () => {
  /** A ticket that was written, and of which nothing was heard when the connection broke. */
  const unknown = (order: PlannedOrder = plain()) => {
    const desk = withAccounts(paired(), ['DU1', 'DU2']);
    desk.place('t1', order);
    desk.news({ type: 'session-lost' });
    desk.connect('s3', 200);
    return withAccounts(desk, ['DU1', 'DU2']);
  };

  it('waits when it is of the same instrument, side and account', () => {
    expect(outcome(unknown())).toContain(`ticket ${ticketName('t1')} for the same instrument and side`);
  });

  it.each<[string, PlannedOrder, object]>([
    ['the other side', plain({ side: 'SELL' }), {}],
    ['another instrument', { ...plain(), contract: { ...stock, conId: 1 } } as PlannedOrder, {}],
    ['another account', plain({ account: 'DU2' }), { account: 'DU2' }],
    ['an exercise', exercise(), {}],
  ])('leaves when it is of %s', (_, order, changes) => expect(outcome(unknown(), order, changes)).toBe('left'));

  it('waits when both are exercises', () => {
    expect(outcome(unknown(exercise()), exercise())).toContain('not known yet');
    expect(outcome(unknown(exercise()), plain())).toBe('left');
  });
});

describe('a change at the gate', () => {
  const working = (permId = 9_101) => {
    const desk = paired();
    desk.place('t1');
    desk.echo(1, { permId });
    return desk;
  };

  it('leaves for an order of ours that the gateway shows', () => expect(outcome(working(), change())).toBe('left'));

  it.each<[string, PlannedOrder, number?]>([
    ['an id that nobody placed', change({ orderId: 555 })],
    ['an order of another client', change({ clientId: 8 })],
    ['another permanent id', change({ permId: 5 })],
    ['an order that has no permanent id yet', change({ permId: 0 }), 0],
  ])('is not for %s', (_, order, permId) => {
    expect(outcome(working(permId), order)).toMatch(/^ib_error: .*not one that this relay can change/);
  });

  it('is not for an order that is over', () => {
    const desk = working();
    desk.status(101, 'Filled', { filled: '100' });
    expect(outcome(desk, change())).toContain('is over');
  });

  it('waits until the gateway has shown the order since it was connected', () => {
    const desk = working();
    desk.news({ type: 'session-lost' });
    desk.connect('s2');
    desk.looked();
    desk.news({ type: 'heartbeat' });
    expect(outcome(desk, change())).toContain('has not shown the order');
  });

  it('waits for the one before it', () => {
    const desk = working();
    expect(outcome(desk, change())).toBe('left');
    expect(outcome(desk, change({}, { limitPrice: '152' }), {}, 'x2')).toContain('Another change');
  });
});
