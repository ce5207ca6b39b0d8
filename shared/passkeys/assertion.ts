import { type AuthenticationResponseJSON, verifyAuthenticationResponse } from '@simplewebauthn/server';
import { cose, decodeCredentialPublicKey } from '@simplewebauthn/server/helpers';
import { fromBase64Url } from '../base64-url.ts';
import type { Assertion } from './assertion-schema.ts';
import { checked } from './client-data.ts';
import { PasskeyError, type PasskeyKey, passkeyAlgorithms, type RelyingParty } from './passkey.ts';

/**
 * Checks a signature by this very key: challenge, origin, relying party, that the person was there and verified, and that
 * the key is of an algorithm that is accepted. Needs nothing of the host on which it runs.
 *
 * @param challenge what had to be signed, base64url
 * @returns the key's new counter
 * @throws PasskeyError
 */
export async function verifiedAssertion(
  party: RelyingParty,
  challenge: string,
  response: Assertion,
  key: Omit<PasskeyKey, 'transports'>,
): Promise<number> {
  // The library verifies with the key that it is given, whichever the response names.
  if (response.id !== key.id || response.rawId !== key.id) throw new PasskeyError('another passkey than was looked up');
  const { verified, authenticationInfo } = await checked(response, () => {
    const publicKey = fromBase64Url(key.publicKey);
    if (!passkeyAlgorithms.includes(Number(decodeCredentialPublicKey(publicKey).get(cose.COSEKEYS.alg)))) {
      throw new PasskeyError('a key of another algorithm');
    }
    return verifyAuthenticationResponse({
      response: response as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: { id: key.id, publicKey, counter: key.counter },
    });
  });
  if (!verified) throw new PasskeyError('wrong signature');
  return authenticationInfo.newCounter;
}
