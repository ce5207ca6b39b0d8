import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { version } from '../../shared/version.ts';
import { ConfigError, type ConfigSources, keyFileIn, loadConfig } from '../config.ts';
import { parseJson } from '../json.ts';
import type { Check } from './check.ts';
import { type Diagnosis, diagnose } from './diagnosis.ts';
import { exitCodes } from './exit.ts';

const marks = { ok: '✓', failed: '✗', skipped: '–' } as const;

/**
 * Tests each hop and prints what it found. The settings are read as `run` would read them.
 *
 * @returns the exit code: 0 when nothing failed
 */
export async function doctor(sources: ConfigSources, json: boolean, print: (line: string) => void): Promise<number> {
  const onCheck = (check: Check) => {
    if (!json) print(`${marks[check.state]} ${check.name.padEnd(18)} ${check.detail}`);
  };
  const local = localSources(sources);
  if (local && !json) print(`The relay of npm start in ${local.folder}.\n`);
  const { ok, checks, nextStep } = await examine(local?.sources ?? sources, onCheck);
  if (json) print(JSON.stringify({ ok, version, checks, ...(nextStep && { nextStep }) }, null, 2));
  else print(ok ? '\nEverything works.' : `\nNext step: ${nextStep}`);
  return ok ? exitCodes.ok : exitCodes.failure;
}

async function examine(sources: ConfigSources, onCheck: (check: Check) => void): Promise<Diagnosis> {
  try {
    const { config, warnings } = loadConfig('run', sources);
    return await diagnose({ config, warnings, onCheck });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const nextStep = 'Correct these settings; docs/relay.md explains each.';
    const check: Check = { name: 'configuration', state: 'failed', detail: error.problems.join(' '), nextStep };
    onCheck(check);
    return { ok: false, checks: [check], nextStep };
  }
}

const localSettings = z.record(z.string(), z.string());
/** Where `npm start` keeps its relay unless told otherwise, from the project's folder. */
const localFolder = '.local/relay';

/** Where `npm start` leaves the settings of the relay that it runs. */
export function localSettingsIn(dataDir: string): string {
  return join(dataDir, 'npm-start.json');
}

/**
 * The settings of a relay that `npm start` runs: of the data folder that is named or, when no setting says which relay is
 * meant and none was paired in the usual folder, of the project's own.
 */
function localSources(sources: ConfigSources): { folder: string; sources: ConfigSources } | undefined {
  const { flags, env } = sources;
  const named = flags.dataDir ?? env.RELAY_DATA_DIR;
  const isOther = [flags.url, env.RELAY_URL, flags.gatewayPort, env.GATEWAY_PORT].some((value) => value !== undefined);
  if (named === undefined && (isOther || existsSync(keyFileIn(usualFolder(sources))))) return undefined;
  const folder = resolve(String(named ?? localFolder));
  try {
    const settings = localSettings.parse(parseJson(readFileSync(localSettingsIn(folder), 'utf8')));
    return { folder, sources: { flags, env: { ...settings, ...env } } };
  } catch {
    return undefined;
  }
}

function usualFolder(sources: ConfigSources): string {
  try {
    return loadConfig('doctor', sources).config.dataDir;
  } catch {
    return '';
  }
}
