import { z } from 'zod';
import { fromBase64Url, toBase64Url } from '../base64-url.ts';
import { defineOperation } from '../operation.ts';
import { assertionSchema, base64Url, credentialId } from '../passkeys/assertion-schema.ts';
import { plainText } from '../plain-text.ts';
import { fingerprintForm } from './fingerprint.ts';

/** How Home offers keys that approve orders to relays, and hears which ones they have pinned; prose in docs/tunnel-protocol.md. */

/** The version of this exchange, apart from the tunnel's own. */
export const approversVersion = 1;

/** Of one person. */
export const maxApprovers = 10;

/** Of the keys that a person has removed, so many are still told. */
export const maxRevoked = 100;

/** At a relay, of all the Homes that it was paired with. */
export const maxPinned = 40;

export const fingerprintSchema = z.string().regex(fingerprintForm);

/** Base64url has several texts for some bytes; one of them is written. */
function isCanonical(text: string): boolean {
  try {
    return toBase64Url(fromBase64Url(text)) === text;
  } catch {
    return false;
  }
}

const host = /^(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/** Where a key was made: the only place at which what it signs counts. */
export const partySchema = z
  .object({ id: z.string().regex(host), origin: z.string().max(300) })
  .refine(({ id, origin }) => {
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    if (url?.origin !== origin) return false;
    const secure = url.protocol === 'https:' || url.hostname === 'localhost';
    return secure && (url.hostname === id || url.hostname.endsWith(`.${id}`));
  }, 'no page of this origin can use a passkey of this relying party');

/** A key that is offered. Its fingerprint is never told: whoever gets it computes it. */
export const offeredKeySchema = z.object({
  id: credentialId.refine(isCanonical),
  /** COSE key. */
  publicKey: base64Url.refine(isCanonical),
  name: z.string().max(100).overwrite(plainText),
  /** Epoch milliseconds. */
  createdAt: z.int().min(0),
  party: partySchema,
  /** A key that was pinned before vouches for it. */
  endorsement: z.object({ by: fingerprintSchema, assertion: assertionSchema }).optional(),
});
export type OfferedKey = z.output<typeof offeredKeySchema>;

/** Hands a relay all keys of the person. May be repeated, and come late. */
export const approversOffer = defineOperation({
  name: 'approvers.offer',
  input: z.object({
    version: z.literal(approversVersion),
    /** Home's name for exactly this list, which the relay repeats in its status. */
    list: z.string().regex(/^[\w-]{1,64}$/),
    keys: z.array(offeredKeySchema).max(maxApprovers),
    /** Keys that the person has removed on the dashboard. */
    revoked: z.array(fingerprintSchema).max(maxRevoked),
  }),
  output: z.object({ version: z.literal(approversVersion) }),
  timeoutMs: 10_000,
});
export type ApproversOffer = z.output<(typeof approversOffer)['input']>;

/** What a relay that can pin keys says of it in its status. */
export const approversStatusSchema = z.object({
  version: z.int().min(1),
  /** The last list that it was offered by this Home. */
  list: z.string().max(64).optional(),
  /** Those of this Home that are pinned, and not revoked. */
  pinned: z.array(fingerprintSchema).max(maxPinned),
});
export type ApproversStatus = z.output<typeof approversStatusSchema>;
