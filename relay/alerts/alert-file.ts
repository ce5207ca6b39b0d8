import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { firingSchema } from '../../shared/alerts/alert.ts';
import { watchedAlertSchema } from '../../shared/alerts/sync.ts';
import { writeFileAtomic } from '../files.ts';
import { parseJson } from '../json.ts';

const alertStateSchema = z.object({
  version: z.literal(1),
  /** The user's Home that these alerts belong to. */
  home: z.string(),
  revision: z.number().int().min(0),
  alerts: z.array(watchedAlertSchema),
  /** Not acknowledged by Home, oldest first. */
  pending: z.array(firingSchema),
});

/** What a relay knows about alerts, as it is on disk. */
export type AlertState = z.infer<typeof alertStateSchema>;

/** Keeps the state of the alerts; `save` returns when it is safe, and throws when it is not. */
export interface AlertStore {
  load(): AlertState | undefined;
  save(state: AlertState): void;
}

export function alertFileIn(dataDir: string): string {
  return join(dataDir, 'alerts.json');
}

/**
 * The alerts in a file that is replaced as a whole. One that cannot be read counts as none, since Home has the list and
 * the past of each alert.
 */
export function alertFile(path: string): AlertStore {
  return {
    load() {
      let text: string;
      try {
        text = readFileSync(path, 'utf8');
      } catch {
        return undefined;
      }
      return alertStateSchema.safeParse(parseJson(text)).data;
    },
    save(state) {
      writeFileAtomic(path, JSON.stringify(state));
    },
  };
}
