import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBase64Url } from '../base64-url.ts';
import { fingerprintForm, fingerprintOf, readFingerprint } from './fingerprint.ts';

const bytes = (maxLength = 80) => fc.uint8Array({ minLength: 1, maxLength });
const keyOf = (id: Uint8Array, publicKey: Uint8Array) => ({ id: toBase64Url(id), publicKey: toBase64Url(publicKey) });

describe('the fingerprint of a key that approves', () => {
  test('is one that both ends have computed alike since the first release', () => {
    const key = keyOf(
      Uint8Array.from({ length: 16 }, (_, at) => at),
      Uint8Array.of(1, 2, 3),
    );
    expect(fingerprintOf(key)).toBe('9e8a-6491-e5b9-5e48-7a25-37f9-0acb-4073');
  });

  test('has its form, and is read back however it is typed', () => {
    fc.assert(
      fc.property(bytes(), bytes(), fc.integer({ min: 1, max: 39 }), (id, publicKey, shown) => {
        const fingerprint = fingerprintOf(keyOf(id, publicKey));
        expect(fingerprint).toMatch(fingerprintForm);
        const part = fingerprint.slice(0, shown).replace(/-$/, '');
        for (const typed of [part, part.toUpperCase(), part.replaceAll('-', ''), ` ${part.replaceAll('-', ' ')} `]) {
          expect(readFingerprint(typed)).toBe(part);
        }
      }),
    );
  });

  test('is another for another key, also where the bytes only stand elsewhere', () => {
    fc.assert(
      fc.property(bytes(), bytes(), bytes(), bytes(), (id, publicKey, otherId, otherKey) => {
        const same = toBase64Url(id) === toBase64Url(otherId) && toBase64Url(publicKey) === toBase64Url(otherKey);
        expect(fingerprintOf(keyOf(id, publicKey)) === fingerprintOf(keyOf(otherId, otherKey))).toBe(same);
      }),
    );
    fc.assert(
      fc.property(bytes(), fc.nat(), fc.nat(), (all, first, second) => {
        const split = (at: number) => keyOf(all.subarray(0, at % all.length), all.subarray(at % all.length));
        const same = first % all.length === second % all.length;
        expect(fingerprintOf(split(first)) === fingerprintOf(split(second))).toBe(same);
      }),
    );
  });

  test.each(['', '-', 'xyz', '0'.repeat(33), '3f0a_11', '３'])('does not begin with %o', (text) => {
    expect(readFingerprint(text)).toBeUndefined();
  });
});
