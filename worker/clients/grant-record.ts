import { z } from 'zod';

/** The members that are read of a grant's record, as the OAuth library 1.2 stores it. */
const grantRecord = z.object({
  id: z.string(),
  clientId: z.string(),
  scope: z.array(z.string()),
  createdAt: z.number(),
  metadata: z
    .object({ clientName: z.string(), accounts: z.array(z.string()) })
    .partial()
    .nullish(),
  /** There until the app has exchanged its code; such a grant ends by itself within ten minutes. */
  authCodeWrappedKey: z.string().optional(),
});
export type GrantRecord = z.output<typeof grantRecord>;

/** Reads a grant's record; undefined for what is none: one bad record must not cost what shows many. */
export function readGrantRecord(text: string): GrantRecord | undefined {
  try {
    return grantRecord.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** As the app calls itself, or its client id. */
export function appName({ metadata, clientId }: GrantRecord): string {
  return metadata?.clientName ?? clientId;
}
