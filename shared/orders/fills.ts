/** What tells one execution report from another, and which of two reports of one fill counts. */
export interface ExecutionIdentity {
  /** IB's id. All but the digits after its last dot names the fill; those digits count its corrections. */
  readonly execId: string;
  readonly account: string;
}

/** What an execution cost and what it realized, as far as IB has told. */
export interface ExecutionCosts {
  /** Negative for a rebate; undefined until IB reports it. */
  readonly commission: number | undefined;
  readonly commissionCurrency: string | undefined;
  /** Commission deducted. Undefined for what only opened a position, and until IB reports it. */
  readonly realizedPnl: number | undefined;
}

/** The part of an execution's id that all its corrections share. */
export function fillOf(execId: string): string {
  const dot = execId.lastIndexOf('.');
  return dot < 0 ? execId : execId.slice(0, dot);
}

/** How many times an execution was corrected before this report of it; 0 where its id does not tell. */
export function revisionOf(execId: string): number {
  const digits = execId.slice(execId.lastIndexOf('.') + 1);
  return /^\d{1,9}$/.test(digits) ? Number(digits) : 0;
}

/**
 * The reports that count: of each account's fill the one with the highest revision, with the number of those it took
 * the place of. A report that is there twice counts once. In the order of the first report of each fill.
 *
 * A correction that comes without a commission keeps the one that was charged; what it realizes is unknown until it is
 * reported, because that depends on the price.
 */
export function effectiveFills<Report extends ExecutionIdentity & ExecutionCosts>(
  reports: readonly Report[],
): (Report & { readonly corrections: number })[] {
  const fills = new Map<string, Map<string, Report>>();
  for (const report of reports) {
    const key = `${report.account} ${fillOf(report.execId)}`;
    const revisions = fills.get(key) ?? new Map<string, Report>();
    if (!revisions.has(report.execId)) revisions.set(report.execId, report);
    fills.set(key, revisions);
  }
  return [...fills.values()].flatMap((revisions) => {
    const newestFirst = [...revisions.values()].sort((a, b) => revisionOf(b.execId) - revisionOf(a.execId));
    const [newest] = newestFirst;
    if (newest === undefined) return [];
    const { commission, commissionCurrency } = newestFirst.find((one) => one.commission !== undefined) ?? newest;
    return [{ ...newest, commission, commissionCurrency, corrections: newestFirst.length - 1 }];
  });
}
