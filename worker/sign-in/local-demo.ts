import { isLoopback } from '../../shared/loopback.ts';

/**
 * Whether the demo user of `npm start` may be offered for a request to this host: it needs the variable *and* a loopback
 * host, so that a deployment can never offer it.
 */
export function isLocalDemo(env: { readonly LOCAL_MODE?: string }, hostname: string): boolean {
  return env.LOCAL_MODE === '1' && isLoopback(hostname);
}
