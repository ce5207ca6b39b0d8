import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { z } from 'zod';
import { fromBase64Url } from '../../shared/base64-url.ts';
import { verifiedAssertion } from '../../shared/passkeys/assertion.ts';
import { type Assertion, assertionSchema } from '../../shared/passkeys/assertion-schema.ts';
import { PasskeyError } from '../../shared/passkeys/passkey.ts';
import { plainText } from '../../shared/plain-text.ts';
import type { Refusal } from '../directory.ts';
import type { PageContext, PageEnv } from '../page-context.ts';
import { assertionOptions, registrationOptions } from '../sign-in/passkeys.ts';
import { startSession } from '../sign-in/session.ts';
import { approverEndpoints } from './approver-endpoints.ts';
import { localPath } from './local-path.ts';
import { directoryOf } from './objects.ts';
import {
  accepted,
  bodyOf,
  checkRegistration,
  nameSchema,
  networkFrom,
  partyOf,
  Refused,
  refuse,
  registrationAnswer,
  secret,
  tooLate,
  whoIsSignedIn,
  whoProvedIt,
} from './passkey-answers.ts';

const returnTo = z.string().max(4_096).optional();

const assertionAnswer = z.object({ secret, response: assertionSchema, return_to: returnTo });
const admission = z.object({
  by: z.enum(['setup', 'invitation']),
  code: z.string().trim().max(200),
  name: nameSchema.default(''),
});

const unknownPasskey: Refusal = {
  problem: 'This passkey is not known here. Use another, or ask the owner of this server for a new invitation.',
  status: 403,
};

/** Only this server's own pages: their scripts send JSON, and browsers add where they come from. */
const ownPages = createMiddleware<PageEnv>(async (context, next) => {
  const type = context.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json' || context.req.header('Origin') !== new URL(context.req.url).origin) {
    return context.json({ problem: 'This request was refused. Reload the page and try again.' }, 403);
  }
  return next();
});

/**
 * What the script of the pages asks and answers while somebody makes or uses a passkey. Every question is answered once,
 * and an answer counts for what was asked, at the address where it was asked.
 */
export const passkeyEndpoints = new Hono<PageEnv>();

passkeyEndpoints.use(ownPages);

passkeyEndpoints.onError((error, context) => {
  if (error instanceof Refused) return context.json({ problem: error.message }, error.status);
  if (error instanceof PasskeyError) {
    // What a library says of an answer, with words of whoever sent it, is for the log; a person can do nothing with it.
    console.warn('passkey', plainText(error.message).slice(0, 200));
    return context.json({ problem: 'This passkey could not be checked. Try again.' }, 403);
  }
  throw error;
});

passkeyEndpoints.route('/', approverEndpoints);

passkeyEndpoints.post('/sign-in/options', async (context) => {
  const party = partyOf(context);
  const opened = accepted(await directoryOf(context).ask('sign-in', party.id, networkFrom(context)));
  return context.json({ secret: opened.secret, assertion: await assertionOptions(party, opened.challenge) });
});

passkeyEndpoints.post('/sign-in', async (context) => {
  const answer = await bodyOf(context, assertionAnswer);
  const userId = userNamedBy(answer.response);
  await checkAssertion(context, 'sign-in', answer, userId);
  if (!(await directoryOf(context).person(userId))) throw new Refused(unknownPasskey);
  await startSession(context, userId);
  return context.json({ to: localPath(answer.return_to) });
});

passkeyEndpoints.post('/step-up/options', async (context) => {
  const { userId } = await whoIsSignedIn(context);
  const party = partyOf(context);
  const { keys } = await context.env.HOME.getByName(userId).passkeys();
  const opened = accepted(await directoryOf(context).ask('step-up', party.id, networkFrom(context), userId));
  return context.json({ secret: opened.secret, assertion: await assertionOptions(party, opened.challenge, keys) });
});

passkeyEndpoints.post('/step-up', async (context) => {
  const { userId } = await whoIsSignedIn(context);
  const answer = await bodyOf(context, assertionAnswer);
  await checkAssertion(context, 'step-up', answer, userId);
  await startSession(context, userId);
  return context.json({ to: localPath(answer.return_to) });
});

