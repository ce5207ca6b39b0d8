import type { OAuthHelpers } from '@cloudflare/workers-oauth-provider';
import type { Directory, DirectoryEnv } from './directory.ts';
import type { HomeEnv } from './home/home.ts';
import type { AuthStore } from './storage/auth-store.ts';

/** Bindings, variables and secrets of the Worker; see wrangler.toml. Each object declares those that it uses itself. */
export interface Env extends HomeEnv, DirectoryEnv {
  /** OAuth records that belong to no user: clients, consent transactions. Sharded. */
  readonly AUTH_STORE: DurableObjectNamespace<AuthStore>;
  /** One object: which person is which user id. Used when signing in, never on the hot path. */
  readonly DIRECTORY: DurableObjectNamespace<Directory>;
  /** Added for what handles OAuth: its records, wherever they are stored. */
  readonly OAUTH_KV: Pick<KVNamespace, 'get' | 'put' | 'delete' | 'list'>;
  /** Added by the OAuth provider to what it hands on. */
  readonly OAUTH_PROVIDER: OAuthHelpers;
  /** Pins the only origin that is served, such as `https://ibkr.example.com`. Otherwise the request's own. */
  readonly PUBLIC_ORIGIN?: string;
  /** The domain that passkeys belong to, such as `example.com`; chosen once. Otherwise the host itself. */
  readonly RP_ID?: string;
}
