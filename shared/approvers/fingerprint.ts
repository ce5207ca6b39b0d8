import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { fromBase64Url } from '../base64-url.ts';
import type { PasskeyKey } from '../passkeys/passkey.ts';

const domain = 'ibkr-remote-mcp approver key v1';
const bytes = 16;

/** A fingerprint as it is shown: `3f0a-…`, eight groups of four hexadecimal digits. */
export const fingerprintForm = /^[0-9a-f]{4}(-[0-9a-f]{4}){7}$/;

/**
 * What a person compares on two screens to know that both speak of the same key: the first 128 bits of a hash of credential
 * id and public key.
 */
export function fingerprintOf({ id, publicKey }: Pick<PasskeyKey, 'id' | 'publicKey'>): string {
  const [idBytes, keyBytes] = [fromBase64Url(id), fromBase64Url(publicKey)];
  // The length keeps the two apart: no other pair has the same bytes.
  const length = Uint8Array.of(idBytes.length >> 8, idBytes.length & 255);
  const hash = sha256(concatBytes(utf8ToBytes(`${domain}\n`), length, idBytes, keyBytes));
  return inGroups(bytesToHex(hash.subarray(0, bytes)));
}

/**
 * The beginning of a fingerprint as somebody typed it, whatever its case, its spaces and its dashes.
 * @returns nothing when it cannot begin one
 */
export function readFingerprint(text: string): string | undefined {
  const digits = text.toLowerCase().replace(/[\s-]/g, '');
  return /^[0-9a-f]+$/.test(digits) && digits.length <= 2 * bytes ? inGroups(digits) : undefined;
}

function inGroups(digits: string): string {
  return digits.replace(/.{4}(?=.)/g, '$&-');
}
