import { verifyRegistrationResponse } from '@simplewebauthn/server';
import { endorsementChallenge } from '../../shared/approvers/challenges.ts';
import { fingerprintOf } from '../../shared/approvers/fingerprint.ts';
import type { OfferedKey } from '../../shared/approvers/offer.ts';
import { toBase64Url } from '../../shared/base64-url.ts';
import { assertionSchema } from '../../shared/passkeys/assertion-schema.ts';
import { Authenticator, type Lies } from './authenticator.ts';

export const approverParty = { id: 'example.com', origin: 'https://ibkr.example.com' };

/** A key that approves orders, with the authenticator that has it. */
export class TestApprover {
  readonly authenticator: Authenticator;
  readonly key: OfferedKey;
  readonly fingerprint: string;

  constructor(authenticator: Authenticator, key: OfferedKey) {
    this.authenticator = authenticator;
    this.key = key;
    this.fingerprint = fingerprintOf(key);
  }

  static async make(name = 'Key'): Promise<TestApprover> {
    const authenticator = new Authenticator(approverParty.origin);
    const challenge = Buffer.alloc(32).toString('base64url');
    const response = authenticator.register({ challenge, rp: approverParty, user: { id: 'x' } });
    const { registrationInfo } = await verifyRegistrationResponse({
      response: response as never,
      expectedChallenge: challenge,
      expectedOrigin: approverParty.origin,
      expectedRPID: approverParty.id,
    });
    if (!registrationInfo) throw new Error('not registered');
    const publicKey = toBase64Url(registrationInfo.credential.publicKey);
    const createdAt = Date.UTC(2026, 10, 29);
    return new TestApprover(authenticator, { id: authenticator.id, publicKey, name, createdAt, party: approverParty });
  }

  sign(challenge: string, lies?: Lies) {
    return assertionSchema.parse(this.authenticator.assert({ challenge, rpId: approverParty.id }, lies));
  }

  /** Its key with another's word for it. */
  vouchedBy(other: TestApprover, home: string, lies?: Lies): OfferedKey {
    const assertion = other.sign(endorsementChallenge(home, this.fingerprint), lies);
    return { ...this.key, endorsement: { by: other.fingerprint, assertion } };
  }
}
