import { describe, expect, test } from 'vitest';
import { type HomeRoute, mergeAccounts, routeCall as routeRequest } from './routing.ts';
import { composeStatus, type RelayView } from './status.ts';

const relay = (id: string, online: boolean, ...accounts: string[]): RelayView => ({
  id,
  name: id,
  online,
  status: {
    version: '1',
    gateway: { state: 'ready', since: '2026-11-20T00:00:00Z' },
    farms: [],
    accounts: accounts.map((account) => ({ account, kind: account.startsWith('D') ? 'paper' : 'live' })),
    trading: 'read-only',
  },
});

const routeCall = (op: string, account: unknown, relays: RelayView[], kind: 'read' | 'mutation' = 'read') =>
  routeRequest({ op, kind, args: { account } }, relays);

const ids = (route: HomeRoute) => ('relays' in route ? route.relays.map(({ id }) => id) : route.error.code);

describe('which relay answers', () => {
  const paper = relay('paper', true, 'DU1');
  const live = relay('live', true, 'U1');
  const away = relay('away', false, 'U2');

  test.each([
    ['nothing is paired', 'get_quotes', undefined, [], 'relay_offline'],
    ['nothing is connected', 'get_quotes', undefined, [away], 'relay_offline'],
    ['one is connected', 'get_positions', undefined, [paper], ['paper']],
    ['one of two is connected', 'get_positions', undefined, [away, paper], ['paper']],
    ['an account says which', 'get_positions', 'U1', [paper, live], ['live']],
    ['the account’s relay is away', 'get_positions', 'U2', [paper, away], 'relay_offline'],
    ['nobody has the account', 'get_positions', 'U9', [paper, live], ['paper']],
    ['half an answer would be wrong', 'get_positions', undefined, [paper, live], 'invalid_arguments'],
    ['all are asked for accounts', 'list_accounts', undefined, [paper, live], ['paper', 'live']],
    ['market data is the same everywhere', 'get_quotes', undefined, [paper, live], ['paper']],
  ])('%s: %s %s', (_, op, account, relays, expected) => {
    expect(ids(routeCall(op, account, relays))).toEqual(expected);
  });

  test('of two with the same account both know it: one that trades answers, or the one paired first', () => {
    const twin = relay('twin', true, 'DU1', 'DU3');
    const trades = { ...twin, status: { ...twin.status, orders: {} } } as RelayView;
    expect(ids(routeCall('get_positions', 'DU1', [paper, twin]))).toEqual(['paper']);
    expect(ids(routeCall('get_positions', 'DU1', [paper, trades]))).toEqual(['twin']);
    expect(ids(routeCall('list_accounts', undefined, [paper, twin]))).toEqual(['paper', 'twin']);
    // One that knows all accounts can answer for all.
    expect(ids(routeCall('get_positions', undefined, [paper, twin]))).toEqual(['twin']);
    expect(ids(routeCall('get_positions', undefined, [paper, relay('twin', true, 'DU1')]))).toEqual(['paper']);
    expect(ids(routeCall('get_positions', undefined, [twin, relay('third', true, 'DU1', 'DU4')]))).toBe(
      'invalid_arguments',
    );
    expect(ids(routeCall('get_positions', 'DU3', [paper, twin]))).toEqual(['twin']);
    expect(ids(routeCall('get_quotes', undefined, [paper, twin]))).toEqual(['paper']);
    expect(ids(routeCall('get_positions', 'DU1', [relay('twin', false, 'DU1'), paper]))).toEqual(['paper']);
    expect(composeStatus([paper, twin], new Date()).ok).toBe(true);
  });

  test('what is missing is named', () => {
    const route = routeCall('get_account_summary', undefined, [paper, live]);
    expect('error' in route && route.error.nextStep).toContain('DU1, U1');
    const offline = routeCall('get_positions', 'U2', [paper, away]);
    expect('error' in offline && offline.error.message).toContain('“away”');
  });
});

test('a question to several relays may name an account by its kind or last digits, when that is one', () => {
  const [paper, live] = [relay('paper', true, 'DU1000001'), relay('live', true, 'U1000002')];
  expect(ids(routeCall('get_positions', 'live', [paper, live]))).toEqual(['live']);
  expect(ids(routeCall('get_positions', '0001', [live, paper]))).toEqual(['paper']);
  expect(ids(routeCall('get_positions', 'paper', [paper, relay('other', true, 'DU1000003')]))).toBe(
    'account_not_found',
  );
});

describe('a mutation', () => {
  const paper = relay('paper', true, 'DU1');
  const live = relay('live', true, 'U1');
  const away = relay('away', false, 'U2');
  const twin = relay('twin', false, 'DU1');

  test.each([
    ['the only relay', undefined, [paper], ['paper']],
    ['the only relay, away', undefined, [away], 'relay_offline'],
    ['the relay of its account', 'U1', [paper, live], ['live']],
    ['the relay of its account, away', 'U2', [paper, away], 'relay_offline'],
    ['none without an account, even when one only is connected', undefined, [paper, away], 'invalid_arguments'],
    ['none for an account that no relay serves', 'U9', [paper, live], 'account_not_found'],
    ['none for an account of two, even when one of them is away', 'DU1', [paper, twin], 'invalid_arguments'],
    ['none when nothing is paired', 'DU1', [], 'relay_offline'],
  ])('goes to %s', (_, account, relays, expected) => {
    for (const op of ['get_quotes', 'list_accounts', 'get_positions']) {
      const route = routeCall(op, account, relays, 'mutation');
      expect(ids(route)).toEqual(expected);
      if ('error' in route) expect(route.error.nextStep).toBeDefined();
    }
  });
});

describe('accounts of several relays', () => {
  test('become one list', () => {
    const merged = mergeAccounts([
      { kind: 'value', value: { accounts: [{ account: 'DU1', relay: 'a' }] } },
      { kind: 'value', value: { accounts: [{ account: 'DU2' }, { account: 'DU1', relay: 'b' }] } },
    ]);
    expect(merged).toEqual({
      kind: 'value',
      value: { accounts: [{ account: 'DU1', relay: 'a' }, { account: 'DU2' }] },
    });
  });

  test('are not a list when one of them failed', () => {
    const error = { kind: 'error', error: { code: 'gateway_disconnected', message: 'x' } } as const;
    expect(mergeAccounts([{ kind: 'value', value: { accounts: [1] } }, error])).toBe(error);
  });
});
