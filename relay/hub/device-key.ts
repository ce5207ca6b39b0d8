import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { devicePrivateKeySchema, opaqueIdSchema } from '../../shared/tunnel/credential.ts';
import { parseJson } from '../files.ts';

/**
 * The key file that pairing leaves at home. It holds the relay's private key, so it is written with mode 0600 and
 * refused when others may read it. Its contents are never logged and never part of an error.
 */

const deviceKeyFileSchema = z.object({
  version: z.literal(1),
  /** The hub's origin, such as `https://mcp.example.com`. */
  url: z.string().max(300).refine(isOrigin),
  home: opaqueIdSchema,
  device: opaqueIdSchema,
  name: z.string().min(1).max(100),
  privateKey: devicePrivateKeySchema,
});

export type DeviceKeyFile = z.infer<typeof deviceKeyFileSchema>;

/** Something is wrong with the key file; the message is a sentence for the human and holds no secret. */
export class DeviceKeyError extends Error {
  override readonly name = 'DeviceKeyError';
  readonly reason: 'missing' | 'readable_by_others' | 'invalid' | 'unreadable';

  constructor(reason: DeviceKeyError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * Writes the key file atomically, with mode 0600. A directory that does not exist yet is created with mode 0700; one
 * that exists is left as it is, because it may be shared with other things.
 */
export async function writeDeviceKey(path: string, key: DeviceKeyFile): Promise<void> {
  const text = `${JSON.stringify(deviceKeyFileSchema.parse(key), null, 2)}\n`;
  const created = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // The umask may have removed bits that the owner needs.
  if (created !== undefined) await chmod(dirname(path), 0o700);
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.chmod(0o600);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Reads the key file. Throws a `DeviceKeyError` when it is missing, readable by others, or damaged. */
export async function readDeviceKey(path: string): Promise<DeviceKeyFile> {
  const parsed = deviceKeyFileSchema.safeParse(parseJson(await readPrivately(path)));
  if (parsed.success) return parsed.data;
  throw new DeviceKeyError('invalid', `The key file ${path} is damaged. Delete it and pair this relay again.`);
}

async function readPrivately(path: string): Promise<string> {
  try {
    // Windows has no such permission bits.
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) {
      throw new DeviceKeyError(
        'readable_by_others',
        `Other users of this machine can read the key file ${path}. Run "chmod 600 ${path}", and pair again if somebody may have copied it.`,
      );
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof DeviceKeyError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT') {
      throw new DeviceKeyError(
        'missing',
        `This relay is not paired yet: there is no key file at ${path}. Get a code on the dashboard and run the pair command.`,
      );
    }
    throw new DeviceKeyError('unreadable', `The key file ${path} cannot be read (${code}).`);
  }
}

function isOrigin(url: string): boolean {
  return URL.canParse(url) && new URL(url).origin === url;
}
