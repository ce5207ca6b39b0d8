import { differing } from '../../../test/support/arguments-matter.ts';
import { bad, stranger, wrong } from '../../../test/support/bad-input.ts';
import {
  account,
  askedBefore,
  byRequest,
  everyResting,
  otherAccount,
  standing,
  waiting,
  withdrawAll,
} from '../../../test/support/order-cases.ts';
import type { HomeToolCases } from '../../../test/support/tool-cases.ts';

const dearer = { order: 'the order', limit_price: '151' };

/** Calls of `modify_order` for the tests of all tools, which have to be confirmed there. */
export const cases: HomeToolCases = {
  question: 'asked elsewhere',
  badInput: {
    good: dearer,
    unseen: {},
    bad: [
      wrong('an order that there is not', { ...dearer, order: '4711', account }, /get_orders/),
      wrong('a ticket that there is not', { ...dearer, order: 'abcdefghijklmnop', account }, /get_orders/),
      bad(
        'an unknown account',
        { ...dearer, account: 'DU9999999' },
        'account_not_found',
        /Use one of|Name one in full/,
      ),
      wrong('another account', { ...dearer, account: otherAccount }, /DU1234567/),
      wrong('no change', { order: 'the order' }, /what is to be different/),
      wrong('the same again', { order: 'the order', limit_price: '120.00' }, /what is to be different/),
      wrong('a price between cents', { ...dearer, limit_price: '150.005' }, /150 or 150\.01/),
      wrong('a price in exponents that is no price', { ...dearer, limit_price: '1e-7' }, /Use 0\.01/),
      wrong('a size below zero', { order: 'the order', quantity: '-1' }),
      wrong('a size in exponents that is no size', { order: 'the order', quantity: '1e-7' }, /at least/),
      wrong('what its type has not', { order: 'the order', stop_price: '140' }, /Leave stop_price out/),
      wrong('a time in force that there is not', { order: 'the order', tif: 'EVER' }),
      wrong('a moment that is none', { order: 'the order', good_till: 'tomorrow' }),
      wrong('another side', { order: 'the order', side: 'SELL' }, /Known arguments/),
      wrong('another type', { order: 'the order', type: 'MKT' }, /Known arguments/),
      stranger(dearer, /Known arguments/),
    ],
  },
  argumentsMatter: {
    begin: async (act, args) => {
      await withdrawAll(act);
      return askedBefore(act, 'modify_order', args, await standing(act, everyResting));
    },
    kept: waiting,
    changes: {
      order: differing(dearer, 'order', 'the other order'),
      account: differing({ ...dearer, account: otherAccount }, 'account', account),
      quantity: differing(dearer, 'quantity', '2'),
      limit_price: differing(dearer, 'limit_price', '152'),
      stop_price: differing({ order: 'the stop', stop_price: '151' }, 'stop_price', '152'),
      trail_amount: differing({ order: 'the trail', trail_amount: '41' }, 'trail_amount', '42'),
      trail_percent: differing({ order: 'the trail by percent', trail_percent: '11' }, 'trail_percent', '12'),
      trail_stop_price: differing({ order: 'the trail', trail_amount: '41' }, 'trail_stop_price', '155'),
      limit_offset: differing({ order: 'the trail with limit', limit_offset: '0.2' }, 'limit_offset', '0.3'),
      offset: differing({ order: 'the relative', offset: '0.2' }, 'offset', '0.3'),
      tif: differing(dearer, 'tif', 'GTC'),
      good_till: differing({ ...dearer, good_till: '2026-11-27T15:00:00Z' }, 'good_till', '2026-11-30T15:00:00Z'),
      outside_rth: differing(dearer, 'outside_rth', true),
      client_request_id: byRequest(dearer),
    },
  },
};