passkeyEndpoints.post('/add/options', async (context) => {
  const { userId } = await whoProvedIt(context);
  const party = partyOf(context);
  const directory = directoryOf(context);
  const [{ keys }, person] = await Promise.all([
    context.env.HOME.getByName(userId).passkeys(),
    directory.person(userId),
  ]);
  const opened = accepted(await directory.ask('add', party.id, networkFrom(context), userId));
  const user = { handle: userId, name: person?.name ?? 'me' };
  return context.json({
    secret: opened.secret,
    registration: await registrationOptions(party, user, opened.challenge, keys, 'required'),
  });
});

passkeyEndpoints.post('/add', async (context) => {
  const { userId } = await whoProvedIt(context);
  const { secret, response, name } = await bodyOf(context, registrationAnswer);
  const ceremony = await directoryOf(context).takeCeremony(secret, 'add');
  if (ceremony?.userId !== userId) throw new Refused(tooLate);
  await keepPasskey(context, userId, await checkRegistration(context, ceremony.challenge, response), name);
  return context.json({ to: '/account' });
});

passkeyEndpoints.post('/enrol/options', async (context) => {
  const wanted = await bodyOf(context, admission);
  const party = partyOf(context);
  const opened = accepted(await directoryOf(context).askNewcomer(wanted, party.id, networkFrom(context)));
  const { keys } = await context.env.HOME.getByName(opened.userId).passkeys();
  const user = { handle: opened.userId, name: opened.name || 'Owner' };
  return context.json({
    secret: opened.secret,
    registration: await registrationOptions(party, user, opened.challenge, keys, 'required'),
  });
});

passkeyEndpoints.post('/enrol', async (context) => {
  const { secret, response } = await bodyOf(context, registrationAnswer);
  const directory = directoryOf(context);
  const { challenge, userId, basis } = (await directory.takeCeremony(secret, 'enrol')) ?? {};
  if (challenge === undefined || userId === undefined || basis === undefined) throw new Refused(tooLate);
  const key = await checkRegistration(context, challenge, response);
  // The passkey first: somebody who was let in without one could never come back.
  refuse(await directory.prepareHome(userId, basis));
  await keepPasskey(context, userId, key, '');
  refuse(await directory.admit(userId, { ...basis, name: basis.name || 'Owner' }, partyOf(context).id));
  await startSession(context, userId);
  return context.json({ to: '/' });
});

/** Whose passkey it says that it is; only a signature shows whether it is true. */
function userNamedBy({ response: { userHandle } }: Assertion): string {
  const userId = new TextDecoder().decode(fromBase64Url(userHandle ?? ''));
  if (!/^[\w-]{22}$/.test(userId)) throw new Refused(unknownPasskey);
  return userId;
}

/** @throws Refused, PasskeyError unless a passkey of that user has answered this very question */
async function checkAssertion(
  context: PageContext,
  purpose: 'sign-in' | 'step-up',
  { secret, response }: z.infer<typeof assertionAnswer>,
  userId: string,
): Promise<void> {
  const party = partyOf(context);
  const ceremony = await directoryOf(context).takeCeremony(secret, purpose);
  if (!ceremony || (purpose === 'step-up' && ceremony.userId !== userId)) throw new Refused(tooLate);
  const home = context.env.HOME.getByName(userId);
  const { keys } = await home.passkeys();
  const key = keys.find(({ id }) => id === response.id);
  if (!key) throw new Refused(unknownPasskey);
  const counter = await verifiedAssertion(party, ceremony.challenge, response, key);
  if (!(await home.passkeyUsed(key.id, counter))) throw new PasskeyError('an older signature than the last');
}

async function keepPasskey(
  context: PageContext,
  userId: string,
  key: Awaited<ReturnType<typeof checkRegistration>>,
  name: string,
): Promise<void> {
  const problem = await context.env.HOME.getByName(userId).addPasskey(key, name || 'Passkey');
  if (problem) throw new Refused({ problem, status: 409 });
}
