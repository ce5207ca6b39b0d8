import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { identify, type RelayIdentity } from '../../shared/tunnel/relay-identity.ts';
import { version } from '../../shared/version.ts';
import { type ConfigOf, keyFileIn } from '../config.ts';
import { DeviceKeyError, type DeviceKeyFile, readDeviceKey } from '../hub/device-key.ts';
import { PairingError, pair, rotateKey } from '../hub/pairing.ts';
import { cannotKeep, holdDataFolder, tryWriting } from './data-folder.ts';
import { CommandError, exitCodes } from './exit.ts';

const retryFirstMs = 2_000;
const retryLongestMs = 60_000;

type PairingConfig = Pick<ConfigOf<'pair'>, 'url' | 'pairingCode' | 'name' | 'dataDir'>;

/** The device key, or undefined while this relay is not paired. @throws CommandError when there is one that cannot be used */
export async function findKey(dataDir: string): Promise<DeviceKeyFile | undefined> {
  try {
    return await readDeviceKey(keyFileIn(dataDir));
  } catch (error) {
    if (!(error instanceof DeviceKeyError)) throw error;
    if (error.reason === 'missing') return undefined;
    throw new CommandError({ reason: error.message, exitCode: exitCodes.config });
  }
}

/** The pair command: pairs while no relay runs with this data folder. @throws CommandError */
export async function pairHere(config: PairingConfig): Promise<DeviceKeyFile> {
  const folder = holdDataFolder(config.dataDir);
  try {
    return await pairOnce(config);
  } finally {
    folder.release();
  }
}

/** What the dashboard shows of this relay, too, so that its owner can compare. */
export function identityOf({ home, device, privateKey }: DeviceKeyFile): Promise<RelayIdentity> {
  return identify(home, device, privateKey.x);
}

/**
 * The rotate-key command: the key file gets a new key, which counts from the relay's next start on. A relay that runs goes
 * on with the old one until then. @throws CommandError
 */
export async function rotateKeyHere({ dataDir }: Pick<PairingConfig, 'dataDir'>): Promise<DeviceKeyFile> {
  const key = await findKey(dataDir);
  if (!key) {
    const reason = 'This relay is not paired yet, so there is no key to rotate.';
    throw new CommandError({ reason, exitCode: exitCodes.notPaired });
  }
  try {
    tryWriting(dataDir);
    return await rotateKey(keyFileIn(dataDir), key);
  } catch (error) {
    throw asCommandError(dataDir, error);
  }
}

/** Spends the pairing code and keeps the new key. @throws CommandError */
async function pairOnce(config: PairingConfig): Promise<DeviceKeyFile> {
  const { url, pairingCode: code, name, dataDir } = config;
  if (!code) {
    const reason = 'A pairing code is needed: get one on the dashboard.';
    throw new CommandError({ reason, exitCode: exitCodes.notPaired });
  }
  if (!url) {
    const reason = 'RELAY_URL is needed to pair: set it to the address of your server.';
    throw new CommandError({ reason, exitCode: exitCodes.config });
  }
  const keyFile = keyFileIn(dataDir);
  try {
    // A code is spent by its use, so it is not used when the key could not be kept.
    tryWriting(dataDir);
    await pair({ url, code, name, version, host: hostname(), keyFile });
    return await readDeviceKey(keyFile);
  } catch (error) {
    throw asCommandError(dataDir, error);
  }
}

function asCommandError(dataDir: string, error: unknown): CommandError {
  if (!(error instanceof PairingError)) return cannotKeep(dataDir, error);
  const exitCode = error.reason === 'unreachable' ? exitCodes.unreachable : exitCodes.notPaired;
  return new CommandError({ reason: error.message, exitCode });
}

/** Pairs as soon as the server can be reached, for a relay that starts before the network. @throws CommandError */
export async function pairWhenReachable(
  config: PairingConfig,
  logger: Logger,
  signal: AbortSignal,
): Promise<DeviceKeyFile> {
  for (let waitMs = retryFirstMs; ; waitMs = Math.min(waitMs * 2, retryLongestMs)) {
    try {
      const key = await pairOnce(config);
      const { phrase, fingerprint } = await identityOf(key);
      logger.info({ device: key.device, server: key.url, fingerprint }, `paired; the dashboard must show: ${phrase}`);
      return key;
    } catch (error) {
      if (!(error instanceof CommandError) || error.exitCode !== exitCodes.unreachable) throw error;
      logger.warn({ retryInMs: waitMs }, error.message);
      await sleep(waitMs, undefined, { signal });
    }
  }
}
