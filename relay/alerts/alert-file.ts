import { readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
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
 * the past of each alert; only what had fired and was not told yet is lost, so that the file is put aside.
 * @param warn told why a file that is there could not be used
 */
export function alertFile(path: string, warn: (problem: string) => void): AlertStore {
  return {
    load() {
      let text: string;
      try {
        text = readFileSync(path, 'utf8');
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'ENOENT') warn(`The file of alerts cannot be read (${code}); they are taken from the server.`);
        return undefined;
      }
      const { data } = alertStateSchema.safeParse(parseJson(text));
      if (data === undefined) {
        putAside(path);
        warn(
          `The file of alerts is damaged and was put aside as ${basename(path)}.damaged; they are taken from the server.`,
        );
      }
      return data;
    },
    save(state) {
      writeFileAtomic(path, JSON.stringify(state));
    },
  };
}

function putAside(path: string): void {
  try {
    renameSync(path, `${path}.damaged`);
  } catch {
    // It is overwritten then.
  }
}
