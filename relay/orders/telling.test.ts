import { describe, expect, it } from 'vitest';
import { bracket, homeOfTests, plain, TestDesk, ticketName } from '../../test/support/trading-desk.ts';

const used = { notional: '15000', orders: 1, quantity: '100', loss: '0' };

function placed(order = plain()): TestDesk {
  const desk = new TestDesk({ judgeAtSend: () => ({ used }) }).ready();
  desk.settle([]);
  desk.place('t1', order);
  return desk;
}

function fill(desk: TestDesk, quantity: string, price: string): void {
  const [message] = desk.placed();
  if (!message) throw new Error('nothing was placed');
  const fact = { execId: 'e.01', conId: 265_598, combination: false, side: 'BUY' as const, quantity, price };
  desk.news({ type: 'execution', execution: { ...desk.seen(message), ...fact, at: desk.now.gateway } });
}

const ticketsTold = (desk: TestDesk) => desk.told.filter((body) => body.kind === 'ticket');

describe('what is told of a ticket', () => {
  it('is everything that is known of its order, and nothing else', () => {
    const desk = placed();
    desk.echo(1, { whyHeld: 'locate' });
    const entry = { leg: 'entry', orderId: 101, permId: 9_101, side: 'BUY', quantity: '100' };
    const report = { kind: 'ticket', ticket: ticketName('t1'), state: 'working', warnings: [], at: desk.now.gateway };
    expect(desk.report('t1')).toEqual({
      ...report,
      revision: 1,
      legs: [{ ...entry, status: 'Submitted', filled: '0', remaining: '100', held: 'locate' }],
      used,
    });
    desk.status(101, 'Submitted', { filled: '0' });
    fill(desk, '40', '149.5');
    const costs = { commission: '1.02', currency: 'USD', realizedPnl: '-3' };
    desk.news({ type: 'commission', execId: 'e.01', ...costs });
    expect(desk.report('t1')).toEqual({
      ...report,
      revision: 4,
      legs: [
        {
          ...{ ...entry, status: 'Submitted', filled: '40', remaining: '60', averagePrice: '149.5' },
          ...{ commission: '1.02', commissionCurrency: 'USD', realizedPnl: '-3' },
        },
      ],
      used: { ...used, loss: '3' },
    });
  });

  it('says nothing of what is not known: a gain, a price, a size', () => {
    const desk = placed(plain({ quantity: undefined, cashQuantity: '500' } as object));
    desk.echo();
    desk.status(101, 'Submitted', { filled: '1', averagePrice: '0' });
    desk.news({ type: 'commission', execId: 'e.01', commission: '1', currency: 'USD' });
    const [leg] = desk.report('t1')?.legs ?? [];
    expect(leg).toEqual({ leg: 'entry', orderId: 101, permId: 9_101, side: 'BUY', status: 'Submitted', filled: '1' });
  });

  it('is told to the Home that is trusted, once for each thing that is new', () => {
    const desk = placed();
    desk.echo();
    const before = desk.told.length;
    desk.echo();
    desk.status(101, 'Submitted');
    expect(desk.told).toHaveLength(before);
    desk.status(101, 'Submitted', { whyHeld: 'locate' });
    desk.status(101, 'PreSubmitted');
    expect(ticketsTold(desk).map(({ revision }) => revision)).toEqual([1, 2, 3]);
    expect(desk.effects.findLast(({ type }) => type === 'tell')).toMatchObject({ home: homeOfTests });
  });

  it('is told before a Home is trusted to whichever comes first', () => {
    const desk = new TestDesk().ready();
    const [message] = (() => {
      const other = placed();
      return other.placed();
    })();
    if (!message) throw new Error('nothing was placed');
    desk.news({ type: 'open-order', order: desk.seen(message) });
    expect(desk.report('t1')).toMatchObject({ state: 'unknown' });
    expect(desk.effects.find(({ type }) => type === 'tell')).not.toHaveProperty('home');
  });

  it('is told of every leg by its name', () => {
    const desk = placed(bracket);
    desk.echo(3);
    desk.status(103, 'Inactive');
    const legs = desk.report('t1')?.legs.map(({ leg, side, status, orderId }) => [leg, side, status, orderId]);
    expect(legs).toEqual([
      ['entry', 'BUY', 'Submitted', 101],
      ['take_profit', 'SELL', 'Submitted', 102],
      ['stop_loss', 'SELL', 'Inactive', 103],
    ]);
  });

  it('of one that IB refused says so in its own word', () => {
    const desk = placed();
    desk.news({ type: 'order-error', orderId: 101, code: 201, text: 'no' });
    desk.looked();
    expect(desk.report('t1')?.legs).toMatchObject([{ status: 'Rejected', filled: '0' }]);
  });

  it('again is what was told last; of what nothing was told yet, that it is being sent', () => {
    const desk = placed();
    desk.settle(['t1']);
    expect(desk.report('t1')).toMatchObject({ state: 'submitting', revision: 1, legs: [{ status: 'NotSeen' }] });
    desk.settle(['t1']);
    expect(ticketsTold(desk)).toHaveLength(2);
    expect(ticketsTold(desk)[1]).toEqual(ticketsTold(desk)[0]);
    desk.settle(['t1']);
    expect(desk.report('t1')?.revision).toBe(1);
  });

  it('of a change is the order that it changes, and no other of its ticket', () => {
    const desk = placed(bracket);
    desk.echo(3);
    const { takeProfit } = bracket as Extract<typeof bracket, { kind: 'place' }>;
    if (!takeProfit || bracket.kind !== 'place') throw new Error('no take profit');
    desk.place('m1', {
      ...{ version: 1, kind: 'modify', contract: bracket.contract },
      target: { orderId: 102, clientId: 7, permId: 9_102 },
      before: takeProfit,
      entry: { ...takeProfit, limitPrice: '161' },
    });
    desk.echo();
    expect(desk.report('m1')).toMatchObject({ state: 'final', legs: [{ leg: 'take_profit', orderId: 102 }] });
    expect(desk.report('m1')?.legs).toHaveLength(1);
  });
});

