import { manageAlerts } from '../../shared/tools/manage_alerts.ts';
import { manageWatchlists } from '../../shared/tools/manage_watchlists.ts';
import { ambiguous, type BadInput, bad, badContracts, inList, rowsOf, wrong } from './bad-input-rows.ts';

/** For `arguments.test.ts`: calls that cannot succeed, of the tools that the user's Home carries out. */

export interface HomeBadInput {
  /** A call that works, and asks the relay on the way. */
  readonly good: object;
  readonly bad: readonly BadInput[];
}

/** The rows about instruments; how wrong types are read is the same for all tools and tested with the others. */
const instruments = rowsOf(manageWatchlists, {});
const badInstruments = (rest: object, name?: (contract: unknown) => object): BadInput[] =>
  badContracts(rest, name).filter(({ what }) => instruments.includes(what));

const stranger = wrong('an unknown argument', { colour: 'red' }, /Known arguments/);
const adding = { action: 'add', name: 'Kept' };
const price = { action: 'create', kind: 'price', above: 1e6 };

export const homeBadInput: Readonly<Record<string, HomeBadInput>> = {
  [manageWatchlists.name]: {
    good: { action: 'create', name: 'Kept', contracts: ['AAPL'] },
    bad: [...badInstruments(adding, inList), ambiguous({ ...adding, contracts: ['ES:FUT'] }), stranger],
  },
  [manageAlerts.name]: {
    good: { ...price, contract: 'AAPL' },
    bad: [
      ...badInstruments(price),
      ambiguous({ ...price, contract: 'ES:FUT' }),
      bad(
        'an unknown account',
        { action: 'create', kind: 'cushion', below: 0.1, account: 'DU9999999' },
        'account_not_found',
        /Use one of/,
      ),
      stranger,
    ],
  },
};
