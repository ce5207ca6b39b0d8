import { type Alert, subjectOf } from '../../../../shared/alerts/alert.ts';
import { type Standing, standingOfAccount, standingOfQuote } from '../../../../shared/alerts/standing.ts';
import { parseContract } from '../../../../shared/contracts/index.ts';
import { getAccountSummary } from '../../../../shared/tools/get_account_summary.ts';
import { getQuotes } from '../../../../shared/tools/get_quotes.ts';
import type { AskRelay } from './context.ts';

/** Instruments that get_quotes takes at a time. */
const mostAtOnce = 50;
/** How an alert stands completes an answer that is good without it. */
const patienceMs = 20_000;

/**
 * How alerts stand, by id: what they compare now and how far that is from their limits. Those whose instrument or
 * account tells nothing now, and those of the clock, are not in it. Never rejects.
 */
export async function standingsOf(alerts: readonly Alert[], ask: AskRelay): Promise<ReadonlyMap<string, Standing>> {
  const found = new Map<string, Standing>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  const asked = Promise.all([onInstruments(alerts, ask, found), onAccounts(alerts, ask, found)]);
  await Promise.race([patience, asked.catch(() => undefined)]);
  clearTimeout(timer);
  return new Map(found);
}

async function onInstruments(alerts: readonly Alert[], ask: AskRelay, found: Map<string, Standing>): Promise<void> {
  const watching = alerts.filter(({ kind, conId }) => subjectOf[kind] === 'contract' && conId !== undefined);
  const conIds = [...new Set(watching.map(({ conId }) => String(conId)))];
  const parts = Array.from({ length: Math.ceil(conIds.length / mostAtOnce) }, (_, part) =>
    conIds.slice(part * mostAtOnce, (part + 1) * mostAtOnce),
  );
  const answers = await Promise.all(
    parts.map((contracts) =>
      ask(getQuotes, { contracts }).then(
        ({ quotes }) => quotes,
        () => [],
      ),
    ),
  );
  const quotes = new Map(answers.flat().map((quote) => [quote.conId, quote]));
  for (const alert of watching) {
    const quote = quotes.get(alert.conId);
    const standing = quote && standingOfQuote(alert, quote, secTypeOf(alert));
    if (standing) found.set(alert.id, standing);
  }
}

/** As the canonical string of its instrument says; undefined where that is a conId. */
function secTypeOf({ contract }: Alert): string | undefined {
  try {
    return contract === undefined ? undefined : parseContract(contract).secType;
  } catch {
    return undefined;
  }
}

async function onAccounts(alerts: readonly Alert[], ask: AskRelay, found: Map<string, Standing>): Promise<void> {
  const watching = alerts.filter(({ kind, account }) => subjectOf[kind] === 'account' && account !== undefined);
  if (watching.length === 0) return;
  const { accounts, asOf } = await ask(getAccountSummary, {});
  for (const alert of watching) {
    const values = accounts.find(({ account }) => account === alert.account);
    const standing = values && standingOfAccount(alert, values, asOf);
    if (standing) found.set(alert.id, standing);
  }
}
