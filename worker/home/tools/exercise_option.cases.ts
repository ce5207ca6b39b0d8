import { getPositions } from '../../../shared/tools/get_positions.ts';
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

const whole = { contract: 'the option', account, override: true };

/** Calls of `exercise_option` for the tests of all tools, which have to be confirmed there. */
export const cases: HomeToolCases = {
  question: 'asked elsewhere',
  badInput: {
    good: whole,
    unseen: { contract: 'SPY 20261218 C 600' },
    bad: [
      ...badInstruments(whole),
      bad('an ambiguous contract', { ...whole, contract: 'ES:FUT' }, 'ambiguous_contract', /candidates/),
      bad('an unknown account', { ...whole, account: 'DU9999999' }, 'account_not_found', /Use one of|Name one in full/),
      wrong('what is no option', { ...whole, contract: 'AAPL' }, /Name one option/),
      wrong('what is not held', { ...whole, contract: 'SPY 20261218 C 600' }, /held/),
      wrong('more than is held', { ...whole, quantity: '3' }, /up to 2/),
      wrong('half an option', { ...whole, quantity: '0.5' }),
      wrong('a size below zero', { ...whole, quantity: '-1' }),
      wrong('a size in exponents that is no size', { ...whole, quantity: '1e-7' }),
      wrong('another action', { ...whole, action: 'assign' }),
      wrong('neither yes nor no', { ...whole, override: 'perhaps' }),
      stranger(whole, /Known arguments/),
    ],
  },
  argumentsMatter: {
    begin: async (act, args) => {
      await withdrawAll(act);
      const { positions } = getPositions.output.parse(await act('get_positions', { account }));
      const option = positions.find(({ secType }) => secType === 'OPT')?.contract ?? 'none is held';
      return askedBefore(act, 'exercise_option', args, { 'the option': option });
    },
    kept: waiting,
    changes: {
      contract: differing({ ...whole, contract: 'AAPL' }, 'contract', 'the option'),
      account: differing({ ...whole, account: otherAccount }, 'account', account),
      action: differing(whole, 'action', 'lapse'),
      quantity: differing(whole, 'quantity', '1'),
      override: differing({ ...whole, action: 'lapse', override: false }, 'override', true),
      client_request_id: byRequest(whole),
    },
  },
};
