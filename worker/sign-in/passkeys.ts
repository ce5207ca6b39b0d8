import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { fromBase64Url, toBase64Url } from '../../shared/base64-url.ts';
import { checked } from '../../shared/passkeys/client-data.ts';
import { PasskeyError, type PasskeyKey, passkeyAlgorithms, type RelyingParty } from '../../shared/passkeys/passkey.ts';
import { ceremonyMs } from '../people/ceremony-time.ts';

/** For whom a passkey is made, as the authenticator keeps and shows it. */
interface PasskeyUser {
  /** At most 64 bytes. A passkey of the same handle takes the place of the one that an authenticator has for this server. */
  readonly handle: string;
  readonly name: string;
}

/** Whether the authenticator has to find it without being told which; where not, it need not even keep it. */
type Discoverable = 'required' | 'discouraged';

/** What the browser needs to make a passkey for this user. */
export function registrationOptions(
  party: RelyingParty,
  user: PasskeyUser,
  challenge: string,
  known: readonly Pick<PasskeyKey, 'id' | 'transports'>[],
  residentKey: Discoverable,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  return generateRegistrationOptions({
    rpName: 'ibkr-remote-mcp',
    rpID: party.id,
    userID: new Uint8Array(new TextEncoder().encode(user.handle)),
    userName: user.name,
    challenge: fromBase64Url(challenge),
    timeout: ceremonyMs,
    attestationType: 'none',
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })),
    authenticatorSelection: { residentKey, userVerification: 'required' },
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
