import { fromBase64Url, toBase64Url } from '../../shared/base64-url.ts';

/** Random, hashed and compared secrets; WebCrypto only. */

/** A URL-safe random string with `bytes` bytes of entropy. */
export function randomToken(bytes = 32): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(bytes)));
}

/** SHA-256 of a secret, base64url: what is stored instead of the secret. */
export async function hashSecret(secret: string): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))));
}

/** Compares two strings in time that depends on neither's content. */
export async function equalSecrets(a: string, b: string): Promise<boolean> {
  const encoder = new TextEncoder();
  const [left, right] = await Promise.all([a, b].map((text) => crypto.subtle.digest('SHA-256', encoder.encode(text))));
  return crypto.subtle.timingSafeEqual(left as ArrayBuffer, right as ArrayBuffer);
}

/** Encrypts a text for whoever has the secret, which must have entropy of its own. @returns base64url */
export async function seal(secret: string, text: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
  const box = await crypto.subtle.encrypt(
    { name: cipher, iv },
    await sealingKey(secret),
    new TextEncoder().encode(text),
  );
  return toBase64Url(new Uint8Array([...iv, ...new Uint8Array(box)]));
}

/** What {@link seal} has sealed. @throws when the secret is another, or the text was changed */
export async function openSealed(secret: string, sealed: string): Promise<string> {
  const bytes = fromBase64Url(sealed);
  const iv = bytes.subarray(0, ivBytes);
  const plain = await crypto.subtle.decrypt({ name: cipher, iv }, await sealingKey(secret), bytes.subarray(ivBytes));
  return new TextDecoder().decode(plain);
}

const cipher = 'AES-GCM';
const ivBytes = 12;

/** Derived under a name of its own: the plain hash of a secret is stored beside what it seals. */
async function sealingKey(secret: string): Promise<CryptoKey> {
  const material = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`sealing key\0${secret}`));
  return crypto.subtle.importKey('raw', material, cipher, false, ['encrypt', 'decrypt']);
}
