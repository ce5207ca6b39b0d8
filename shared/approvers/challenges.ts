import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { toBase64Url } from '../base64-url.ts';

/**
 * What a key that approves is asked to sign, base64url. One field a line, the first of which says what it is for: what was
 * signed for one purpose, or for other fields, is nothing for another.
 */

/** That another key may approve, too, for the same Home. */
export function endorsementChallenge(home: string, fingerprint: string): string {
  return challengeOf(['ibkr-remote-mcp endorse approver v1', home, fingerprint]);
}

function challengeOf(lines: readonly string[]): string {
  return toBase64Url(sha256(utf8ToBytes(lines.join('\n'))));
}
