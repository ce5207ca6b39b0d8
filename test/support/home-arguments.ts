import { manageAlerts } from '../../shared/tools/manage_alerts.ts';
import { manageWatchlists } from '../../shared/tools/manage_watchlists.ts';

/** For `arguments.test.ts`: calls in which each argument of each tool that runs at the user's Home makes a difference. */

/** Carries out a call that has to succeed. */
export type Act = (tool: string, args: object) => Promise<Record<string, unknown>>;

export interface HomeCase {
  /** Brings what the user keeps to the same beginning. @returns names of this file → the ids that they stand for now */
  readonly begin: (act: Act) => Promise<Readonly<Record<string, string>>>;
  /** All that the user keeps. */
  readonly kept: (act: Act) => Promise<unknown>;
  /** By argument: two calls that differ in nothing else. The second one succeeds. */
  readonly changes: Readonly<Record<string, readonly [object, object]>>;
}

const set = (base: object, change: object): readonly [object, object] => [base, { ...base, ...change }];

const watchlists: HomeCase = {
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
    action: set({ action: 'add', name: 'Tech', contracts: ['AAPL'] }, { action: 'remove' }),
    name: set({ action: 'get', name: 'Tech', quotes: false }, { name: 'Other' }),
    new_name: set({ action: 'rename', name: 'Tech', new_name: 'A' }, { new_name: 'B' }),
    contracts: set({ action: 'add', name: 'Tech', contracts: ['IBM'] }, { contracts: ['NVDA'] }),
    quotes: set({ action: 'get', name: 'Tech' }, { quotes: false }),
  },
};

async function listsOf(act: Act) {
  return manageWatchlists.output.parse(await act('manage_watchlists', { action: 'list' })).watchlists ?? [];
}

const price = { action: 'create', kind: 'price', contract: 'AAPL', above: 1e6 };
const cushion = { action: 'create', kind: 'cushion', below: 0.000_1, account: 'DU1234567' };

const alerts: HomeCase = {
  begin: async (act) => {
    for (const { id } of await alertsOf(act)) await act('manage_alerts', { action: 'delete', id });
    await act('manage_alerts', { action: 'create', kind: 'price', contract: 'MSFT', above: 1e6 });
    await act('manage_alerts', { action: 'create', kind: 'time', at: '2030-06-03T09:30:00-04:00' });
    return Object.fromEntries((await alertsOf(act)).map(({ id, kind }) => [`the ${kind} alert`, id]));
  },
  kept: alertsOf,
  changes: {
    action: set({ ...price, action: undefined }, { action: 'create' }),
    kind: set(price, { kind: 'change' }),
    contract: set(price, { contract: 'KO' }),
    account: set(cushion, { account: 'DU7654321' }),
    above: set(price, { above: 2e6 }),
    below: set(price, { below: 0.000_1 }),
    at: set({ action: 'create', kind: 'time', at: '2030-01-02T09:30:00-05:00' }, { at: '2030-01-02T09:30:00-06:00' }),
    repeat: set(price, { repeat: 'daily' }),
    note: set(price, { note: 'look at it' }),
    id: set({ action: 'delete', id: 'the price alert' }, { id: 'the time alert' }),
  },
};

async function alertsOf(act: Act) {
  return manageAlerts.output.parse(await act('manage_alerts', { action: 'list' })).alerts ?? [];
}

export const homeCases: Readonly<Record<string, HomeCase>> = {
  [manageWatchlists.name]: watchlists,
  [manageAlerts.name]: alerts,
};
