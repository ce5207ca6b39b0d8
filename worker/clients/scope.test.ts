import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grantableScopes, grantedScopes, supportedScopes } from './scope.ts';

test.each([
  ['ibkr:read', 'ibkr:read'],
  ['ibkr:read offline_access', 'ibkr:read offline_access'],
  ['ibkr:read ibkr:trade', 'ibkr:read ibkr:trade'],
  ['ibkr:trade', 'ibkr:read ibkr:trade'],
  ['openid profile ibkr:read', 'ibkr:read'],
  ['ibkr:read ibkr:TRADE ibkr:trade2 ibkr:*', 'ibkr:read'],
  ['ibkr:read ibkr:read', 'ibkr:read'],
  ['', 'ibkr:read ibkr:trade offline_access'],
  ['openid', undefined],
  ['offline_access', undefined],
  ['IBKR:READ', undefined],
])('asked for %j, at most %j may be granted', (asked, grantable) => {
  expect(grantableScopes(asked.split(' ').filter(Boolean))?.join(' ')).toBe(grantable);
});

test('nothing is granted that was not asked for, and trading only by an act', () => {
  const words = fc.array(fc.oneof(fc.constantFrom(...supportedScopes, 'openid', 'email'), fc.string()), {
    minLength: 1,
  });
  fc.assert(
    fc.property(words, fc.boolean(), (asked, trade) => {
      const granted = grantedScopes(grantableScopes(asked) ?? [], trade);
      const readsByTrade = asked.includes('ibkr:trade') ? ['ibkr:read'] : [];
      for (const scope of granted) expect([...asked, ...readsByTrade]).toContain(scope);
      if (!trade) expect(granted).not.toContain('ibkr:trade');
    }),
  );
});
