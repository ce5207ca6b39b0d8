import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { hashSecret, randomToken } from '../edge/secrets.ts';
import type { PageContext } from '../page-context.ts';

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
  const session = sessionOf(context);
  if (!session) return undefined;
  const { userId, secret } = session;
  return (await context.env.HOME.getByName(userId).hasSession(await hashSecret(secret))) ? userId : undefined;
}

export async function endSession(context: PageContext): Promise<void> {
  const session = sessionOf(context);
  if (session) await context.env.HOME.getByName(session.userId).deleteSession(await hashSecret(session.secret));
  const { name, options } = cookieOptions(context);
  deleteCookie(context, name, options);
}

/** What the cookie claims; only the Home can say whether it is true. */
function sessionOf(context: PageContext): { userId: string; secret: string } | undefined {
  const { name, prefix } = cookieOptions(context);
  const [, userId, secret] = /^([\w-]{22})\.([\w-]{43})$/.exec(getCookie(context, name, prefix) || '') ?? [];
  return userId && secret ? { userId, secret } : undefined;
}
