import { Hono } from 'hono';
import { plainText } from '../../shared/plain-text.ts';
import type { PageContext, PageEnv } from '../page-context.ts';
import { isLocalDemo } from '../sign-in/local-demo.ts';
import { endSession } from '../sign-in/session.ts';
import { AccountPage } from './account.tsx';
import { pinningRelays } from './approver-section.tsx';
import { Confirm } from './confirm.tsx';
import { displayName } from './display-name.ts';
import { formOf } from './form.ts';
import { Message } from './layout.tsx';
import { directoryOf, homeOf } from './objects.ts';
import { ownerHere } from './owner-here.ts';
import { PeoplePage } from './people.tsx';
import { proven, signedIn } from './signed-in.ts';

/** A person's own keys and sessions, and, for owners, the people of this server. */
export const accountRoutes = new Hono<PageEnv>();

accountRoutes.use('/account/*', signedIn);
accountRoutes.use('/people/*', signedIn);

accountRoutes.get('/account', (context) => showAccount(context));

accountRoutes.get('/account/passkeys/:id/remove', proven(), async (context) => {
  const id = context.req.param('id');
  const passkey = (await homeOf(context).passkeys()).views.find((candidate) => candidate.id === id);
  if (!passkey) return context.notFound();
  return context.html(
    <Confirm
      title={`Remove the passkey ${displayName(passkey.name)}?`}
      meaning="It no longer signs in here. Your device or password manager keeps it until you delete it there, too."
      action={`/account/passkeys/${id}/remove`}
      button="Remove"
    />,
  );
});

accountRoutes.post('/account/passkeys/:id/remove', proven('/account'), async (context) => {
  if (await homeOf(context).removePasskey(context.req.param('id'))) return context.redirect('/account', 303);
  return showAccount(context, 'The last passkey stays: without one you could not come back. Add another first.');
});

accountRoutes.get('/account/approvers/:fingerprint/remove', proven(), async (context) => {
  const fingerprint = context.req.param('fingerprint');
  const approver = (await homeOf(context).approvers()).views.find((candidate) => candidate.fingerprint === fingerprint);
  if (!approver) return context.notFound();
  return context.html(
    <Confirm
      title={`Remove the key ${displayName(approver.name)}?`}
      meaning="It is no longer asked to approve orders, and relays that have pinned it no longer accept it once they hear of this. Your device keeps it until you delete it there, too."
      action={`/account/approvers/${fingerprint}/remove`}
      button="Remove"
    />,
  );
});

accountRoutes.post('/account/approvers/:fingerprint/remove', proven('/account'), async (context) => {
  await homeOf(context).removeApprover(context.req.param('fingerprint'), ownerHere(context));
  return context.redirect('/account', 303);
});

accountRoutes.post('/account/sessions/:id/end', async (context) => {
  await homeOf(context).endSessions(context.req.param('id'));
  return context.redirect('/account', 303);
});

accountRoutes.post('/account/sessions/end', async (context) => {
  await homeOf(context).endSessions();
  await endSession(context);
  return context.redirect('/sign-in', 303);
});

accountRoutes.get('/account/delete', proven(), (context) =>
  context.html(
    <Confirm
      title="Delete everything?"
      meaning={`Your passkeys, apps, relays, alerts, watchlists, tickets and the audit are deleted here, for good. ${whatStays} Take the audit along first, if you want it: it is on the trading page.`}
      action="/account/delete"
      button="Delete everything"
    />,
  ),
);

accountRoutes.post('/account/delete', proven('/account'), async (context) => {
  const { userId } = context.var;
  const refused = await directoryOf(context).remove(userId, userId);
  if (refused) return showAccount(context, refused.problem);
  await endSession(context);
  return context.html(<Message title="Deleted" text="Everything that was kept for you here is deleted." />);
});

accountRoutes.get('/people', async (context) => showPeople(context));

accountRoutes.post('/people/invitations', proven('/people'), async (context) => {
  const form = await formOf(context);
  const name = plainText(String(form.get('name') ?? ''))
    .trim()
    .slice(0, 60);
  if (!name) return context.redirect('/people', 303);
  const role = form.get('role') === 'owner' ? 'owner' : 'member';
  const code = await directoryOf(context).invite(context.var.userId, name, role);
  return showPeople(context, code === undefined ? undefined : { name, code });
});

accountRoutes.post('/people/invitations/:id/withdraw', async (context) => {
  await directoryOf(context).withdrawInvitation(context.var.userId, context.req.param('id'));
  return context.redirect('/people', 303);
});

accountRoutes.get('/people/:id/remove', proven(), async (context) => {
  const id = context.req.param('id');
  const directory = directoryOf(context);
  const [self, person] = await Promise.all([directory.person(context.var.userId), directory.person(id)]);
  if (self?.role !== 'owner' || !person || id === self.userId) return context.notFound();
  return context.html(
    <Confirm
      title={`Remove ${displayName(person.name)}?`}
      meaning={`All that is kept for them here is deleted, for good: passkeys, apps, relays, alerts and the audit. ${whatStays}`}
      action={`/people/${id}/remove`}
      button="Remove"
    />,
  );
});

accountRoutes.post('/people/:id/remove', proven('/people'), async (context) => {
  const id = context.req.param('id');
  // Oneself is deleted on the page of one's own account, which says what that means.
  const refused = id === context.var.userId || (await directoryOf(context).remove(context.var.userId, id));
  return refused
    ? context.html(<Message title="People" text="This person cannot be removed by you." signedIn />, 403)
    : context.redirect('/people', 303);
});

const whatStays =
  'Orders that work at IBKR go on, and the relay at home keeps its journal and settings, but it can no longer be reached from here.';

async function showAccount(context: PageContext, problem?: string) {
  const home = homeOf(context);
  const [{ views }, approvers, { relays }, { sessions }] = await Promise.all([
    home.passkeys(),
    home.approvers(),
    home.relays(),
    home.sessions(),
  ]);
  const { id, fresh } = context.var.session;
  const demo = isLocalDemo(context.env, new URL(context.req.url).hostname);
  return context.html(
    <AccountPage
      {...{ demo, fresh, sessions, current: id }}
      passkeys={views}
      approvers={{ approvers: approvers.views, relays: pinningRelays(approvers, relays) }}
      {...(problem && { problem })}
    />,
    problem ? 409 : 200,
  );
}

async function showPeople(context: PageContext, invited?: { name: string; code: string }) {
  const directory = directoryOf(context);
  const { userId } = context.var;
  if ((await directory.person(userId))?.role !== 'owner') {
    return context.html(
      <Message title="People" text="Only an owner of this server sees who is on it." signedIn />,
      403,
    );
  }
  const { people, invitations } = await directory.people();
  const { origin } = new URL(context.req.url);
  return context.html(<PeoplePage {...{ origin, people, invitations }} self={userId} {...(invited && { invited })} />);
}
