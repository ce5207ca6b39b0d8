import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';
import { base64Url, credentialFields } from '../../shared/passkeys/assertion-schema.ts';
import type { RelyingParty } from '../../shared/passkeys/passkey.ts';
import { plainText } from '../../shared/plain-text.ts';
import type { Refusal } from '../directory.ts';
import { networkOf } from '../edge/attempts.ts';
import type { PageContext } from '../page-context.ts';
import { verifiedRegistration } from '../sign-in/passkeys.ts';
import { relyingParty } from '../sign-in/relying-party.ts';
import { signedInUser } from '../sign-in/session.ts';

/** What the endpoints for passkeys have in common: who asks, what they send, and how they are refused. */

const registrationSchema = z.object({
  ...credentialFields,
  response: z.object({
    clientDataJSON: base64Url,
    attestationObject: base64Url,
    transports: z.array(z.string().max(40)).max(20).optional(),
  }),
});

/** The secret of a ceremony. */
export const secret = z.string().max(64);

export const nameSchema = z
  .string()
  .max(200)
  .transform((text) => plainText(text).trim().slice(0, 60));

export const registrationAnswer = z.object({ secret, response: registrationSchema, name: nameSchema.default('') });

/** A refusal on its way to the person. */
export class Refused extends Error {
  readonly status: Refusal['status'];

  constructor({ problem, status }: Refusal) {
    super(problem);
    this.status = status;
  }
}

export const tooLate: Refusal = { problem: 'That took too long, or was answered before. Try again.', status: 409 };

export function checkRegistration(
  context: PageContext,
  challenge: string,
  response: z.infer<typeof registrationSchema>,
) {
  return verifiedRegistration(partyOf(context), challenge, response as RegistrationResponseJSON);
}

export async function whoIsSignedIn(context: PageContext) {
  const user = await signedInUser(context);
  if (!user) throw new Refused({ problem: 'Your session has ended. Sign in again.', status: 403 });
  return user;
}

export async function whoProvedIt(context: PageContext) {
  const user = await whoIsSignedIn(context);
  if (!user.fresh) {
    throw new Refused({ problem: 'Reload this page and confirm that it is you, then try again.', status: 403 });
  }
  return user;
}

export async function bodyOf<Shape extends z.ZodType>(context: PageContext, schema: Shape): Promise<z.infer<Shape>> {
  const parsed = schema.safeParse(await context.req.json().catch(() => undefined));
  if (!parsed.success) throw new Refused({ problem: 'This request could not be read. Reload the page.', status: 400 });
  return parsed.data;
}

export function partyOf(context: PageContext): RelyingParty {
  const party = relyingParty(context.env, new URL(context.req.url));
  if ('problem' in party) throw new Refused({ problem: party.problem, status: 409 });
  return party;
}

export function networkFrom({ req }: PageContext): string {
  return networkOf(req.raw) ?? 'local';
}

export function accepted<Result extends object>(result: Result): Exclude<Result, Refusal> {
  if ('problem' in result) throw new Refused(result as unknown as Refusal);
  return result as Exclude<Result, Refusal>;
}

export function refuse(refusal: Refusal | undefined): void {
  if (refusal) throw new Refused(refusal);
}
