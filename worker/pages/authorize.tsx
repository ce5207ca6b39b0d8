import { AuthorizationError, CimdFetchError } from '@cloudflare/workers-oauth-provider';
import { scopes } from '../../shared/tools/support/define.ts';
import { isToolset, toolsetNames } from '../../shared/tools/support/toolsets.ts';
import type { GrantProps } from '../mcp/handler.ts';
import type { PageContext } from '../page-context.ts';
import { ConsentPage } from './consent.tsx';
import { Message } from './layout.tsx';

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
    const request = await oauth.parseAuthRequest(context.req.raw);
    const details = await oauth.describeConsent(request);
    const { handle, headers } = await oauth.beginConsent(request);
    // The library's cookie binds the page to this browser; its other headers are set for every page.
    context.header('Set-Cookie', headers.get('Set-Cookie') ?? undefined, { append: true });
    const { relays } = await context.env.HOME.getByName(context.var.userId).relays();
    return context.html(<ConsentPage details={details} handle={handle} relays={relays} />);
  } catch (error) {
    return authorizationFailure(context, error);
  }
}

/** POST /authorize: what the user decided. */
export async function decideConsent(context: PageContext): Promise<Response> {
  try {
    const oauth = context.env.OAUTH_PROVIDER;
    const form = await context.req.formData();
    const handle = String(form.get('handle') ?? '');
    if (form.get('decision') !== 'approve') {
      const denied = await oauth.denyConsent(context.req.raw, handle);
      return new Response(null, { status: 302, headers: denied.headers });
    }
    const trade = form.getAll('scope').includes(scopes.trade);
    const chosen = form.getAll('toolset').map(String).filter(isToolset);
    const toolsets = toolsetNames.filter((name) => name === 'core' || chosen.includes(name));
    const scope = [scopes.read, ...(trade ? [scopes.trade] : []), 'offline_access'];
    const { request, headers } = await oauth.approveConsent(context.req.raw, handle, { scope });
    const { userId } = context.var;
    const { redirectTo } = await oauth.completeAuthorization({
      request,
      userId,
      // Without it the app is listed by its id.
      metadata: { clientName: (await oauth.lookupClient(request.clientId))?.clientName?.slice(0, 200) },
      scope: request.scope,
      props: { userId, toolsets } satisfies GrantProps,
    });
    headers.set('Location', redirectTo);
    return new Response(null, { status: 302, headers });
  } catch (error) {
    return authorizationFailure(context, error);
  }
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
  if (error instanceof CimdFetchError) {
    console.warn('oauth', 'client metadata', error.reason);
    return context.html(
      <Message
        title="This app could not be verified"
        text="Its published description could not be read. Try again in a minute; if it keeps failing, the app must register in another way."
      />,
      400,
    );
  }
  throw error;
}
