import { manageAlerts } from '../../../shared/tools/manage_alerts.ts';
import { type Act, pair } from '../../../test/support/arguments-matter.ts';
import { ambiguous, bad, badInstruments, stranger } from '../../../test/support/bad-input.ts';
import type { HomeToolCases } from '../../../test/support/tool-cases.ts';

/** One that is kept but never fires. */
const price = { action: 'create', kind: 'price', contract: 'AAPL', above: 1e6 };
const cushion = { action: 'create', kind: 'cushion', below: 0.000_1, account: 'DU1234567' };

/** Calls of `manage_alerts` for the tests of all tools. */
export const cases: HomeToolCases = {
  question: { action: 'list' },
  badInput: {
    good: price,
    unseen: { contract: 'SHEL.GBP' },
    bad: [
      ...badInstruments(price),
      ambiguous({ ...price, contract: 'ES:FUT' }),
      bad('an unknown account', { ...cushion, account: 'DU9999999' }, 'account_not_found', /Use one of/),
      stranger({}, /Known arguments/),
    ],
  },
  argumentsMatter: {
    begin: async (act) => {
      for (const { id } of await alertsOf(act)) await act('manage_alerts', { action: 'delete', id });
      await act('manage_alerts', { action: 'create', kind: 'price', contract: 'MSFT', above: 1e6 });
      await act('manage_alerts', { action: 'create', kind: 'time', at: '2030-06-03T09:30:00-04:00' });
      return Object.fromEntries((await alertsOf(act)).map(({ id, kind }) => [`the ${kind} alert`, id]));
    },
    // How an alert stands just now is not kept.
    kept: async (act) => (await alertsOf(act)).map((alert) => ({ ...alert, now: undefined })),
    changes: {
      action: pair({ ...price, action: undefined }, { action: 'create' }),
      kind: pair(price, { kind: 'change' }),
      contract: pair(price, { contract: 'KO' }),
      account: pair(cushion, { account: 'DU7654321' }),
      above: pair(price, { above: 2e6 }),
      below: pair(price, { below: 0.000_1 }),
      at: pair(
        { action: 'create', kind: 'time', at: '2030-01-02T09:30:00-05:00' },
        { at: '2030-01-02T09:30:00-06:00' },
      ),
      fire_now: pair({ ...price, above: 0.5 }, { fire_now: true }),
      repeat: pair(price, { repeat: 'daily' }),
      note: pair(price, { note: 'look at it' }),
      id: pair({ action: 'delete', id: 'the price alert' }, { id: 'the time alert' }),
    },
  },
};

async function alertsOf(act: Act) {
  return manageAlerts.output.parse(await act('manage_alerts', { action: 'list' })).alerts ?? [];
}
