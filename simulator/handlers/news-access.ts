import { providersByCode } from '../research/news-providers.ts';
import { researchSettings } from '../research/settings.ts';
import { sendInvalid } from './contract-query.ts';
import type { Context } from './handler.ts';

/** True when the login gets news of every one of these providers; otherwise the refusal has been sent. */
export function mayRead(context: Context, reqId: number, codes: readonly string[]): boolean {
  const { session, world } = context;
  if (codes.length === 0) {
    sendInvalid(context, reqId, 'Missing news provider code');
    return false;
  }
  const unknown = codes.find((code) => !providersByCode.has(code));
  if (unknown !== undefined) {
    sendInvalid(context, reqId, `Invalid news provider code: ${unknown}`);
    return false;
  }
  const { news } = researchSettings(world);
  if (codes.every((code) => news.has(code))) return true;
  session.sendError(reqId, 10276, 'News feed is not allowed.');
  return false;
}

/** Clients join providers with `+`, some with commas or colons. */
export const codesIn = (text: string): string[] =>
  text
    .split(/[+,:]/)
    .map((code) => code.trim())
    .filter((code) => code !== '');
