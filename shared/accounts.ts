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

/**
 * Whether an account is certainly one of paper money: IB's numbers of those begin with DU, or DF for an advisor. Anything
 * else is taken for live, whatever port or login it came by.
 */
export function isPaperAccount(account: string): boolean {
  return /^D[UF][A-Z]?\d{4,12}$/.test(account);
}

/** Whether an account is an advisor's own, which trades for the groups of its clients: IB's numbers of those begin with F or I, on paper with DF. */
export function isAdvisorAccount(account: string): boolean {
  return /^D?[FI]/.test(account);
}
