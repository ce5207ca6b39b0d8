import { differing } from '../../../test/support/arguments-matter.ts';
import { bad, badCursor, badInstruments, badLimit, stranger, wrong } from '../../../test/support/bad-input.ts';
import { account, otherAccount, standing } from '../../../test/support/order-cases.ts';
import type { HomeToolCases } from '../../../test/support/tool-cases.ts';

/** Calls of `get_orders` for the tests of all tools. */
export const cases: HomeToolCases = {
  question: { status: 'all', limit: '20' },
  badInput: {
    good: {},
    several: true,
    unseen: { contract: 'SHEL.GBP' },
    away: { gateway: 'answers', offline: 'answers' },
    bad: [
      ...badInstruments({}),
      bad('an unknown account', { account: 'DU9999999' }, 'account_not_found', /Use one of/),
      badCursor(),
      ...badLimit(201),
      wrong('a status that there is not', { status: 'dreaming' }),
      stranger({}, /Known arguments/),
    ],
  },
  argumentsMatter: {
    begin: (act) => standing(act, ['the order', 'the other order', 'the order of the other account']),
    kept: async () => undefined,
    changes: {
      account: differing({ account }, 'account', otherAccount),
      contract: differing({}, 'contract', 'MSFT'),
      status: differing({}, 'status', 'completed'),
      limit: differing({}, 'limit', 1),
      cursor: differing({ limit: 1 }, 'cursor', '1'),
    },
  },
};
