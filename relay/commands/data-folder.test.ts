import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endOf, startCode } from '../../test/support/run-code.ts';
import { holdDataFolder, tryWriting } from './data-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'data-folder-'));
});

afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true });
});

/** Takes a folder in a process of its own, until that is killed. */
async function holdElsewhere(path: string): Promise<ReturnType<typeof startCode>> {
  const child = startCode(`
    const { holdDataFolder } = await import('./relay/commands/data-folder.ts');
    globalThis.held = holdDataFolder(${JSON.stringify(path)});
    console.log('held');
    setInterval(() => {}, 1_000);`);
  await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return child;
}

const inUse = () => expect.objectContaining({ exitCode: 75, message: expect.stringContaining(folder) });

describe('holdDataFolder', () => {
  it('keeps every other process out until this one is gone, killed or not', async () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const holder = await holdElsewhere(folder);
      expect(() => holdDataFolder(folder)).toThrow(inUse());
      holder.kill(signal);
      await once(holder, 'exit');
      holdDataFolder(folder).release();
    }
  });

  it('keeps out whoever comes by another name of the same folder', async () => {
    const alias = `${folder}-alias`;
    await symlink(folder, alias);
    const holder = await holdElsewhere(alias);
    expect(() => holdDataFolder(folder)).toThrow(inUse());
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await rm(alias);
  });

  it('holds on while this process asks again, and leaves nothing but an empty file for its owner', async () => {
    const held = holdDataFolder(folder);
    expect(() => holdDataFolder(folder)).toThrow(inUse());
    const code = `
      const { holdDataFolder } = await import('./relay/commands/data-folder.ts');
      try { holdDataFolder(${JSON.stringify(folder)}); } catch (error) { console.log(error.exitCode); }`;
    expect((await endOf(startCode(code))).stdout).toBe('75\n');
    expect(await readdir(folder)).toEqual(['relay.lock']);
    const { size, mode } = await stat(join(folder, 'relay.lock'));
    expect([size, mode & 0o777]).toEqual([0, 0o600]);
    held.release();
    held.release();
    holdDataFolder(folder).release();
  });

  it('makes the folder', async () => {
    const path = join(folder, 'new');
    holdDataFolder(path).release();
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  it('refuses a folder that cannot be locked, and does not run without', async () => {
    await writeFile(join(folder, 'relay.lock'), 'something else, long enough to be no database '.repeat(20));
    expect(() => holdDataFolder(folder)).toThrow(
      expect.objectContaining({ exitCode: 78, message: expect.stringContaining('cannot be locked') }),
    );
  });

  it('says what to do when the path is no folder', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(() => holdDataFolder(join(folder, 'file'))).toThrow(
      expect.objectContaining({ exitCode: 78, message: expect.stringContaining('Nothing can be kept in') }),
    );
  });
});

describe('tryWriting', () => {
  it('leaves nothing behind', async () => {
    tryWriting(folder);
    expect(await readdir(folder)).toEqual([]);
  });

  it('fails where only an empty file would do', async () => {
    await mkdir(join(folder, 'data'));
    const code = `
      const { tryWriting } = await import('./relay/commands/data-folder.ts');
      try { tryWriting(${JSON.stringify(join(folder, 'data'))}); } catch (error) { console.log(error.problem); }`;
    expect((await endOf(startCode(code, { fileBlocks: 1 }))).stdout).toBe('full\n');
  });
});
