import { differing } from '../../../test/support/arguments-matter.ts';
import { bad, stranger, wrong } from '../../../test/support/bad-input.ts';
import { account, openOrders, otherAccount, standing } from '../../../test/support/order-cases.ts';
import type { HomeToolCases } from '../../../test/support/tool-cases.ts';

/** Calls of `cancel_all_orders` for the tests of all tools. */
export const cases: HomeToolCases = {
  question: { dry_run: 'true' },
  badInput: {
    good: { dry_run: true },
    unseen: { dry_run: false },
    away: { gateway: 'answers', unpaired: 'answers', offline: 'answers' },
    bad: [
      bad('an unknown account', { account: 'DU9999999' }, 'account_not_found', /Use one of/),
      wrong('neither yes nor no', { dry_run: 'perhaps' }),
      wrong('an empty account', { account: '' }),
      stranger({}, /Known arguments/),
    ],
  },
  argumentsMatter: {
    begin: (act) => standing(act, ['the order', 'the order of the other account']),
    kept: async (act) => (await openOrders(act)).map(({ contract, account: whose }) => [whose, contract]),
    changes: {
      account: differing({ account }, 'account', otherAccount),
      dry_run: differing({}, 'dry_run', true),
    },
  },
};
