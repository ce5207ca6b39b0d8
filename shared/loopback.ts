/** The names by which URLs on this machine usually call it. */
export const loopbackHosts: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Whether a host is this machine itself.
 * @param host as `URL.hostname` has it, or an address to listen on; without a port
 */
export function isLoopback(host: string): boolean {
  return loopbackHosts.includes(host) || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
