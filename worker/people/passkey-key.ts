/** How long a person may take over a ceremony, milliseconds. */
export const ceremonyMs = 5 * 60_000;

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
