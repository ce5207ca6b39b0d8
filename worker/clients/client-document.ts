import { z } from 'zod';
import { isLoopback } from '../../shared/loopback.ts';
import { effectiveGrantTypes } from './grant-types.ts';
import { redirectTarget } from './redirect-uri.ts';

/**
 * Clients that are named by the address of a document about themselves (Client ID Metadata Documents). Only a signed-in
 * person who opens the consent page has such a document fetched; from then on the client is kept like one that
 * registered, so that nothing is fetched for token requests, which anybody may send.
 */

const maxBytes = 5_120;
const timeoutMs = 5_000;
/** A consent page that is opened again does not fetch anew. */
const freshMs = 10 * 60_000;
/** As for registered clients; the library renews it while the client is used. */
const keptSeconds = 90 * 86_400;

/** Why a document could not be used; the person is told more generally. */
export class ClientDocumentError extends Error {}

const methods = z.array(z.string().max(100)).max(20);

const documentSchema = z.looseObject({
  client_id: z.string(),
  client_name: z.string().trim().min(1),
  redirect_uris: z.array(z.string().max(2_000)).min(1).max(50),
  grant_types: z.array(z.string().max(100)).max(20).optional(),
  token_endpoint_auth_method: z.string().max(100).optional(),
  token_endpoint_auth_methods_supported: methods.optional(),
});

/** The client as the OAuth library stores one, under `client:` and its id. */
interface StoredClient {
  clientId: string;
  clientName: string;
  redirectUris: string[];
  grantTypes: string[];
  responseTypes: string[];
  tokenEndpointAuthMethod: 'none';
  registrationDate: number;
  registrationExpiresAt: number;
}

type ClientStore = Pick<KVNamespace, 'get' | 'put'>;

/** Whether a client id is the address of a document, and not one that this server has given out. */
export function isDocumentUrl(clientId: string): boolean {
  return /^https:\/\//i.test(clientId);
}

/** The host that vouches for the client's name: the one whose document it is. */
export function publisherOf(clientId: string): string | undefined {
  return isDocumentUrl(clientId) ? new URL(clientId).host : undefined;
}

/**
 * Has the client of a document known to the OAuth library.
 *
 * @param mayFetch asked before anything is fetched
 * @throws ClientDocumentError
 */
export async function rememberDocument(
  store: ClientStore,
  clientId: string,
  mayFetch: () => Promise<boolean>,
): Promise<void> {
  const key = `client:${clientId}`;
  const kept = await store.get<StoredClient>(key, { type: 'json' });
  if (kept && Date.now() - kept.registrationDate * 1_000 < freshMs) return;
  checkUrl(clientId);
  if (!(await mayFetch())) throw new ClientDocumentError('too many fetches');
  const client = clientOf(clientId, await fetchJson(clientId));
  await store.put(key, JSON.stringify(client), { expirationTtl: keptSeconds });
}

/** @throws ClientDocumentError for an address that is no public host's, or not written plainly */
function checkUrl(clientId: string): void {
  // What a parser would change is compared byte by byte later on.
  if (clientId.length > 500 || !URL.canParse(clientId)) throw new ClientDocumentError('not an address');
  const { href, hostname, username, password, hash, pathname } = new URL(clientId);
  const isPlain = href === clientId && username === '' && password === '' && hash === '' && pathname !== '/';
  const dots = pathname.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment));
  if (!isPlain || dots) throw new ClientDocumentError('not a plain address');
  const isAddress = hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
  const isLocal = !hostname.includes('.') || /\.(?:internal|intranet|local|localhost|home|lan)\.?$/.test(hostname);
  if (isAddress || isLocal || isLoopback(hostname)) throw new ClientDocumentError('not a public host');
}

/** What the host itself serves at that address: another's word, by a redirect, does not count. */
async function fetchJson(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { Accept: 'application/json', 'User-Agent': 'ibkr-remote-mcp (client metadata)' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status !== 200 || response.redirected) {
      await response.body?.cancel();
      throw new ClientDocumentError(`answered ${response.status}`);
    }
    return JSON.parse(await readText(response)) as unknown;
  } catch (thrown) {
    if (thrown instanceof ClientDocumentError) throw thrown;
    throw new ClientDocumentError(thrown instanceof Error ? thrown.name : 'unreadable');
  }
}

async function readText({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += piece.byteLength;
    if (size > maxBytes) throw new ClientDocumentError(`longer than ${maxBytes} bytes`);
    pieces.push(piece);
  }
  return new Blob(pieces).text();
}

function clientOf(clientId: string, json: unknown): StoredClient {
  const parsed = documentSchema.safeParse(json);
  if (!parsed.success) throw new ClientDocumentError(`invalid ${parsed.error.issues[0]?.path.join('.')}`);
  const document = parsed.data;
  if (document.client_id !== clientId) throw new ClientDocumentError('about another client');
  if ('client_secret' in document) throw new ClientDocumentError('with a secret');
  const redirectUris = document.redirect_uris.filter((uri) => redirectTarget(uri) !== undefined);
  if (redirectUris.length === 0) throw new ClientDocumentError('without a usable redirect address');
  const offered = document.token_endpoint_auth_methods_supported ?? [document.token_endpoint_auth_method ?? 'none'];
  // Anything else would have keys fetched for token requests, or a secret that everybody can read.
  if (!offered.includes('none')) throw new ClientDocumentError('only for clients with keys');
  const grantTypes = effectiveGrantTypes(document.grant_types);
  if (!grantTypes.includes('authorization_code')) throw new ClientDocumentError('without authorization codes');
  const now = Math.floor(Date.now() / 1_000);
  return {
    clientId,
    clientName: document.client_name.slice(0, 200),
    redirectUris,
    grantTypes,
    responseTypes: ['code'],
    tokenEndpointAuthMethod: 'none',
    registrationDate: now,
    registrationExpiresAt: now + keptSeconds,
  };
}
