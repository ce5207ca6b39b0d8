import { wordlist } from '@scure/bip39/wordlists/english.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toBase64Url } from '../base64-url.ts';
import { identify } from './relay-identity.ts';

const home = 'home_0123456789';
const key = toBase64Url(new Uint8Array(32).fill(7));

test('a relay is known by the same words and digits on both sides', async () => {
  // By hand: printf '\x07%.0s' {1..32} | sha256sum, and the sum of the four lines, two bytes a word.
  expect(await identify(home, 'device_0123', key)).toEqual({
    fingerprint: '4bb0 6f8e 4e3a 7715 d201 d573 d0aa 4237',
    phrase: 'future rifle carpet dutch',
  });
});

test('another key, place or Home has other words; a fingerprint is the key’s alone', async () => {
  const own = await identify(home, 'device_0123', key);
  const id = fc.stringMatching(/^[A-Za-z0-9_-]{10,40}$/);
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  await fc.assert(
    fc.asyncProperty(id, id, bytes, async (otherHome, device, otherKey) => {
      const other = await identify(otherHome, device, toBase64Url(otherKey));
      expect(other.fingerprint).toMatch(/^(?:[0-9a-f]{4} ){7}[0-9a-f]{4}$/);
      const words = other.phrase.split(' ');
      expect(words).toHaveLength(4);
      for (const word of words) expect(wordlist).toContain(word);
      expect(other.phrase).not.toBe(own.phrase);
      expect(other.fingerprint).not.toBe(own.fingerprint);
      expect((await identify(home, 'device_0123', toBase64Url(otherKey))).fingerprint).toBe(other.fingerprint);
    }),
  );
});
