import { z } from 'zod';
import { plainText } from '../plain-text.ts';
import { devicePublicKeySchema, opaqueIdSchema } from './credential.ts';
import { relayInfoSchema } from './frames.ts';

/** The JSON bodies of pairing, and of whatever the hub refuses over HTTP. Prose is in docs/tunnel-protocol.md. */

/** What a relay posts to `/relay/pair`. */
export const pairingRequestSchema = z.object({
  /** The one-time code as a person copied it from the dashboard. */
  code: z.string().trim().min(1).max(200),
  publicKey: devicePublicKeySchema,
  /** What the dashboard calls this relay. */
  name: z.string().trim().pipe(relayInfoSchema.shape.name),
  /** The relay's version, for whoever looks into a pairing that fails; `hello` tells it again. */
  version: relayInfoSchema.shape.version.optional(),
  /** The name of the machine, by which its owner knows it. */
  host: z.string().overwrite(plainText).max(253).optional(),
});

export type PairingRequest = z.infer<typeof pairingRequestSchema>;

/** The answer to a code that was right: the user's Home, and this relay's id in it. */
export const pairedSchema = z.object({ home: opaqueIdSchema, device: opaqueIdSchema });

export type Paired = z.infer<typeof pairedSchema>;

/** Why the hub refuses a pairing or a connection; `code` is for programs, the rest for people. */
export const problemSchema = z.object({
  error: z.object({
    code: z.string().min(1).max(64).optional(),
    message: z.string().min(1).max(1_000),
    nextStep: z.string().min(1).max(1_000).optional(),
  }),
});

export type Problem = z.infer<typeof problemSchema>;
