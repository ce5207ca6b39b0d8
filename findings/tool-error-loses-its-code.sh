#!/usr/bin/env bash
# @modelcontextprotocol/server: a tool throws a ProtocolError with a code of its own, or an Error.
# Guess: a ProtocolError reaches the client as the JSON-RPC error with its code, as in a handler of any other request.
# Seen: it becomes an ordinary result with isError; only -32042 passes, and that turns into -32603 under the protocol of 2026. The text of any Error goes out as it is.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
npm_packages @modelcontextprotocol/client@2.4.0 @modelcontextprotocol/server@2.4.0
cat > "$work/run.mjs" <<'EOF'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createMcpHandler, McpServer, ProtocolError } from '@modelcontextprotocol/server';

for (const name of ['client', 'server']) {
  const file = `node_modules/@modelcontextprotocol/${name}/package.json`;
  console.log(`@modelcontextprotocol/${name}`, JSON.parse(readFileSync(file, 'utf8')).version);
}
const thrown = {
  own: () => new ProtocolError(-32001, 'the session is over'),
  elicitation: () => new ProtocolError(-32042, 'open this page', { elicitations: [] }),
  plain: () => new Error('connect refused at gateway.example:4001'),
};
const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'server', version: '1' });
  for (const [name, error] of Object.entries(thrown))
    server.registerTool(name, { description: name }, async () => {
      throw error();
    });
  return server;
});
/** What a client that negotiates in this mode hears of each tool. */
const heard = async (mode) => {
  const client = new Client({ name: 'client', version: '1' }, { versionNegotiation: { mode } });
  const fetch = async (url, init) => handler.fetch(new Request(url, init));
  await client.connect(new StreamableHTTPClientTransport(new URL('http://server/mcp'), { fetch }));
  const answers = {};
  for (const name of Object.keys(thrown))
    answers[name] = await client.callTool({ name, arguments: {} }).then(
      (result) => `isError ${result.isError}: ${result.content[0].text}`,
      (error) => `code ${error.code}`,
    );
  console.log(client.getNegotiatedProtocolVersion(), answers);
  return answers;
};
const own = 'isError true: the session is over';
const plain = 'isError true: connect refused at gateway.example:4001';
assert.deepEqual(await heard('legacy'), { own, elicitation: 'code -32042', plain });
assert.deepEqual(await heard('auto'), { own, elicitation: 'code -32603', plain });
process.exit(0);
EOF
cd "$work"
node run.mjs
