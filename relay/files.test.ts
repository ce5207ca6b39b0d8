import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ended, endOf, startCode } from '../test/support/run-code.ts';
import { writeFileAtomic } from './files.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'));
  path = join(folder, 'state.json');
});

afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true });
});

/** Writes `text` in a process of its own, which prints what `writeFileAtomic` threw. `before` is code to run first. */
function write(text: string, options: Parameters<typeof startCode>[1] = {}, before = ''): Promise<Ended> {
  const code = `
    ${before}
    const { writeFileAtomic } = await import('./relay/files.ts');
    try {
      writeFileAtomic(${JSON.stringify(path)}, ${JSON.stringify(text)});
    } catch (error) {
      console.log(JSON.stringify({ problem: error.problem, ...error.data }));
    }`;
  return endOf(startCode(code, options));
}

describe('writeFileAtomic', () => {
  it('writes for the owner alone, whatever the umask, in a folder that it makes', async () => {
    path = join(folder, 'made', 'state.json');
    await write('new', {}, 'process.umask(0o277);');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'made'))).mode & 0o777).toBe(0o700);
  });

  it('flushes the file before it has its name, and then the name', async () => {
    const record = `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const names = new Map();
      for (const name of ['openSync', 'fsyncSync', 'renameSync']) {
        const real = fs[name];
        fs[name] = (first, ...more) => {
          const result = real(first, ...more);
          if (name === 'openSync') names.set(result, first);
          else console.log(name, names.get(first) ?? first);
          return result;
        };
      }
      syncBuiltinESMExports();`;
    const { stdout } = await write('new', {}, record);
    expect(stdout.trim().split('\n')).toEqual([
      `fsyncSync ${path}.tmp`,
      `renameSync ${path}.tmp`,
      `fsyncSync ${folder}`,
    ]);
  });

  it('leaves the old file when the process is killed before the new one has its name; the next write cleans up', async () => {
    writeFileAtomic(path, 'old');
    const dieAtRename = `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      fs.renameSync = () => { process.kill(process.pid, 'SIGKILL'); };
      syncBuiltinESMExports();`;
    expect(await write('half', {}, dieAtRename)).toMatchObject({ signal: 'SIGKILL' });
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['state.json', 'state.json.tmp']);
    writeFileAtomic(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['state.json']);
  });

  it('is whole whenever the process is killed', async () => {
    for (let round = 0; round < 4; round += 1) {
      const child = startCode(`
        const { writeFileAtomic } = await import('./relay/files.ts');
        console.log('begins');
        for (let n = 0; ; n += 1) writeFileAtomic(${JSON.stringify(path)}, String(n % 10).repeat(300_000));`);
      await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
      await sleep(60 + 13 * round);
      child.kill('SIGKILL');
      await once(child, 'close');
      expect(await readFile(path, 'utf8')).toMatch(/^(\d)\1{299999}$/);
    }
  });

  it('does not follow a link that somebody put where it writes first', async () => {
    await writeFile(join(folder, 'other'), 'untouched');
    await symlink(join(folder, 'other'), `${path}.tmp`);
    writeFileAtomic(path, 'new');
    expect(await readFile(join(folder, 'other'), 'utf8')).toBe('untouched');
    expect(await readFile(path, 'utf8')).toBe('new');
  });
});

describe('a file that cannot be written', () => {
  it('keeps the old one when there is room for a part of the new one only, and says what to do', async () => {
    writeFileAtomic(path, 'old');
    const { stdout } = await write('x'.repeat(5_000), { fileBlocks: 4 });
    expect(JSON.parse(stdout)).toMatchObject({
      problem: 'full',
      message: 'The relay cannot write state.json: there is no space left for it in the data folder (EFBIG).',
      nextStep: expect.stringContaining('Free some space'),
    });
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['state.json']);
  });

  // Root may write everywhere, so another user tries.
  it('says whose the folder is when the relay’s user may not write there', async () => {
    const root = process.getuid?.() === 0;
    await chmod(folder, root ? 0o755 : 0o500);
    const { stdout } = await write('new', root ? { user: 65_534 } : {});
    expect(JSON.parse(stdout)).toMatchObject({
      problem: 'not_permitted',
      nextStep: expect.stringMatching(/chown.*belongs to user \d+; the relay runs as \d+/),
    });
  });

  it('says so when something else has the name, without the folder, which an assistant need not know', async () => {
    await mkdir(join(path, 'full'), { recursive: true });
    const { stdout } = await write('new');
    expect(JSON.parse(stdout)).toMatchObject({
      problem: 'failed',
      nextStep: expect.stringContaining('Check the disk'),
    });
    expect(stdout).not.toContain(folder);
    expect(await readdir(folder)).toEqual(['state.json']);
  });
});
