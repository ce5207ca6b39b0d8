import { differing } from '../../../test/support/arguments-matter.ts';
import { bad, stranger, wrong } from '../../../test/support/bad-input.ts';
import { order, waiting, withdrawAll } from '../../../test/support/order-cases.ts';
import type { HomeToolCases } from '../../../test/support/tool-cases.ts';

/** Over as soon as it arrives: the answer for an order that rests waits a little for its end. */
const atOnce = { ...order, tif: 'IOC', quantity: '5' };

/** Calls of `confirm_order` for the tests of all tools. */
export const cases: HomeToolCases = {
  question: 'asked elsewhere',
  badInput: {
    good: { ticket: 'the ticket' },
    unseen: {},
    away: { gateway: 'answers', unpaired: 'ticket_not_found', offline: 'ticket_not_found' },
    bad: [
      bad('a ticket that there is not', { ticket: 'abcdefghijklmnop' }, 'ticket_not_found', /get_orders/),
      bad('another script', { ticket: 'аbсdеfghijklmnор' }, 'ticket_not_found', /get_orders/),
      bad('a query', { ticket: "' OR 1=1 --" }, 'ticket_not_found', /get_orders/),
      wrong('no ticket', {}),
      wrong('an empty ticket', { ticket: ' ' }),
      wrong('a ticket that is too long', { ticket: 'a'.repeat(61) }),
      stranger({ ticket: 'the ticket' }, /Known arguments/),
      wrong('a flag of approval', { ticket: 'the ticket', approve: true }, /Known arguments/),
    ],
  },
  argumentsMatter: {
    begin: async (act) => {
      await withdrawAll(act);
      const quantities = ['5', '6'];
      const [one, other] = await Promise.all(
        quantities.map((quantity) => act('preview_order', { ...atOnce, quantity })),
      );
      return { 'the ticket': String(one?.ticket), 'the other ticket': String(other?.ticket) };
    },
    kept: waiting,
    changes: { ticket: differing({ ticket: 'the ticket' }, 'ticket', 'the other ticket') },
  },
};
