import { Hono } from 'hono';
import type { PageContext, PageEnv } from '../page-context.ts';
import { isLocalDemo } from '../sign-in/local-demo.ts';
import { relyingParty } from '../sign-in/relying-party.ts';
import { endSession, startSession } from '../sign-in/session.ts';
import { askingApp } from './authorize.tsx';
import { formOf } from './form.ts';
import { Message } from './layout.tsx';
import { localPath } from './local-path.ts';
import { directoryOf } from './objects.ts';
import { JoinPage, SetupPage, SignInPage, StepUpPage } from './sign-in.tsx';
import { signedIn } from './signed-in.ts';

/** How people come in and go out. */
export const door = new Hono<PageEnv>();

door.get('/sign-in', async (context) => {
  const demo = isDemo(context);
  const { owned, recovering } = await directoryOf(context).door();
  if (!owned && !demo) return context.redirect('/setup');
  const party = relyingParty(context.env, new URL(context.req.url));
  if ('problem' in party && !demo) return context.html(<Message title="Another address" text={party.problem} />, 421);
  const returnTo = localPath(context.req.query('return_to'));
  const app = await askingApp(context, returnTo);
  const ended = context.req.query('ended') !== undefined;
  return context.html(<SignInPage {...{ demo, recovering, returnTo, app, ended }} />);
});

door.post('/sign-in', async (context) => {
  if (!isDemo(context)) return context.notFound();
  const returnTo = localPath((await formOf(context)).get('return_to'));
  await startSession(context, await directoryOf(context).demoUser());
  return context.redirect(returnTo, 303);
});

door.get('/setup', async (context) => {
  const { owned, recovering } = await directoryOf(context).door();
  if (owned && !recovering) return context.redirect('/sign-in');
  return withParty(context, (rpId) => context.html(<SetupPage recovering={owned} rpId={rpId} />));
});

door.get('/join', (context) => withParty(context, () => context.html(<JoinPage />)));

door.get('/step-up', signedIn, (context) => {
  const returnTo = localPath(context.req.query('return_to'));
  if (context.var.session.fresh) return context.redirect(returnTo);
  return context.html(<StepUpPage demo={isDemo(context)} returnTo={returnTo} />);
});

door.post('/step-up', signedIn, async (context) => {
  if (!isDemo(context)) return context.notFound();
  const returnTo = localPath((await formOf(context)).get('return_to'));
  await startSession(context, context.var.userId);
  return context.redirect(returnTo, 303);
});

door.post('/sign-out', async (context) => {
  await endSession(context);
  return context.redirect('/sign-in', 303);
});

/** A page that needs passkeys, or why they do not work at this address. */
function withParty(context: PageContext, page: (rpId: string) => Response | Promise<Response>) {
  const party = relyingParty(context.env, new URL(context.req.url));
  return 'problem' in party
    ? context.html(<Message title="Another address" text={party.problem} />, 421)
    : page(party.id);
}

function isDemo({ env, req }: PageContext): boolean {
  return isLocalDemo(env, new URL(req.url).hostname);
}
