import { scopes } from '../../shared/tools/support/define.ts';
import { appName, readGrantRecord } from '../clients/grant-record.ts';

/** What a page says of an app that a person has let in. */
export interface ConnectedApp {
  /** Of its grant. */
  id: string;
  /** As it calls itself, or its client id. */
  name: string;
  mayTrade: boolean;
  /** Which accounts it sees; all when absent. */
  accounts?: readonly string[];
  /** When it was let in, ISO 8601, UTC. */
  since: string;
}

/** The apps behind a user's grant records, without those that never came back for a token. */
export function connectedApps(user: string, records: readonly { key: string; value: string }[]): ConnectedApp[] {
  return records.flatMap(({ key, value }) => {
    const grant = readGrantRecord(value);
    // Records that the library keeps about a grant have a longer key.
    if (!grant || grant.authCodeWrappedKey !== undefined || key !== `grant:${user}:${grant.id}`) return [];
    return {
      id: grant.id,
      name: appName(grant),
      mayTrade: grant.scope.includes(scopes.trade),
      ...(grant.metadata?.accounts && { accounts: grant.metadata.accounts }),
      since: new Date(grant.createdAt * 1_000).toISOString(),
    };
  });
}
