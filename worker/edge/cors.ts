import { isLoopback } from '../../shared/loopback.ts';

/**
 * What pages of other origins may call: an assistant's website, an inspector. Their requests carry a bearer token, which
 * no browser adds by itself, so that any origin may send them; no cookie is ever allowed along.
 */

/** Those that MCP clients set, beside which the wildcard stands for whatever a page adds; it never means Authorization. */
const allowedHeaders = [
  'Authorization',
  'Content-Type',
  'Accept',
  'Cache-Control',
  'Last-Event-ID',
  'MCP-Protocol-Version',
  'Mcp-Session-Id',
  'Mcp-Method',
  'Mcp-Name',
  '*',
].join(', ');

const exposedHeaders = [
  'WWW-Authenticate',
  'Mcp-Session-Id',
  'MCP-Protocol-Version',
  'Retry-After',
  'Allow',
  'Content-Type',
].join(', ');

const allowedMethods = 'GET, HEAD, POST, DELETE, OPTIONS';
const preflightSeconds = 7_200;

/** A request header that a server of 2026-07-28 asks clients to set from a parameter; its name is the tool's own. */
const parameterHeader = /^mcp-[\w-]{1,100}$/i;

/** Whether browsers of any origin may call this path. Everything else is pages with cookies, and relays. */
export function isOpenToOrigins(pathname: string): boolean {
  return /^\/(?:mcp(?:\/|$)|oauth\/|\.well-known\/)/.test(pathname);
}

/**
 * Whether a request comes from a page that has no business with a server on this machine: a website that the person has
 * open reaches loopback addresses, too. A deployment is reached by everybody anyway.
 */
export function isForeignToLoopback(request: Request, { hostname }: URL): boolean {
  const origin = request.headers.get('Origin');
  if (origin === null || !isLoopback(hostname)) return false;
  if (!URL.canParse(origin)) return true;
  const { protocol, hostname: from } = new URL(origin);
  return !(isLoopback(from) && (protocol === 'http:' || protocol === 'https:'));
}

/** The answer to a preflight. */
export function preflight(request: Request): Response {
  const asked = (request.headers.get('Access-Control-Request-Headers') ?? '').slice(0, 4_000).split(',');
  const parameters = asked.map((name) => name.trim()).filter((name) => parameterHeader.test(name));
  return new Response(null, {
    status: 204,
    headers: {
      'Access-Control-Allow-Methods': allowedMethods,
      'Access-Control-Allow-Headers': [allowedHeaders, ...parameters].join(', '),
      'Access-Control-Max-Age': String(preflightSeconds),
      Vary: 'Access-Control-Request-Headers',
    },
  });
}

/** The response as a page of the request's origin may read it. */
export function withCors(response: Response, request: Request): Response {
  const origin = request.headers.get('Origin');
  const answer = new Response(response.body, response);
  // For caches, also when there is none.
  addToVary(answer.headers, 'Origin');
  if (origin === null) return answer;
  answer.headers.set('Access-Control-Allow-Origin', origin);
  answer.headers.set('Access-Control-Expose-Headers', exposedHeaders);
  answer.headers.delete('Access-Control-Allow-Credentials');
  return answer;
}

function addToVary(headers: Headers, name: string): void {
  const names = (headers.get('Vary') ?? '').split(',').map((one) => one.trim());
  if (names.some((one) => one.toLowerCase() === name.toLowerCase())) return;
  headers.append('Vary', name);
}
