import { Hono } from 'hono';
import { z } from 'zod';
import { endorsementChallenge } from '../../shared/approvers/challenges.ts';
import { fingerprintSchema } from '../../shared/approvers/offer.ts';
import { verifiedAssertion } from '../../shared/passkeys/assertion.ts';
import { assertionSchema } from '../../shared/passkeys/assertion-schema.ts';
import type { Refusal } from '../directory.ts';
import type { PageEnv } from '../page-context.ts';
import { assertionOptions, registrationOptions } from '../sign-in/passkeys.ts';
import { directoryOf } from './objects.ts';
import { ownerHere } from './owner-here.ts';
import {
  accepted,
  bodyOf,
  checkRegistration,
  networkFrom,
  partyOf,
  Refused,
  registrationAnswer,
  secret,
  tooLate,
  whoProvedIt,
} from './passkey-answers.ts';

const endorsed = z.object({ fingerprint: fingerprintSchema });
const endorsement = endorsed.extend({ secret, response: assertionSchema });

const nobodyVouches: Refusal = {
  problem: 'No key that is pinned at home can vouch for this one here. Confirm it at the relay.',
  status: 409,
};

/**
 * Making keys that approve orders. They live under a handle of their own, for under the handle of the sign-in passkey an
 * authenticator would put one in the other's place; and they are always asked for by name, so that none has to be found.
 */
export const approverEndpoints = new Hono<PageEnv>();

approverEndpoints.post('/approver/options', async (context) => {
  const { userId } = await whoProvedIt(context);
  const party = partyOf(context);
  const directory = directoryOf(context);
  const [{ keys }, person] = await Promise.all([
    context.env.HOME.getByName(userId).approverKeys(),
    directory.person(userId),
  ]);
  const opened = accepted(await directory.ask('approver', party.id, networkFrom(context), userId));
  const user = { handle: `approve:${userId}`, name: `${person?.name ?? 'me'} (approves orders)` };
  return context.json({
    secret: opened.secret,
    registration: await registrationOptions(party, user, opened.challenge, keys, 'discouraged'),
  });
});

approverEndpoints.post('/approver', async (context) => {
  const { userId } = await whoProvedIt(context);
  const { secret, response, name } = await bodyOf(context, registrationAnswer);
  const ceremony = await directoryOf(context).takeCeremony(secret, 'approver');
  if (ceremony?.userId !== userId) throw new Refused(tooLate);
  const key = await checkRegistration(context, ceremony.challenge, response);
  const home = context.env.HOME.getByName(userId);
  const problem = await home.addApprover(key, name || 'Key', partyOf(context), ownerHere(context));
  if (problem) throw new Refused({ problem, status: 409 });
  return context.json({ to: '/account' });
});

approverEndpoints.post('/endorse/options', async (context) => {
  const { userId } = await whoProvedIt(context);
  const { fingerprint } = await bodyOf(context, endorsed);
  const party = partyOf(context);
  const { keys } = await context.env.HOME.getByName(userId).endorsers(fingerprint, party.origin);
  if (keys.length === 0) throw new Refused(nobodyVouches);
  const opened = accepted(await directoryOf(context).ask('endorse', party.id, networkFrom(context), userId));
  // What is signed is not the question's own random bytes: relays, which check it, know only the key that it is about.
  const challenge = endorsementChallenge(userId, fingerprint);
  return context.json({ secret: opened.secret, assertion: await assertionOptions(party, challenge, keys) });
});

approverEndpoints.post('/endorse', async (context) => {
  const { userId } = await whoProvedIt(context);
  const { secret, fingerprint, response } = await bodyOf(context, endorsement);
  const ceremony = await directoryOf(context).takeCeremony(secret, 'endorse');
  if (ceremony?.userId !== userId) throw new Refused(tooLate);
  const home = context.env.HOME.getByName(userId);
  const { keys } = await home.endorsers(fingerprint, partyOf(context).origin);
  const key = keys.find(({ id }) => id === response.id);
  if (!key) throw new Refused(nobodyVouches);
  const counter = await verifiedAssertion(key.party, endorsementChallenge(userId, fingerprint), response, key);
  const by = ownerHere(context);
  const problem = await home.endorseApprover(fingerprint, key.fingerprint, response, counter, by);
  if (problem) throw new Refused({ problem, status: 409 });
  return context.json({ to: '/account' });
});
