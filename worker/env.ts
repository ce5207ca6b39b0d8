import type { OAuthHelpers } from '@cloudflare/workers-oauth-provider';
import type { Home } from './home/home.ts';
import type { AuthStore } from './oauth/auth-store.ts';
import type { Directory } from './sign-in/directory.ts';

/** Bindings, variables and secrets of the Worker; see wrangler.toml. */
export interface Env {
  /** One object per user. */
  readonly HOME: DurableObjectNamespace<Home>;
  /** OAuth records that belong to no user: clients, consent transactions. Sharded. */
  readonly AUTH_STORE: DurableObjectNamespace<AuthStore>;
  /** One object: which person is which user id. Used when signing in, never on the hot path. */
  readonly DIRECTORY: DurableObjectNamespace<Directory>;
  /** Added by the OAuth provider to what it hands on. */
  readonly OAUTH_PROVIDER: OAuthHelpers;
  /** Secret: the one-time word that makes its holder the owner of a deployment. */
  readonly SETUP_CODE?: string;
  /** Pins the only origin that is served, such as `https://ibkr.example.com`. Otherwise the request's own. */
  readonly PUBLIC_ORIGIN?: string;
  /** `"1"` only under `npm start`: offers the demo user, and only on a loopback host. */
  readonly LOCAL_MODE?: string;
}
