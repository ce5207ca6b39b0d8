import { AuthorizationError, type AuthRequest } from '@cloudflare/workers-oauth-provider';
import { scopes } from '../../shared/tools/support/define.ts';
import { isToolset, toolsetNames } from '../../shared/tools/support/toolsets.ts';
import { ClientDocumentError, isDocumentUrl, publisherOf, rememberDocument } from '../clients/client-document.ts';
import { redirectTarget } from '../clients/redirect-uri.ts';
import { grantableScopes, grantedScopes } from '../clients/scope.ts';
import { networkOf } from '../edge/attempts.ts';
import type { GrantProps } from '../mcp/handler.ts';
import type { PageContext } from '../page-context.ts';
import { ConsentPage } from './consent.tsx';
import { formOf } from './form.ts';
import { Message } from './layout.tsx';
import { localPath, pathOf } from './local-path.ts';
import { directoryOf, homeOf } from './objects.ts';

/**
 * The app that wants to be let in once its person has signed in: the name that it registered with, or the host of its
 * description's address, which is not fetched for somebody who has not signed in. Undefined for other pages.
 */
export async function askingApp(context: PageContext, returnTo: string): Promise<string | undefined> {
  const { pathname, searchParams } = new URL(returnTo, context.req.url);
  const id = pathname === '/authorize' ? searchParams.get('client_id') : null;
  if (!id) return undefined;
  if (URL.canParse(id)) return new URL(id).host || undefined;
  return (await context.env.OAUTH_PROVIDER.lookupClient(id))?.clientName;
}

/** GET /authorize: validates the request, then asks the signed-in user. */
export async function showConsent(context: PageContext): Promise<Response> {
  try {
    const oauth = context.env.OAUTH_PROVIDER;
    const clientId = context.req.query('client_id') ?? '';
    const target = redirectTarget(context.req.query('redirect_uri') ?? '');
    // Before the library, which would redirect to it with an error.
    if (!target) throw new AuthorizationError('invalid_request', { description: 'Invalid redirect URI.' });
    if (isDocumentUrl(clientId)) {
      const from = networkOf(context.req.raw) ?? 'local';
      const mayFetch = () => directoryOf(context).countDocumentFetch(from);
      await rememberDocument(context.env.OAUTH_KV, clientId, mayFetch);
    }
    const request = bounded(await oauth.parseAuthRequest(context.req.raw));
    const { clientName } = await oauth.describeConsent(request);
    const { handle, headers } = await oauth.beginConsent(request);
    // The library's cookie binds the page to this browser; its other headers are set for every page.
    context.header('Set-Cookie', headers.get('Set-Cookie') ?? undefined, { append: true });
    const { relays } = await homeOf(context).relays();
    return context.html(
      <ConsentPage
        clientName={clientName}
        publisher={publisherOf(clientId)}
        target={target}
        mayTrade={request.scope.includes(scopes.trade)}
        handle={handle}
        again={pathOf(context.req.url)}
        relays={relays}
      />,
    );
  } catch (error) {
    return authorizationFailure(context, error);
  }
}

/** POST /authorize: what the user decided. */
export async function decideConsent(context: PageContext): Promise<Response> {
  const form = await formOf(context);
  try {
    const oauth = context.env.OAUTH_PROVIDER;
    const handle = String(form.get('handle') ?? '');
    if (form.get('decision') !== 'approve') {
      const denied = await oauth.denyConsent(context.req.raw, handle);
      return new Response(null, { status: 302, headers: denied.headers });
    }
    const trades = form.getAll('scope').includes(scopes.trade);
    // Before the request is used up: the same page asks again afterwards.
    if (trades && !context.var.session.fresh) {
      return context.redirect(`/step-up?return_to=${encodeURIComponent(localPath(form.get('again')))}`, 303);
    }
    const accounts = await chosenAccounts(context, form);
    if (accounts?.length === 0) {
      return context.html(
        <Message title="No account was chosen" text="Go back and tick at least one, or choose all of them." signedIn />,
        400,
      );
    }
    const chosen = form.getAll('toolset').map(String).filter(isToolset);
    const toolsets = toolsetNames.filter((name) => name === 'core' || chosen.includes(name));
    const { request, headers } = await oauth.approveConsent(context.req.raw, handle);
    const { userId } = context.var;
    const { redirectTo } = await oauth.completeAuthorization({
      request,
      userId,
      // Without it the app is listed by its id.
      metadata: {
        clientName: (await oauth.lookupClient(request.clientId))?.clientName?.slice(0, 200),
        ...(accounts && { accounts }),
      },
      // The form can only narrow what the request, which is kept on the server, may be granted.
      scope: grantedScopes(request.scope, trades),
      props: { userId, toolsets, ...(accounts && { accounts }) } satisfies GrantProps,
    });
    headers.set('Location', redirectTo);
    return new Response(null, { status: 302, headers });
  } catch (error) {
    return authorizationFailure(context, error);
  }
}

/** Which accounts were chosen, of those that there are; undefined: all, later ones too. */
async function chosenAccounts(context: PageContext, form: FormData): Promise<string[] | undefined> {
  const ticked = form.getAll('account').map(String);
  if (form.get('accounts') !== 'some' && ticked.length === 0) return undefined;
  const { relays } = await homeOf(context).relays();
  const known = new Set(relays.flatMap(({ status }) => status?.accounts.map(({ account }) => account) ?? []));
  return [...new Set(ticked)].filter((account) => known.has(account));
}

/** The request with the most that it may be granted. @throws AuthorizationError for what no client may ask */
function bounded(request: AuthRequest): AuthRequest {
  const scope = grantableScopes(request.scope);
  if (!scope) throw refusal(request, 'invalid_scope', `Ask for ${scopes.read}.`);
  // The library asks it of public clients only; OAuth 2.1 §7.6 of all. A SHA-256 has 43 characters.
  if (!/^[\w-]{43}$/.test(request.codeChallenge ?? '')) {
    throw refusal(request, 'invalid_request', 'Every client must send a code_challenge by the method S256.');
  }
  return { ...request, scope: [...scope] };
}

function refusal(
  { redirectUri, state, issuer }: AuthRequest,
  code: 'invalid_request' | 'invalid_scope',
  description: string,
): AuthorizationError {
  return new AuthorizationError(code, {
    description,
    redirectUri,
    ...(state ? { state } : {}),
    ...(issuer ? { issuer } : {}),
  });
}

/** Redirects to the client only when the library has validated where to; everything else is said here. */
function authorizationFailure(context: PageContext, error: unknown): Response | Promise<Response> {
  if (error instanceof AuthorizationError) {
    if (error.redirectTo) return context.redirect(error.redirectTo);
    return context.html(
      <Message title="This request cannot be granted" text={`${error.description} Start again from your assistant.`} />,
      400,
    );
  }
  if (error instanceof ClientDocumentError) {
    console.warn('oauth', 'client metadata', error.message);
    return context.html(
      <Message
        title="This app could not be verified"
        text="Its published description could not be read where it says it is, or cannot be used here. Try again in a minute; if it keeps failing, the app must register in another way."
      />,
      400,
    );
  }
  throw error;
}
