import { z } from 'zod';
import { fromBase64Url, toBase64Url } from '../base64-url.ts';

/**
 * The relay's credential: an Ed25519 device key made at pairing. Every connect is signed anew, for one hub, for a short
 * time. Only the public key is stored by the hub; the private key never leaves the relay.
 *
 * `Authorization: IBKR-Relay v1.<home>.<device>.<issuedAtSec>.<nonce>.<signature>`
 */

export const credentialScheme = 'IBKR-Relay';

/** How far the relay's clock may be off, in seconds, in either direction. */
export const clockSkewSec = 90;

/** Opaque ids of a home and of a device. */
export const opaqueIdSchema = z.string().regex(/^[A-Za-z0-9_-]{10,40}$/);

const domain = 'ibkr-remote-mcp relay connect v1';
const algorithm = 'Ed25519';
const nonceBytes = 16;

/** The private key as a JSON Web Key (RFC 8037). A secret. */
export const devicePrivateKeySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  d: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});

export type DevicePrivateKey = z.infer<typeof devicePrivateKeySchema>;

/** The public key: its 32 bytes in base64url without padding. */
export const devicePublicKeySchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

export interface DeviceKey {
  readonly publicKey: string;
  readonly privateKey: DevicePrivateKey;
}

/** Who connects, and the key that proves it. */
export interface ConnectIdentity {
  readonly home: string;
  readonly device: string;
  readonly privateKey: DevicePrivateKey;
}

/** A parsed, not yet verified, connect credential. */
export interface ConnectCredential {
  readonly home: string;
  readonly device: string;
  readonly issuedAtSec: number;
  readonly nonce: string;
  readonly signature: string;
}

export type ConnectVerdict =
  /** Genuine. The hub must refuse a `nonce` that it saw before, and may forget it after `nonceExpiresAtSec`. */
  | { readonly ok: true; readonly nonce: string; readonly nonceExpiresAtSec: number }
  | { readonly ok: false; readonly reason: 'bad_signature'; readonly message: string }
  | {
      readonly ok: false;
      readonly reason: 'clock_skew';
      readonly message: string;
      readonly serverTimeSec: number;
      /** Positive when the relay's clock is ahead. */
      readonly skewSec: number;
    };

/** Makes a new device key. */
export async function generateDeviceKey(): Promise<DeviceKey> {
  const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('Ed25519 must yield a key pair');
  const privateKey = devicePrivateKeySchema.parse(await crypto.subtle.exportKey('jwk', pair.privateKey));
  return { publicKey: privateKey.x, privateKey };
}

/**
 * The value of the `Authorization` header for one connect.
 * @param audience the hub's origin, such as `https://mcp.example.com`
 * @param nowSec the wall clock in seconds
 */
export async function signConnect(identity: ConnectIdentity, audience: string, nowSec: number): Promise<string> {
  const home = opaqueIdSchema.parse(identity.home);
  const device = opaqueIdSchema.parse(identity.device);
  const nonce = toBase64Url(crypto.getRandomValues(new Uint8Array(nonceBytes)));
  const issuedAtSec = Math.floor(nowSec);
  const signature = await signLines(identity.privateKey, linesOf(audience, { home, device, issuedAtSec, nonce }));
  return `${credentialScheme} v1.${home}.${device}.${issuedAtSec}.${nonce}.${signature}`;
}

const connectPattern =
  /^IBKR-Relay v1\.([A-Za-z0-9_-]{10,40})\.([A-Za-z0-9_-]{10,40})\.([0-9]{1,12})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{86})$/;

/** Reads an `Authorization` header, or gives undefined when it is absent or not of this form. Proves nothing. */
export function parseConnect(header: string | null | undefined): ConnectCredential | undefined {
  const match = header?.match(connectPattern);
  const [, home, device, issuedAt, nonce, signature] = match ?? [];
  if (home === undefined || device === undefined || nonce === undefined || signature === undefined) return undefined;
  return { home, device, issuedAtSec: Number(issuedAt), nonce, signature };
}

/**
 * Verifies a credential against the public key that the hub stores for the device. Whether the nonce was used before
 * and whether the device is revoked is for the caller to check.
 * @param audience the hub's own origin
 * @param nowSec the hub's wall clock in seconds
 */
export async function verifyConnect(
  credential: ConnectCredential,
  publicKey: string,
  audience: string,
  nowSec: number,
): Promise<ConnectVerdict> {
  // The signature comes first: a stranger learns nothing, and only the genuine relay is told about its clock.
  if (!(await areSigned(linesOf(audience, credential), credential.signature, publicKey))) {
    return { ok: false, reason: 'bad_signature', message: 'The signature of this relay is not valid here.' };
  }
  const { issuedAtSec, nonce } = credential;
  const serverTimeSec = Math.floor(nowSec);
  const skewSec = issuedAtSec - serverTimeSec;
  if (Math.abs(skewSec) > clockSkewSec) {
    const direction = skewSec > 0 ? 'ahead of' : 'behind';
    const serverTime = new Date(serverTimeSec * 1_000).toISOString();
    const message = `The clock of this relay is ${Math.abs(skewSec)} seconds ${direction} the server's (${serverTime}). Set it, for example with NTP, and the relay will connect.`;
    return { ok: false, reason: 'clock_skew', message, serverTimeSec, skewSec };
  }
  return { ok: true, nonce, nonceExpiresAtSec: issuedAtSec + clockSkewSec + 1 };
}

/** Signs a message of one field a line, the first of which names what is signed, so that no field can pass for another. */
export async function signLines(privateKey: DevicePrivateKey, lines: readonly string[]): Promise<string> {
  const { kty, crv, x, d } = devicePrivateKeySchema.parse(privateKey);
  const key = await crypto.subtle.importKey('jwk', { kty, crv, x, d }, algorithm, false, ['sign']);
  return toBase64Url(new Uint8Array(await crypto.subtle.sign(algorithm, key, bytesOf(lines))));
}

/** Whether that key has signed these lines; false as well for what is no key or no signature. */
export async function areSigned(lines: readonly string[], signature: string, publicKey: string): Promise<boolean> {
  if (!devicePublicKeySchema.safeParse(publicKey).success) return false;
  try {
    const key = await crypto.subtle.importKey('raw', fromBase64Url(publicKey), algorithm, false, ['verify']);
    return await crypto.subtle.verify(algorithm, key, fromBase64Url(signature), bytesOf(lines));
  } catch {
    return false;
  }
}

function linesOf(audience: string, signed: Omit<ConnectCredential, 'signature'>): string[] {
  const { home, device, issuedAtSec, nonce } = signed;
  return [domain, new URL(audience).origin, home, device, String(issuedAtSec), nonce];
}

function bytesOf(lines: readonly string[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(lines.join('\n')));
}
