/**
 * The connector's address as people paste it: with a slash at the end, or with a query that chooses tools. Clients compare
 * what they were given with the `resource` of its metadata, so each form is answered in its own terms; behind them is one
 * resource.
 */

const resourcePath = '/mcp';
const metadataPath = '/.well-known/oauth-protected-resource';

/** The request under the names that the OAuth library knows. */
export function canonicalRequest(request: Request): Request {
  const url = new URL(request.url);
  if (url.pathname === `${resourcePath}/`) url.pathname = resourcePath;
  else if (url.pathname === `${metadataPath}${resourcePath}/`) url.pathname = metadataPath + resourcePath;
  else if (url.searchParams.has('resource')) canonicalResources(url.searchParams);
  return url.href === request.url ? request : new Request(url.href, request);
}

/** A token request with the resource under its canonical name. */
export async function canonicalForm(request: Request): Promise<Request> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers.get('Content-Type') ?? '')) return request;
  const text = await request.text();
  const form = new URLSearchParams(text);
  if (!form.has('resource')) return new Request(request, { body: text });
  canonicalResources(form);
  return new Request(request, { body: form.toString() });
}

function canonicalResources(parameters: URLSearchParams): void {
  const resources = parameters.getAll('resource');
  parameters.delete('resource');
  for (const resource of resources) parameters.append('resource', resource.replace(/\/mcp\/(?=$|\?)/, resourcePath));
}

/** What the library says about the resource, as said about the address that was called. */
export async function inTermsOf(called: URL, response: Response): Promise<Response> {
  const { origin, pathname, search } = called;
  if (pathname.startsWith(`${metadataPath}${resourcePath}`) && response.status === 200 && response.body !== null) {
    const resource = origin + pathname.slice(metadataPath.length) + search;
    const metadata = (await response.json()) as Record<string, unknown>;
    return new Response(JSON.stringify({ ...metadata, resource }), response);
  }
  const challenge = response.headers.get('WWW-Authenticate');
  if (challenge === null || (pathname === resourcePath && search === '')) return response;
  const answer = new Response(response.body, response);
  answer.headers.set(
    'WWW-Authenticate',
    challenge.replace(/resource_metadata="[^"]*"/, `resource_metadata="${origin}${metadataPath}${pathname}${search}"`),
  );
  return answer;
}
