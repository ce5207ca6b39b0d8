import { scopes } from '../../shared/tools/support/define.ts';

/** Everything this authorization server can grant. `offline_access` is listed because hosts look for it here. */
export const supportedScopes: readonly string[] = [scopes.read, scopes.trade, 'offline_access'];

/**
 * The most that may be granted to a client: what it asked for, never more. Trading includes reading. A client that names
 * no scope leaves the choice to the person (RFC 6749 §3.3 lets the server set the default). What this server does not
 * know is left out.
 *
 * @returns undefined when nothing of what was asked for can be granted, which is `invalid_scope`
 */
export function grantableScopes(asked: readonly string[]): readonly string[] | undefined {
  if (asked.length === 0) return supportedScopes;
  if (!asked.includes(scopes.read) && !asked.includes(scopes.trade)) return undefined;
  return supportedScopes.filter((scope) => scope === scopes.read || asked.includes(scope));
}

/** What a person grants of it: trading only by an explicit act of theirs. */
export function grantedScopes(grantable: readonly string[], trade: boolean): string[] {
  return grantable.filter((scope) => scope !== scopes.trade || trade);
}
