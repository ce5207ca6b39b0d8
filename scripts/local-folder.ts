import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { holdDataFolder } from '../relay/commands/data-folder.ts';
import { localSettingsIn } from '../relay/commands/doctor.ts';
import { CommandError, exitCodes } from '../relay/commands/exit.ts';
import { keyFileIn } from '../relay/config.ts';
import { writeFileAtomic } from '../relay/files.ts';
import { readDeviceKey, writeDeviceKey } from '../relay/hub/device-key.ts';
import { eventually } from './processes.ts';

/** Where `npm start` keeps everything: one such process to a folder, and one relay in it. */
export class LocalFolder {
  readonly path: string;
  readonly worker: string;
  readonly relay: string;
  readonly gatewayState: string;
  readonly #release: () => void;
  readonly #pidFile: string;

  constructor(path: string, release: () => void) {
    this.path = path;
    this.worker = join(path, 'worker');
    this.relay = join(path, 'relay');
    this.gatewayState = join(path, 'gateway.json');
    this.#pidFile = pidFileIn(path);
    this.#release = release;
  }

  /**
   * Takes the folder for this process, and makes it when it is missing.
   * @throws Error with a sentence when it is taken, a part of an earlier start still uses it, or it cannot be written
   */
  static async take(path: string, another: string): Promise<LocalFolder> {
    const held = hold(path, another);
    const folder = new LocalFolder(path, () => held.release());
    // One that was started a moment ago may be about to end with its parent.
    await eventually(
      'the earlier runtime to end',
      async () => (await runtimesOf(folder.worker)).length === 0,
      5_000,
    ).catch(async () => {
      const pids = await runtimesOf(folder.worker);
      held.release();
      throw new Error(
        `The Workers runtime of an earlier start (process ${pids.join(', ')}) still uses ${path}. Stop it: kill ${pids.join(' ')}`,
      );
    });
    writeFileSync(folder.#pidFile, String(process.pid), { mode: 0o600 });
    return folder;
  }

  release(): void {
    rmSync(this.#pidFile, { force: true });
    this.#release();
  }

  /** Makes the pairing of an earlier start good for the server's address of now: the server itself is the same. */
  async moveRelayTo(origin: string): Promise<void> {
    const file = keyFileIn(this.relay);
    const key = await readDeviceKey(file).catch(() => undefined);
    if (key && key.url !== origin) writeDeviceKey(file, { ...key, url: origin });
  }

  /** Leaves the relay's settings where the doctor finds them. */
  noteSettings(settings: Readonly<Record<string, string>>): void {
    writeFileAtomic(localSettingsIn(this.relay), `${JSON.stringify(settings, null, 2)}\n`);
  }

  forgetSettings(): void {
    rmSync(localSettingsIn(this.relay), { force: true });
  }

  /** Forgets the accounts and what the relay remembers of them; tokens and the pairing stay. */
  beginAnew(): void {
    const records = ['performance.sqlite', 'fills.sqlite'].flatMap((name) => [name, `${name}-wal`, `${name}-shm`]);
    for (const name of [...records, 'flex']) rmSync(join(this.relay, name), { recursive: true, force: true });
    rmSync(this.gatewayState, { force: true });
  }
}

function pidFileIn(path: string): string {
  return join(path, 'pid');
}

function hold(path: string, another: string): { release(): void } {
  try {
    return holdDataFolder(path);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (error.exitCode !== exitCodes.inUse) throw new Error(`${error.message} Or keep it elsewhere: ${another}`);
    throw new Error(
      `${holderOf(path)} is already running with ${path}. Stop it, or give this one a folder of its own: ${another}`,
    );
  }
}

function holderOf(path: string): string {
  try {
    return `Process ${readFileSync(pidFileIn(path), 'utf8')}`;
  } catch {
    return 'Another npm start';
  }
}

/** Processes of the Workers runtime that were started with a configuration in this folder. */
async function runtimesOf(folder: string): Promise<number[]> {
  // Where there is no ps nobody can be found, which is no reason not to start.
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,args='], {
    maxBuffer: 16 * 1_048_576,
  }).catch(() => ({ stdout: '' }));
  return stdout
    .split('\n')
    .filter((line) => line.includes('workerd') && line.includes(join(folder, 'workerd.capnp')))
    .map((line) => Number.parseInt(line, 10));
}
