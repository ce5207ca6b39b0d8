import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { devicePrivateKeySchema, opaqueIdSchema } from '../../shared/tunnel/credential.ts';
import { writeFileAtomic } from '../files.ts';
import { parseJson } from '../json.ts';

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

/** Writes the key file in place of an older one. @throws {FileError} */
export function writeDeviceKey(path: string, key: DeviceKeyFile): void {
  writeFileAtomic(path, `${JSON.stringify(deviceKeyFileSchema.parse(key), null, 2)}\n`);
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
