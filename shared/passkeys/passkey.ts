/** EdDSA, ES256, RS256. Fixed, because the library's own choice depends on what the runtime can verify. */
export const passkeyAlgorithms: readonly number[] = [-8, -7, -257];

/** What is kept of a passkey: enough to know its next signature. */
export interface PasskeyKey {
  /** Credential id, base64url. */
  readonly id: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
  /** Signatures so far, as the authenticator counts; synced passkeys always say 0. */
  readonly counter: number;
  readonly transports: readonly string[];
}

/** To whom a passkey belongs: the domain that it is bound to for ever, and the one origin on which it is used. */
export interface RelyingParty {
  /** The relying party's id (WebAuthn §5.4.2): a domain, never an address. */
  readonly id: string;
  readonly origin: string;
}

/** Why a passkey was refused: for the person, and for the log. */
export class PasskeyError extends Error {}
