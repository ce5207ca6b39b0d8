import { effectiveGrantTypes } from './grant-types.ts';
import { redirectTarget } from './redirect-uri.ts';

/**
 * A dynamic registration (RFC 7591) as the OAuth library is to take it: with the grant types that the client really
 * gets, so that the answer tells them, and without what this server does not know. What is no registration at all is
 * left to the library to refuse.
 *
 * @returns the request to go on with, or the refusal
 */
export async function readRegistration(request: Request): Promise<Request | Response> {
  const text = await request.text();
  const metadata = parseObject(text);
  if (!metadata) return new Request(request, { body: text });
  const uris = metadata.redirect_uris;
  const unfit = Array.isArray(uris) ? uris.find((uri) => typeof uri !== 'string' || !redirectTarget(uri)) : undefined;
  if (unfit !== undefined) return refusal();
  const grantTypes = metadata.grant_types;
  const named = Array.isArray(grantTypes) ? grantTypes.filter((type) => typeof type === 'string') : undefined;
  const known = effectiveGrantTypes(named);
  // With nothing left of them the client's own list stands, and is refused by name.
  const changes = known.length > 0 && (grantTypes === undefined || named) ? { grant_types: known } : {};
  return new Request(request, { body: JSON.stringify({ ...metadata, ...changes }) });
}

function refusal(): Response {
  return Response.json(
    {
      error: 'invalid_redirect_uri',
      error_description:
        'Every redirect address must be https, http on a loopback host, or a scheme of the app’s own with a path, such as com.example.app:/callback.',
    },
    { status: 400, headers: { 'Cache-Control': 'no-store' } },
  );
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
