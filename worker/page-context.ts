import type { Context } from 'hono';
import type { Env } from './env.ts';
import type { Session } from './home/home.ts';

/** What page handlers see; the variables are set once the sign-in check has passed. */
export interface PageEnv {
  Bindings: Env;
  Variables: { userId: string; session: Session };
}

export type PageContext = Context<PageEnv>;
