/**
 * What each assistant sends to a server that it connects to, as read in the places named; what could not be read is what
 * its SDK sends. mcp-remote and the Inspector are run for real by `npm run bench:connectors`,
 * the others were not.
 */
export interface ConnectorCase {
  name: string;
  /** Where its requests were read. */
  sources: readonly string[];
  /** Of the page that sends the requests; absent where no browser does. */
  origin?: string;
  userAgent: string;
  /** A registration, or the document that its id names. */
  client: { registers: Record<string, unknown> } | { id: string; document: Record<string, unknown> };
  redirectUri: string;
  /** What the consent page says of where access goes. */
  goesTo: string;
  /** The address that its user pasted, after the origin. */
  path?: string;
  /** Beside those of the challenge. */
  moreScopes?: readonly string[];
  /** How it opens, by the revision of MCP. */
  opens: '2026-07-28' | '2025-11-25' | '2025-06-18';
}

const both = ['authorization_code', 'refresh_token'];
const publicClient = { grant_types: both, response_types: ['code'], token_endpoint_auth_method: 'none' };

export const connectorCases: readonly ConnectorCase[] = [
  {
    name: 'Claude (web, desktop, mobile), by its document',
    sources: [
      'fruggr/zendesk-mcp-server plan, 2026-09-24',
      'hauptsacheNet/typo3-mcp-server#110',
      'anthropics/claude-code#30511',
    ],
    userAgent: 'python-httpx/0.28.1',
    client: {
      id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
      document: {
        client_name: 'Claude',
        redirect_uris: ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback'],
        ...publicClient,
      },
    },
    redirectUri: 'https://claude.ai/api/mcp/auth_callback',
    goesTo: 'claude.ai',
    moreScopes: ['offline_access'],
    opens: '2026-07-28',
  },
  {
    name: 'Claude (web), registered',
    sources: ['anthropics/claude-ai-mcp#966', 'anthropics/claude-ai-mcp#153'],
    userAgent: 'python-httpx/0.28.1',
    client: {
      registers: { client_name: 'Claude', redirect_uris: ['https://claude.ai/api/mcp/auth_callback'], ...publicClient },
    },
    redirectUri: 'https://claude.ai/api/mcp/auth_callback',
    goesTo: 'claude.ai',
    path: '/mcp/',
    moreScopes: ['offline_access'],
    opens: '2025-11-25',
  },
  {
    name: 'a page of claude.ai',
    sources: ['the same as Claude, from a browser'],
    origin: 'https://claude.ai',
    userAgent: 'Mozilla/5.0',
    client: {
      registers: { client_name: 'Claude', redirect_uris: ['https://claude.ai/api/mcp/auth_callback'], ...publicClient },
    },
    redirectUri: 'https://claude.ai/api/mcp/auth_callback',
    goesTo: 'claude.ai',
    opens: '2026-07-28',
  },
  {
    name: 'Claude Code',
    sources: [
      'fruggr/zendesk-mcp-server plan, 2026-09-24',
      'anthropics/claude-code#82096',
      'hauptsacheNet/typo3-mcp-server#110',
    ],
    userAgent: 'claude-code/2.1.331',
    client: {
      id: 'https://claude.ai/oauth/claude-code-client-metadata',
      document: {
        client_name: 'Claude Code',
        redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
        ...publicClient,
      },
    },
    redirectUri: 'http://localhost:3118/callback',
    goesTo: 'localhost',
    opens: '2026-07-28',
  },
  {
    name: 'ChatGPT',
    sources: ['fruggr/zendesk-mcp-server plan, 2026-09-24', 'BasedHardware/omi#8824'],
    userAgent: 'openai-mcp/1.0.0',
    client: {
      id: 'https://chatgpt.com/oauth/client.json',
      document: {
        client_name: 'ChatGPT',
        redirect_uris: [
          'https://chatgpt.com/connector_platform_oauth_redirect',
          'https://chatgpt.com/connector/oauth/OUbdUMlL15Ct',
        ],
        grant_types: both,
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'],
        jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
      },
    },
    redirectUri: 'https://chatgpt.com/connector_platform_oauth_redirect',
    goesTo: 'chatgpt.com',
    opens: '2025-11-25',
  },
  {
    name: 'a page of chatgpt.com',
    sources: ['danielealbano/android-remote-control-mcp#166'],
    origin: 'https://chatgpt.com',
    userAgent: 'Mozilla/5.0',
    client: {
      registers: {
        client_name: 'ChatGPT',
        redirect_uris: ['https://chatgpt.com/connector/oauth/OUbdUMlL15Ct'],
        ...publicClient,
      },
    },
    redirectUri: 'https://chatgpt.com/connector/oauth/OUbdUMlL15Ct',
    goesTo: 'chatgpt.com',
    opens: '2025-06-18',
  },
  {
    name: 'Codex',
    sources: ['openai/codex#30460', 'presa 0.1.1 (cljdoc), 2026-11-03'],
    userAgent: 'codex-mcp-client/0.165.0',
    client: {
      registers: {
        client_name: 'Codex',
        redirect_uris: ['http://127.0.0.1:63546/callback/6MFBM1In3Ey-'],
        ...publicClient,
      },
    },
    redirectUri: 'http://127.0.0.1:63546/callback/6MFBM1In3Ey-',
    goesTo: '127.0.0.1',
    opens: '2025-06-18',
  },
  {
    name: 'VS Code',
    sources: ['microsoft/vscode#319528', 'fruggr/zendesk-mcp-server plan, 2026-09-24'],
    userAgent: 'Visual Studio Code - Insiders/1.124.0-insider',
    client: {
      registers: {
        client_name: 'Visual Studio Code',
        client_uri: 'https://code.visualstudio.com',
        grant_types: [...both, 'urn:ietf:params:oauth:grant-type:device_code'],
        response_types: ['code'],
        redirect_uris: [
          'https://insiders.vscode.dev/redirect',
          'https://vscode.dev/redirect',
          'http://127.0.0.1/',
          'http://127.0.0.1:33418/',
        ],
        token_endpoint_auth_method: 'none',
        application_type: 'native',
      },
    },
    redirectUri: 'http://127.0.0.1:33418/',
    goesTo: '127.0.0.1',
    opens: '2025-11-25',
  },
  {
    name: 'VS Code in a browser',
    sources: ['fruggr/zendesk-mcp-server plan, 2026-09-24'],
    origin: 'https://vscode.dev',
    userAgent: 'Mozilla/5.0',
    client: {
      id: 'https://vscode.dev/oauth/client-metadata.json',
      document: {
        client_name: 'Visual Studio Code',
        redirect_uris: ['http://127.0.0.1:33418/', 'https://vscode.dev/redirect'],
        ...publicClient,
      },
    },
    redirectUri: 'https://vscode.dev/redirect',
    goesTo: 'vscode.dev',
    opens: '2025-11-25',
  },
  {
    name: 'Cursor',
    sources: ['erp-mafia/accounted#2225', 'elie222/inbox-zero#3780', 'ollama/ollama#9313 (its origin)'],
    origin: 'vscode-file://vscode-app',
    userAgent: 'Cursor/2.4',
    client: {
      registers: {
        client_name: 'Cursor',
        redirect_uris: [
          'cursor://anysphere.cursor-mcp/oauth/callback',
          'https://www.cursor.com/agents/mcp/oauth/callback',
          'http://localhost:8787/callback',
        ],
        application_type: 'web',
        ...publicClient,
      },
    },
    redirectUri: 'cursor://anysphere.cursor-mcp/oauth/callback',
    goesTo: 'the app that opens cursor:',
    opens: '2025-11-25',
  },
  {
    name: 'the Inspector’s page',
    sources: ['@modelcontextprotocol/inspector 2.12.0, clients/web'],
    origin: 'http://localhost:6274',
    userAgent: 'Mozilla/5.0',
    client: {
      registers: {
        client_name: 'MCP Inspector',
        client_uri: 'https://github.com/modelcontextprotocol/inspector',
        redirect_uris: ['http://localhost:6274/oauth/callback'],
        grant_types: both,
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
        application_type: 'native',
        scope: '',
      },
    },
    redirectUri: 'http://localhost:6274/oauth/callback',
    goesTo: 'localhost',
    path: '/mcp?tools=core',
    opens: '2026-07-28',
  },
  {
    name: 'mcp-remote',
    sources: ['mcp-remote 0.15.1, dist'],
    userAgent: 'node',
    client: {
      registers: {
        client_name: 'MCP CLI Proxy',
        client_uri: 'https://github.com/modelcontextprotocol/mcp-cli',
        redirect_uris: ['http://localhost:3335/oauth/callback'],
        scope: 'ibkr:read',
        ...publicClient,
      },
    },
    redirectUri: 'http://localhost:3335/oauth/callback',
    goesTo: 'localhost',
    opens: '2025-11-25',
  },
];
