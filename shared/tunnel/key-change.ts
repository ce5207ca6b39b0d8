import { z } from 'zod';
import { areSigned, type DevicePrivateKey, devicePublicKeySchema, signLines } from './credential.ts';

/**
 * How a relay changes its device key: a request with the credential of a connect, signed with the key that it has, tells
 * the new public key, and the new key signs for that very request. Prose is in docs/tunnel-protocol.md.
 */

/** What a relay posts to `/relay/key`. */
export const keyChangeSchema = z.object({
  publicKey: devicePublicKeySchema,
  /** The new key's signature: see {@link signKeyChange}. */
  proof: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});

export type KeyChange = z.infer<typeof keyChangeSchema>;

const domain = 'ibkr-remote-mcp relay key v1';

/** @param authorization the value of the request's `Authorization` header */
export async function signKeyChange(privateKey: DevicePrivateKey, authorization: string): Promise<KeyChange> {
  return { publicKey: privateKey.x, proof: await signLines(privateKey, [domain, authorization]) };
}

/** Whether whoever sent this has the new private key. @param authorization the request's `Authorization` header */
export function isKeyChangeSigned({ publicKey, proof }: KeyChange, authorization: string): Promise<boolean> {
  return areSigned([domain, authorization], proof, publicKey);
}
