import { version } from '../../shared/version.ts';
import { ConfigError, type ConfigSources, loadConfig } from '../config.ts';
import { type Check, type Diagnosis, diagnose } from './diagnosis.ts';
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
  const { ok, checks, nextStep } = await examine(sources, onCheck);
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
