import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { PageContext } from '../pages/context.ts';
import { hashSecret, randomToken } from '../secrets.ts';

/** A browser session lasts seven days; its secret is stored only as a hash, in the user's Home. */
export const sessionSeconds = 7 * 86_400;

/** Secure `__Host-` cookies except over plain http, which only a loopback host speaks (and not every browser accepts them there). */
function cookieOptions(context: PageContext) {
  const secure = new URL(context.req.url).protocol === 'https:';
  return {
    name: 'session',
    options: { path: '/', httpOnly: true, sameSite: 'Lax', secure, ...(secure ? { prefix: 'host' as const } : {}) },
    prefix: secure ? ('host' as const) : undefined,
  } as const;
}

/** Starts a session for the user and sets its cookie. */
export async function startSession(context: PageContext, userId: string): Promise<void> {
  const secret = randomToken();
  await context.env.HOME.getByName(userId).createSession(await hashSecret(secret), sessionSeconds);
  const { name, options } = cookieOptions(context);
  setCookie(context, name, `${userId}.${secret}`, { ...options, maxAge: sessionSeconds });
}

/** The signed-in user's id, or undefined. */
export async function currentUser(context: PageContext): Promise<string | undefined> {
  const { name, prefix } = cookieOptions(context);
  const [userId, secret] = (getCookie(context, name, prefix) || '').split('.');
  if (!userId || !secret || !/^[\w-]{22}$/.test(userId)) return undefined;
  return (await context.env.HOME.getByName(userId).hasSession(await hashSecret(secret))) ? userId : undefined;
}

export async function endSession(context: PageContext): Promise<void> {
  const { name, options, prefix } = cookieOptions(context);
  const [userId, secret] = (getCookie(context, name, prefix) || '').split('.');
  if (userId && secret && /^[\w-]{22}$/.test(userId)) {
    await context.env.HOME.getByName(userId).deleteSession(await hashSecret(secret));
  }
  deleteCookie(context, name, options);
}
