import { wordlist } from '@scure/bip39/wordlists/english.js';
import { fromBase64Url } from '../base64-url.ts';

/** What two screens show of a relay, so that a person can tell that both speak of the same one. */
export interface RelayIdentity {
  /** The first sixteen bytes of the SHA-256 of the public key, in groups of four hexadecimal digits. */
  readonly fingerprint: string;
  /** Four words (44 bits) of the relay's key and its place in a Home; other words for another Home. */
  readonly phrase: string;
}

const domain = 'ibkr-remote-mcp relay phrase v1';
const phraseWords = 4;

/** @param publicKey of the relay, base64url */
export async function identify(home: string, device: string, publicKey: string): Promise<RelayIdentity> {
  const [ofKey, ofPlace] = await Promise.all([
    sha256(fromBase64Url(publicKey)),
    sha256(new TextEncoder().encode([domain, home, device, publicKey].join('\n'))),
  ]);
  const hex = Array.from(ofKey.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const phrase = Array.from({ length: phraseWords }, (_, at) => {
    const [high = 0, low = 0] = ofPlace.subarray(2 * at);
    return wordlist[(high * 256 + low) % wordlist.length];
  });
  return { fingerprint: hex.replace(/.{4}(?=.)/g, '$& '), phrase: phrase.join(' ') };
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
}
