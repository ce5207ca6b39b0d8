import { isLoopback } from '../../shared/loopback.ts';
import { networkOf } from '../edge/attempts.ts';
import type { Env } from '../env.ts';

/** Result of one sign-in attempt: an identity to look up in the Directory, or a sentence for the person. */
export type SignInResult = { subject: string } | { problem: string; status: 403 | 429 | 503 };

/**
 * One way of proving who is at the browser. Passkeys and OIDC will be further implementations; everything behind it
 * knows only opaque user ids.
 */
export interface SignInMethod {
  /** What the sign-in page shows: a single button, or a field to fill in. */
  readonly form: { button: string; secretLabel?: string; hint: string };
  attempt(form: FormData, request: Request): Promise<SignInResult>;
}

/** The demo user of `npm start`: needs the variable *and* a loopback host, so that a deployment can never offer it. */
const localDemo: SignInMethod = {
  form: {
    button: 'Continue as the demo user',
    hint: 'This is a local trial with a simulated gateway. Nobody needs to sign up for anything.',
  },
  attempt: async () => ({ subject: 'local:demo' }),
};

/** The owner of a deployment, by the SETUP_CODE secret. */
const setupCode = (env: Env): SignInMethod => ({
  form: {
    button: 'Sign in',
    secretLabel: 'Setup code',
    hint: 'The setup code is the Worker secret SETUP_CODE, set by whoever deployed this server.',
  },
  async attempt(form, request) {
    const from = networkOf(request) ?? 'local';
    const verdict = await env.DIRECTORY.getByName('directory').checkSetupCode(String(form.get('secret') ?? ''), from);
    switch (verdict) {
      case 'ok':
        return { subject: 'setup-code:owner' };
      case 'wrong':
        return { problem: 'That is not the setup code.', status: 403 };
      case 'too-many-attempts':
        return { problem: 'Too many wrong codes. Wait fifteen minutes and try again.', status: 429 };
      case 'not-configured':
        return {
          problem:
            'This server has no setup code yet. Set one of at least 16 characters: npx wrangler secret put SETUP_CODE',
          status: 503,
        };
    }
  },
});

/** Whether the demo user may be offered for a request to this host. */
export function isLocalDemo(env: Env, hostname: string): boolean {
  return env.LOCAL_MODE === '1' && isLoopback(hostname);
}

/** The way to sign in at this deployment. */
export function signInMethod(env: Env, hostname: string): SignInMethod {
  return isLocalDemo(env, hostname) ? localDemo : setupCode(env);
}
