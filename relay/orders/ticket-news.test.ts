import { describe, expect, it } from 'vitest';
import { rejectionOf } from '../../shared/orders/rejections.ts';
import { waitingTimes } from '../../shared/orders/waiting-times.ts';
import { bracket, plain, TestDesk, ticketName } from '../../test/support/trading-desk.ts';

function placed(order = bracket): TestDesk {
  const desk = new TestDesk().ready();
  desk.place('t1', order);
  return desk;
}

const error = (desk: TestDesk, orderId: number, code: number, text = 'why') =>
  desk.news({ type: 'order-error', orderId, code, text });
/** Only these of the last placements are shown. */
const show = (desk: TestDesk, ...orderIds: number[]) => {
  for (const message of desk.placed()) {
    if (orderIds.includes(message.orderId)) desk.news({ type: 'open-order', order: desk.seen(message) });
  }
};
const filled = { filled: '100', remaining: '0' };

describe('the state of a bracket', () => {
  it.each<[string, (desk: TestDesk) => void, string | undefined]>([
    ['nothing was seen', () => undefined, undefined],
    ['one leg is shown and not taken', (desk) => desk.status(101, 'PendingSubmit'), 'submitted'],
    ['one leg works', (desk) => show(desk, 102), 'working'],
    ['its entry is filled', (desk) => desk.status(101, 'Filled', filled), 'working'],
    ['its entry ended empty, and nobody saw the children', (desk) => desk.status(101, 'Cancelled'), 'final'],
    [
      'its entry ended empty, and a child that was seen works',
      (desk) => {
        show(desk, 101, 102);
        desk.status(101, 'Cancelled');
      },
      'working',
    ],
    [
      'its entry was filled in part, and nobody saw the children',
      (desk) => {
        desk.status(101, 'Submitted', { filled: '40' });
        desk.status(101, 'Cancelled', { filled: '40' });
      },
      'working',
    ],
    [
      'all ended',
      (desk) => {
        desk.status(101, 'Filled', filled);
        desk.status(102, 'Filled', filled);
        desk.status(103, 'Cancelled');
      },
      'final',
    ],
    [
      'a child was seen alone, and ended',
      (desk) => {
        show(desk, 102);
        desk.status(102, 'Cancelled');
      },
      'working',
    ],
  ])('when %s', (_, says, state) => {
    const desk = placed();
    says(desk);
    expect(desk.report('t1')?.state).toBe(state);
  });

  it('is rejected when its entry was, and nothing of it was filled', () => {
    const desk = placed();
    for (const orderId of [101, 102, 103]) error(desk, orderId, 201);
    desk.looked();
    expect(desk.report('t1')).toMatchObject({ state: 'rejected', ibCode: 201 });
    const other = placed();
    show(other, 102);
    other.status(102, 'Filled', filled);
    error(other, 101, 201);
    error(other, 103, 201);
    other.looked();
    expect(other.report('t1')?.state).toBe('final');
  });
});

