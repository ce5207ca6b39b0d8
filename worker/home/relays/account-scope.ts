import type { RelayView } from './status.ts';

/** The accounts that a grant reaches, as its person chose them; undefined: all of them, later ones too. */
export type AccountScope = readonly string[] | undefined;

/** Whether that account may be seen. */
export function reaches(scope: AccountScope, account: string): boolean {
  return scope?.includes(account) ?? true;
}

/**
 * The relays as somebody sees them who reaches some accounts only: those that serve none of them are left out, unless
 * none serves any, and of the others' accounts only theirs are named.
 */
export function relaysWithin(relays: readonly RelayView[], scope: AccountScope): readonly RelayView[] {
  if (scope === undefined) return relays;
  const seen = relays.map(({ status, ...relay }) => ({
    ...relay,
    ...(status && {
      status: { ...status, accounts: status.accounts.filter(({ account }) => reaches(scope, account)) },
    }),
  }));
  const serving = seen.filter(({ status }) => (status?.accounts.length ?? 0) > 0);
  return serving.length > 0 ? serving : seen;
}
