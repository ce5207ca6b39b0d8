import { manageWatchlists } from '../../../shared/tools/manage_watchlists.ts';
import { type Act, pair } from '../../../test/support/arguments-matter.ts';
import { ambiguous, badInstruments, inList, stranger } from '../../../test/support/bad-input.ts';
import type { HomeToolCases } from '../../../test/support/tool-cases.ts';

const adding = { action: 'add', name: 'Kept' };

/** Calls of `manage_watchlists` for the tests of all tools. */
export const cases: HomeToolCases = {
  question: { action: 'list' },
  badInput: {
    good: { action: 'create', name: 'Kept', contracts: ['AAPL'] },
    unseen: { contracts: ['SHEL.GBP'] },
    bad: [
      ...badInstruments(adding, inList),
      ambiguous({ ...adding, contracts: ['ES:FUT'] }),
      stranger({}, /Known arguments/),
    ],
  },
  argumentsMatter: {
    begin: async (act) => {
      for (const { name } of await listsOf(act)) await act('manage_watchlists', { action: 'delete', name });
      await act('manage_watchlists', { action: 'create', name: 'Tech', contracts: ['AAPL', 'MSFT'] });
      await act('manage_watchlists', { action: 'create', name: 'Other', contracts: ['KO'] });
      return {};
    },
    kept: async (act) => {
      const lists = await listsOf(act);
      return Promise.all(lists.map(({ name }) => act('manage_watchlists', { action: 'get', name, quotes: false })));
    },
    changes: {
      action: pair({ action: 'add', name: 'Tech', contracts: ['AAPL'] }, { action: 'remove' }),
      name: pair({ action: 'get', name: 'Tech', quotes: false }, { name: 'Other' }),
      new_name: pair({ action: 'rename', name: 'Tech', new_name: 'A' }, { new_name: 'B' }),
      contracts: pair({ action: 'add', name: 'Tech', contracts: ['IBM'] }, { contracts: ['NVDA'] }),
      quotes: pair({ action: 'get', name: 'Tech' }, { quotes: false }),
    },
  },
};

async function listsOf(act: Act) {
  return manageWatchlists.output.parse(await act('manage_watchlists', { action: 'list' })).watchlists ?? [];
}