describe('the words for a ticket', () => {
  const rejected = (code: number, text: string) => {
    const desk = placed(plain());
    error(desk, 101, code, text);
    desk.looked();
    return desk.report('t1');
  };

  it('that was rejected are IB’s, with what is known of them', () => {
    const text = 'Order rejected - reason: the exchange is closed.';
    const known = rejectionOf(text);
    const report = rejected(201, text);
    expect(report).toMatchObject({ state: 'rejected', ibCode: 201 });
    expect(report?.message).toBe(`IBKR refused it: ${[text, known?.why].filter(Boolean).join(' ')}`);
    expect(report?.nextStep).toMatch(/^Nothing works at IBKR\. \w/);
  });

  it('that was rejected for want of money say what to do', () => {
    const text = 'Order rejected - reason:The available funds in your account are insufficient.';
    const known = rejectionOf(text);
    expect(known).toBeDefined();
    const report = rejected(201, text);
    expect(report?.message).toBe(`IBKR refused it: ${text} ${known?.why}`);
    expect(report?.nextStep).toBe(`Nothing works at IBKR. ${known?.nextStep}`);
    // The same words beside another code are not explained by it.
    expect(rejected(110, text)).toMatchObject({
      message: `IBKR refused it: ${text}`,
      nextStep: 'Nothing works at IBKR. Correct what the text names, then preview again.',
      ibCode: 110,
    });
  });

  it.each([
    [101, 'the order'],
    [102, 'its take profit'],
    [103, 'its stop loss'],
  ])('of which leg %i was refused name it: %s', (orderId, leg) => {
    const desk = placed();
    show(desk, ...[101, 102, 103].filter((id) => id !== orderId));
    error(desk, orderId, 110, 'tick');
    expect(desk.report('t1')).toMatchObject({ state: 'working', message: `IBKR on ${leg}: tick`, ibCode: 110 });
  });

  it('that ended unseen say so, and only then', () => {
    const desk = placed(plain());
    desk.echo();
    desk.feed({ type: 'timer', name: 'round' });
    desk.looked();
    desk.wait(waitingTimes.betweenRounds + 1);
    desk.looked();
    expect(desk.report('t1')).toMatchObject({ state: 'final', message: expect.stringContaining('no longer among') });
    const cancelled = placed(plain());
    cancelled.echo();
    cancelled.status(101, 'Cancelled');
    expect(cancelled.report('t1')).not.toHaveProperty('message');
    expect(cancelled.report('t1')).not.toHaveProperty('nextStep');
  });

  it('are after a start those that were told before', () => {
    const desk = placed(plain());
    error(desk, 101, 201, 'no');
    desk.looked();
    const before = desk.report('t1');
    expect(desk.restarted().report('t1')).toEqual(before);
  });
});

describe('an entry whose protection is not there', () => {
  const cancelledAfter = (says: (desk: TestDesk) => void) => {
    const desk = placed();
    says(desk);
    desk.wait(waitingTimes.unprotected);
    return desk;
  };

  it('is cancelled after thirty seconds, not before, and that is told', () => {
    const desk = placed();
    show(desk, 101, 102);
    desk.wait(waitingTimes.unprotected - 1);
    expect(desk.cancelled()).toEqual([]);
    desk.wait(1);
    expect(desk.cancelled()).toEqual([101]);
    expect(desk.report('t1')?.warnings).toEqual([expect.stringContaining('protection')]);
    expect(desk.journal.find(({ type }) => type === 'cancel')).toMatchObject({
      request: `unprotected-${ticketName('t1')}`,
      by: 'relay: unprotected',
      what: { kind: 'order', order: { orderId: 101, clientId: 7, permId: 9_101 } },
    });
  });

  it.each<[string, (desk: TestDesk) => void, number[]]>([
    [
      'cancelled by a person is left alone',
      (desk) => {
        desk.echo(3);
        desk.status(103, 'Cancelled');
      },
      [],
    ],
    [
      'refused and then ended is not there',
      (desk) => {
        desk.echo(3);
        error(desk, 103, 110, 'tick');
        desk.status(103, 'Cancelled');
      },
      [101],
    ],
    [
      'filled is no longer needed',
      (desk) => {
        desk.echo(3);
        desk.status(102, 'Filled', filled);
      },
      [],
    ],
    [
      'is not missed once the entry has ended',
      (desk) => {
        show(desk, 101);
        desk.status(101, 'Filled', filled);
      },
      [],
    ],
    [
      'that comes in time is there',
      (desk) => {
        show(desk, 101);
        desk.wait(20_000);
        show(desk, 102, 103);
      },
      [],
    ],
    ['is not missed before the entry was seen', (desk) => show(desk, 102), []],
  ])('%s', (_, says, cancelled) => {
    const desk = cancelledAfter(says);
    expect(desk.cancelled()).toEqual(cancelled);
    expect(desk.timers.has(`unprotected:${ticketName('t1')}`)).toBe(false);
  });

  it('is asked about once: news beside it do not put it off', () => {
    const desk = placed();
    show(desk, 101, 102);
    desk.wait(20_000);
    desk.status(101, 'PreSubmitted', { whyHeld: 'trigger' });
    desk.wait(10_000);
    expect(desk.cancelled()).toEqual([101]);
  });
});
