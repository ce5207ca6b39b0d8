import { parseConnect } from '../shared/tunnel/credential.ts';
import { type Paired, pairingRequestSchema } from '../shared/tunnel/pairing.ts';
import { networkOf } from './edge/attempts.ts';
import { pairAgain, problem } from './edge/problem.ts';
import type { Env } from './env.ts';

/** The relay's endpoints. Its credential is separate from OAuth: no access token opens them. */

/** `GET /relay`: the WebSocket upgrade, cheaply refused here when it cannot succeed. */
export async function connectRelay(request: Request, env: Env): Promise<Response> {
  if (request.headers.get('Upgrade')?.toLowerCase() !== 'websocket') {
    return problem(426, 'upgrade_required', 'This address is for relays, over WebSocket.');
  }
  if (request.headers.has('Origin')) return problem(403, 'forbidden', 'Browsers cannot open the tunnel.');
  const credential = parseConnect(request.headers.get('Authorization') ?? '');
  if (!credential) return needsCredential();
  return env.HOME.getByName(credential.home).fetch(request);
}

/** `POST /relay/pair`: exchanges a one-time code for a place in the user's Home. */
export async function pairRelay(request: Request, env: Env): Promise<Response> {
  if (request.method !== 'POST') return postOnly('Pairing');
  const parsed = pairingRequestSchema.safeParse(parseJson(await request.text()));
  if (!parsed.success) return problem(400, 'bad_request', 'A pairing request has code, publicKey and name.');
  const { code, publicKey, name, host, version } = parsed.data;
  const address = networkOf(request);
  const verdict = await env.DIRECTORY.getByName('directory').takePairingCode(code, address ?? 'local');
  if ('refused' in verdict) return codeRefusals[verdict.refused]();
  const home = verdict.userId;
  const device = await env.HOME.getByName(home).pair({
    name,
    publicKey,
    host: host || null,
    version: version ?? null,
    address: address ?? null,
  });
  if (device !== undefined) return Response.json({ home, device } satisfies Paired, { status: 201 });
  return problem(
    409,
    'too_many_relays',
    'This account has as many relays as it can have.',
    'Remove one on the dashboard, and get a new code.',
  );
}

/** `POST /relay/key`: a relay changes the key that it proves itself with. */
export async function changeRelayKey(request: Request, env: Env): Promise<Response> {
  if (request.method !== 'POST') return postOnly('Changing the key');
  const credential = parseConnect(request.headers.get('Authorization') ?? '');
  if (!credential) return needsCredential();
  return env.HOME.getByName(credential.home).fetch(request);
}

const newCode = 'Get a new code on the dashboard.';

const codeRefusals = {
  'wrong-code': () => problem(403, 'wrong_code', 'This pairing code is wrong or was used before.', newCode),
  expired: () => problem(410, 'expired_code', 'This pairing code has expired.', newCode),
  'too-many-attempts': () =>
    problem(429, 'too_many_attempts', 'Too many wrong pairing codes.', 'Wait ten minutes, then get a new code.'),
};

function postOnly(what: string): Response {
  const refusal = problem(405, 'method_not_allowed', `${what} is a POST.`);
  refusal.headers.set('Allow', 'POST');
  return refusal;
}

function needsCredential(): Response {
  return problem(401, 'unauthorized', 'The tunnel needs a paired relay’s credential.', pairAgain);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
