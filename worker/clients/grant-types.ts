/** What this server can grant in exchange for what. */
export const supportedGrantTypes: readonly string[] = ['authorization_code', 'refresh_token'];

/**
 * The grant types that a client gets: those that it names and this server knows, or all of them when it names none. RFC
 * 7591 would have the latter mean codes alone; but every assistant refreshes its tokens, and a server may replace what it
 * is asked to register as long as it says so in its answer, as this one does.
 */
export function effectiveGrantTypes(named: readonly string[] | undefined): string[] {
  return supportedGrantTypes.filter((type) => named === undefined || named.includes(type));
}
