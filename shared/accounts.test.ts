import { expect, it } from 'vitest';
import { accountsMeant } from './accounts.ts';

const both = ['DU1234567', 'U7654321'];
const papers = ['DU1234567', 'DU7654567'];

it.each([
  ['du1234567', both, ['DU1234567']],
  ['Paper', both, ['DU1234567']],
  ['live', both, ['U7654321']],
  ['4321', both, ['U7654321']],
  ['567', papers, papers],
  ['paper', papers, papers],
  ['live', papers, []],
  ['67', papers, []],
  ['U1234567', papers, []],
])('“%s” among %j means %j', (named, accounts, expected) => {
  const known = accounts.map((account) => ({
    account,
    kind: account.startsWith('D') ? ('paper' as const) : ('live' as const),
  }));
  expect(accountsMeant(named, known).map(({ account }) => account)).toEqual(expected);
});
