/** An account as a relay's status tells it. */
interface KnownAccount {
  readonly account: string;
  readonly kind: 'paper' | 'live';
}

/**
 * The accounts that a name can mean: an id, in any case; else its last digits, three at least; else all that are paper,
 * or live. For questions only: what acts names its account in full.
 */
export function accountsMeant<Known extends KnownAccount>(named: string, accounts: readonly Known[]): readonly Known[] {
  const name = named.trim().toUpperCase();
  const exact = accounts.filter(({ account }) => account.toUpperCase() === name);
  if (exact.length > 0) return exact;
  if (name === 'PAPER' || name === 'LIVE') return accounts.filter(({ kind }) => kind.toUpperCase() === name);
  return /^\d{3,}$/.test(name) ? accounts.filter(({ account }) => account.endsWith(name)) : [];
}
