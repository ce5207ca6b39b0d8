import { describe, expect, it } from 'vitest';
import type { LegName } from '../../../shared/orders/order.ts';
import { failure } from '../../../test/support/relay.ts';
import { referenceOf } from '../references.ts';
import { orderToChange } from './find-order.ts';
import { limitOrder } from './term-rules.cases.ts';
import type { OpenOrder } from './trading-view.ts';

const ticket = 'abcdefgh12345678';
const contract = { conId: 1, secType: 'STK', symbol: 'X', exchange: 'SMART', currency: 'USD', name: 'X' };

function open(permId: number, leg: LegName = 'entry', of = ticket, changes: object = {}): OpenOrder {
  const identity = { orderId: permId, clientId: 7, permId, account: 'DU1' };
  const orderRef = referenceOf('home', of, leg);
  const order = { ...identity, orderRef, status: 'Submitted', contract, terms: limitOrder, ...changes };
  return { order, filled: '0', remaining: '10' };
}

const bracket = [open(11), open(12, 'take_profit'), open(13, 'stop_loss'), open(21, 'entry', 'z'.repeat(16))];
const find = (named: string, orders: readonly OpenOrder[] = bracket) => orderToChange(named, orders, 7).order.permId;
const refused = (named: string, orders: readonly OpenOrder[] = bracket) =>
  failure(Promise.resolve().then(() => find(named, orders)));

describe('an order that is to be changed', () => {
  it.each([
    ['11', 11],
    ['12', 12],
    [ticket, 11],
    [ticket.toUpperCase(), 11],
    [`${ticket}/stop_loss`, 13],
    [`${ticket}/TAKE_PROFIT`, 12],
    ['z'.repeat(16), 21],
  ])('is found by %s', (named, permId) => {
    expect(find(named)).toBe(permId);
  });

  it('may have a ticket that begins with a number', () => {
    expect(find('1234567890abcdef', [open(5, 'entry', '1234567890abcdef')])).toBe(5);
  });

  it.each(['99', 'nobody', 'y'.repeat(16), `${'y'.repeat(16)}/entry`])('is not found by %s', async (named) => {
    expect(await refused(named)).toEqual({
      code: 'invalid_arguments',
      message: `No open order is “${named}”.`,
      nextStep: expect.stringContaining('get_orders'),
    });
  });

  it('has to be one', async () => {
    expect(await refused('11', [open(11), open(11)])).toMatchObject({ message: expect.stringContaining('No open') });
  });

  it('of a ticket has to be open, and what is open of it is named', async () => {
    expect(await refused(`${ticket}/stop_loss`, bracket.slice(0, 2))).toEqual({
      code: 'invalid_arguments',
      message: `Of ${ticket} the stop_loss is not open.`,
      nextStep: `Open: ${ticket}/entry, ${ticket}/take_profit.`,
    });
    expect(await refused(ticket, bracket.slice(2))).toMatchObject({ nextStep: `Open: ${ticket}/stop_loss.` });
  });

  it.each<[object, string, RegExp]>([
    [{ orderId: 0 }, 'unsupported', /not ours to change\. It was entered by hand/],
    [{ orderId: -1 }, 'unsupported', /entered by hand/],
    [{ clientId: 3 }, 'unsupported', /not ours to change\..* client 3/],
    [{ status: 'PendingCancel' }, 'invalid_arguments', /is being cancelled; it cannot/],
    [{ status: 'Filled' }, 'invalid_arguments', /is filled; it cannot/],
    [{ status: 'ApiCancelled' }, 'invalid_arguments', /is apicancelled; it cannot/],
  ])('is ours, and not ending: %j', async (changes, code, says) => {
    expect(await refused('11', [open(11, 'entry', ticket, changes)])).toMatchObject({
      code,
      message: expect.stringMatching(says),
    });
  });
});
