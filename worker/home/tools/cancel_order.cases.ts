import { differing } from '../../../test/support/arguments-matter.ts';
import { bad, stranger, wrong } from '../../../test/support/bad-input.ts';
import { account, openOrders, otherAccount, standing } from '../../../test/support/order-cases.ts';
import type { HomeToolCases } from '../../../test/support/tool-cases.ts';

const named = { order: 'the order' };

/** Calls of `cancel_order` for the tests of all tools. */
export const cases: HomeToolCases = {
  question: 'asked elsewhere',
  badInput: {
    good: named,
    unseen: {},
    away: { gateway: 'answers', unpaired: 'ticket_not_found', offline: 'ticket_not_found' },
    bad: [
      bad('an order that there is not', { order: 'abcdefghijklmnop' }, 'ticket_not_found', /get_orders/),
      bad('an unknown account', { order: '4711', account: 'DU9999999' }, 'account_not_found', /Use one of/),
      wrong('no order', {}),
      wrong('an empty order', { order: '' }),
      wrong('an order that is too long', { order: '1'.repeat(61) }),
      bad('a number below zero', { order: -1 }, 'ticket_not_found', /get_orders/),
      bad('a number in exponents', { order: '1e5' }, 'ticket_not_found', /get_orders/),
      stranger(named, /Known arguments/),
    ],
  },
  argumentsMatter: {
    begin: (act) => standing(act, ['the order', 'the other order']),
    kept: async (act) => (await openOrders(act)).map(({ contract, account: whose }) => [whose, contract]),
    changes: {
      order: differing(named, 'order', 'the other order'),
      account: differing({ ...named, account: otherAccount }, 'account', account),
    },
  },
};
