import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { fromBase64Url, toBase64Url } from '../../shared/base64-url.ts';
import { ceremonyMs, type PasskeyKey } from '../people/passkey-key.ts';
import type { RelyingParty } from './relying-party.ts';

/** EdDSA, ES256, RS256. Fixed, because the library's own choice depends on what the runtime can verify. */
export const passkeyAlgorithms: readonly number[] = [-8, -7, -257];

/** Why a passkey was refused: for the person, and for the log. */
export class PasskeyError extends Error {}

/** What the browser needs to make a passkey for this user that signs in without a name. */
export function registrationOptions(
  party: RelyingParty,
  user: { id: string; name: string },
  challenge: string,
  known: readonly Pick<PasskeyKey, 'id' | 'transports'>[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  return generateRegistrationOptions({
    rpName: 'ibkr-remote-mcp',
    rpID: party.id,
    userID: new Uint8Array(new TextEncoder().encode(user.id)),
    userName: user.name,
    challenge: fromBase64Url(challenge),
    timeout: ceremonyMs,
    attestationType: 'none',
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: [...passkeyAlgorithms],
  });
}

/** What the browser needs to use a passkey. @param known ids that count; none: whichever the person has here */
export function assertionOptions(
  party: RelyingParty,
  challenge: string,
  known: readonly Pick<PasskeyKey, 'id' | 'transports'>[] = [],
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: party.id,
    challenge: fromBase64Url(challenge),
    timeout: ceremonyMs,
    userVerification: 'required',
    allowCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })),
  });
}

/** Checks what the browser made. @throws PasskeyError */
export async function verifiedRegistration(
  party: RelyingParty,
  challenge: string,
  response: RegistrationResponseJSON,
): Promise<PasskeyKey & { backedUp: boolean }> {
  const { registrationInfo } = await checked(response, () =>
    verifyRegistrationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...passkeyAlgorithms],
    }),
  );
  if (!registrationInfo) throw new PasskeyError('not verified');
  const { credential, credentialBackedUp } = registrationInfo;
  return {
    id: credential.id,
    publicKey: toBase64Url(credential.publicKey),
    counter: credential.counter,
    transports: (credential.transports ?? []).slice(0, 10).map((name) => name.slice(0, 20)),
    backedUp: credentialBackedUp,
  };
}

/** Checks a signature by this very key. @returns its new counter @throws PasskeyError */
export async function verifiedAssertion(
  party: RelyingParty,
  challenge: string,
  response: AuthenticationResponseJSON,
  key: PasskeyKey,
): Promise<number> {
  // The library verifies with the key that it is given, whichever the response names.
  if (response.id !== key.id || response.rawId !== key.id) throw new PasskeyError('another passkey than was looked up');
  const { verified, authenticationInfo } = await checked(response, () =>
    verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: {
        id: key.id,
        publicKey: fromBase64Url(key.publicKey),
        counter: key.counter,
        transports: [...key.transports],
      },
    }),
  );
  if (!verified) throw new PasskeyError('wrong signature');
  return authenticationInfo.newCounter;
}

/** Runs the library's check, which throws for what is wrong, after one of ours. */
async function checked<Result>(
  { response: { clientDataJSON } }: { response: { clientDataJSON: string } },
  verify: () => Promise<Result>,
): Promise<Result> {
  try {
    // A page of another site may hold ours in a frame; some browsers then name no top origin for the library to refuse.
    const { crossOrigin } = JSON.parse(new TextDecoder().decode(fromBase64Url(clientDataJSON))) as {
      crossOrigin?: unknown;
    };
    if (crossOrigin === true) throw new PasskeyError('used in a frame of another site');
    return await verify();
  } catch (thrown) {
    if (thrown instanceof PasskeyError) throw thrown;
    throw new PasskeyError(thrown instanceof Error ? thrown.message : 'unreadable', { cause: thrown });
  }
}
