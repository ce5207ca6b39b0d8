import { isLoopback } from '../../shared/loopback.ts';

/**
 * The hub's origin from what a human typed, such as `https://mcp.example.com/` or `mcp.example.com`. Only https is
 * allowed, because a pairing code and later account data travel there; plain http is for this machine alone.
 * Throws an Error with a sentence for the human.
 */
export function hubOrigin(typed: string): string {
  const text = typed.trim();
  const url = URL.parse(text.includes('://') ? text : `https://${text}`);
  if (url === null || url.hostname === '' || !['https:', 'http:'].includes(url.protocol)) {
    throw new Error(`"${text}" is not the address of a server. It looks like https://mcp.example.com.`);
  }
  if (url.username !== '' || url.password !== '') throw new Error('The address must not contain a user or a password.');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new Error(`The address must begin with https://, for "${url.host}" is not this machine.`);
  }
  return url.origin;
}
