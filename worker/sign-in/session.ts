import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { plainText } from '../../shared/plain-text.ts';
import { hashSecret, randomToken } from '../edge/secrets.ts';
import type { Session } from '../home/home.ts';
import type { PageContext } from '../page-context.ts';

/** A browser session lasts seven days at most; its secret is stored only as a hash, in the user's Home. */
export const sessionSeconds = 7 * 86_400;

/** Who is at the browser, and whether they proved it within the last ten minutes. */
export interface SignedIn extends Session {
  readonly userId: string;
}

/** Secure `__Host-` cookies except over plain http, which only a loopback host speaks (and not every browser accepts them there). */
function cookieOptions(context: PageContext) {
  const secure = new URL(context.req.url).protocol === 'https:';
  return {
    name: 'session',
    options: { path: '/', httpOnly: true, sameSite: 'Lax', secure, ...(secure ? { prefix: 'host' as const } : {}) },
    prefix: secure ? ('host' as const) : undefined,
  } as const;
}

/** Starts a session for the user and sets its cookie; the one that the browser had before ends. */
export async function startSession(context: PageContext, userId: string): Promise<void> {
  await forgetSession(context);
  const secret = randomToken();
  await context.env.HOME.getByName(userId).createSession({
    hash: await hashSecret(secret),
    seconds: sessionSeconds,
    epoch: await epochOf(context.env),
    device: deviceOf(context.req.header('User-Agent')),
  });
  const { name, options } = cookieOptions(context);
  setCookie(context, name, `${userId}.${secret}`, { ...options, maxAge: sessionSeconds });
}

/** Who is signed in, or undefined. */
export async function signedInUser(context: PageContext): Promise<SignedIn | undefined> {
  const claim = claimOf(context);
  if (!claim) return undefined;
  const { userId, secret } = claim;
  const home = context.env.HOME.getByName(userId);
  const session = await home.session(await hashSecret(secret), await epochOf(context.env));
  return session && { ...session, userId };
}

export async function endSession(context: PageContext): Promise<void> {
  await forgetSession(context);
  const { name, options } = cookieOptions(context);
  deleteCookie(context, name, options);
}

async function forgetSession(context: PageContext): Promise<void> {
  const claim = claimOf(context);
  if (claim) await context.env.HOME.getByName(claim.userId).deleteSession(await hashSecret(claim.secret));
}

/** What the cookie claims; only the Home can say whether it is true. */
function claimOf(context: PageContext): { userId: string; secret: string } | undefined {
  const { name, prefix } = cookieOptions(context);
  const [, userId, secret] = /^([\w-]{22})\.([\w-]{43})$/.exec(getCookie(context, name, prefix) || '') ?? [];
  return userId && secret ? { userId, secret } : undefined;
}

/** Another setup code ends every session: whoever changes it does not trust who may be signed in. */
export async function epochOf({ SETUP_CODE }: { readonly SETUP_CODE?: string }): Promise<string> {
  return (await hashSecret(`session epoch\0${SETUP_CODE ?? ''}`)).slice(0, 16);
}

/** A browser and its system, as far as the header tells: for a person to recognise, never to decide by. */
export function deviceOf(userAgent = ''): string {
  const browser = /\b(Edg|OPR|Firefox|Chrome|CriOS|FxiOS|Safari)\w*\//.exec(
    userAgent.replace(/Chrome\/\S+ Safari\/\S+ (?=Edg|OPR)/, ''),
  )?.[1];
  const system = /\b(iPhone|iPad|Android|Windows|Macintosh|CrOS|Linux)\b/.exec(userAgent)?.[1];
  const named = [browserNames[browser ?? ''], systemNames[system ?? '']].filter(Boolean).join(' on ');
  return named || plainText(userAgent).slice(0, 40) || 'an unknown browser';
}

const browserNames: Readonly<Record<string, string>> = {
  Edg: 'Edge',
  OPR: 'Opera',
  Firefox: 'Firefox',
  FxiOS: 'Firefox',
  Chrome: 'Chrome',
  CriOS: 'Chrome',
  Safari: 'Safari',
};

const systemNames: Readonly<Record<string, string>> = {
  iPhone: 'iPhone',
  iPad: 'iPad',
  Android: 'Android',
  Windows: 'Windows',
  Macintosh: 'Mac',
  CrOS: 'ChromeOS',
  Linux: 'Linux',
};
