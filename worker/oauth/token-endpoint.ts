import { hashSecret, openSealed, seal } from '../edge/secrets.ts';
import type { Env } from '../env.ts';

/** An answer of the token endpoint as it is kept, sealed, for whoever has the token that it answered. */
interface KeptAnswer {
  status: number;
  headers: [string, string][];
  body: string;
}

/**
 * The token endpoint. A refresh that is repeated within a minute (by a second process at the same time, or because its
 * answer was lost) gets the same answer again, so that no client is left with tokens that another answer has replaced.
 *
 * @param forward the OAuth library's own endpoint
 */
export async function exchangeToken(
  request: Request,
  env: Env,
  forward: (request: Request) => Promise<Response>,
): Promise<Response> {
  if (request.method !== 'POST') return forward(request);
  const text = await request.text();
  const next = () => forward(new Request(request, { body: text }));
  const form = new URLSearchParams(text);
  const token = form.get('refresh_token') ?? '';
  const [, user, grant] = /^([\w-]{22}):([\w-]{1,64}):[\w-]{1,128}$/.exec(token) ?? [];
  if (form.get('grant_type') !== 'refresh_token' || user === undefined || grant === undefined) return next();
  form.sort();
  // The same client with the same credentials and wishes, or another request altogether.
  const wishes = await hashSecret(JSON.stringify([request.headers.get('Authorization'), [...form]]));
  const outcome = await env.HOME.getByName(user).refreshOnce(grant, await hashSecret(token), wishes, async () => {
    const response = await next();
    const kept: KeptAnswer = {
      status: response.status,
      headers: [...response.headers],
      body: await response.text(),
    };
    return { ok: response.ok, sealed: await seal(token, JSON.stringify(kept)) };
  });
  if (outcome.kind === 'spent') return spent();
  const { body, ...init } = JSON.parse(await openSealed(token, outcome.sealed)) as KeptAnswer;
  return new Response(body, init);
}

function spent(): Response {
  return Response.json(
    { error: 'invalid_grant', error_description: 'This refresh token was used before. Use the newest one.' },
    { status: 400, headers: { 'Cache-Control': 'no-store', Pragma: 'no-cache' } },
  );
}
