import { differing } from '../../../test/support/arguments-matter.ts';
import { bad, badInstruments, stranger, wrong } from '../../../test/support/bad-input.ts';
import {
  account,
  askedBefore,
  byRequest,
  otherAccount,
  waiting,
  withdrawAll,
} from '../../../test/support/order-cases.ts';
import type { HomeToolCases } from '../../../test/support/tool-cases.ts';

const all = { contract: 'KO', account };
const limited = { ...all, type: 'LMT', limit_price: '40' };

/** Calls of `close_position` for the tests of all tools, which have to be confirmed there. */
export const cases: HomeToolCases = {
  question: { ...all, percent: 50 },
  badInput: {
    good: all,
    unseen: { contract: 'SHEL.GBP' },
    bad: [
      ...badInstruments(all),
      bad('an ambiguous contract', { ...all, contract: 'ES:FUT' }, 'ambiguous_contract', /candidates/),
      bad('an unknown account', { ...all, account: 'DU9999999' }, 'account_not_found', /Use one of|Name one in full/),
      wrong('what is not held', { ...all, contract: 'IBM' }, /get_positions/),
      wrong('more than is held', { ...all, quantity: '201' }, /200/),
      wrong('more than all of it', { ...all, percent: '101' }, /at most 200/),
      wrong('both a size and a part', { ...all, quantity: '1', percent: '1' }, /one of them/),
      wrong('a size below zero', { ...all, quantity: '-1' }),
      wrong('a size in exponents that is no size', { ...all, quantity: '1e-7' }, /at least|Use/),
      wrong('a type that closes nothing', { ...all, type: 'TRAIL' }),
      wrong('a limit order without its limit', { ...all, type: 'LMT' }, /Give limit_price/),
      wrong('a side', { ...all, side: 'BUY' }, /Known arguments/),
      stranger(all, /Known arguments/),
    ],
  },
  argumentsMatter: {
    begin: async (act, args) => askedBefore(act, 'close_position', args, await withdrawAll(act)),
    kept: waiting,
    changes: {
      contract: differing(all, 'contract', 'MSFT'),
      account: differing(all, 'account', otherAccount),
      quantity: differing(all, 'quantity', '10'),
      percent: differing(all, 'percent', '50'),
      type: differing(all, 'type', 'MIDPRICE'),
      limit_price: differing(limited, 'limit_price', '41'),
      tif: differing(limited, 'tif', 'GTC'),
      outside_rth: differing(limited, 'outside_rth', true),
      client_request_id: byRequest(all),
    },
  },
};
