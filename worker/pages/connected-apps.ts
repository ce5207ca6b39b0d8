import { z } from 'zod';
import { scopes } from '../../shared/tools/support/define.ts';

/** What a page says of an app that a person has let in. */
export interface ConnectedApp {
  /** Of its grant. */
  id: string;
  /** As it calls itself, or its client id. */
  name: string;
  mayTrade: boolean;
  /** When it was let in, ISO 8601, UTC. */
  since: string;
}

/** The members that are read of a grant's record, as the OAuth library 1.2 stores it. */
const grantSchema = z.object({
  id: z.string(),
  clientId: z.string(),
  scope: z.array(z.string()),
  createdAt: z.number(),
  metadata: z.object({ clientName: z.string() }).partial().nullish(),
  /** There until the app has exchanged its code; such a grant ends by itself within ten minutes. */
  authCodeWrappedKey: z.string().optional(),
});

/** Undefined for what is no JSON: one bad record must not cost the page. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The apps behind a user's grant records, without those that never came back for a token. */
export function connectedApps(user: string, records: readonly { key: string; value: string }[]): ConnectedApp[] {
  return records.flatMap(({ key, value }) => {
    const { data: grant } = grantSchema.safeParse(parsed(value));
    // Records that the library keeps about a grant have a longer key.
    if (!grant || grant.authCodeWrappedKey !== undefined || key !== `grant:${user}:${grant.id}`) return [];
    return {
      id: grant.id,
      name: grant.metadata?.clientName ?? grant.clientId,
      mayTrade: grant.scope.includes(scopes.trade),
      since: new Date(grant.createdAt * 1_000).toISOString(),
    };
  });
}
