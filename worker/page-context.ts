import type { Context } from 'hono';
import type { Env } from './env.ts';

/** What page handlers see; `userId` is set once the sign-in check has passed. */
export interface PageEnv {
  Bindings: Env;
  Variables: { userId: string };
}

export type PageContext = Context<PageEnv>;
