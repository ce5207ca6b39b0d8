import { z } from 'zod';

/** Far more than any authenticator sends. */
export const base64Url = z
  .string()
  .regex(/^[\w-]+$/)
  .max(8_192);

/** The id of a credential. */
export const credentialId = base64Url.max(1_400);

/** What every answer of an authenticator holds (WebAuthn §5.1, as JSON). */
export const credentialFields = {
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  clientExtensionResults: z.looseObject({}).default({}),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional(),
};

/** A passkey's signature, as a browser sends it. */
export const assertionSchema = z.object({
  ...credentialFields,
  response: z.object({
    clientDataJSON: base64Url,
    authenticatorData: base64Url,
    signature: base64Url,
    userHandle: base64Url.max(128).optional(),
  }),
});
export type Assertion = z.output<typeof assertionSchema>;
