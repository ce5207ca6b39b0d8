import { Hono } from 'hono';
import type { PageEnv } from '../page-context.ts';
import { registrationOptions } from '../sign-in/passkeys.ts';
import { ownerHere } from './owner-here.ts';
import {
  accepted,
  bodyOf,
  checkRegistration,
  directoryOf,
  networkFrom,
  partyOf,
  Refused,
  registrationAnswer,
  tooLate,
  whoProvedIt,
} from './passkey-answers.ts';

/**
 * Making keys that approve orders. They live under a handle of their own, for under the handle of the sign-in passkey an
 * authenticator would put one in the other's place; and they are always asked for by name, so that none has to be found.
 */
export const approverEndpoints = new Hono<PageEnv>();

approverEndpoints.post('/approver/options', async (context) => {
  const { userId } = await whoProvedIt(context);
  const party = partyOf(context);
  const directory = directoryOf(context);
  const [keys, person] = await Promise.all([
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