describe('warnings', () => {
  const warned = (texts: readonly string[]) => {
    const desk = placed();
    desk.echo();
    for (const text of texts) desk.news({ type: 'order-error', orderId: 101, code: 399, text });
    return desk;
  };

  it('are told each once, and in the log', () => {
    const desk = warned(['held', 'held', 'odd lot', 'held']);
    expect(desk.report('t1')?.warnings).toEqual(['IBKR, 399: held', 'IBKR, 399: odd lot']);
    const notes = desk.effects.filter((effect) => effect.type === 'note');
    expect(notes.map(({ level, text }) => [level, text])).toEqual([
      ['warn', `${ticketName('t1')}: IBKR, 399: held`],
      ['warn', `${ticketName('t1')}: IBKR, 399: odd lot`],
    ]);
  });

  it('are the last ten, none longer than may be told', () => {
    const desk = warned(Array.from({ length: 12 }, (_, index) => `${index} ${'x'.repeat(800)}`));
    const { warnings = [] } = desk.report('t1') ?? {};
    expect(warnings.map((text) => text.slice(0, 14))).toEqual(
      Array.from({ length: 10 }, (_, index) => `IBKR, 399: ${index + 2} x`.slice(0, 14)),
    );
  });

  it('of what IB shows otherwise are cut to what may be told', () => {
    const desk = placed();
    desk.echo(1, { terms: { ...desk.placed()[0]?.terms, tif: 'G'.repeat(900) } as never });
    expect(desk.report('t1')?.warnings.map(({ length }) => length)).toEqual([600]);
  });
});

describe('a server that was away for long', () => {
  it('is told, and own orders are cancelled, where that is set', () => {
    const desk = new TestDesk({ deadManAfter: 60_000 }).ready();
    desk.place('t1');
    desk.echo();
    desk.feed({ type: 'home', lost: true });
    desk.wait(59_999);
    expect(desk.cancelled()).toEqual([]);
    desk.wait(1);
    expect(desk.cancelled()).toEqual([101]);
    expect(desk.told).toContainEqual({ kind: 'notice', text: expect.stringContaining('away'), at: desk.now.gateway });
    expect(desk.effects).toContainEqual({ type: 'note', level: 'warn', text: expect.stringContaining('away') });
    expect(desk.journal.at(-1)).toMatchObject({ type: 'cancel', by: 'relay: dead man', what: { kind: 'own' } });
  });

  it('that comes back in time cancels nothing', () => {
    const desk = new TestDesk({ deadManAfter: 60_000 }).ready();
    desk.place('t1');
    desk.echo();
    desk.feed({ type: 'home', lost: true });
    desk.wait(30_000);
    desk.feed({ type: 'home', time: desk.now.wall });
    desk.wait(60_000);
    expect(desk.cancelled()).toEqual([]);
  });

  it('is waited for without an end where nothing is set', () => {
    const desk = new TestDesk().ready();
    desk.feed({ type: 'home', lost: true });
    expect(desk.timers.has('dead-man')).toBe(false);
  });
});
