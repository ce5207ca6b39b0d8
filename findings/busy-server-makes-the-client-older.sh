#!/usr/bin/env bash
# @modelcontextprotocol/client with version negotiation "auto": the first request is answered with an HTTP error.
# Guess: 429 and 503 are temporary and both fail or are tried again; 401 starts the sign-in.
# Seen: 429 settles on the protocol of 2025 for the whole session with a server that speaks that of 2026; 500, 503 and 401 end the connection.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
npm_packages @modelcontextprotocol/client@2.4.0 @modelcontextprotocol/server@2.4.0
cat > "$work/run.mjs" <<'EOF'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';

for (const name of ['client', 'server']) {
  const file = `node_modules/@modelcontextprotocol/${name}/package.json`;
  console.log(`@modelcontextprotocol/${name}`, JSON.parse(readFileSync(file, 'utf8')).version);
}
const handler = createMcpHandler(() => new McpServer({ name: 'server', version: '1' }));

/** Version agreed on when the first request is answered with this status and the rest by the server; or the error. */
const agreed = async (status) => {
  const client = new Client({ name: 'client', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  let first = true;
  const fetch = async (url, init) => {
    const refuse = first && status !== undefined;
    first = false;
    return refuse ? new Response('later', { status, headers: { 'retry-after': '1' } }) : handler.fetch(new Request(url, init));
  };
  try {
    await client.connect(new StreamableHTTPClientTransport(new URL('http://server/mcp'), { fetch }));
    return client.getNegotiatedProtocolVersion();
  } catch (error) {
    return error.constructor.name;
  }
};
const table = [
  [undefined, '2026-07-28'],
  [404, '2025-11-25'],
  [429, '2025-11-25'],
  [500, 'SdkHttpError'],
  [503, 'SdkHttpError'],
  [401, 'SdkHttpError'],
];
for (const [status, expected] of table) {
  const seen = await agreed(status);
  console.log(`${status ?? 'no error'}: ${seen}`);
  assert.equal(seen, expected);
}
process.exit(0);
EOF
cd "$work"
node run.mjs
