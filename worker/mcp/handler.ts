import { createMcpHandler } from 'agents/mcp/server';
import { createServer } from './server.ts';

/** What an access token carries besides its scopes. */
export interface GrantProps {
  userId: string;
}

const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The MCP endpoint of one origin, to be mounted behind the OAuth provider: stateless, for 2026-07-28 and 2025-era
 * clients. Requests with a foreign Host or Origin are refused.
 */
export function mcpHandler(origin: URL) {
  const ownHosts = loopbackHosts.includes(origin.hostname) ? loopbackHosts : [origin.hostname];
  return createMcpHandler(
    ({ authInfo, requestInfo, era }) => {
      const userId = (authInfo?.extra?.props as GrantProps | undefined)?.userId;
      // Fail closed: nothing behind this point runs without an authorized user.
      if (!authInfo || typeof userId !== 'string') throw new Error('No authorized user.');
      const [, grant = ''] = authInfo.token.split(':');
      return createServer({
        userId,
        scopes: authInfo.scopes,
        grant,
        era,
        toolName: requestInfo?.headers.get('Mcp-Name'),
      });
    },
    {
      route: '/mcp',
      allowedHostnames: ownHosts,
      allowedOriginHostnames: ownHosts,
      // A gone client is noticed when something is written to it, so something is written every second of a call.
      responseMode: 'sse',
      keepAliveMs: 1_000,
      onerror: (error) => console.warn('mcp', error.message),
    },
  );
}
