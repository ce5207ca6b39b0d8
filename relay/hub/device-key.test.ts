import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateDeviceKey } from '../../shared/tunnel/credential.ts';
import { type DeviceKeyFile, readDeviceKey, writeDeviceKey } from './device-key.ts';

let directory: string;
let key: DeviceKeyFile;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'device-key-'));
  const { privateKey } = await generateDeviceKey();
  key = {
    version: 1,
    url: 'https://mcp.example.com',
    home: 'home_012345',
    device: 'device_0123',
    name: 'attic',
    privateKey,
  };
});

afterEach(() => rm(directory, { recursive: true }));

describe('device key file', () => {
  it('comes back as written, in a directory and a file that only the owner can read', async () => {
    const path = join(directory, 'a', 'b', 'relay.json');
    writeDeviceKey(path, key);
    expect(await readDeviceKey(path)).toEqual(key);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, 'a', 'b'))).mode & 0o777).toBe(0o700);
  });

  it('replaces an earlier file and leaves nothing else behind', async () => {
    const path = join(directory, 'relay.json');
    await writeFile(path, 'old', { mode: 0o644 });
    writeDeviceKey(path, key);
    expect(await readDeviceKey(path)).toEqual(key);
    expect(await readdir(directory)).toEqual(['relay.json']);
  });

  it('leaves nothing behind when it cannot be put into place', async () => {
    const path = join(directory, 'taken');
    await mkdir(join(path, 'full'), { recursive: true });
    expect(() => writeDeviceKey(path, key)).toThrow();
    expect(await readdir(directory)).toEqual(['taken']);
  });

  it('is refused when others can read it, with the command that helps', async () => {
    const path = join(directory, 'relay.json');
    writeDeviceKey(path, key);
    await chmod(path, 0o640);
    await expect(readDeviceKey(path)).rejects.toThrow(`chmod 600 ${path}`);
  });

  it('asks for pairing when it is missing', async () => {
    await expect(readDeviceKey(join(directory, 'none'))).rejects.toMatchObject({ reason: 'missing' });
  });

  it('is refused when it is damaged, without showing what is in it', async () => {
    const path = join(directory, 'relay.json');
    for (const text of [
      '{',
      '{}',
      JSON.stringify({ ...key, url: 'https://a/b' }),
      JSON.stringify({ ...key, version: 2 }),
    ]) {
      await writeFile(path, text, { mode: 0o600 });
      const error: unknown = await readDeviceKey(path).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ reason: 'invalid' });
      expect(String(error)).not.toContain(key.privateKey.d);
    }
  });
});
