import { generateDeviceKey, signConnect } from '../../shared/tunnel/credential.ts';
import { type KeyChange, signKeyChange } from '../../shared/tunnel/key-change.ts';
import { type PairingRequest, pairedSchema, problemSchema } from '../../shared/tunnel/pairing.ts';
import { parseJson } from '../json.ts';
import { type DeviceKeyFile, writeDeviceKey } from './device-key.ts';
import { hubOrigin } from './hub-url.ts';

/** Pairing failed; the message is a sentence for the human. */
export class PairingError extends Error {
  override readonly name = 'PairingError';
  readonly reason: 'unreachable' | 'not_a_hub' | 'wrong_code' | 'expired_code' | 'too_many_attempts' | 'refused';

  constructor(reason: PairingError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface PairOptions {
  /** The server's address as the human typed it. */
  readonly url: string;
  /** The one-time code from the dashboard. */
  readonly code: string;
  /** What the dashboard calls this relay. */
  readonly name: string;
  /** This relay's version. */
  readonly version: string;
  /** The name of this machine. */
  readonly host: string;
  /** Where the key file goes. */
  readonly keyFile: string;
  readonly fetch?: typeof fetch;
}

const timeoutMs = 20_000;

/**
 * Exchanges a pairing code and a fresh public key for a place in the user's Home, and leaves the key file. The private
 * key never leaves this machine. Throws a `PairingError`, or an Error for an address or a file that cannot be used.
 */
export async function pair(options: PairOptions): Promise<Omit<DeviceKeyFile, 'privateKey'>> {
  const origin = hubOrigin(options.url);
  const { name, version } = options;
  const { publicKey, privateKey } = await generateDeviceKey();
  const body: PairingRequest = {
    ...{ code: options.code.trim(), publicKey, name, version },
    ...(options.host !== '' && { host: options.host.slice(0, 253) }),
  };
  const response = await post(options.fetch ?? fetch, `${origin}/relay/pair`, body);
  if (response.status !== 201) throw refusal(origin, response.status, response.body);
  const paired = pairedSchema.safeParse(response.body);
  if (!paired.success) throw notAHub(origin);
  const file: Omit<DeviceKeyFile, 'privateKey'> = { version: 1, url: origin, ...paired.data, name };
  writeDeviceKey(options.keyFile, { ...file, privateKey });
  return file;
}

/** Rotating the key: the server takes the new key first and keeps the old one until the new one has connected. */
export async function rotateKey(keyFile: string, key: DeviceKeyFile, send = fetch): Promise<DeviceKeyFile> {
  const { privateKey } = await generateDeviceKey();
  const authorization = await signConnect(key, key.url, Date.now() / 1_000);
  const body: KeyChange = await signKeyChange(privateKey, authorization);
  const response = await post(send, `${key.url}/relay/key`, body, { authorization });
  if (response.status !== 204) throw refusal(key.url, response.status, response.body);
  const changed = { ...key, privateKey };
  writeDeviceKey(keyFile, changed);
  return changed;
}

async function post(
  send: typeof fetch,
  url: string,
  body: PairingRequest | KeyChange,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: unknown }> {
  try {
    const response = await send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify(body),
      // Neither a code nor a signature must wander to another server.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    return { status: response.status, body: parseJson(text) };
  } catch (error) {
    throw new PairingError(
      'unreachable',
      `${new URL(url).origin} cannot be reached: ${whyUnreachable(error, timeoutMs)}`,
    );
  }
}

/** Why a `fetch` that was given `afterMs` got no answer, and what to check: the end of a sentence, and one more. */
export function whyUnreachable(error: unknown, afterMs: number): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return `it did not answer within ${afterMs / 1_000} seconds. Check the address and your internet connection.`;
  }
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'there is no such name. Check the address for typing errors.';
  if (code === 'ECONNREFUSED') return 'nothing listens there. Check the address, and that the server is running.';
  if (code.includes('CERT') || code.includes('TLS') || code.includes('SSL')) {
    return `its certificate is not valid (${code}). Check the address, and the clock of this machine.`;
  }
  return `the connection failed${code === '' ? '' : ` (${code})`}. Check the address and your internet connection.`;
}

function refusal(origin: string, status: number, body: unknown): PairingError {
  const told = problemSchema.safeParse(body).data?.error;
  const said = told === undefined ? undefined : [told.message, told.nextStep].filter(Boolean).join(' ');
  if (status === 403) {
    const message = 'The pairing code is wrong. Check it on the dashboard; letters and digits matter, spaces do not.';
    return new PairingError('wrong_code', said ?? message);
  }
  if (status === 410) {
    return new PairingError(
      'expired_code',
      said ?? 'The pairing code has expired or was used. Get a new one on the dashboard.',
    );
  }
  if (status === 429) {
    const message = 'Too many attempts. Wait a few minutes, then get a new pairing code on the dashboard.';
    return new PairingError('too_many_attempts', said ?? message);
  }
  if (told === undefined && (status === 404 || status === 405 || (status >= 300 && status < 400)))
    return notAHub(origin);
  return new PairingError('refused', said ?? `${origin} refused to pair (HTTP ${status}). Try again in a minute.`);
}

function notAHub(origin: string): PairingError {
  return new PairingError('not_a_hub', `${origin} answers, but it is no ibkr-remote-mcp server. Check the address.`);
}
