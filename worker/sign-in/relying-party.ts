import { isLoopback } from '../../shared/loopback.ts';
import type { RelyingParty } from '../../shared/passkeys/passkey.ts';

/**
 * The relying party for a request. `RP_ID` may name a parent of the host, so that passkeys outlive a move within a domain.
 *
 * @returns a sentence for the person when passkeys cannot work at this address
 */
export function relyingParty(env: { readonly RP_ID?: string }, url: URL): RelyingParty | { problem: string } {
  const { hostname, origin } = url;
  const id = env.RP_ID?.trim() || hostname;
  if (hostname !== id && !hostname.endsWith(`.${id}`)) {
    return { problem: `Passkeys of this server belong to ${id}. Open it at that address.` };
  }
  if (isLoopback(hostname) && hostname !== 'localhost') {
    return { problem: `Passkeys need a name, not a numeric address. Open this page at ${withHost(url, 'localhost')}.` };
  }
  return { id, origin };
}

function withHost(url: URL, host: string): string {
  const other = new URL(url.origin);
  other.hostname = host;
  return other.origin;
}
