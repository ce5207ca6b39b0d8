import { createMiddleware } from 'hono/factory';
import type { PageEnv } from '../page-context.ts';
import { signedInUser } from '../sign-in/session.ts';
import { pathOf } from './local-path.ts';

/** Lets in whoever is signed in; sends others to the sign-in page and back. */
export const signedIn = createMiddleware<PageEnv>(async (context, next) => {
  const user = await signedInUser(context);
  if (user === undefined) {
    if (context.req.method !== 'GET') return context.redirect('/sign-in?ended=1', 303);
    return context.redirect(`/sign-in?return_to=${encodeURIComponent(pathOf(context.req.url))}`);
  }
  context.set('userId', user.userId);
  context.set('session', user);
  return next();
});

/**
 * After {@link signedIn}, before what is dangerous: whoever has not shown within ten minutes who they are is asked to, and
 * then comes to this page. Nothing is done meanwhile.
 *
 * @param page where to go on; undefined: the page itself, for a GET
 */
export const proven = (page?: string) =>
  createMiddleware<PageEnv>(async (context, next) => {
    if (context.var.session.fresh) return next();
    if (context.req.header('Accept') === 'application/json') {
      return context.json({ problem: 'Confirm first that it is you: open /step-up in this browser.' }, 403);
    }
    return context.redirect(`/step-up?return_to=${encodeURIComponent(page ?? pathOf(context.req.url))}`, 303);
  });
