import { parseConnect } from '../shared/tunnel/credential.ts';
import { type Paired, pairingRequestSchema } from '../shared/tunnel/pairing.ts';
import { networkOf } from './edge/attempts.ts';
import { pairAgain, problem } from './edge/problem.ts';
import type { Env } from './env.ts';

/** The relay's two endpoints. Its credential is separate from OAuth: no access token opens them. */

/** `GET /relay`: the WebSocket upgrade, cheaply refused here when it cannot succeed. */
export async function connectRelay(request: Request, env: Env): Promise<Response> {
  if (request.headers.get('Upgrade')?.toLowerCase() !== 'websocket') {
    return problem(426, 'upgrade_required', 'This address is for relays, over WebSocket.');
  }
  if (request.headers.has('Origin')) return problem(403, 'forbidden', 'Browsers cannot open the tunnel.');
  const credential = parseConnect(request.headers.get('Authorization') ?? '');
  if (!credential) return problem(401, 'unauthorized', 'The tunnel needs a paired relay’s credential.', pairAgain);
  return env.HOME.getByName(credential.home).fetch(request);
}

/** `POST /relay/pair`: exchanges a one-time code for a place in the user's Home. */
export async function pairRelay(request: Request, env: Env): Promise<Response> {
  if (request.method !== 'POST') {
    const refusal = problem(405, 'method_not_allowed', 'Pairing is a POST.');
    refusal.headers.set('Allow', 'POST');
    return refusal;
  }
  const parsed = pairingRequestSchema.safeParse(parseJson(await request.text()));
  if (!parsed.success) return problem(400, 'bad_request', 'A pairing request has code, publicKey and name.');
  const { code, publicKey, name } = parsed.data;
  const [home, secret] = /^([\w-]{22})\.([\w-]{20})$/.exec(code)?.slice(1) ?? [];
  if (!home || !secret)
    return problem(403, 'wrong_code', 'This is not a pairing code.', 'Copy the whole code from the dashboard.');
  const result = await env.HOME.getByName(home).pair(secret, name, publicKey, networkOf(request) ?? 'local');
  if (result.ok) return Response.json({ home, device: result.device } satisfies Paired, { status: 201 });
  switch (result.reason) {
    case 'wrong-code':
      return problem(
        403,
        'wrong_code',
        'This pairing code is wrong or was used before.',
        'Get a new code on the dashboard.',
      );
    case 'expired':
      return problem(410, 'expired_code', 'This pairing code has expired.', 'Get a new code on the dashboard.');
    case 'too-many-attempts':
      return problem(
        429,
        'too_many_attempts',
        'Too many wrong pairing codes.',
        'Wait ten minutes, then get a new code.',
      );
    case 'too-many-relays':
      return problem(
        409,
        'too_many_relays',
        'This account has as many relays as it can have.',
        'Remove one on the dashboard.',
      );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
