import type { PageContext } from '../page-context.ts';

/** The Home of whoever is signed in. */
export function homeOf({ env, var: { userId } }: PageContext) {
  return env.HOME.getByName(userId);
}

/** The Directory of this deployment. */
export function directoryOf({ env }: PageContext) {
  return env.DIRECTORY.getByName('directory');
}
